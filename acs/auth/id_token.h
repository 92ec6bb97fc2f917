/*
 * The word of an identity provider on who somebody is: an ID token (OpenID Connect Core 1.0, 2 and 3.1.3.7),
 * a JWS in its compact form (RFC 7515 7.1). No I/O, no clock. The only user of libcjose, which knows keys and
 * signatures (RFC 7517, 7518); what is signed, by whom and for whom is judged here.
 *
 * RS256 and ES256 count, and nothing else: neither "none", nor one whose secret would be a public key
 * (HS256).
 */
#pragma once

#include "acs/base/json.h"

enum { ID_TOKEN_MAX = 64 * 1024, ID_TOKEN_SKEW_S = 60 /* so far may the clocks be apart */ };

struct id_token_wanted {
    const char *issuer;
    const char *client_id;
    const char *nonce;
    int64_t now_s; /* since 1970 */
};

/*
 * keys: a set (RFC 7517 5). ERR_DENIED: it is not good, and the message says why. ret: its claims, of which
 * "sub" is a text that is not empty; the caller frees them.
 */
enum err id_token_read(const char *token, const struct json *keys, const struct id_token_wanted *wanted,
                       struct arena *arena, struct json **ret) MUST_CHECK;
