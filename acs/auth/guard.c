#include "acs/auth/guard.h"

#include <string.h>
#include <strings.h>

#include "acs/auth/key.h"
#include "acs/auth/role.h"
#include "acs/auth/token.h"
#include "db/role.h"

bool caller_may(const struct caller *caller, enum capability capability)
{
    if (capability == CAPABILITY_NOBODY)
        return false;
    return (caller->capabilities & CAPABILITY_BIT(capability)) != 0;
}

void guard_narrow(struct caller *caller)
{
    if (caller->scope != NULL)
        caller->capabilities &= capabilities_of_homes;
}

capability_set caller_may_give(const struct caller *caller)
{
    if (caller->scope == NULL && caller->role != NULL && strcmp(caller->role, role_name(ROLE_ADMIN)) == 0)
        return CAPABILITY_BIT(CAPABILITY_COUNT) - 1;
    return caller->capabilities;
}

/* ---- roles ---- */

enum err guard_role(struct db *db, const char *name, bool hold, struct arena *arena, capability_set *ret)
{
    const char *names = "";
    enum role role;
    enum err err;

    *ret = capabilities_of_all;
    if (role_by_name(name, &role)) {
        *ret = role_capabilities(role);
        return ERR_OK;
    }
    err = role_find(db, name, hold, arena, &names);
    if (err == ERR_OK)
        *ret = capabilities_read(names, arena);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* ---- programs ---- */

/* "Bearer acs_…" */
static const char *read_token(const char *authorization)
{
    if (strncasecmp(authorization, "Bearer ", 7) != 0)
        return NULL;
    authorization += 7;
    return authorization + strspn(authorization, " ");
}

/* ERR_NOT_FOUND: nobody whom this token names. */
static enum err know_program(struct db *db, const struct guard_question *question, struct arena *arena,
                             struct caller *ret)
{
    const char *token = read_token(question->authorization);
    struct token_row *row = ARENA_NEW(arena, struct token_row);
    unsigned char hash[SHA256_BYTES];

    if (token == NULL || !token_is_well_formed(token))
        return err_set(ERR_NOT_FOUND, "no token");
    token_hash(token, hash);
    TRY(token_find(db, hash, question->hold, arena, row));
    if (!crypto_equal(hash, row->hash, sizeof(hash)))
        return err_set(ERR_NOT_FOUND, "another token");
    *ret = (struct caller){
        .id = row->id, .name = row->name, .role = row->role, .scope = row->scope, .token = row};
    ret->capabilities = capabilities_read(row->capabilities, arena);
    if (row->role != NULL)
        TRY(guard_role(db, row->role, question->hold, arena, &ret->capabilities));
    guard_narrow(ret);
    return ERR_OK;
}

/* ---- people ---- */

/* ERR_NOT_FOUND: nobody whose session this is. */
static enum err know_person(struct db *db, const struct guard_question *question, struct arena *arena,
                            struct caller *ret)
{
    struct user_session_row *row = ARENA_NEW(arena, struct user_session_row);
    enum user_session_hold hold = question->alone  ? USER_SESSION_ALONE
                                  : question->hold ? USER_SESSION_HOLD
                                                   : USER_SESSION_LOOK;
    unsigned char hash[SHA256_BYTES];
    capability_set capabilities;

    if (question->cookie == NULL || !key_is_well_formed(question->cookie))
        return err_set(ERR_NOT_FOUND, "no session");
    key_hash(KEY_SESSION, question->cookie, hash);
    TRY(user_session_find(db, hash, hold, arena, row));
    if (!crypto_equal(hash, row->hash, sizeof(hash)))
        return err_set(ERR_NOT_FOUND, "another session");
    TRY(guard_role(db, row->role, question->hold, arena, &capabilities));
    *ret = (struct caller){.id = row->user_id,
                           .name = row->login,
                           .role = row->role,
                           .scope = row->scope,
                           .capabilities = capabilities,
                           .session = row};
    guard_narrow(ret);
    return ERR_OK;
}

enum err guard_ask(struct db *db, const struct guard_question *question, struct arena *arena,
                   enum guard_verdict *ret, struct caller *ret_caller)
{
    struct caller caller;
    enum err err;

    *ret = GUARD_UNKNOWN;
    err = question->authorization != NULL ? know_program(db, question, arena, &caller)
                                          : know_person(db, question, arena, &caller);
    if (err == ERR_NOT_FOUND)
        return ERR_OK;
    TRY(err);
    *ret_caller = caller;
    *ret = caller_may(&caller, question->capability) ? GUARD_ADMITS : GUARD_LACKS;
    return ERR_OK;
}
