/*
 * Rights, as sets. The zero of the type is a right that nobody has: what was forgotten is shut.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum capability {
    CAPABILITY_NOBODY,
    CAPABILITY_PUBLIC, /* needs no token */
#define CAPABILITY(id, name, help) CAPABILITY_##id,
#include "acs/auth/capability.def"
#undef CAPABILITY
    CAPABILITY_COUNT
};

const char *capability_name(enum capability capability); /* "devices.read" */
bool capability_by_name(const char *name, enum capability *ret);
