#include "acs/base/loop.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "acs/base/arena.h"
#include "acs/base/clock.h"

enum { EVENTS_PER_TURN = 256, WATCHES_FIRST = 64, LETTERS_FIRST = 64, NS_PER_US = 1000 };

#define MAIL_EVENT UINT64_MAX /* no watch has this number */

/* One per descriptor number. The generation tells an event of this watch from one of a watch that was here
 * before. */
struct watch {
    loop_fd_fn *fn; /* NULL: not watched */
    void *ctx;
    uint32_t events;
    uint32_t generation;
};

struct call {
    loop_fn *fn;
    void *ctx;
};

/* Grows, never shrinks. */
struct calls {
    struct call *items;
    size_t count;
    size_t capacity;
};

struct loop {
    int epoll;
    int mail_fd;
    bool stopped;
    bool coarse; /* the kernel waits in whole milliseconds only */

    struct watch *watches; /* by descriptor number */
    size_t watch_count;
    struct loop_timer *timers; /* the earliest first */
    struct loop_timer *due;    /* taken from timers in this turn, not yet called */
    struct calls turn_end;

    pthread_mutex_t mutex;
    struct calls mail;     /* under the mutex */
    struct calls delivery; /* the other half of the pair: what is being delivered */
};

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "farol: event loop: %s: %s\n", what, strerror(errno));
    abort();
}

static void calls_add(struct calls *calls, loop_fn *fn, void *ctx)
{
    if (calls->count == calls->capacity) {
        calls->capacity = calls->capacity ? 2 * calls->capacity : LETTERS_FIRST;
        calls->items = heap_grow(calls->items, calls->capacity * sizeof(*calls->items));
    }
    calls->items[calls->count++] = (struct call){fn, ctx};
}

/* What a call adds to the list is called, too. */
static void calls_run(const struct calls *calls)
{
    for (size_t i = 0; i < calls->count; i++)
        calls->items[i].fn(calls->items[i].ctx);
}

/* ---- descriptors ---- */

static bool epoll_change(struct loop *loop, int operation, int fd, uint32_t events)
{
    struct epoll_event event = {
        .events = events,
        .data.u64 = (uint64_t)loop->watches[fd].generation << 32 | (uint32_t)fd,
    };

    return epoll_ctl(loop->epoll, operation, fd, &event) == 0;
}

static void make_place(struct loop *loop, size_t fd)
{
    size_t count = loop->watch_count ? loop->watch_count : WATCHES_FIRST;

    if (fd < loop->watch_count)
        return;
    while (count <= fd)
        count *= 2;
    loop->watches = heap_grow(loop->watches, count * sizeof(*loop->watches));
    memset(loop->watches + loop->watch_count, 0, (count - loop->watch_count) * sizeof(*loop->watches));
    loop->watch_count = count;
}

void loop_watch(struct loop *loop, int fd, uint32_t events, loop_fd_fn *fn, void *ctx)
{
    struct watch *watch;

    must(fd >= 0, "a negative descriptor");
    make_place(loop, (size_t)fd);
    watch = &loop->watches[fd];
    if (watch->fn == NULL)
        must(epoll_change(loop, EPOLL_CTL_ADD, fd, events), "cannot watch a descriptor");
    else if (watch->events != events)
        must(epoll_change(loop, EPOLL_CTL_MOD, fd, events), "cannot change the watch of a descriptor");
    watch->fn = fn;
    watch->ctx = ctx;
    watch->events = events;
}

void loop_unwatch(struct loop *loop, int fd)
{
    if (fd < 0 || (size_t)fd >= loop->watch_count || loop->watches[fd].fn == NULL)
        return;
    epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, NULL);
    loop->watches[fd].fn = NULL;
    loop->watches[fd].generation++;
}

/* A callback of this turn may have removed the watch, replaced it, or made the array move. */
static void dispatch(struct loop *loop, const struct epoll_event *event)
{
    const struct watch *watch = &loop->watches[(uint32_t)event->data.u64];
    uint32_t events = event->events & (watch->events | EPOLLERR | EPOLLHUP);

    if (watch->fn != NULL && watch->generation == event->data.u64 >> 32 && events != 0)
        watch->fn(events, watch->ctx);
}

/* ---- timers ---- */

static void timer_insert(struct loop_timer **list, struct loop_timer *timer)
{
    while (*list != NULL && (*list)->at_mono_us <= timer->at_mono_us)
        list = &(*list)->next;
    timer->next = *list;
    *list = timer;
}

static void timer_remove(struct loop_timer **list, const struct loop_timer *timer)
{
    while (*list != NULL && *list != timer)
        list = &(*list)->next;
    if (*list != NULL)
        *list = timer->next;
}

void loop_timer_clear(struct loop *loop, struct loop_timer *timer)
{
    if (!timer->set)
        return;
    timer_remove(&loop->timers, timer);
    timer_remove(&loop->due, timer);
    timer->set = false;
}

