/*
 * How devices of the load prove who they are: HTTP Digest with MD5 (RFC 7616), each with its serial number
 * for a user name and LOGIN_PASSWORD for a password. A device remembers the last challenge that it was given
 * and answers it again, with the next count, before it is asked (preemptively), as most devices do.
 */
#pragma once

#include <stdint.h>

#include "acs/base/arena.h"
#include "acs/base/text.h"
#include "tests/bench/reply.h"

#define LOGIN_PASSWORD "load-of-the-bench"

/* One per thread; lives in arena. */
struct logins;
struct logins *logins_new(struct arena *arena, uint32_t devices);

/* Remembers a WWW-Authenticate. False: none that can be answered. */
bool logins_challenge(struct logins *logins, uint32_t device, struct bytes challenge);
void logins_forget(struct logins *logins, uint32_t device);
/* Adds "Authorization: …" CR LF for the next POST to path; nothing if the device was never challenged. */
void logins_write(struct logins *logins, uint32_t device, struct bytes user, const char *path,
                  struct text *out);
