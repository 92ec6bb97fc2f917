/*
 * What the simulator shows of itself: the whole fleet, or one home, as one line of JSON.
 */
#pragma once

#include "acs/base/json.h"
#include "tests/cpesim/fleet.h"

void status_of_fleet(const struct fleet *fleet, struct text *out);
void status_of_home(const struct home *home, struct text *out);
/* The status of the fleet into a file, which is replaced as a whole. */
enum err status_write_file(const struct fleet *fleet, const char *path) MUST_CHECK;
