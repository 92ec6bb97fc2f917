/*
 * The cookies of one session (TR-069 3.4.2, RFC 6265): kept until it ends, sent back where their Path says.
 */
#pragma once

#include "acs/base/arena.h"
#include "tests/cpesim/url.h"

enum { COOKIES_MAX = 8, COOKIE_BYTES = 512 }; /* a device need not keep more bytes than these */

struct cookie_jar {
    struct cookie {
        const char *name; /* in the arena of the session */
        const char *value;
        const char *path;
    } items[COOKIES_MAX];
    size_t count;
};

/* Takes one Set-Cookie header. ERR_TOO_LARGE: a device with the least storage could not keep it; it is
 * dropped. */
enum err cookie_take(struct cookie_jar *jar, const struct url *url, const char *set_cookie,
                     struct arena *arena) MUST_CHECK;
/* The value of the Cookie header for a request to this URL, or NULL for none. */
const char *cookie_header(const struct cookie_jar *jar, const struct url *url, struct arena *arena);
