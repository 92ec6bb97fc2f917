/*
 * The second look at a request line and at headers, before anything believes what libmicrohttpd made of them.
 * A request that is refused here is answered, and its connection closed without reading on.
 */
#pragma once

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

#include "acs/http/coding.h"

struct refusal {
    unsigned status; /* 0: nothing is wrong */
    const char *why;
};

/* What the headers say of the body. */
struct framing {
    uint64_t content_length;
    bool has_length;
    bool chunked;
    bool coded; /* a Content-Encoding was given */
    enum http_coding coding;
};

/* target: as received, in a copy; method and version: where libmicrohttpd received them. */
struct refusal audit_request(struct MHD_Connection *mhd, const char *method, const char *target,
                             const char *version, struct framing *ret);
