/* The rows and sections of a map, and how they are read from text. For map.c only. */
#pragma once

#include "provisioning/map/map.h"

enum { MAP_ROWS_MAX = 20000, MAP_SECTIONS_MAX = 5000, MAP_TESTS_MAX = 2000 };

/* "model …" and what stands below it. Section 0 is for all. */
struct map_section {
    struct model_pattern model;
    uint32_t ceiling_mbps;
    const char *both; /* "": none; NULL: not said */
    uint32_t bands[BAND_COUNT];
    bool without[KEY_COUNT];
    unsigned without_tests;
};

struct model_map {
    struct map_row *rows; /* sorted by leaf and rank once all are read */
    size_t count, capacity;
    struct map_test_row *tests; /* in the order of the files */
    size_t test_count, test_capacity;
    struct map_section **sections;
    uint32_t section_count;
};

/* Adds what the text says. ERR_INVALID names line and column; rows before it were added. */
enum err map_rows_read(const char *text, struct arena *arena, struct model_map *map) MUST_CHECK;
