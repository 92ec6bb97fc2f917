/*
 * May this value be written? The lexical rules of the types (TR-106 3.2) and the ranges of check.def.
 */
#pragma once

#include "acs/base/arena.h"
#include "soap/types.h"

enum check_id {
#define CHECK(id, min, max, choices, form) CHECK_##id,
#include "tests/cpesim/check.def"
#undef CHECK
    CHECK_COUNT
};

/*
 * ret: the value as the device keeps it ("true" becomes "1", "007" becomes "7"), in arena.
 * ERR_INVALID: the value is none of this type, or out of range; a device answers 9007.
 */
enum err check_value(enum cwmp_type type, enum check_id id, const char *value, struct arena *arena,
                     const char **ret) MUST_CHECK;
