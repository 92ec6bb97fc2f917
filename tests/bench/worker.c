#include "tests/bench/worker.h"

#include <math.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#include "acs/base/clock.h"
#include "tests/bench/cpe.h"

enum { EVENTS = 256, HOPELESS = 200 };

struct worker {
    const struct options *options;
    struct cpes cpes;
    struct cpe *all; /* count places, of which some are free: a ring, oldest first */
    struct cpe **free_ring;
    uint32_t count;
    uint32_t free_head;
    uint32_t free_count;
    uint32_t running_max;
    uint32_t running;
    uint32_t failed_in_a_row;
    uint64_t started;
    uint64_t to_start;
    int64_t end_us;   /* 0: no limit of time */
    int64_t check_us; /* when to look for sessions that take too long */
    double due_us;    /* next arrival */
    uint64_t random;
    uint16_t *generations; /* of devices; NULL without --change-every */
};

static uint64_t share_of(uint64_t total, const struct options *options, unsigned number)
{
    return total / options->threads + (number < total % options->threads);
}

static uint64_t sessions_of(const struct options *options, unsigned number)
{
    if (options->once)
        return UINT64_MAX; /* places end by themselves, see next_device() */
    if (options->idle)
        return share_of(options->idle, options, number);
    return options->sessions ? share_of(options->sessions, options, number) : UINT64_MAX;
}

static void add_places(struct worker *worker, struct arena *arena, unsigned number)
{
    const struct options *options = worker->options;

    worker->count = (uint32_t)share_of(options_slots(options), options, number);
    worker->all = ARENA_ARRAY(arena, struct cpe, worker->count);
    worker->free_ring = ARENA_ARRAY(arena, struct cpe *, worker->count);
    worker->free_count = worker->count;
    for (uint32_t i = 0; i < worker->count; i++) {
        struct cpe *cpe = &worker->all[i];

        cpe->device = number + i * options->threads;
        cpe->wire = (struct wire){.fd = -1, .number = cpe->device, .owner = cpe};
        worker->free_ring[i] = cpe;
    }
}

enum err worker_new(struct arena *arena, const struct options *options, unsigned number, struct worker **ret)
{
    struct worker *worker = ARENA_NEW(arena, struct worker);

    worker->options = options;
    worker->cpes.options = options;
    TRY(wires_start(&worker->cpes.wires, options));
    worker->cpes.messages = messages_new(arena, options);
    worker->cpes.answers = answers_new(arena, options);
    add_places(worker, arena, number);
    worker->running_max = (uint32_t)share_of(options->connections, options, number);
    worker->to_start = sessions_of(options, number);
    worker->random = ((uint64_t)options->seed << 20) + number + 1;
    if (options->change_every)
        worker->generations = ARENA_ARRAY(arena, uint16_t, options->devices);
    *ret = worker;
    return ERR_OK;
}

/* xorshift64: (0, 1] */
static double random_share(struct worker *worker)
{
    worker->random ^= worker->random << 13;
    worker->random ^= worker->random >> 7;
    worker->random ^= worker->random << 17;
    return ((double)(worker->random >> 11) + 1) / 9007199254740992.0;
}

static void put_back(struct worker *worker, struct cpe *cpe)
{
    worker->free_ring[(worker->free_head + worker->free_count) % worker->count] = cpe;
    worker->free_count++;
}

static struct cpe *take_free(struct worker *worker)
{
    struct cpe *cpe = worker->free_ring[worker->free_head];

    worker->free_head = (worker->free_head + 1) % worker->count;
    worker->free_count--;
    return cpe;
}

/* The devices of a place are those that leave the same rest; false: it has had all of them, and --register
 * says once. */
static bool next_device(const struct worker *worker, struct cpe *cpe)
{
    uint32_t step = options_slots(worker->options);

    if (cpe->device < worker->options->devices - step) {
        cpe->device += step;
        return true;
    }
    cpe->device %= step;
    return !worker->options->once;
}

static void take_progress(struct worker *worker, struct cpe *cpe, enum cpe_progress progress)
{
    if (progress == CPE_GOES_ON)
        return;
    worker->running--;
    worker->failed_in_a_row = progress == CPE_FAILED ? worker->failed_in_a_row + 1 : 0;
    if (cpe->state == CPE_FREE && next_device(worker, cpe))
        put_back(worker, cpe);
}

