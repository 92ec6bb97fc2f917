#include "tests/cpesim/fact.h"

#include "tests/cpesim/value.h"

enum { OF_FACTS = 0x46000000 };

static const struct {
    int64_t base;
    int64_t spread;
} facts[FACT_COUNT] = {
#define FACT(id, base, spread) [FACT_##id] = {base, spread},
#include "tests/cpesim/fact.def"
#undef FACT
};

int64_t fact_of(const struct tree *tree, enum fact fact)
{
    if (tree->facts != NULL && tree->facts->is_set[fact])
        return tree->facts->values[fact];
    return facts[fact].base +
           (int64_t)(value_random(tree, (uint64_t)OF_FACTS + fact) % (uint64_t)facts[fact].spread);
}
