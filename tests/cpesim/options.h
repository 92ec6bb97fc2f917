/*
 * The command line of cpesim. One table in options.c is parsed, and is the text of --help.
 */
#pragma once

#include "tests/cpesim/fleet.h"

struct options {
    struct fleet_options fleet;
    const char *listen_port; /* of the connection request server; "0": any */
    const char *control;     /* NULL: no control channel */
    const char *status;      /* NULL: no status file */
    bool describe;           /* print the stories, and end */
    bool quiet;
    bool json_log;
};

/* Texts live in arena or in argv. ERR_INVALID: says which option, and what it should be. */
enum err options_read(int argc, char **argv, struct arena *arena, struct options *ret,
                      bool *ret_help) MUST_CHECK;
void options_print_help(void); /* on standard output */