static bool may_begin(const struct worker *worker, int64_t now_us)
{
    return worker->running < worker->running_max && worker->free_count > 0 &&
           worker->started < worker->to_start && (worker->end_us == 0 || now_us < worker->end_us) &&
           worker->failed_in_a_row < HOPELESS &&
           (worker->options->rate == 0 || worker->due_us <= (double)now_us);
}

static void begin(struct worker *worker, int64_t now_us)
{
    struct cpe *cpe = take_free(worker);
    int64_t due_us = now_us;

    worker->started++;
    worker->running++;
    if (worker->options->rate) {
        due_us = (int64_t)worker->due_us;
        worker->due_us -=
            log(random_share(worker)) * US_PER_S * worker->options->threads / worker->options->rate;
    }
    if (worker->generations) {
        if (worker->started % worker->options->change_every == 0)
            worker->generations[cpe->device]++;
        cpe->generation = worker->generations[cpe->device];
    }
    cpe->began_us = now_us;
    take_progress(worker, cpe, cpe_begin(&worker->cpes, cpe, due_us));
}

static void begin_all(struct worker *worker)
{
    int64_t now_us = clock_mono_us();

    while (may_begin(worker, now_us)) {
        begin(worker, now_us);
        now_us = clock_mono_us();
    }
}

/* Whether a session can still begin some time later. */
static bool has_more(const struct worker *worker, int64_t now_us)
{
    return worker->started < worker->to_start && worker->failed_in_a_row < HOPELESS &&
           worker->free_count > 0 && (worker->end_us == 0 || now_us < worker->end_us);
}

static void end_slow_ones(struct worker *worker, int64_t now_us)
{
    int64_t limit_us = now_us - (int64_t)worker->options->timeout * US_PER_S;

    if (now_us < worker->check_us)
        return;
    worker->check_us = now_us + US_PER_S;
    for (uint32_t i = 0; i < worker->count; i++) {
        struct cpe *cpe = &worker->all[i];

        if ((cpe->state != CPE_GREETING && cpe->state != CPE_TURN) || cpe->began_us > limit_us)
            continue;
        cpe_give_up(&worker->cpes, cpe);
        take_progress(worker, cpe, CPE_FAILED);
    }
}

/* Until the next arrival or the next check, whichever is first. */
static struct timespec patience(const struct worker *worker, int64_t now_us)
{
    double us = (double)(worker->check_us - now_us);

    if (worker->options->rate && worker->running < worker->running_max &&
        worker->due_us - (double)now_us < us)
        us = worker->due_us - (double)now_us;
    if (us < 0)
        us = 0;
    return (struct timespec){.tv_sec = (time_t)(us / US_PER_S), .tv_nsec = (long)(us * 1000) % 1000000000};
}

static void wait_and_serve(struct worker *worker)
{
    struct epoll_event events[EVENTS];
    int64_t now_us = clock_mono_us();
    struct timespec timeout = patience(worker, now_us);
    int count = epoll_pwait2(worker->cpes.wires.epoll, events, EVENTS, &timeout, NULL);

    for (int i = 0; i < count; i++) {
        struct cpe *cpe = events[i].data.ptr;

        take_progress(worker, cpe, cpe_event(&worker->cpes, cpe, events[i].events));
        begin_all(worker);
    }
}

void worker_run(struct worker *worker)
{
    int64_t now_us = clock_mono_us();

    worker->due_us = (double)now_us;
    worker->check_us = now_us + US_PER_S;
    if (worker->options->seconds)
        worker->end_us = now_us + (int64_t)worker->options->seconds * US_PER_S;
    begin_all(worker);
    while (worker->running > 0 || has_more(worker, now_us)) {
        wait_and_serve(worker);
        begin_all(worker);
        now_us = clock_mono_us();
        end_slow_ones(worker, now_us);
    }
}

const struct tally *worker_tally(const struct worker *worker)
{
    return &worker->cpes.tally;
}

uint32_t worker_lost(const struct worker *worker)
{
    uint32_t lost = 0;

    for (uint32_t i = 0; i < worker->count; i++) {
        const struct cpe *cpe = &worker->all[i];
        char byte;

        if (cpe->state == CPE_HELD && recv(cpe->wire.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
            lost++;
    }
    return lost;
}

void worker_end(struct worker *worker)
{
    for (uint32_t i = 0; i < worker->count; i++) {
        wire_hang_up(&worker->cpes.wires, &worker->all[i].wire);
        wire_free(&worker->all[i].wire);
    }
    wires_end(&worker->cpes.wires);
}
