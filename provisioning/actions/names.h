/* Lists of parameter names in an action's arguments. */
#pragma once

#include "acs/base/json.h"
#include "soap/types.h"

enum {
    NAMES_MAX = 64
}; /* 64 names of 256 characters keep a request below the 32 KiB every device takes (T-38) */

/* An array of 1..NAMES_MAX full names or partial paths; field: its name, for the message. */
enum err names_check(const struct json *array, const char *field) MUST_CHECK;
void names_read(const struct json *array, struct arena *arena, struct cwmp_strings *ret);

/* ERR_INVALID when args has a key other than these; the list of keys ends with NULL. */
enum err names_check_keys(const struct json *args, ...) __attribute__((sentinel)) MUST_CHECK;
