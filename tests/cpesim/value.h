/*
 * Values that a home makes up: the generators that rows/ name as "$name".
 *
 * All of them follow from the home's number, the seed of the run and the time, so that nothing of them is
 * stored and two runs with one seed have the same homes. Powers, margins and rates move slowly around a
 * middle of the home's own.
 */
#pragma once

#include "tests/cpesim/tree.h"

/* Aborts if there is none: the rows are ours. */
const struct generator *value_generator(const char *name) MUST_CHECK;
/* In arena, or constant. */
const char *value_make(const struct tree *tree, const struct parameter *parameter, struct arena *arena);

/* A number of this home and this purpose, the same in every run with the seed. */
uint64_t value_random(const struct tree *tree, uint64_t purpose);

/* Now, in local time with its offset from UTC, as Inform wants it (A.3.3.1): "2026-11-22T16:40:01-03:00". */
const char *value_local_time(struct arena *arena);
