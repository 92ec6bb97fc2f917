#include "acs/cwmp/models.h"

#include "acs/base/list.h"
#include "acs/base/map.h"
#include "acs/base/text.h"

/* Devices choose their names: what is remembered of them has an end, and begins anew. */
enum { MODELS_MAX = 4096 };

/* One that is remembered, or only held by sessions any more. */
struct known_model {
    struct model model;
    struct arena *arena;
    unsigned holders; /* the memory is one */
    struct list link; /* in the memory */
};

struct models {
    const struct model_data *const *data;
    const struct model_data *seen; /* what is remembered is of this */
    struct map *known;             /* hash of a model -> struct known_model */
    struct list all;
    uint64_t key[2];
};

struct models *models_new(const struct model_data *const *data)
{
    struct models *models = HEAP_NEW(struct models);

    models->data = data;
    models->known = map_new(0);
    list_init(&models->all);
    crypto_random(models->key, sizeof(models->key));
    return models;
}

void model_release(const struct model *model)
{
    struct known_model *known;

    if (model == NULL)
        return;
    known = model->own;
    if (--known->holders > 0)
        return;
    arena_free(known->arena);
    heap_free(known);
}

static void forget(struct models *models)
{
    struct list *first;

    while ((first = list_first(&models->all)) != NULL) {
        list_remove(first);
        model_release(&container_of(first, struct known_model, link)->model);
    }
    map_free(models->known);
    models->known = map_new(0);
}

void models_free(struct models *models)
{
    if (models == NULL)
        return;
    forget(models);
    map_free(models->known);
    heap_free(models);
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

static struct model_identity copy(const struct model_identity *identity, struct arena *arena)
{
    const char *version = identity->software_version;

    return (struct model_identity){
        .manufacturer = arena_strdup(arena, text_or_empty(identity->manufacturer)),
        .product_class = arena_strdup(arena, text_or_empty(identity->product_class)),
        .software_version = version != NULL ? arena_strdup(arena, version) : NULL,
    };
}

static struct known_model *learn(struct models *models, const struct model_identity *identity)
{
    struct known_model *known = HEAP_NEW(struct known_model);

    known->arena = arena_new(512);
    known->holders = 1;
    known->model.own = known;
    known->model.identity = copy(identity, known->arena);
    known->model.quirks = quirk_set_find(models->seen->quirks, identity);
    known->model.map = model_map_find(models->seen->map, identity, known->arena);
    list_append(&models->all, &known->link);
    return known;
}

const struct model *models_take(struct models *models, const struct model_identity *identity)
{
    const struct model_data *data = __atomic_load_n(models->data, __ATOMIC_ACQUIRE);
    struct hash128 key = hash(models, identity);
    union map_value value;
    struct known_model *known;

    if (data == NULL)
        return NULL;
    if (data != models->seen || map_count(models->known) >= MODELS_MAX)
        forget(models);
    models->seen = data;
    if (!map_get(models->known, key, &value)) {
        value.pointer = learn(models, identity);
        map_put(models->known, key, value);
    }
    known = value.pointer;
    known->holders++;
    return &known->model;
}
