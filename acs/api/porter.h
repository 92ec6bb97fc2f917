/*
 * Threads of their own for requests that would keep others waiting, and a line of limited length before them.
 *
 * One porter, of one thread, takes what costs a password's hash (x-slow in openapi.yaml): some 22 ms of a
 * core and 16 MiB each, so that a flood of sign-ins delays only sign-ins. Another takes those of them for
 * which somebody else must be asked (call.h), so that a directory that is slow delays only its own people.
 */
#pragma once

#include "acs/api/call.h"

struct porter;

enum { PORTER_THREADS_MAX = 128 };

/* serve: does all of a call and answers it. threads: at least 1. ERR_UNAVAILABLE: there can be none. */
enum err porter_new(unsigned threads, void (*serve)(struct call *call, void *ctx), void *ctx,
                    struct porter **ret) MUST_CHECK;
/* Any thread. False: too many wait, or it is closed; the call stays the caller's. */
bool porter_take(struct porter *porter, struct call *call) MUST_CHECK;
/* Takes no more, ends what it has taken, and its threads. Before the listener is freed. */
void porter_close(struct porter *porter);
void porter_free(struct porter *porter); /* NULL is allowed */
