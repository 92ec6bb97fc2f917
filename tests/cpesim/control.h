/*
 * The control channel: a Unix stream socket. A line is a command, the answer to it a line of JSON,
 * {"error":…} if it could not be done. Commands: control.c, or "help".
 */
#pragma once

#include "tests/cpesim/fleet.h"

struct control;

/* Replaces a socket that nobody listens on. ERR_CONFLICT: somebody does. */
enum err control_start(struct fleet *fleet, const char *path, struct control **ret) MUST_CHECK;
void control_free(struct control *control); /* removes the socket */

/* One command; out gets the answer with its line feed. */
void control_run(struct fleet *fleet, const char *line, struct text *out);
