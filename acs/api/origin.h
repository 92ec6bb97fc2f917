/*
 * Where a request comes from: from which address, over TLS or not, and, if a browser sent it, from a page of
 * this server or of another one.
 *
 * A browser shows the cookie of a session by itself, whoever made it send the request. So what changes
 * something by a cookie must come from our own page: SameSite=Strict keeps the cookie from others, and
 * Sec-Fetch-Site or Origin say it once more.
 */
#pragma once

#include <stdbool.h>

#include "acs/http/http.h"

struct networks;

struct origin {
    const char *address; /* the peer's, or what a trusted proxy says of it */
    bool secure;         /* the proxy says that it was over TLS */
};

/* proxies NULL: none are trusted. In the request's arena. */
struct origin origin_of(const struct http_exchange *exchange, const struct networks *proxies);

enum origin_page {
    ORIGIN_UNSAID, /* no browser, or one that does not say */
    ORIGIN_OTHER,
    ORIGIN_SAME
};

/* What the headers Sec-Fetch-Site, Origin and Host say together; NULL: not there. Pure. */
enum origin_page origin_page(const char *fetch_site, const char *origin, const char *host, bool secure);
