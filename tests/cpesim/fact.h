/*
 * Facts of a home: what is true of it and its line, whatever its model calls it (fact.def).
 */
#pragma once

#include "tests/cpesim/tree.h"

enum fact {
#define FACT(id, base, spread) FACT_##id,
#include "tests/cpesim/fact.def"
#undef FACT
    FACT_COUNT
};

/* The same in every run with the seed. */
int64_t fact_of(const struct tree *tree, enum fact fact);
