/* The files of rows that come with Farol, made into C by embed.py. For map.c. */
#pragma once

#include <stddef.h>

struct map_source {
    const char *name;
    const char *text;
};

extern const struct map_source map_sources[];
extern const size_t map_source_count;
