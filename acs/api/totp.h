/*
 * Codes beside a password: whether one is right, and how a person begins and ends with them. The secret lies
 * sealed in the database.
 */
#pragma once

#include "acs/api/call.h"
#include "db/user.h"

/* Is it a code of this user's secret of now? It is used up then. user: held, and has a secret. */
enum err totp_try(struct call *call, const struct user_row *user, const char *code, bool *ret) MUST_CHECK;
