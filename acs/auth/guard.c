#include "acs/auth/guard.h"

#include <string.h>
#include <strings.h>

#include "acs/auth/token.h"

bool caller_may(const struct caller *caller, enum capability capability)
{
    if (capability == CAPABILITY_NOBODY)
        return false;
    return (caller->capabilities & CAPABILITY_BIT(capability)) != 0;
}

/* "*" is all there are; a name that this program does not know gives nothing. */
static capability_set read_capabilities(const char *names, struct arena *arena)
{
    capability_set capabilities = CAPABILITY_BIT(CAPABILITY_PUBLIC) | CAPABILITY_BIT(CAPABILITY_ME_READ);

    while (*names != '\0') {
        size_t len = strcspn(names, " ");
        const char *name = arena_memdup(arena, names, len);
        enum capability capability;

        if (strcmp(name, "*") == 0)
            capabilities = CAPABILITY_BIT(CAPABILITY_COUNT) - 1;
        else if (capability_by_name(name, &capability))
            capabilities |= CAPABILITY_BIT(capability);
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
    struct token_row *row;
    struct caller caller;
    enum err err;

    *ret = GUARD_UNKNOWN;
    if (token == NULL || !token_is_well_formed(token))
        return ERR_OK;
    token_hash(token, hash);
    row = ARENA_NEW(arena, struct token_row);
    err = token_find(db, hash, question->hold, arena, row);
    if (err == ERR_NOT_FOUND || (err == ERR_OK && !crypto_equal(hash, row->hash, sizeof(hash))))
        return ERR_OK;
    TRY(err);
    caller = (struct caller){.id = row->id,
                             .name = row->name,
                             .capabilities = read_capabilities(row->capabilities, arena),
                             .token = row};
    *ret_caller = caller;
    *ret = caller_may(&caller, question->capability) ? GUARD_ADMITS : GUARD_LACKS;
    return ERR_OK;
}
