/*
 * The ACS's requests as a home executes them: one row per method in rpc.c, all else is Fault 9000.
 *
 * Only what it does to the home itself happens here (parameters, events to come, home->effects); what has to
 * wait for the end of the session is done by home.c.
 */
#pragma once

#include "tests/cpesim/home.h"

const char *rpc_name(enum rpc_id id);

/* The answer: a response or a Fault. Its texts live in arena. */
struct cwmp_message rpc_execute(struct home *home, const struct cwmp_message *request, struct arena *arena);
/* A Fault that answers this request. */
struct cwmp_message rpc_fault(const struct cwmp_message *request, uint32_t code, const char *text);
