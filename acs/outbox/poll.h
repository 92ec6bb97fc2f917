/*
 * Reads what has become of cases elsewhere: what people there answer, and that a ticket is done, come into
 * the case, and one that waits for them goes back to level 1.
 */
#pragma once

#include "acs/outbox/outlet.h"

/* The one ticket whose turn it is. False in ret_looked: there is none. */
enum err tracker_poll(const struct outlet_context *context, struct db *db, struct arena *arena,
                      bool *ret_looked) MUST_CHECK;
