/*
 * The limits of the desk (limits.def): what is about to be done counts, and is refused with 429 when it is
 * too much.
 *
 * Counting and effect are one transaction, and of one agent one at a time, so that many connections at once
 * get exactly the limit, on however many servers.
 */
#pragma once

#include "acs/api/call.h"

/*
 * In a transaction, after all other checks and with the device locked: counts one use of this kind. Over a
 * limit it refuses: 429 with Retry-After, which limit it is, and when it frees.
 */
enum err limits_take(struct call *call, const char *kind, int64_t device_id) MUST_CHECK;

/* What limits_take() would say now; NULL: nothing. Counts nothing. */
enum err limits_preview(struct call *call, const char *kind, int64_t device_id, const char **ret) MUST_CHECK;
