/*
 * The pieces of WWW-Authenticate and Authorization: schemes, and name = value pairs (RFC 7235 2.1), as
 * routers write them: quoted or not, commas missing or doubled, spaces anywhere. Pure.
 */
#pragma once

#include <stdbool.h>

#include "acs/base/arena.h"

struct auth_param {
    const char *name;  /* "": a stray sign, to be passed over */
    const char *value; /* NULL: the name stands alone, so it is a scheme */
};

extern const char auth_param_gaps[]; /* what may stand between two of them */

/*
 * The next one; *at moves behind it. False: nothing is left. Texts are in the arena. escapable: what a
 * backslash takes its meaning from, where it stands before anything else it is itself; NULL: from anything.
 */
bool auth_param_take(const char **at, const char *escapable, struct arena *arena, struct auth_param *ret);
/* The text up to one of the characters of `ends`. */
const char *auth_param_take_word(const char **at, const char *ends, struct arena *arena);
