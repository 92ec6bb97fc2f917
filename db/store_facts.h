/*
 * The parts of a store's unit that are about what is known of a home (db/store.h).
 */
#pragma once

#include "provisioning/map/home.h"

/* What follows from values that were read; written with them, or not at all. */
struct store_facts {
    const struct facts *facts;
    unsigned lists; /* enum home_list: what was known of the other rows of these is over */
};

/* All that was read of a device, for the program of an action. Alone in its unit. */
struct store_tree {
    struct home_value *values; /* out, in the unit's arena; by name */
    size_t count;
    const char *technology;              /* out: of its place; NULL: not known */
    double plan_down_mbps, plan_up_mbps; /* out; 0: not known */
};
