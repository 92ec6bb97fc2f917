/*
 * HTTP authentication from the device's side, both ways: answering a challenge (Digest SHA-256, MD5, Basic),
 * and challenging a connection request (Digest MD5 with qop=auth only; TR-069 3.2.2, 3.4.4, 3.4.5).
 *
 * Written from RFC 2617 and RFC 7616 and sharing nothing with the server's own, so that each proves the
 * other.
 */
#pragma once

#include <stdbool.h>

#include "acs/base/arena.h"

enum auth_scheme { AUTH_NONE, AUTH_BASIC, AUTH_DIGEST, AUTH_DIGEST_SHA256 }; /* the later the better */

struct auth_challenge {
    enum auth_scheme scheme;
    const char *realm;
    const char *nonce;
    const char *opaque; /* NULL: none */
    bool has_algorithm; /* it says which; without, MD5 is meant */
    bool has_qop;       /* offers qop=auth; without, the answer is RFC 2069's */
    bool stale;
};

struct auth_credentials {
    const char *username;
    const char *password;
};

/* What is asked for. */
struct auth_target {
    const char *method;
    const char *uri;
};

/*
 * The best challenge of one WWW-Authenticate header, up to the best that the device knows: Digest before
 * Basic. ERR_INVALID: none that it must know, e.g. qop="auth-int" alone.
 */
enum err auth_read_challenge(const char *header, enum auth_scheme most, struct arena *arena,
                             struct auth_challenge *ret) MUST_CHECK;

/* The value of Authorization; count is how often this nonce was used, this time included. */
const char *auth_answer(const struct auth_challenge *challenge, const struct auth_credentials *credentials,
                        const struct auth_target *target, unsigned count, struct arena *arena);

/* ---- the other side ---- */

/* An Authorization header. Absent values are "". */
struct auth_claim {
    const char *username, *realm, *nonce, *uri, *response, *qop, *nc, *cnonce, *opaque, *algorithm;
};

enum err auth_read_claim(const char *header, struct arena *arena, struct auth_claim *ret) MUST_CHECK;
/* Is the response right for these credentials? The nonce is the caller's to judge. ERR_DENIED says what is
 * wrong. */
enum err auth_verify(const struct auth_claim *claim, const struct auth_credentials *credentials,
                     const struct auth_target *target) MUST_CHECK;
