/*
 * One request to a checked target, in a thread that may block (libcurl).
 *
 * No redirects, no proxy, no cookies; the connection goes to the target's address and nowhere else, whatever
 * the name leads to by then; certificates are verified; of the answer no more is read than is wanted.
 */
#pragma once

#include <stdatomic.h>

#include "acs/http/http.h"
#include "acs/http/target.h"

struct http_ask {
    struct http_target target;
    const char *method;
    const char *body;         /* NULL: none */
    const char *content_type; /* of it; NULL: JSON */
    const struct http_header_field *headers;
    size_t header_count;
    uint32_t timeout_ms;
    const char *ca_file;     /* who vouches for certificates; "" or NULL: whom the system trusts */
    size_t wanted;           /* so many bytes of the answer's body at most; 0: it is thrown away */
    const atomic_bool *stop; /* set from elsewhere: give up now */
};

struct http_answer {
    unsigned status;       /* 0: there was none */
    int64_t retry_after_s; /* 0: not said */
    const char *why;       /* there was none, in plain words */
    bool uncertain;        /* there was none, but all may have arrived and been done */
    const char *body;      /* ends in NUL */
    size_t body_len;
};

/* The value of Authorization for "login:password" (RFC 7617 2); both may have to be encoded before. */
char *http_basic(const char *pair, struct arena *arena);

void http_ask(const struct http_ask *ask, struct arena *arena, struct http_answer *ret);
