/*
 * The header Range (RFC 9110 14): which part of a file is asked for. Pure.
 */
#pragma once

#include <stdint.h>

enum range_kind {
    RANGE_ALL,  /* no range, more than one, or none that can be understood: the whole file, 200 */
    RANGE_PART, /* 206 */
    RANGE_NONE  /* nothing of the file lies in it, 416 */
};

struct range {
    enum range_kind kind;
    uint64_t first; /* of RANGE_PART and RANGE_ALL */
    uint64_t len;
};

/* range and if_range: the headers; NULL: there is none. etag: of the file, with its quotes. */
struct range range_read(const char *range, const char *if_range, const char *etag, uint64_t size);
