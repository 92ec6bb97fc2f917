/*
 * One POST to a checked target, in a thread that may block (libcurl).
 *
 * No redirects, no proxy, no cookies; the connection goes to the target's address and nowhere else, whatever
 * the name leads to by then; certificates are verified; of the answer the status and Retry-After are read,
 * and at most 64 KiB of its body are thrown away.
 */
#pragma once

#include <stdatomic.h>

#include "acs/http/http.h"
#include "acs/http/target.h"

struct http_post {
    struct http_target target;
    const char *body; /* JSON */
    const struct http_header_field *headers;
    size_t header_count;
    uint32_t timeout_ms;
    const atomic_bool *stop; /* set from elsewhere: give up now */
};

struct http_post_answer {
    unsigned status;       /* 0: there was none */
    int64_t retry_after_s; /* 0: not said */
    const char *why;       /* there was none, in plain words */
};

void http_post(const struct http_post *post, struct arena *arena, struct http_post_answer *ret);
