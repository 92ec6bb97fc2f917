/* Who am I: a program or a person; and what a person may change of it. */
#include "acs/api/me.h"

#include <string.h>

#include "acs/api/grant.h"
#include "acs/api/routes.h"
#include "acs/api/sign_in.h"
#include "acs/base/clock.h"

enum { PREFERENCES_BYTES_MAX = 16 * 1024 };

/* ---- shown ---- */

static void write_program(struct call *call, const struct token_row *token)
{
    struct json_writer *json = &call->json;
    char id[NUMBER_ID_MAX];

    crypto_write_number_id("tok_", token->id, id);
    json_open_object(json);
    json_field_string(json, "kind", "token");
    json_field_string(json, "id", id);
    json_field_string(json, "name", token->name);
    json_field_string(json, "role", token->role);
    json_field_string(json, "scope", token->scope);
    json_field_time(json, "created_at", token->created_at_us);
    json_field_time(json, "expires_at", token->expires_at_us);
    json_field_time(json, "last_used_at", token->last_used_at_us);
    grant_write_capabilities(call, call->caller.capabilities);
    json_close_object(json);
}

static void write_session(struct call *call, const struct user_session_row *session)
{
    struct json_writer *json = &call->json;

    json_key(json, "session");
    json_open_object(json);
    json_field_int(json, "idle_s", call->config->people.idle_ms / MS_PER_S);
    json_field_time(json, "created_at", session->created_at_us);
    json_field_time(json, "expires_at", session->expires_at_us);
    json_close_object(json);
}

void me_write(struct call *call, const struct user_row *user)
{
    struct json_writer *json = &call->json;
    char id[NUMBER_ID_MAX];

    crypto_write_number_id("usr_", user->id, id);
    json_open_object(json);
    json_field_string(json, "kind", "user");
    json_field_string(json, "id", id);
    json_field_string(json, "login", user->login);
    json_field_string(json, "name", user->name);
    json_field_string(json, "role", user->role);
    grant_write_capabilities(call, call->caller.capabilities);
    json_field_string(json, "scope", user->scope);
    json_field_string(json, "source", user->source);
    json_field_string(json, "language", user->language);
    json_field_raw(json, "preferences", user->preferences);
    json_field_bool(json, "totp", user->totp_secret != NULL);
    json_field_time(json, "created_at", user->created_at_us);
    json_field_time(json, "signed_in_at", user->signed_in_at_us);
    json_field_time(json, "password_at", user->password_at_us);
    write_session(call, call->caller.session);
    json_close_object(json);
}

static enum err show(struct call *call)
{
    struct user_row user;

    TRY(user_by_id(call->db, call->caller.id, call->arena, &user));
    me_write(call, &user);
    return ERR_OK;
}

enum err api_me_show(struct call *call)
{
    if (call->caller.session != NULL)
        return show(call);
    write_program(call, call->caller.token);
    return ERR_OK;
}

/* ---- changed ---- */

static enum err read_wish(struct call *call, struct user_wish *ret)
{
    const struct json *language = json_get(call->body, "language");
    const struct json *preferences = json_get(call->body, "preferences");
    struct text text = TEXT_IN(call->arena);

    *ret = (struct user_wish){.has_language = language != NULL, .language = json_string(language, NULL)};
    if (preferences == NULL)
        return ERR_OK;
    json_print(preferences, &text);
    ret->preferences = text_string(&text);
    if (text.len > PREFERENCES_BYTES_MAX)
        return call_refuse_body(call, "/preferences", "length",
                                call_say(call, "é demais: 16 KiB", "is too much: 16 KiB"));
    return ERR_OK;
}

enum err api_me_patch(struct call *call)
{
    struct user_wish wish;
    enum err err;

    if (call->caller.session == NULL)
        return call_refuse(call, PROBLEM_NOT_A_PERSON, NULL);
    TRY(read_wish(call, &wish));
    err = user_prefer(call->db, call->caller.id, &wish, call->arena);
    if (err == ERR_INVALID)
        return call_refuse_body(
            call, "/preferences", "length",
            call_say(call, "com as que já há é demais: 32 KiB", "with what is there is too much: 32 KiB"));
    TRY(err);
    return show(call);
}

/* Whoever knows the old one may choose another; sessions elsewhere end, and this one gets a new cookie. */
enum err api_me_password(struct call *call)
{
    struct user_row user;
    char hash[PASSWORD_HASH_MAX];

    if (call->caller.session == NULL)
        return call_refuse(call, PROBLEM_NOT_A_PERSON, NULL);
    TRY(user_hold(call->db, call->caller.id, call->arena, &user));
    TRY(sign_in_prove(call, &user, "old"));
    TRY(sign_in_choose(call, &user, "new", hash));
    TRY(user_set_password(call->db, user.id, hash, call->arena));
    TRY(user_session_end_others(call->db, user.id, 0, call->arena));
    TRY(sign_in_open(call, user.id));
    return show(call);
}
