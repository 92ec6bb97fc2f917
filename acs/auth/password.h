/*
 * People's passwords, by yescrypt (libcrypt): 16 MiB and some 22 ms of a core for each. Whoever calls bounds
 * how many are computed at once.
 */
#pragma once

#include "acs/base/crypto.h"

enum { PASSWORD_HASH_MAX = 384, PASSWORD_BYTES_MAX = 400, PASSWORD_LEAST = 10 /* characters */ };

/* As crypt(5) writes it. ERR_UNAVAILABLE: it cannot be computed now. */
enum err password_hash(struct secret password, char ret[PASSWORD_HASH_MAX]) MUST_CHECK;

/*
 * hash NULL, or of a form that is not known here: false, after the same work. Not ERR_OK: it cannot be known
 * now, and *ret is false.
 */
enum err password_verify(struct secret password, const char *hash, bool *ret) MUST_CHECK;

/* What is wrong with a password that somebody chooses. */
enum password_fault {
    PASSWORD_GOOD,
    PASSWORD_TOO_SHORT,
    PASSWORD_TOO_LONG,
    PASSWORD_TOO_PLAIN, /* fewer than five different characters, or it holds the login */
};

enum password_fault password_judge(struct secret password, const char *login);
