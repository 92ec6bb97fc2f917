/*
 * Compressed bodies (RFC 9110 8.4.1; TR-069 3.4.7): a device may send its messages so. Pure.
 *
 * What comes out is bounded twice: by the size that is given, and by what went in, so that a few hundred
 * bytes cannot keep a worker busy with megabytes. No memory is taken but from the arena.
 */
#pragma once

#include <stdbool.h>

#include "acs/base/arena.h"
#include "acs/base/err.h"

enum http_coding { HTTP_CODING_NONE, HTTP_CODING_GZIP, HTTP_CODING_DEFLATE };

/* Beyond so many bytes a body may have become at most so many times as long: XML of devices stays below 40.
 */
enum { CODING_FREE_BYTES = 64 * 1024, CODING_RATIO_MAX = 100 };

/* "identity", "gzip", "x-gzip" or "deflate", in any case. False: another one, or a list. */
bool coding_by_name(const char *name, enum http_coding *ret);

struct coded_body {
    const char *bytes;
    size_t len;
};

/*
 * The decoded body, NUL-terminated, in the arena. "deflate" is taken with zlib's header as the standard says,
 * and without as some devices send it (T-35). ERR_INVALID: it is no such stream, is cut off, or has something
 * behind its end. ERR_TOO_LARGE: it would be longer than max, or than its ratio allows.
 */
enum err coding_decode(enum http_coding coding, struct coded_body body, size_t max, struct arena *arena,
                       char **ret, size_t *ret_len) MUST_CHECK;
