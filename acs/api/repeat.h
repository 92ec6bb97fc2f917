/*
 * Requests that may be repeated under an Idempotency-Key: the first answer is kept in the transaction of its
 * effect and given again for 24 hours.
 */
#pragma once

#include "acs/api/call.h"

/* Runs the handler of the call, or gives the kept answer again. Requests without a key just run. */
enum err repeat_or_handle(struct call *call) MUST_CHECK;
