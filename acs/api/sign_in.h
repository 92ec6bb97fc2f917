/*
 * What signing in is made of, for all that asks for a password: sessions, tries that are counted, passwords
 * that are proved or chosen. All of it in the transaction of the call.
 */
#pragma once

#include "acs/api/call.h"
#include "acs/auth/password.h"
#include "db/user.h"

/* A new session of this user: the call is theirs from now on, and the answer carries the cookie. */
enum err sign_in_open(struct call *call, int64_t user_id) MUST_CHECK;

/* The member of the body is the user's password; refused and counted if not. */
enum err sign_in_prove(struct call *call, const struct user_row *user, const char *member) MUST_CHECK;

/* The hash of the password that the member of the body is; refused if it is a bad one. */
enum err sign_in_choose(struct call *call, const struct user_row *user, const char *member,
                        char ret[PASSWORD_HASH_MAX]) MUST_CHECK;
