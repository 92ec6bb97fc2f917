/*
 * A thread of its own for requests that cost a password's hash (x-slow in openapi.yaml): some 22 ms of a core
 * and 16 MiB each. One is at work at a time, the others wait in a line of limited length, so that a flood of
 * sign-ins delays only sign-ins.
 */
#pragma once

#include "acs/api/call.h"

struct porter;

/* serve: does all of a call and answers it. ERR_UNAVAILABLE: there can be no thread. */
enum err porter_new(void (*serve)(struct call *call), struct porter **ret) MUST_CHECK;
/* Any thread. False: too many wait, or it is closed; the call stays the caller's. */
bool porter_take(struct porter *porter, struct call *call) MUST_CHECK;
/* Takes no more, ends what it has taken, and its thread. Before the listener is freed. */
void porter_close(struct porter *porter);
void porter_free(struct porter *porter); /* NULL is allowed */
