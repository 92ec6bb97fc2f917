/*
 * What is done otherwise for which model, remembered by a worker: a device whose model was seen before costs
 * one hash.
 */
#pragma once

#include "provisioning/quirks.h"

struct models; /* belongs to its worker's thread */

/* set: where the set in force is found; another one is noticed at the next call. */
struct models *models_new(const struct quirk_set *const *set) MUST_CHECK;
void models_free(struct models *models); /* NULL is allowed */
struct quirks models_find(struct models *models, const struct model_identity *identity);
