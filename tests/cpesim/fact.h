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

/* Those of a home that are not what the seed says. */
struct facts {
    int64_t values[FACT_COUNT];
    bool is_set[FACT_COUNT];
    bool is_healed; /* its story is over (story.h) */
};

/* The same in every run with the seed, but for stories. */
int64_t fact_of(const struct tree *tree, enum fact fact);
