/*
 * acsctl playbook run: a run through a playbook as a conversation. What is asked and said goes to standard
 * error, answers are lines of standard input, and the run as it ended is the command's data.
 */
#pragma once

#include "acs/ctl/ctl.h"

/* Of the device and playbook of the arguments, or the run of --run. */
enum ctl_exit guide_run(struct ctl *ctl);
