/*
 * API tokens: "acs_<environment>_<32 characters>_<checksum>".
 *
 * The form is there for scanners of secrets: the prefix finds it, the checksum (CRC-32 of all before it, base
 * 62) tells a token from its like without asking anybody. 32 characters of base 62 are 190 random bits. Only
 * the SHA-256 is kept.
 */
#pragma once

#include "acs/auth/capability.h"
#include "acs/base/crypto.h"
#include "db/pool.h"

#define TOKEN_ENVIRONMENT "farol" /* of those that this server makes */

enum { TOKEN_ENVIRONMENT_MAX = 16, TOKEN_MAX = 64 }; /* with the NUL */

/* environment: 1 to 16 small letters and digits, e.g. "live", "demo". */
bool token_environment_is_valid(const char *environment);
void token_make(const char *environment, char ret[TOKEN_MAX]);
bool token_is_well_formed(const char *token);
void token_hash(const char *token, unsigned char ret[SHA256_BYTES]);

struct token_wish {
    const char *name; /* whose it is; kept with everything it does */
    const char *environment;
    capability_set capabilities; /* empty: all, also those still to come */
    int64_t expires_at_us;       /* 0: never */
    const char *role;            /* what it says counts, and capabilities do not; NULL: they do */
    const char *scope;           /* NULL: all homes */
    const char *created_by;      /* NULL: nobody, but at the server */
};

/*
 * The token itself is told once, here. ret_id NULL: it is not wanted. ERR_INVALID: a bad name or environment.
 */
enum err token_create(struct db *db, const struct token_wish *wish, char ret[TOKEN_MAX],
                      int64_t *ret_id) MUST_CHECK;
