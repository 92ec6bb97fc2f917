/*
 * What became of a call to a device, in words (wake.def).
 */
#pragma once

#include "acs/api/call.h"

/* NULL: no code, or none that is known here. */
const char *wake_words(const struct call *call, const char *code);
