/*
 * What the standard asks of a message beyond what a schema can say, field by field: members of a list that
 * must fit together, arguments that depend on each other or on the version.
 */
#pragma once

#include "soap/cwmp.h"

/* Of what is to be written. ERR_INVALID names the rule. The arena is used for the time of the call. */
enum err rules_check(const struct cwmp_message *message, struct arena *arena) MUST_CHECK;
