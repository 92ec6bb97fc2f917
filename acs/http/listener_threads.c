/*
 * A listener with threads of its own: libmicrohttpd's, in which handlers run and may block, and one with an
 * event loop in which nothing happens but the sweep of the deadlines.
 */
#include "acs/http/listener.h"

#include <string.h>
#include <unistd.h>

static void *run_sweeper(void *ctx)
{
    loop_run(ctx);
    return NULL;
}

enum err http_listener_with_threads(unsigned threads, int fd, const struct http_limits *limits,
                                    http_handler *handler, void *ctx, struct http_listener **ret)
{
    struct http_listener *listener = listener_new(limits, handler, ctx);
    int number;

    listener->threaded = true;
    listener->loop = loop_new();
    listener_sweep(listener);
    number = pthread_create(&listener->sweeper, NULL, run_sweeper, listener->loop);
    if (number != 0) {
        close(fd);
        loop_free(listener->loop);
        listener_end(listener);
        return err_set(ERR_UNAVAILABLE, "cannot start a thread of the HTTP server: %s", strerror(number));
    }
    TRY(listener_start(listener, fd, MHD_USE_INTERNAL_POLLING_THREAD, threads));
    *ret = listener;
    return ERR_OK;
}

void listener_stop_sweeper(struct http_listener *listener)
{
    loop_stop(listener->loop);
    pthread_join(listener->sweeper, NULL);
    loop_timer_clear(listener->loop, &listener->sweep_timer);
    loop_free(listener->loop);
}
