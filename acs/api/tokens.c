/* Tokens of programs: listed, made, revoked. */
#include <string.h>

#include "acs/api/grant.h"
#include "acs/api/routes.h"
#include "acs/api/scope.h"
#include "acs/auth/role.h"
#include "acs/auth/token.h"
#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "db/token.h"

/* Whoever does not say how long it is to work. */
static const int64_t life_us = INT64_C(90) * 86400 * US_PER_S;

/* ---- shown ---- */

static const char *write_id(struct call *call, int64_t id)
{
    char text[NUMBER_ID_MAX];

    crypto_write_number_id("tok_", id, text);
    return arena_strdup(call->arena, text);
}

static capability_set capabilities_of(struct call *call, const struct shown_token *token)
{
    enum role role;

    if (token->role != NULL && role_by_name(token->role, &role))
        return role_capabilities(role);
    return capabilities_read(token->capabilities, call->arena);
}

/* secret NULL: it is not shown. */
static void write_token(struct call *call, const struct shown_token *token, const char *secret)
{
    struct json_writer *json = &call->json;

    json_open_object(json);
    json_field_string(json, "id", write_id(call, token->id));
    json_field_string(json, "name", token->name);
    json_field_string(json, "role", token->role);
    json_field_string(json, "scope", token->scope);
    grant_write_capabilities(call, capabilities_of(call, token));
    json_field_string(json, "state", token->state);
    json_field_time(json, "created_at", token->created_at_us);
    json_field_string(json, "created_by", token->created_by);
    json_field_time(json, "expires_at", token->expires_at_us);
    json_field_time(json, "last_used_at", token->last_used_at_us);
    json_field_time(json, "revoked_at", token->revoked_at_us);
    json_field_string(json, "revoked_by", token->revoked_by);
    if (secret != NULL)
        json_field_string(json, "token", secret);
    json_close_object(json);
}

static enum err show(struct call *call, int64_t id, const char *secret)
{
    const struct token_filter filter = {.id = id, .most = 1};
    struct shown_tokens tokens;

    TRY(token_list(call->db, &filter, call->arena, &tokens));
    if (tokens.count == 0)
        return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
    write_token(call, &tokens.items[0], secret);
    return ERR_OK;
}

static enum err read_id(struct call *call, int64_t *ret)
{
    if (crypto_read_number_id("tok_", call->captures[0], ret))
        return ERR_OK;
    return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
}

enum err api_token_list(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct token_filter filter = {.state = call_query(call, "state"), .most = limit + 1};
    struct shown_tokens tokens;
    bool more;

    TRY(call_query_after(call, "tok_", &filter.after));
    TRY(token_list(call->db, &filter, call->arena, &tokens));
    more = tokens.count > limit;
    call_open_list(call);
    for (size_t i = 0; i < (more ? limit : tokens.count); i++)
        write_token(call, &tokens.items[i], NULL);
    call_close_list(call, more ? write_id(call, tokens.items[limit - 1].id) : NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_token_show(struct call *call)
{
    int64_t id;

    TRY(read_id(call, &id));
    return show(call, id, NULL);
}

/* ---- made ---- */

/* A role, whose changes it then follows, or single capabilities. */
static enum err read_rights(struct call *call, struct token_wish *wish)
{
    bool single = json_get(call->body, "capabilities") != NULL;

    wish->role = json_string(json_get(call->body, "role"), NULL);
    if (single == (wish->role != NULL))
        return call_refuse_body(call, "/role", "choice",
                                call_say(call, "um papel ou uma lista de permissões, e não os dois",
                                         "a role or a list of capabilities, and not both"));
    TRY(grant_check_role(call, wish->role));
    if (!single)
        return ERR_OK;
    TRY(grant_read_capabilities(call, &wish->capabilities));
    return grant_check(call, wish->capabilities);
}

static enum err read_expiry(struct call *call, struct token_wish *wish)
{
    const struct json *given = json_get(call->body, "expires_at");
    const char *text = json_string(given, NULL);

    if (given == NULL)
        wish->expires_at_us = clock_now_us() + life_us;
    if (text == NULL)
        return ERR_OK;
    TRY(text_read_time(text, &wish->expires_at_us));
    if (wish->expires_at_us > clock_now_us())
        return ERR_OK;
    return call_refuse_body(call, "/expires_at", "range",
                            call_say(call, "deve estar no futuro", "must be in the future"));
}

enum err api_token_create(struct call *call)
{
    struct token_wish wish = {.name = json_string(json_get(call->body, "name"), ""),
                              .environment = TOKEN_ENVIRONMENT,
                              .created_by = call->caller.name};
    char token[TOKEN_MAX];
    int64_t id;
    bool given;
    enum err err;

    TRY(read_rights(call, &wish));
    TRY(scope_read(call, &given, &wish.scope));
    TRY(read_expiry(call, &wish));
    TRY(token_create(call->db, &wish, token, &id));
    log_info("a token was made", log_s("name", wish.name), log_s("role", text_or_empty(wish.role)),
             log_s("by", call->caller.name));
    call->status = 201;
    call_add_header(call, "Location", arena_printf(call->arena, "/api/v1/tokens/%s", write_id(call, id)));
    err = show(call, id, token);
    crypto_wipe(token, sizeof(token));
    return err;
}

/* ---- revoked ---- */

/* Anybody's, whatever it may: taking away is no giving. A second time changes nothing. */
enum err api_token_revoke(struct call *call)
{
    struct token_filter one = {.most = 1};
    struct shown_tokens tokens;

    TRY(read_id(call, &one.id));
    TRY(token_list(call->db, &one, call->arena, &tokens));
    if (tokens.count == 0)
        return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
    TRY(token_revoke(call->db, one.id, call->caller.name, call->arena));
    log_info("a token was revoked", log_s("name", tokens.items[0].name), log_s("by", call->caller.name));
    call->status = 204;
    return ERR_OK;
}
