/*
 * What became of what was sent to a webhook or a connector, which the first argument names.
 */
#pragma once

#include "acs/ctl/rest.h"

enum ctl_exit deliveries_print(struct ctl *ctl, enum operation operation);
/* The delivery of the second argument, or without one all that were given up. */
enum ctl_exit deliveries_replay(struct ctl *ctl, enum operation operation);
