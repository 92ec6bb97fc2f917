/*
 * What somebody is told of themselves; also the answer to signing in.
 */
#pragma once

#include "acs/api/call.h"
#include "db/user.h"

/* The caller is this user, by the session that the call has. */
void me_write(struct call *call, const struct user_row *user);
