/* People as administrators see them: invited, given roles, disabled. */
#include <string.h>

#include "acs/api/grant.h"
#include "acs/api/routes.h"
#include "acs/api/scope.h"
#include "acs/auth/role.h"
#include "acs/base/log.h"
#include "db/user.h"

/* ---- shown ---- */

static const char *write_id(struct call *call, int64_t id)
{
    char text[NUMBER_ID_MAX];

    crypto_write_number_id("usr_", id, text);
    return arena_strdup(call->arena, text);
}

static enum err read_id(struct call *call, int64_t *ret)
{
    if (crypto_read_number_id("usr_", call->captures[0], ret))
        return ERR_OK;
    return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
}

/* link NULL: nothing is said of one. */
static void write_user(struct call *call, const struct shown_user *user, const char *link)
{
    json_open_object(&call->json);
    json_field_string(&call->json, "id", write_id(call, user->id));
    call_put_members(call, user->shown);
    if (link != NULL)
        json_field_string(&call->json, "invitation", link);
    json_close_object(&call->json);
}

static enum err show(struct call *call, int64_t id, const char *link)
{
    const struct user_filter filter = {.id = id, .most = 1};
    struct shown_users users;

    TRY(user_list(call->db, &filter, call->arena, &users));
    if (users.count == 0)
        return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
    call_add_etag(call, users.items[0].revision);
    write_user(call, &users.items[0], link);
    return ERR_OK;
}

enum err api_user_list(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct user_filter filter = {
        .part = call_query(call, "part"), .login = call_query(call, "login"), .most = limit + 1};
    struct shown_users users;
    bool more;

    TRY(call_query_after(call, "usr_", &filter.after));
    TRY(user_list(call->db, &filter, call->arena, &users));
    more = users.count > limit;
    call_open_list(call);
    for (size_t i = 0; i < (more ? limit : users.count); i++)
        write_user(call, &users.items[i], NULL);
    call_close_list(call, more ? write_id(call, users.items[limit - 1].id) : NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_user_show(struct call *call)
{
    int64_t id;

    TRY(read_id(call, &id));
    return show(call, id, NULL);
}

/* ---- changed ---- */

/* A new link for a user; those that were given out before are void. */
static enum err make_link(struct call *call, int64_t user_id, const char **ret)
{
    unsigned char hash[SHA256_BYTES];
    char key[KEY_TEXT_MAX];

    key_make(key);
    key_hash(KEY_LINK, key, hash);
    TRY(link_drop(call->db, user_id, call->arena));
    TRY(link_add(call->db, hash, user_id, call->config->people.link_s, call->arena));
    *ret = people_link(&call->config->people, key, call->arena);
    crypto_wipe(key, sizeof(key));
    return ERR_OK;
}

enum err api_user_invite(struct call *call)
{
    char *login = arena_strdup(call->arena, json_string(json_get(call->body, "login"), ""));
    struct user_order order = {.login = login,
                               .name = json_string(json_get(call->body, "name"), ""),
                               .role = json_string(json_get(call->body, "role"), ""),
                               .created_by = call->caller.name};
    const char *link;
    enum err err;
    int64_t id;
    bool given;

    text_lower(login);
    TRY(grant_check_role(call, order.role));
    TRY(scope_read(call, &given, &order.scope));
    err = user_add(call->db, &order, call->arena, &id);
    if (err == ERR_CONFLICT)
        return call_refuse(call, PROBLEM_EXISTS, NULL);
    TRY(err);
    TRY(make_link(call, id, &link));
    log_info("somebody was invited", log_s("login", login), log_s("role", order.role),
             log_s("by", call->caller.name));
    call->status = 201;
    call_add_header(call, "Location", arena_printf(call->arena, "/api/v1/users/%s", write_id(call, id)));
    return show(call, id, link);
}

/* Whose account is changed, until the end of the transaction; one change after the other, so that of two
 * administrators one stays. */
static enum err take(struct call *call, struct user_row *ret)
{
    int64_t id;

    TRY(read_id(call, &id));
    TRY(user_first_turn(call->db, call->arena));
    TRY(user_hold(call->db, id, call->arena, ret));
    return grant_check_holder(call, ret->role);
}

/* After a change of somebody: if that was an administrator there must be one left who can sign in. */
static enum err keep_an_admin(struct call *call, const struct user_row *before)
{
    int64_t admins;

    if (strcmp(before->role, role_name(ROLE_ADMIN)) != 0)
        return ERR_OK;
    TRY(user_admins(call->db, call->arena, &admins));
    return admins > 0 ? ERR_OK : call_refuse(call, PROBLEM_LAST_ADMIN, NULL);
}

/* Signed out everywhere, and no link works any more. */
static enum err shut_out(struct call *call, int64_t user_id)
{
    TRY(user_session_end_others(call->db, user_id, 0, call->arena));
    return link_drop(call->db, user_id, call->arena);
}

/* Whom the directory keeps is called and allowed what it says, at the next sign-in again. */
static enum err check_kept_here(struct call *call, const struct user_row *user, bool touched)
{
    return touched && !user_is_local(user) ? call_refuse(call, PROBLEM_KEPT_ELSEWHERE, NULL) : ERR_OK;
}

enum err api_user_patch(struct call *call)
{
    const struct json *disabled = json_get(call->body, "disabled");
    const bool disable = json_bool(disabled, false);
    struct user_change change = {.name = json_string(json_get(call->body, "name"), NULL),
                                 .role = json_string(json_get(call->body, "role"), NULL),
                                 .disabled = disabled == NULL ? NULL : &disable,
                                 .by = call->caller.name};
    struct user_row user;

    TRY(take(call, &user));
    TRY(check_kept_here(call, &user, change.name != NULL || change.role != NULL));
    TRY(grant_check_role(call, change.role));
    TRY(scope_read(call, &change.has_scope, &change.scope));
    TRY(call_check_match(call, user.revision));
    TRY(user_patch(call->db, user.id, &change, call->arena));
    TRY(keep_an_admin(call, &user));
    if (disable)
        TRY(shut_out(call, user.id));
    log_info("a person was changed", log_s("login", user.login), log_s("role", text_or_empty(change.role)),
             log_s("disabled", disabled == NULL ? ""
                               : disable        ? "yes"
                                                : "no"),
             log_s("by", call->caller.name));
    return show(call, user.id, NULL);
}

enum err api_user_reset(struct call *call)
{
    struct user_row user;
    const char *link;

    TRY(take(call, &user));
    TRY(check_kept_here(call, &user, true));
    TRY(user_reset(call->db, user.id, call->arena));
    TRY(keep_an_admin(call, &user));
    TRY(shut_out(call, user.id));
    TRY(make_link(call, user.id, &link));
    log_info("a password was reset", log_s("login", user.login), log_s("by", call->caller.name));
    return show(call, user.id, link);
}

/* Of somebody who has lost the telephone. */
enum err api_user_totp_clear(struct call *call)
{
    struct user_row user;

    TRY(take(call, &user));
    TRY(user_totp_drop(call->db, user.id, call->arena));
    log_info("codes of a person were ended", log_s("login", user.login), log_s("by", call->caller.name));
    return show(call, user.id, NULL);
}

/* What was wrong until now is forgotten. */
enum err api_user_unlock(struct call *call)
{
    struct user_row user;

    TRY(take(call, &user));
    TRY(sign_in_unlock(call->db, user.login, call->arena));
    log_info("a login was unlocked", log_s("login", user.login), log_s("by", call->caller.name));
    return show(call, user.id, NULL);
}
