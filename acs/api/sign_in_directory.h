/*
 * Signing in of people whom the company's directory keeps (acs/auth/directory.h): asked for in the first turn
 * of the call, without a transaction while it takes, and judged in the second.
 */
#pragma once

#include "acs/api/sign_in.h"

/* Ends the first turn, in which the try was counted. Copies all. */
enum err sign_in_ask_directory(struct call *call, const char *login, struct secret password,
                               const struct sign_in_tries *tries) MUST_CHECK;
/* The second. */
enum err sign_in_by_directory(struct call *call) MUST_CHECK;
