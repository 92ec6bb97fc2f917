/*
 * Codes of six digits that an app shows beside a password (RFC 6238, over RFC 4226). Pure but for making a
 * secret.
 *
 * A code is of a step of 30 seconds. Whoever takes one remembers its step: it and all before it are used up.
 */
#pragma once

#include <stdbool.h>

#include "acs/base/crypto.h"

enum { TOTP_SECRET_BYTES = 20, TOTP_SECRET_MAX = 33, TOTP_CODE_MAX = 7 }; /* the texts with their NUL */

/* 160 random bits (RFC 4226 4) in base32, as apps take them. Wipe it after use. */
void totp_make(char ret[TOTP_SECRET_MAX]);

int64_t totp_step(int64_t now_s);

/* False: the secret is none. */
bool totp_code(struct secret secret, int64_t step, char ret[TOTP_CODE_MAX]) MUST_CHECK;

struct totp_try {
    struct secret secret;
    const char *code;
    int64_t now_s;
    int64_t used; /* the step of the last code that was taken; 0: none yet */
};

/* The step of a code of now, the one before or the next (RFC 6238 5.2, 6), that is not used up; else 0. */
int64_t totp_take(const struct totp_try *given);
