/*
 * One HTTP answer, read where it lies: what a load generator must know of it and no more.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct bytes {
    const char *at;
    size_t len;
};

struct reply {
    unsigned status;
    size_t len; /* of head and body together */
    struct bytes body;
    struct bytes cookie;    /* "name=value" of the last Set-Cookie; len 0: none */
    struct bytes challenge; /* the last WWW-Authenticate; len 0: none */
    bool close;             /* the server ends the connection after it */
};

/* BROKEN: not HTTP/1, or a body whose length is not announced by Content-Length. */
enum reply_state { REPLY_PARTIAL, REPLY_COMPLETE, REPLY_BROKEN };

/* The pointers in ret point into bytes. */
enum reply_state reply_read(const char *bytes, size_t len, struct reply *ret);
