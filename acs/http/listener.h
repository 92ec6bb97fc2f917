/*
 * What the files of acs/http share; nobody else includes it.
 *
 * A listener is one libmicrohttpd daemon. Of the two kinds, one lives in an event loop and in one thread, the
 * other has threads; all code but the driving of the daemon is the same for both: the lock is taken only
 * where there are threads.
 *
 * A connection waits for one thing at a time and has at most one deadline: for the headers, the body, the
 * client to read our reply, or its next request. While a handler has the request there is none.
 * libmicrohttpd's own timeout is not used, because every byte resets it.
 *
 * An exchange begins with the request line. Normally libmicrohttpd ends it; if its connection ends while the
 * handler still has it (only when the listener is freed), it lives on until http_reply() and holds the
 * listener until then.
 */
#pragma once

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "acs/http/body.h"
#include "acs/http/coding.h"
#include "acs/http/deadline.h"

struct http_connection {
    struct deadline deadline; /* the first member: a deadline is cast back */
    struct http_listener *listener;
    int fd;
    uint32_t idle_ms;
    bool crowded;   /* it is one too many */
    bool served;    /* a request line was read */
    bool writing;   /* the deadline is one for progress */
    uint64_t acked; /* bytes that the client had acknowledged when progress was last looked at */
    void *user;
    void (*closed)(void *user);
};

enum exchange_state {
    EXCHANGE_STARTED,  /* the request line was read */
    EXCHANGE_READING,  /* the headers are good */
    EXCHANGE_HANDLED,  /* the handler runs, or has returned without a reply */
    EXCHANGE_ANSWERED, /* there is a response */
    EXCHANGE_SENT      /* and libmicrohttpd has it */
};

struct http_exchange {
    struct http_request request;
    struct http_listener *listener;
    struct http_connection *connection;
    struct MHD_Connection *mhd;    /* NULL: the connection is gone, a reply goes nowhere */
    struct MHD_Response *response; /* ours until it is sent */
    struct http_stream *stream;    /* NULL: an ordinary reply */
    struct http_handed *handed;    /* NULL: as well */
    char *target;                  /* from the request line */
    enum http_coding coding;       /* of the body as it arrives */
    uint64_t content_length;       /* 0: none was given */
    struct http_sink sink;         /* max 0: the body is kept in memory */
    bool filling;                  /* the sink is not the handler's yet */
    uint64_t progress;             /* bytes since the deadline was moved */
    struct http_file file; /* sent set: somebody asks what became of it; also of one that is handed over */
    uint64_t sent_before;  /* by the socket, when the file's turn came */
    char *body;
    size_t capacity; /* of body */
    unsigned status;
    enum exchange_state state;
    bool suspended;
    struct http_exchange *prev, *next; /* in listener->live, or the next in listener->spare */
};

struct http_listener {
    struct http_limits limits;
    http_handler *handler;
    void *ctx;
    struct MHD_Daemon *daemon;
    struct MHD_Response *nothing; /* shared by all replies that have neither headers nor a body */
    int quiesced_fd;              /* the listening socket once it accepts no more, or -1 */
    bool threaded;
    atomic_uint open; /* connections */

    pthread_mutex_t lock; /* if threaded: over all that follows */
    struct deadlines deadlines;
    struct http_exchange *live;
    struct http_exchange *spare;
    unsigned spare_count;
    unsigned holders; /* the owner, and every exchange in live */
    bool stopping;

    struct loop *loop; /* the one it lives in, or with threads its own, for the sweep alone */
    struct loop_timer sweep_timer;

    /* in a loop */
    struct loop_timer again_timer;
    int epoll_fd;
    int64_t now_ms; /* read once per run of the daemon */
    bool resumed;   /* the daemon must run again */

    pthread_t sweeper; /* if threaded: runs loop */
};

/* ---- listener.c ---- */

struct http_listener *listener_new(const struct http_limits *limits, http_handler *handler,
                                   void *ctx) MUST_CHECK;
/* Starts the daemon; threads: 0 if a loop will drive it. If that fails, fd is closed and the listener freed.
 */
enum err listener_start(struct http_listener *listener, int fd, unsigned flags, unsigned threads) MUST_CHECK;
/* Ends the daemon and with it every connection, then drops the owner's hold. Nobody may drive it any more. */
void listener_end(struct http_listener *listener);
void listener_drop(struct http_listener *listener); /* with the lock held, which it releases */

/* What makes each kind stop driving its daemon: in listener_loop.c and listener_threads.c. */
void listener_leave_loop(struct http_listener *listener);
void listener_stop_sweeper(struct http_listener *listener);

void listener_lock(struct http_listener *listener);
void listener_unlock(struct http_listener *listener);
/* Shuts down what has waited too long, now and then every tick. */
void listener_sweep(struct http_listener *listener);

/* What the socket has sent so far and is still about to send. False: it cannot tell. */
bool socket_sent(int fd, uint64_t *ret);
/* Any thread, while the socket is open: libmicrohttpd notices, and closes it. unread: what waits for the
 * client to read it, up to megabytes in the kernel, is thrown away. */
void socket_end(int fd, bool unread);

void connection_wait(struct http_connection *connection, uint32_t ms); /* from now */
void connection_wait_written(struct http_connection *connection);
void connection_rest(struct http_connection *connection); /* no deadline */

enum { PROGRESS_BYTES = 10000 }; /* less of them in stall_ms is none */

/* ---- exchange.c ---- */

struct http_exchange *exchange_take(struct http_listener *listener);
/* With the lock held, which it releases. */
void exchange_give_back(struct http_exchange *exchange);
/* With the lock held: its connection does not stay suspended. */
void exchange_interrupt(struct http_exchange *exchange);
void exchanges_free(struct http_exchange *spare);
/* Its connection is at an end, or goes on to the next request: whole, or broken off. */
void exchange_over(struct http_exchange *exchange, bool whole);
enum MHD_Result exchange_run(struct http_exchange *exchange, const char *method, const char *version,
                             const char *upload, size_t *upload_size);
void exchange_answer(struct http_exchange *exchange, unsigned status, struct MHD_Response *response,
                     struct http_stream *stream);
