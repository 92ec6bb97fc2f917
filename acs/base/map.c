#include "acs/base/map.h"

#include <assert.h>

enum { SLOTS_MIN = 16, FILLED_MOST_PERCENT = 75 };

struct slot {
    struct hash128 key; /* zero: the slot is free */
    union map_value value;
};

struct map {
    struct slot *slots;
    size_t slot_count;
    size_t count;
};

static bool is_free(const struct slot *slot)
{
    return (slot->key.high | slot->key.low) == 0;
}

static bool is_key(const struct slot *slot, struct hash128 key)
{
    return slot->key.high == key.high && slot->key.low == key.low;
}

/*
 * Where the search for a key begins. The upper half of a product spreads evenly over any number of slots, so
 * the table can grow by a quarter at a time; the mixing before serves tests and keys that are not hashes.
 */
static size_t home_of(const struct map *map, struct hash128 key)
{
    uint64_t mixed = (key.low ^ (key.high << 32 | key.high >> 32)) * UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ mixed >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return (size_t)(((mixed >> 32) * (uint64_t)map->slot_count) >> 32);
}

static size_t after(const struct map *map, size_t at)
{
    return at + 1 < map->slot_count ? at + 1 : 0;
}

/* The slot of the key, or the free slot where it would be put. */
static size_t find(const struct map *map, struct hash128 key)
{
    size_t at = home_of(map, key);

    while (!is_free(&map->slots[at]) && !is_key(&map->slots[at], key))
        at = after(map, at);
    return at;
}

static void resize(struct map *map, size_t slot_count)
{
    struct map old = *map;

    assert(slot_count <= UINT32_MAX);
    map->slots = heap_alloc(slot_count * sizeof(*map->slots));
    map->slot_count = slot_count;
    for (size_t i = 0; i < old.slot_count; i++)
        if (!is_free(&old.slots[i]))
            map->slots[find(map, old.slots[i].key)] = old.slots[i];
    heap_free(old.slots);
}

struct map *map_new(size_t expected)
{
    struct map *map = HEAP_NEW(struct map);
    size_t slots = expected * 100 / FILLED_MOST_PERCENT + 1;

    resize(map, slots > SLOTS_MIN ? slots : SLOTS_MIN);
    return map;
}

void map_free(struct map *map)
{
    if (map == NULL)
        return;
    heap_free(map->slots);
    heap_free(map);
}

size_t map_count(const struct map *map)
{
    return map->count;
}

void map_put(struct map *map, struct hash128 key, union map_value value)
{
    size_t at = find(map, key);

    assert((key.high | key.low) != 0);
    if (is_free(&map->slots[at])) {
        if ((map->count + 1) * 100 > map->slot_count * FILLED_MOST_PERCENT) {
            resize(map, map->slot_count + map->slot_count / 4);
            at = find(map, key);
        }
        map->count++;
    }
    map->slots[at] = (struct slot){key, value};
}

bool map_get(const struct map *map, struct hash128 key, union map_value *ret)
{
    const struct slot *slot = &map->slots[find(map, key)];

    if (is_free(slot))
        return false;
    *ret = slot->value;
    return true;
}

/* How far the slot is behind the home of its key. */
static size_t distance(const struct map *map, size_t at)
{
    size_t home = home_of(map, map->slots[at].key);

    return at >= home ? at - home : at + map->slot_count - home;
}

/* What a search would no longer reach over the hole is moved into it, which makes another hole; until one is
 * harmless. */
bool map_remove(struct map *map, struct hash128 key)
{
    size_t hole = find(map, key);
    size_t gap = 0;

    if (is_free(&map->slots[hole]))
        return false;
    for (size_t at = after(map, hole); !is_free(&map->slots[at]); at = after(map, at)) {
        gap++;
        if (distance(map, at) < gap)
            continue;
        map->slots[hole] = map->slots[at];
        hole = at;
        gap = 0;
    }
    map->slots[hole] = (struct slot){0};
    map->count--;
    return true;
}

/*
 * Backwards from a free slot: removal moves only entries that lie behind, up to the next free slot, and those
 * have been returned before.
 */
struct map_walk map_walk(const struct map *map)
{
    struct map_walk walk = {.map = map, .left = map->slot_count};

    while (!is_free(&map->slots[walk.at]))
        walk.at++;
    return walk;
}

bool map_next(struct map_walk *walk)
{
    while (walk->left > 0) {
        const struct slot *slot;

        walk->left--;
        walk->at = (walk->at > 0 ? walk->at : walk->map->slot_count) - 1;
        slot = &walk->map->slots[walk->at];
        if (is_free(slot))
            continue;
        walk->key = slot->key;
        walk->value = slot->value;
        return true;
    }
    return false;
}
