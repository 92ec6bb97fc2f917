/*
 * A listener in an event loop. The daemon's epoll descriptor is watched by the loop's own; the daemon runs
 * when that is readable, and once more at the end of a turn in which replies were given to suspended
 * connections. So all replies of a turn are resumed together, and no other thread, lock or descriptor has a
 * part in it.
 */
#include "acs/http/listener.h"

#include <sys/epoll.h>

#include "acs/base/clock.h"

enum {
    RUNS_MAX = 16,       /* of the daemon in a row */
    AGAIN_US = US_PER_MS /* the pause after them, in case that a client has driven it into a spin */
};

static bool wants_to_run(struct http_listener *listener)
{
    MHD_UNSIGNED_LONG_LONG left_ms;

    return listener->resumed || (MHD_get_timeout(listener->daemon, &left_ms) == MHD_YES && left_ms == 0);
}

static void run(void *ctx)
{
    struct http_listener *listener = ctx;
    unsigned runs = 0;

    listener->now_ms = clock_mono_ms();
    do {
        if (runs++ == RUNS_MAX) {
            loop_timer_set(listener->loop, &listener->again_timer, clock_mono_us() + AGAIN_US, run, listener);
            return;
        }
        listener->resumed = false;
        MHD_run(listener->daemon);
    } while (wants_to_run(listener));
}

static void on_readable(uint32_t events, void *ctx)
{
    (void)events;
    run(ctx);
}

static void on_turn_end(void *ctx)
{
    struct http_listener *listener = ctx;

    if (listener->resumed)
        run(listener);
}

enum err http_listener_in_loop(struct loop *loop, int fd, const struct http_limits *limits,
                               http_handler *handler, void *ctx, struct http_listener **ret)
{
    struct http_listener *listener = listener_new(limits, handler, ctx);

    listener->loop = loop;
    TRY(listener_start(listener, fd, MHD_USE_SUPPRESS_DATE_NO_CLOCK | MHD_USE_TURBO, 0));
    listener->epoll_fd = MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    loop_watch(loop, listener->epoll_fd, EPOLLIN, on_readable, listener);
    loop_at_turn_end(loop, on_turn_end, listener);
    listener_sweep(listener);
    *ret = listener;
    return ERR_OK;
}

void listener_leave_loop(struct http_listener *listener)
{
    loop_unwatch(listener->loop, listener->epoll_fd);
    loop_timer_clear(listener->loop, &listener->sweep_timer);
    loop_timer_clear(listener->loop, &listener->again_timer);
}

void http_connection_set_user(struct http_connection *connection, void *user, void (*closed)(void *user))
{
    void (*before)(void *user) = connection->closed;
    void *was = connection->user;

    connection->user = user;
    connection->closed = closed;
    if (before != NULL && was != user)
        before(was);
}

void *http_connection_user(const struct http_connection *connection)
{
    return connection->user;
}

void http_connection_set_idle(struct http_connection *connection, uint32_t idle_ms)
{
    connection->idle_ms = idle_ms;
}
