/*
 * A home's way out: one HTTP request at a time over one TCP connection, which is kept for the next one unless
 * either side wants it closed.
 *
 * Own code over the event loop, on purpose: a simulator with the server's HTTP could not find its faults.
 */
#pragma once

#include "tests/cpesim/alarm.h"
#include "tests/cpesim/http_wire.h"
#include "tests/cpesim/url.h"

/* The time is that of silence: an answer may last as long as bytes come. */
enum { HTTP_OUT_TIMEOUT_MS = 30000, HTTP_OUT_BODY_MAX = 1024 * 1024 };

struct http_out;

/* Valid until the next http_out_post(). */
struct http_answer {
    unsigned status;
    const struct http_head *head;
    const char *body; /* not NUL-terminated */
    size_t len;       /* of what was kept of it, */
    size_t whole;     /* and of all that came */
    bool more;        /* bytes came behind it that nobody asked for */
};

/* One of both is called for each http_out_post(), never from within it. Either may post again, or free. */
struct http_out_user {
    void (*answered)(const struct http_answer *answer, void *ctx);
    void (*broken)(const char *why, void *ctx);
    void *ctx;
};

struct http_call {
    const char *method; /* NULL: POST */
    const struct url *url;
    const char *fields; /* headers besides Host and the body's length, each with its CR LF */
    const char *body;
    size_t len;
    size_t most;  /* of the answer's body; 0: HTTP_OUT_BODY_MAX */
    size_t keep;  /* so much of its beginning; 0: all of it */
    bool chunked; /* send the body in chunks */
    bool fresh;   /* over a new connection, even if the old one would do */
};

/* source: local address to come from, or NULL. */
struct http_out *http_out_new(struct loop *loop, struct alarms *alarms, const char *source,
                              const struct http_out_user *user) MUST_CHECK;
void http_out_free(struct http_out *out); /* closes at once; no callback */
/* Within broken(): what had come of the answer. False: not even its head. */
bool http_out_part(const struct http_out *out, struct http_answer *ret);
void http_out_post(struct http_out *out, const struct http_call *call);
