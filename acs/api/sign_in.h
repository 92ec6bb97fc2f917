/*
 * What signing in is made of, for all that asks for a password: sessions, tries that are counted, passwords
 * that are proved or chosen. All of it in the transaction of the call.
 */
#pragma once

#include "acs/api/call.h"
#include "acs/auth/password.h"
#include "db/user.h"

/* What a try is counted under. */
struct sign_in_tries {
    unsigned char login[SHA256_BYTES];
    unsigned char address[SHA256_BYTES];
};

/* It was no try after all. */
enum err sign_in_forget(struct call *call, const struct sign_in_tries *tries) MUST_CHECK;
/* Whoever does not get in; what was counted stays. Returns the error to return. */
enum err sign_in_refuse(struct call *call, enum problem problem);
/* The password was right; refused unless the code that this user has besides is. Then they are in: a session,
 * and the answer. The caller holds the user's row. */
enum err sign_in_finish(struct call *call, const struct user_row *user,
                        const struct sign_in_tries *tries) MUST_CHECK;

/* Likewise, who has proved all there is to prove. */
enum err sign_in_welcome(struct call *call, int64_t user_id) MUST_CHECK;

/* A new session of this user: the call is theirs from now on, and the answer carries the cookie. */
enum err sign_in_open(struct call *call, int64_t user_id) MUST_CHECK;

/* The member of the body is the user's password; refused and counted if not, and if it is not kept here. */
enum err sign_in_prove(struct call *call, const struct user_row *user, const char *member) MUST_CHECK;

/* The hash of the password that the member of the body is; refused if it is a bad one. */
enum err sign_in_choose(struct call *call, const struct user_row *user, const char *member,
                        char ret[PASSWORD_HASH_MAX]) MUST_CHECK;
