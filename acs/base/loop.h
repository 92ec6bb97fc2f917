/*
 * One thread's event loop: descriptors (epoll), timers, mail from other threads (eventfd), and hooks that run
 * once at the end of every turn, after all that was ready has been handled.
 *
 * Everything but loop_post() and loop_stop() is called in the loop's own thread. Callbacks may add and remove
 * anything, themselves included.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "acs/base/err.h"

struct loop;

struct loop *loop_new(void) MUST_CHECK;
void loop_free(struct loop *loop); /* NULL is allowed; mail not yet delivered is dropped */
void loop_run(struct loop *loop);  /* until loop_stop() */
void loop_stop(struct loop *loop); /* at the end of a turn, after what was posted before */

/*
 * events: EPOLLIN | EPOLLOUT; level-triggered; the callback may also get EPOLLERR and EPOLLHUP. Watching a
 * watched descriptor changes events and callback. A descriptor is unwatched before it is closed.
 */
typedef void loop_fd_fn(uint32_t events, void *ctx);
void loop_watch(struct loop *loop, int fd, uint32_t events, loop_fd_fn *fn, void *ctx);
void loop_unwatch(struct loop *loop, int fd);

/*
 * A timer is owned by its user; zero-initialise it. Setting a set timer moves it. Few per loop: a list is
 * searched.
 */
typedef void loop_fn(void *ctx);
struct loop_timer {
    int64_t at_mono_us;
    loop_fn *fn;
    void *ctx;
    bool set;
    struct loop_timer *next;
};
void loop_timer_set(struct loop *loop, struct loop_timer *timer, int64_t at_mono_us, loop_fn *fn, void *ctx);
void loop_timer_clear(struct loop *loop, struct loop_timer *timer);

void loop_at_turn_end(struct loop *loop, loop_fn *fn, void *ctx); /* for the life of the loop */

/* From any thread: fn(ctx) will run in the loop's thread, in order of posting. */
void loop_post(struct loop *loop, loop_fn *fn, void *ctx);
