/*
 * A function for every row of commands.def, grouped by noun in commands_*.c.
 */
#pragma once

#include "acs/ctl/ctl.h"

#define COMMAND(function, words, arguments, least, most, options, help) command_fn command_##function;
#include "acs/ctl/commands.def"
#undef COMMAND
