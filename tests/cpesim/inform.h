/*
 * The Inform of a home (TR-069 A.3.3.1).
 */
#pragma once

#include "tests/cpesim/home.h"

/* With all events and values that wait to be told; texts live in arena. The caller sets version and header.
 */
struct cwmp_message inform_make(struct home *home, struct arena *arena);
