#include "tests/cpesim/alarm.h"

#include "acs/base/arena.h"
#include "acs/base/clock.h"

struct alarms {
    struct loop *loop;
    struct loop_timer timer;
    loop_fn *ring;
    struct alarm **heap; /* [1] is the earliest */
    size_t count;
    size_t capacity;
};

static void put(struct alarms *alarms, struct alarm *alarm, size_t place)
{
    alarms->heap[place] = alarm;
    alarm->place = place;
}

static void rise(struct alarms *alarms, struct alarm *alarm, size_t place)
{
    for (; place > 1 && alarms->heap[place / 2]->at_us > alarm->at_us; place /= 2)
        put(alarms, alarms->heap[place / 2], place);
    put(alarms, alarm, place);
}

static size_t earlier_child(const struct alarms *alarms, size_t place)
{
    size_t child = 2 * place;

    if (child < alarms->count && alarms->heap[child + 1]->at_us < alarms->heap[child]->at_us)
        child++;
    return child;
}

static void sink(struct alarms *alarms, struct alarm *alarm, size_t place)
{
    while (2 * place <= alarms->count) {
        size_t child = earlier_child(alarms, place);

        if (alarms->heap[child]->at_us >= alarm->at_us)
            break;
        put(alarms, alarms->heap[child], place);
        place = child;
    }
    put(alarms, alarm, place);
}

static void take_out(struct alarms *alarms, struct alarm *alarm)
{
    size_t place = alarm->place;
    struct alarm *last = alarms->heap[alarms->count--];

    alarm->place = 0;
    if (last == alarm)
        return;
    if (last->at_us < alarm->at_us)
        rise(alarms, last, place);
    else
        sink(alarms, last, place);
}

static void set_timer(struct alarms *alarms)
{
    if (alarms->count == 0)
        loop_timer_clear(alarms->loop, &alarms->timer);
    else
        loop_timer_set(alarms->loop, &alarms->timer, alarms->heap[1]->at_us, alarms->ring, alarms);
}

/* Only what was due when this began: an alarm that sets itself to now waits for the next turn of the loop. */
static void ring(void *ctx)
{
    struct alarms *alarms = ctx;
    int64_t now = clock_mono_us();

    while (alarms->count > 0 && alarms->heap[1]->at_us <= now) {
        struct alarm *alarm = alarms->heap[1];

        take_out(alarms, alarm);
        alarm->fn(alarm->ctx);
    }
    set_timer(alarms);
}

struct alarms *alarms_new(struct loop *loop)
{
    struct alarms *alarms = HEAP_NEW(struct alarms);

    alarms->loop = loop;
    alarms->ring = ring;
    return alarms;
}

void alarms_free(struct alarms *alarms)
{
    if (alarms == NULL)
        return;
    loop_timer_clear(alarms->loop, &alarms->timer);
    heap_free(alarms->heap);
    heap_free(alarms);
}

void alarm_set(struct alarms *alarms, struct alarm *alarm, int64_t at_us, loop_fn *fn, void *ctx)
{
    alarm_clear(alarms, alarm);
    if (alarms->count + 2 > alarms->capacity) {
        alarms->capacity = alarms->capacity ? 2 * alarms->capacity : 64;
        alarms->heap = heap_grow(alarms->heap, alarms->capacity * sizeof(*alarms->heap));
    }
    alarm->at_us = at_us;
    alarm->fn = fn;
    alarm->ctx = ctx;
    rise(alarms, alarm, ++alarms->count);
    if (alarm->place == 1)
        set_timer(alarms);
}

void alarm_clear(struct alarms *alarms, struct alarm *alarm)
{
    if (alarm_is_set(alarm))
        take_out(alarms, alarm);
}
