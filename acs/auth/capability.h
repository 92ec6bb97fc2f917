/*
 * Rights, as sets. The zero of the type is a right that nobody has: what was forgotten is shut.
 */
#pragma once

#include <assert.h>
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

typedef uint64_t capability_set; /* bits of enum capability */

static_assert(CAPABILITY_COUNT < 64, "a capability_set has a bit for each");

#define CAPABILITY_BIT(capability) (UINT64_C(1) << (capability))

const char *capability_name(enum capability capability); /* "devices.read" */
bool capability_by_name(const char *name, enum capability *ret);
