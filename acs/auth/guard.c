#include "acs/auth/guard.h"

#include <string.h>
#include <strings.h>

#include "acs/auth/token.h"

bool caller_may(const struct caller *caller, enum capability capability)
{
    if (capability == CAPABILITY_NOBODY)
        return false;
    return (caller->capabilities & 1u << capability) != 0;
}

/* "*" is all there are; a name that this program does not know gives nothing. */
static uint32_t read_capabilities(const char *names, struct arena *arena)
{
    uint32_t capabilities = 1u << CAPABILITY_PUBLIC | 1u << CAPABILITY_ME_READ;

    while (*names != '\0') {
        size_t len = strcspn(names, " ");
        const char *name = arena_memdup(arena, names, len);
        enum capability capability;

        if (strcmp(name, "*") == 0)
            capabilities = (1u << CAPABILITY_COUNT) - 1;
        else if (capability_by_name(name, &capability))
            capabilities |= 1u << capability;
        names += len + (names[len] == ' ');
    }
    return capabilities;
}

/* "Bearer acs_…" */
static const char *read_token(const char *authorization)
{
    if (authorization == NULL || strncasecmp(authorization, "Bearer ", 7) != 0)
        return NULL;
    authorization += 7;
    return authorization + strspn(authorization, " ");
}

enum err guard_ask(struct db *db, const struct guard_question *question, struct arena *arena,
                   enum guard_verdict *ret, struct caller *ret_caller)
{
    const char *token = read_token(question->authorization);
    unsigned char hash[SHA256_BYTES];
    struct caller caller;
    enum err err;

    *ret = GUARD_UNKNOWN;
    if (token == NULL || !token_is_well_formed(token))
        return ERR_OK;
    token_hash(token, hash);
    err = token_find(db, hash, question->hold, arena, &caller.token);
    if (err == ERR_NOT_FOUND || (err == ERR_OK && !crypto_equal(hash, caller.token.hash, sizeof(hash))))
        return ERR_OK;
    TRY(err);
    caller.capabilities = read_capabilities(caller.token.capabilities, arena);
    *ret_caller = caller;
    *ret = caller_may(&caller, question->capability) ? GUARD_ADMITS : GUARD_LACKS;
    return ERR_OK;
}
