/*
 * The command line: which command, which options, which arguments; and the texts that are made from the same
 * tables.
 */
#pragma once

#include "acs/ctl/ctl.h"

/*
 * Fills ctl's command, values, filters, arguments and format. CTL_USAGE: said what is wrong. On --help and
 * without any command, ctl->command or only ctl->values[OPTION_HELP] is set.
 */
enum ctl_exit options_read(struct ctl *ctl, int argc, char *const *argv);

void options_print_usage(FILE *to);                                  /* all commands */
void options_print_help(const struct command *command, FILE *to);    /* one command */
enum ctl_exit options_print_completion(const char *shell, FILE *to); /* CTL_USAGE: no such shell */

/* The value of a duration option in seconds; otherwise: the option was not given. bare: it was given without
 * value. */
enum ctl_exit options_seconds(const struct ctl *ctl, enum option option, uint32_t otherwise, uint32_t bare,
                              uint32_t *ret);
