/*
 * http URLs, as a device reads them from ManagementServer.URL and from Location.
 */
#pragma once

#include "acs/base/err.h"

struct url {
    char host[128]; /* "127.0.0.1", "::1", "localhost" */
    char port[6];
    char authority[140]; /* for the Host header: "[::1]:7547" */
    char target[257];    /* path and query, always with its first slash; no fragment */
};

/* ERR_INVALID: not http, user information, or longer than it may be. */
enum err url_read(const char *text, struct url *ret) MUST_CHECK;
/* What Location says, seen from base: a whole URL or a path with a slash in front. */
enum err url_resolve(const struct url *base, const char *location, struct url *ret) MUST_CHECK;