void loop_timer_set(struct loop *loop, struct loop_timer *timer, int64_t at_mono_us, loop_fn *fn, void *ctx)
{
    loop_timer_clear(loop, timer);
    *timer = (struct loop_timer){.at_mono_us = at_mono_us, .fn = fn, .ctx = ctx, .set = true};
    timer_insert(&loop->timers, timer);
}

/* Takes all that is due off the list first: a timer that sets itself again at once waits for the next turn.
 */
static void run_timers(struct loop *loop)
{
    struct loop_timer **end = &loop->timers;
    int64_t now;

    if (loop->timers == NULL)
        return;
    now = clock_mono_us();
    while (*end != NULL && (*end)->at_mono_us <= now)
        end = &(*end)->next;
    if (end == &loop->timers)
        return;
    loop->due = loop->timers;
    loop->timers = *end;
    *end = NULL;
    while (loop->due != NULL) {
        struct loop_timer *timer = loop->due;

        loop->due = timer->next;
        timer->set = false;
        timer->fn(timer->ctx);
    }
}

void loop_at_turn_end(struct loop *loop, loop_fn *fn, void *ctx)
{
    calls_add(&loop->turn_end, fn, ctx);
}

/* ---- mail ---- */

void loop_post(struct loop *loop, loop_fn *fn, void *ctx)
{
    const uint64_t one = 1;
    bool first;

    pthread_mutex_lock(&loop->mutex);
    first = loop->mail.count == 0;
    calls_add(&loop->mail, fn, ctx);
    pthread_mutex_unlock(&loop->mutex);
    if (first)
        must(write(loop->mail_fd, &one, sizeof(one)) == sizeof(one), "cannot wake the loop");
}

/* The eventfd is watched edge-triggered and never read: every write wakes, and its counter cannot fill up. */
static void deliver_mail(struct loop *loop)
{
    struct calls full;

    pthread_mutex_lock(&loop->mutex);
    full = loop->mail;
    loop->mail = loop->delivery;
    loop->delivery = full;
    pthread_mutex_unlock(&loop->mutex);
    calls_run(&loop->delivery);
    loop->delivery.count = 0;
}

static void stop(void *ctx)
{
    struct loop *loop = ctx;

    loop->stopped = true;
}

/* By mail, so that what was posted before is still delivered. */
void loop_stop(struct loop *loop)
{
    loop_post(loop, stop, loop);
}

/* ---- the loop ---- */

struct loop *loop_new(void)
{
    struct loop *loop = HEAP_NEW(struct loop);
    struct epoll_event mail = {.events = EPOLLIN | EPOLLET, .data.u64 = MAIL_EVENT};

    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    must(loop->epoll >= 0, "cannot create an epoll descriptor");
    loop->mail_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    must(loop->mail_fd >= 0, "cannot create an eventfd");
    must(epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->mail_fd, &mail) == 0, "cannot watch the eventfd");
    pthread_mutex_init(&loop->mutex, NULL);
    return loop;
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    close(loop->epoll);
    close(loop->mail_fd);
    pthread_mutex_destroy(&loop->mutex);
    heap_free(loop->watches);
    heap_free(loop->turn_end.items);
    heap_free(loop->mail.items);
    heap_free(loop->delivery.items);
    heap_free(loop);
}

/* Microseconds until the first timer; -1: there is none. */
static int64_t time_left(const struct loop *loop)
{
    int64_t left;

    if (loop->timers == NULL)
        return -1;
    left = loop->timers->at_mono_us - clock_mono_us();
    return left > 0 ? left : 0;
}

/* Kernels before 5.11, and some sandboxes, have no epoll_pwait2(). */
static int wait_coarse(struct loop *loop, struct epoll_event *events, int64_t left_us)
{
    int64_t ms = left_us < 0 ? -1 : (left_us + US_PER_MS - 1) / US_PER_MS;

    return epoll_wait(loop->epoll, events, EVENTS_PER_TURN, ms > INT32_MAX ? INT32_MAX : (int)ms);
}

static int wait_for_events(struct loop *loop, struct epoll_event *events)
{
    int64_t left = time_left(loop);
    struct timespec timeout = {.tv_sec = left / US_PER_S, .tv_nsec = left % US_PER_S * NS_PER_US};
    int count;

    if (loop->coarse)
        return wait_coarse(loop, events, left);
    count = epoll_pwait2(loop->epoll, events, EVENTS_PER_TURN, left < 0 ? NULL : &timeout, NULL);
    if (count >= 0 || (errno != ENOSYS && errno != EPERM))
        return count;
    loop->coarse = true;
    return wait_coarse(loop, events, left);
}

static void run_turn(struct loop *loop)
{
    struct epoll_event events[EVENTS_PER_TURN];
    int count = wait_for_events(loop, events);

    must(count >= 0 || errno == EINTR, "cannot wait for events");
    for (int i = 0; i < count; i++)
        if (events[i].data.u64 != MAIL_EVENT)
            dispatch(loop, &events[i]);
    deliver_mail(loop); /* in every turn: what its callbacks posted is not for the next one */
    run_timers(loop);
    calls_run(&loop->turn_end);
}

void loop_run(struct loop *loop)
{
    while (!loop->stopped)
        run_turn(loop);
    loop->stopped = false;
}
