/*
 * Outgoing HTTP requests (libcurl multi in an event loop): connection requests to routers.
 *
 * http only, no redirects, no DNS (the caller passes a literal address in the URL), Digest only and never
 * Basic, at most 8 KiB of an answer are read and thrown away, total time bounded. Easy handles are pooled.
 */
#pragma once

#include <stdint.h>

#include "acs/base/crypto.h"
#include "acs/base/loop.h"

struct http_client;

struct http_dial {
    const char *url;
    const char *username;
    struct secret password;
    uint32_t timeout_ms;
};

enum http_dial_outcome {
    HTTP_DIAL_ACCEPTED,    /* 200 or 204 */
    HTTP_DIAL_BUSY,        /* 503: in a session, or asked too often */
    HTTP_DIAL_DENIED,      /* 401 after our answer, or it wants something weaker than Digest */
    HTTP_DIAL_UNREACHABLE, /* refused, no route, timeout */
    HTTP_DIAL_STRANGE      /* anything else that answered */
};

typedef void http_dial_fn(enum http_dial_outcome outcome, const char *detail,
                          void *ctx); /* detail: plain words */

struct http_client *http_client_new(struct loop *loop, unsigned parallel) MUST_CHECK;
void http_client_free(struct http_client *client); /* what is under way ends without a callback */
void http_client_dial(struct http_client *client, const struct http_dial *dial, http_dial_fn *fn, void *ctx);
