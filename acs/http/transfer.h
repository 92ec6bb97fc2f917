/*
 * What every transfer to a checked target has in common, whatever is spoken there (libcurl, in a thread that
 * may block): no proxy; the connection goes to the target's address and nowhere else, whatever the name leads
 * to by then; certificates are verified; all of it bounded in time, and given up when told so.
 */
#pragma once

#include <curl/curl.h>
#include <stdatomic.h>

#include "acs/http/target.h"

struct transfer_terms {
    const struct http_target *target;
    const char *protocols; /* as CURLOPT_PROTOCOLS_STR has them */
    uint32_t timeout_ms;
    const char *ca_file;     /* who vouches for certificates; "" or NULL: whom the system trusts */
    const atomic_bool *stop; /* set from elsewhere: give up now; NULL: never */
};

struct transfer {
    struct transfer_terms terms;
    CURL *easy; /* for whatever else has to be set */
    struct curl_slist *resolve;
    char error[CURL_ERROR_SIZE];
};

/* It must not move in memory until transfer_end(). */
void transfer_begin(const struct transfer_terms *terms, struct arena *arena, struct transfer *ret);
void transfer_end(struct transfer *transfer);
/* Why it failed, in plain words. */
const char *transfer_why(const struct transfer *transfer, CURLcode code, struct arena *arena);
