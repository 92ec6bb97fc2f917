/*
 * What a running server owns, and the order in which it starts and stops.
 *
 * Ports are bound first, so that a second server fails before it touches anything. The database may be away:
 * devices get 503, /readyz says why, and everything comes up by itself when it is back.
 */
#pragma once

#include "acs/config.h"

/* Runs until SIGTERM or SIGINT. Returns what main() returns: 0; 1 when it could not start; 2 when a
 * setting is the reason. */
int server_run(const struct config *config);
