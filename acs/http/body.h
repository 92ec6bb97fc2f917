/*
 * Bodies that are too large for memory: those that go somewhere as they come, and replies that come from a
 * file. Only on listeners with threads.
 *
 * An http_admit is called once the headers are there and before the body, if the limits name it; it may
 * block. It leaves the body to be kept in memory; or says where it goes; or replies at once, with close: then
 * the body is not read.
 */
#pragma once

#include "acs/http/http.h"

/* Where a body goes, piece by piece, in order. Pieces that cannot be used are dropped by who takes them, and
 * the handler, which is called at the end as ever, says so: there is no way to answer in between. */
struct http_sink {
    uint64_t max; /* bytes; more is 413 and close */
    void (*take)(void *ctx, const char *bytes, size_t len);
    void (*gone)(void *ctx); /* the body broke off: the handler will not be called */
    void *ctx;
};
/* A client that sends less than 10 kB of it in stall_ms is cut off; body_ms does not count. */
void http_take_body(struct http_exchange *exchange, const struct http_sink *sink);
/* In the handler: ctx of the sink, which belongs to the handler now; NULL: the body is in memory. */
void *http_body_taken(const struct http_exchange *exchange);

/*
 * A reply whose body is a part of a file, sent from the disk without a copy in our memory. Takes over fd.
 * reply->body and len are not looked at. sent() is called once, in any thread, when it is over: with how many
 * bytes of the part may have reached the client, at most. Only before the handler returns.
 */
struct http_file {
    int fd;
    uint64_t offset;
    uint64_t len;
    uint64_t rate; /* bytes a second at most, as the kernel paces them; 0: as fast as they go. The connection
                      keeps it */
    void (*sent)(void *ctx, uint64_t bytes); /* NULL: nobody asks */
    void *ctx;
};
void http_reply_file(struct http_exchange *exchange, const struct http_reply *reply,
                     const struct http_file *file);

/*
 * A reply whose body waits for somebody else, who says when or writes it himself. Only on listeners with
 * threads.
 *
 * Without a file: len bytes behind the head, which says that the connection closes after them, are written to
 * the socket by him, in his own time. Nothing but he then watches whether the client still reads.
 * With a file: they are a part of it, which is sent by us once he has handed back; the connection goes on.
 */
struct http_handed;
struct http_handover {
    uint64_t len; /* more than 0 */
    int file;     /* stays open until sent(); -1: none */
    uint64_t offset;
    /* The head is sent. fd: the socket, which does not block, to be closed before it is handed back; -1 if
     * there is a file. In a thread of the listener; must not block. Not called if nothing of the body is
     * wanted: HEAD, or the client is gone. */
    void (*begin)(void *ctx, int fd, struct http_handed *handed);
    void (*sent)(void *ctx,
                 uint64_t bytes); /* as in http_file; if the listener is freed, before it comes back */
    void *ctx;
};
void http_reply_handover(struct http_exchange *exchange, const struct http_reply *reply,
                         const struct http_handover *handover);
/* From any thread, once. whole: all bytes were written, or may be. */
void http_handed_back(struct http_handed *handed, bool whole);
/* Bytes that the client has acknowledged so far. False: the socket cannot tell. */
bool http_socket_acked(int fd, uint64_t *ret);

/*
 * A reply whose body is made piece by piece while it is sent, no faster than the client takes it. Only on
 * listeners with threads: next() runs in one of those, and may block. A client that reads nothing is cut off
 * as with any reply.
 */
struct http_source {
    /* The next piece, which lives until the next call; of length 0: that was all. False: it cannot go on; the
     * client sees that the reply broke off. */
    bool (*next)(void *ctx, const char **ret_bytes, size_t *ret_len);
    void (*done)(void *ctx); /* called once, in any thread, when nothing more will be asked for */
    void *ctx;
};
void http_reply_source(struct http_exchange *exchange, const struct http_reply *reply,
                       const struct http_source *source);
