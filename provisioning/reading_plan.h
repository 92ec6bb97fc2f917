/*
 * The items of a reading: how a list of names becomes paths to ask for. For reading.c only.
 */
#pragma once

#include "provisioning/reading.h"

void reading_add(struct reading *reading, enum reading_what what, uint32_t count, const char *path);

/* Puts in front of the items what is below item, now that its names are known. */
void reading_expand(struct reading *reading, const struct reading_item *item,
                    const struct cwmp_parameter_infos *infos, bool full_names);
