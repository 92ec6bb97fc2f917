/*
 * What a router's WWW-Authenticate says, and our answer to it: Digest with MD5 or SHA-256, their "-sess"
 * forms, qop=auth or none (RFC 7616, RFC 2617, RFC 2069; TR-069 3.2.2). Pure.
 *
 * It is not libcurl's own because that one's cnonce has 44 characters, and there are routers that keep 32 of
 * it and then refuse what is right. Read is also what is ill-formed but clear: parameters without commas
 * between them, without quotes, in capitals.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "acs/base/crypto.h"

enum challenge_hash { CHALLENGE_MD5, CHALLENGE_SHA256 };

struct challenge {
    enum challenge_hash hash;
    bool sess;         /* HA1 covers nonce and cnonce */
    bool auth;         /* qop=auth; else the answer is RFC 2069's */
    const char *realm; /* quotes and backslashes taken away */
    const char *nonce;
    const char *opaque;    /* NULL: none */
    const char *algorithm; /* as it was written; NULL: none, which means MD5 */
};

struct challenge_login {
    const char *username;
    struct secret password;
    const char *method;
    const char *target; /* as it stands in the request line */
    const char *cnonce; /* no quotes in it; at most 32 characters */
};

/* Does a value of WWW-Authenticate (it may hold several challenges) offer Digest at all? */
bool challenge_offers_digest(const char *value);
/*
 * The first Digest of the value that we can answer. ERR_NOT_FOUND: there is none. What is found lives in the
 * arena.
 */
enum err challenge_read(const char *value, struct arena *arena, struct challenge *ret) MUST_CHECK;

/* The value of Authorization. */
const char *challenge_answer(const struct challenge *challenge, const struct challenge_login *login,
                             struct arena *arena);
