/*
 * A hash table for keys that peers choose: 128-bit hash (crypto_siphash128 under a secret key) to a pointer
 * or a number.
 *
 * 24 bytes per slot, 60 to 75 % of them filled once it has grown: at most 40 bytes per entry, and no entry is
 * a separate allocation. The table does not own what its pointers point to. A key of all zeros may be asked
 * for, but not put in. A map belongs to one thread at a time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acs/base/crypto.h"

struct map;

union map_value {
    void *pointer;
    int64_t number;
};

struct map *map_new(size_t expected) MUST_CHECK; /* room for so many entries before it grows; 0 is fine */
void map_free(struct map *map);                  /* NULL is allowed */
size_t map_count(const struct map *map);

void map_put(struct map *map, struct hash128 key, union map_value value); /* replaces */
bool map_get(const struct map *map, struct hash128 key, union map_value *ret);
bool map_remove(struct map *map, struct hash128 key); /* false: was not there */

/*
 * Every entry once, in no order; map_next() is false after the last. The entry just returned may be removed;
 * adding, or removing another, ends the walk's validity.
 *
 *     struct map_walk walk = map_walk(map);
 *     while (map_next(&walk)) … walk.key, walk.value …
 */
struct map_walk {
    struct hash128 key;
    union map_value value;
    const struct map *map;
    size_t at;
    size_t left;
};
struct map_walk map_walk(const struct map *map) MUST_CHECK;
bool map_next(struct map_walk *walk);
