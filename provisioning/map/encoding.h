/*
 * How a device writes a value, and what it is in the unit of its fact. Pure.
 */
#pragma once

#include <stdbool.h>

#include "acs/base/arena.h"

enum encoding {
#define ENCODING(id, word, from, writable) ENCODING_##id,
#include "provisioning/map/encoding.def"
#undef ENCODING
    ENCODING_COUNT
};

/* ENCODING_COUNT: there is none of this name. */
enum encoding encoding_find(const char *word);
bool encoding_is_writable(enum encoding encoding); /* values may be sent to the device in it */

/* False: it is not so written; empty, not a number, no power of light at all. */
bool encoding_number(enum encoding encoding, const char *value, double *ret);
bool encoding_flag(enum encoding encoding, const char *value, bool *ret);
/* As a device wants to be told. */
const char *encoding_write_number(enum encoding encoding, double number, struct arena *arena);
const char *encoding_write_flag(enum encoding encoding, bool flag);
