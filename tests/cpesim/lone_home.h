/*
 * A home without a network, for the unit tests: parameters, events and counts, but no session, and
 * alarms that never ring.
 */
#pragma once

#include "tests/cpesim/fleet.h"
#include "tests/support/check.h"

struct lone_home {
    struct arena *arena;
    struct fleet_options options;
    struct fleet fleet;
    struct home home;
};

/* model: "gpon181" … */
void lone_home_open(struct lone_home *lone, const char *model);
void lone_home_close(struct lone_home *lone);
