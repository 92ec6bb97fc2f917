/*
 * How much one agent may do: the rows of limits.def with their numbers. How they are kept: limits.h.
 */
#pragma once

#include <stdint.h>

enum limit {
#define LIMIT(id, key, kinds, of, otherwise, window_s, help, pt, en) LIMIT_##id,
#include "acs/api/limits.def"
#undef LIMIT
    LIMIT_COUNT
};

struct limits {
    uint64_t most[LIMIT_COUNT]; /* 0: no limit */
};

struct config;
struct limits limits_of(const struct config *config);
