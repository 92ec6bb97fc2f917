/*
 * A home at a glance, as the desk sees it: the verdict, the facts that matter, what is still to be done.
 */
#pragma once

#include "acs/ctl/ctl.h"

enum ctl_exit home_print(struct ctl *ctl, const char *device_id);
