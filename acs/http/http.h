/*
 * What a handler sees of HTTP: a request, and one reply to it, now or later.
 *
 * A listener reads requests, audits their headers, enforces its limits and calls its handler once a request
 * is complete. The handler answers with http_reply() exactly once: before it returns, or later. In a listener
 * that lives in an event loop (the CWMP port) "later" means later in the same thread; the connection is
 * suspended meanwhile and resumed without a lock or a system call. In a listener with threads of its own (the
 * API) any thread may answer.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "acs/base/arena.h"
#include "acs/base/loop.h"

struct http_exchange;   /* one request and its reply */
struct http_connection; /* the connection it came on; lives longer */
struct http_listener;

typedef void http_handler(struct http_exchange *exchange, void *ctx);
typedef void http_admit(struct http_exchange *exchange, void *ctx); /* body.h */

struct http_request {
    const char *method;
    const char *path;  /* as sent, not decoded, without the query; "/" and more, or "*" */
    const char *query; /* after '?', not decoded; "" if none */
    const char *body;  /* NUL-terminated, len bytes before that */
    size_t len;
    struct sockaddr_storage peer; /* IPv4 in IPv6 is given as IPv4 */
    struct arena *arena;          /* dies after the reply was sent */
};

/* Headers are read in the thread of the handler and before the reply; the request itself wherever the
 * exchange is. */
const struct http_request *http_request(const struct http_exchange *exchange);
const char *http_header(const struct http_exchange *exchange,
                        const char *name); /* first of that name, or NULL */
/* Calls fn for every header of that name, in order: a device may send several Cookie headers (T-24). */
void http_each_header(const struct http_exchange *exchange, const char *name,
                      void (*fn)(const char *value, void *ctx), void *ctx);
/* A decoded query parameter in the request's arena, or NULL. */
const char *http_query(const struct http_exchange *exchange, const char *name);
/* Its connection is one beyond limits.connections. */
bool http_is_crowded(const struct http_exchange *exchange);
/* "192.0.2.7" or "2001:db8::7", in the request's arena. */
const char *http_peer_text(const struct http_exchange *exchange);

struct http_header_field {
    const char *name;
    const char *value;
};

struct http_reply {
    unsigned status;
    const char *content_type; /* NULL: none (and none for 204, T-07) */
    const char *body;         /* must live as long as the request's arena; NULL: empty */
    size_t len;
    const struct http_header_field *headers;
    size_t header_count;
    bool close; /* end the connection after this reply */
};

/* A header that is empty or has a line break in it is not sent: the reply becomes an empty 500. */
void http_reply(struct http_exchange *exchange, const struct http_reply *reply);

/* A reply that goes on: Server-Sent Events. Only on listeners with threads. Both ends hold a reference.
 * Caches and proxies are told to pass it on. */
struct http_stream;
struct http_stream *http_reply_stream(struct http_exchange *exchange, const char *content_type,
                                      size_t buffer_max) MUST_CHECK;
/* Any thread. False: the client is gone, or more than buffer_max would wait for it; then close it. A client
 * that has vanished is noticed only by sending: send something, a comment, every 15 s. */
bool http_stream_send(struct http_stream *stream, const char *bytes, size_t len);
/* Ends the reply after what was sent, or at once if something could not be; drops the caller's reference. */
void http_stream_close(struct http_stream *stream);

/* ---- the connection ---- */

struct http_connection *http_connection(const struct http_exchange *exchange);
void *http_connection_user(const struct http_connection *connection);
/* closed(user) is called once when the connection ends or another user takes its place. Loop listeners only.
 */
void http_connection_set_user(struct http_connection *connection, void *user, void (*closed)(void *user));
/* How long it may stay silent between requests, instead of the listener's idle_ms. Loop listeners only. */
void http_connection_set_idle(struct http_connection *connection, uint32_t idle_ms);

/* ---- listeners ---- */

struct http_limits {
    size_t body_max;      /* bytes, as sent and as decoded; more is 413 and close */
    uint32_t header_ms;   /* from accept, later from a request's first line, to the end of its headers */
    uint32_t body_ms;     /* from the end of the headers to the end of the body */
    uint32_t idle_ms;     /* between a reply and the next request's first line */
    uint32_t stall_ms;    /* a client that reads less than 10 kB of a long reply in it is cut off; 0: 20 s */
    bool decode;          /* bodies may come compressed (gzip, deflate); else they are 415 */
    unsigned connections; /* open at once; more are refused at accept */
    unsigned
        crowd; /* beyond those, that are accepted for the handler to send away; http_is_crowded() tells */
    unsigned connections_per_address; /* 0: not limited (behind CGNAT many homes share one) */
    http_admit *admit;                /* NULL: every body is kept in memory */
};

/*
 * A bound, listening, non-blocking TCP socket for "127.0.0.1:7547" or "[::1]:7547"; "[::]:7547" takes IPv4 as
 * well.
 *
 * Several sockets may share a port, each with a part of its connections: the first is bound with shared
 * unset, which makes sure that nobody else listens there, now or later, and the others join it with shared
 * set. As every server begins with the first, a second server on the port fails (ERR_CONFLICT), however many
 * workers either has. That protects from mistakes, not from another program of the same user that means to
 * share.
 */
enum err http_bind(const char *address, bool shared, int *ret_fd) MUST_CHECK;
/* A bound, non-blocking UDP socket, which shares its port with nobody. */
enum err http_bind_datagram(const char *address, int *ret_fd) MUST_CHECK;
/* "127.0.0.1:7547" as it was bound; for port 0 the port that the kernel chose. */
enum err http_bound_address(int fd, char *ret, size_t size) MUST_CHECK;

/* Lives in loop, is made and freed in its thread or while it does not run, and after that the loop does not
 * run any more. Takes over fd, also if it fails. */
enum err http_listener_in_loop(struct loop *loop, int fd, const struct http_limits *limits,
                               http_handler *handler, void *ctx, struct http_listener **ret) MUST_CHECK;
/* Has its own threads, in which handlers may block; each serves many connections. Takes over fd, also if it
 * fails. */
enum err http_listener_with_threads(unsigned threads, int fd, const struct http_limits *limits,
                                    http_handler *handler, void *ctx, struct http_listener **ret) MUST_CHECK;
void http_listener_stop_accepting(struct http_listener *listener);
unsigned http_listener_open_connections(const struct http_listener *listener);
/* Closes what is open, and waits for handlers that run. What they have not answered yet they still must,
 * though it goes nowhere: it frees the exchange. */
void http_listener_free(struct http_listener *listener);
