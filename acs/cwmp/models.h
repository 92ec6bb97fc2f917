/*
 * What holds for which model, remembered by a worker: a device whose model was seen before costs one hash.
 */
#pragma once

#include "provisioning/map/map.h"
#include "provisioning/quirks.h"

/* What all models are found in. */
struct model_data {
    const struct quirk_set *quirks;
    const struct model_map *map;
};

struct model {
    struct quirks quirks;
    struct map_view map;
    struct model_identity identity;
    struct known_model *own; /* the memory's */
};

struct models; /* belongs to its worker's thread */

/* data: where what is in force is found; another one is noticed at the next call. */
struct models *models_new(const struct model_data *const *data) MUST_CHECK;
void models_free(struct models *models); /* NULL is allowed; nothing of it may be held any more */
/* Holds it until model_release(); NULL: nothing is in force. */
const struct model *models_take(struct models *models, const struct model_identity *identity) MUST_CHECK;
void model_release(const struct model *model); /* NULL is allowed */
