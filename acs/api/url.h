/*
 * Text in URLs (RFC 3986).
 */
#pragma once

#include <stdbool.h>

#include "acs/base/arena.h"

/*
 * %-decodes len bytes; plus_is_space as in queries, not in paths. ERR_INVALID: a bad sequence, or the result
 * is not UTF-8 or holds NUL.
 */
enum err url_decode(const char *bytes, size_t len, bool plus_is_space, struct arena *arena,
                    const char **ret) MUST_CHECK;
/* Writes text so that it stands for itself in a query or a path segment. */
const char *url_encode(const char *text, struct arena *arena) MUST_CHECK;
