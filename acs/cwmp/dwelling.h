/*
 * The home behind a device, in its session: what it tells becomes facts, and what is known of it is there for
 * the programs of actions that want it.
 */
#pragma once

#include "acs/cwmp/endpoint.h"

/* Puts what follows from the few values of an Inform, which are in the post's unit, beside them. */
void dwelling_keep_told(struct post *post, const struct cwmp_parameter_values *values);
/* Likewise what follows from all that is known, once it was read, and what the move has read; and the facts
 * that it tells. */
void dwelling_keep_read(struct post *post, const struct action_move *move);

/* One of the open actions is to be told of the home and it was not read since it changed. */
bool dwelling_is_due(const struct post *post);
/* Reads it, then goes on. Replies by itself where it cannot. */
void dwelling_read(struct post *post, door_fn *go_on);
