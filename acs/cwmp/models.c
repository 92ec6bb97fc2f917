#include "acs/cwmp/models.h"

#include "acs/base/map.h"
#include "acs/base/text.h"

/* Devices choose their names: what is remembered of them has an end, and begins anew. */
enum { MODELS_MAX = 4096 };

struct models {
    const struct quirk_set *const *set;
    const struct quirk_set *seen; /* what is remembered is of this one */
    struct map *known;            /* hash of a model -> its quirks in the arena */
    struct arena *arena;
    uint64_t key[2];
};

struct models *models_new(const struct quirk_set *const *set)
{
    struct models *models = HEAP_NEW(struct models);

    models->set = set;
    models->known = map_new(0);
    models->arena = arena_new(4096);
    crypto_random(models->key, sizeof(models->key));
    return models;
}

void models_free(struct models *models)
{
    if (models == NULL)
        return;
    map_free(models->known);
    arena_free(models->arena);
    heap_free(models);
}

static void forget(struct models *models, const struct quirk_set *set)
{
    map_free(models->known);
    models->known = map_new(0);
    arena_reset(models->arena);
    models->seen = set;
}

static struct hash128 hash(const struct models *models, const struct model_identity *identity)
{
    enum { USUAL = 256 };
    char bytes[USUAL * 3 + 1];
    struct text all = {.data = bytes, .capacity = sizeof(bytes)};
    const char *parts[] = {text_or_empty(identity->manufacturer), text_or_empty(identity->product_class),
                           text_or_empty(identity->software_version)};

    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) /* longer ones are cut: no row has them */
        text_add(&all, parts[i], strnlen(parts[i], USUAL - 1) + 1);
    return crypto_siphash128(models->key, all.data, all.len);
}

struct quirks models_find(struct models *models, const struct model_identity *identity)
{
    const struct quirk_set *set = __atomic_load_n(models->set, __ATOMIC_ACQUIRE);
    struct hash128 key = hash(models, identity);
    union map_value value;
    struct quirks *found;

    if (set == NULL)
        return quirks_none;
    if (set != models->seen || map_count(models->known) >= MODELS_MAX)
        forget(models, set);
    if (map_get(models->known, key, &value)) {
        found = value.pointer;
        return *found;
    }
    found = ARENA_NEW(models->arena, struct quirks);
    *found = quirk_set_find(set, identity);
    value.pointer = found;
    map_put(models->known, key, value);
    return *found;
}
