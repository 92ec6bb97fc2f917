/*
 * How a device proves who it is over HTTP: what its Authorization header says, whether that is right, and
 * what it is challenged with (RFC 7616, RFC 2617, RFC 2069, RFC 7617; TR-069 3.4.4, 3.4.5). Pure.
 *
 * A nonce is made, not kept: when it was made, random bytes, and an HMAC over both under a key that all
 * servers share. So it is good on any connection and any server until it is too old (S-18 … S-21). It is
 * good for one device: the database keeps which nonce, and how often, opened the newest session of a device,
 * and an older one, or the same count again, opens none (store_inform); this is what stops a replay (S-19).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "acs/base/crypto.h"
#include "acs/base/text.h"

/* ---- what the device says ---- */

enum claim_scheme { CLAIM_BASIC, CLAIM_DIGEST };
enum claim_algorithm { CLAIM_MD5, CLAIM_SHA256, CLAIM_ALGORITHM_COUNT };

struct device_claim {
    enum claim_scheme scheme;
    const char *username;
    struct secret password; /* Basic */
    /* Digest; absent texts are "" */
    enum claim_algorithm algorithm;
    const char *realm, *nonce, *uri, *response;
    const char *qop, *nc, *cnonce; /* all three "" in the form of RFC 2069 */
    uint32_t count;                /* nc as a number; 0 without */
};

/*
 * Any order, quoted or not, spaces, commas missing or doubled (S-28). ERR_INVALID: another scheme, no user
 * name, a parameter twice, an algorithm or qop that was not offered.
 */
enum err device_claim_read(const char *header, struct arena *arena, struct device_claim *ret) MUST_CHECK;

/* ---- is it right ---- */

/* Hash of user, realm and password: as good as the password, so it is kept like one. */
struct device_key {
    unsigned char md5[16];
    unsigned char sha256[SHA256_BYTES];
};

void device_key_make(const char *username, const char *realm, struct secret password, struct arena *arena,
                     struct device_key *ret);
/* In constant time for one claim. The nonce's age and the user name are the caller's to judge. */
bool device_claim_fits(const struct device_claim *claim, const char *method, const struct device_key *key,
                       struct arena *arena);

/* ---- nonces ---- */

/* 32 characters: some devices (netcwmp) keep no more of one. */
enum { NONCE_MAX = 33 };
void device_nonce_write(const unsigned char key[SHA256_BYTES], int64_t now_us, char ret[NONCE_MAX]);
/* When it was made, in microseconds: which also names it. False: not one of ours. */
bool device_nonce_read(const unsigned char key[SHA256_BYTES], const char *nonce, int64_t *ret_us);

/* ---- challenges ---- */

struct device_challenge {
    const char *realm; /* without quotes and backslashes */
    const char *nonce;
    bool stale; /* the answer was right but for its nonce: no failure, no question to the user */
};

/* Values of WWW-Authenticate. */
const char *device_challenge_digest(const struct device_challenge *challenge, enum claim_algorithm algorithm,
                                    struct arena *arena);
const char *device_challenge_basic(const struct device_challenge *challenge, struct arena *arena);
