/*
 * Tests that a home makes by order of the ACS: ping, route, look-up, speed, other networks (TR-098 1.8,
 * TR-181 2.17, TR-143).
 *
 * DiagnosticsState = Requested orders one; it begins when the session is over, takes its time, leaves its
 * results in the tree, and is told as 8 DIAGNOSTICS COMPLETE. One of each kind at a time: another order, or
 * another value of one of its arguments, ends the one that is under way. A restart forgets all of them.
 */
#pragma once

#include "soap/types.h"

struct home;

/* These values were set. */
void diagnostics_written(struct home *home, const struct cwmp_parameter_values *values);
/* The session is over: what was ordered begins. */
void diagnostics_begin(struct home *home);
void diagnostics_stop(struct home *home);   /* without a word: the power failed */
void diagnostics_forget(struct home *home); /* arguments and results, after a restart */
