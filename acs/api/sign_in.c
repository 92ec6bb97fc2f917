/*
 * Signing in and out, the first start, links by which a password is chosen.
 *
 * Whoever does not get in learns nothing: a login that there is not costs the same work as a wrong password,
 * and gets the same words. A try is counted before it is judged, and stays counted unless it was right.
 * People of the company's directory are asked for there (sign_in_directory.c).
 */
#include "acs/api/sign_in.h"

#include <inttypes.h>
#include <string.h>

#include "acs/api/me.h"
#include "acs/api/routes.h"
#include "acs/api/sign_in_directory.h"
#include "acs/api/totp.h"
#include "acs/auth/directory.h"
#include "acs/auth/key.h"
#include "acs/auth/role.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"

/* ---- sessions ---- */

enum err sign_in_open(struct call *call, int64_t user_id)
{
    struct user_session_order order = {.user_id = user_id,
                                       .address = call->origin.address,
                                       .idle_ms = call->config->people.idle_ms,
                                       .most_ms = call->config->people.most_ms};
    struct user_session_row *session = ARENA_NEW(call->arena, struct user_session_row);
    struct user_row user;
    char key[KEY_TEXT_MAX];

    key_make(key);
    key_hash(KEY_SESSION, key, order.hash);
    TRY(user_session_open(call->db, &order, call->arena, session));
    TRY(user_signed_in(call->db, user_id, call->arena));
    TRY(user_by_id(call->db, user_id, call->arena, &user));
    session->user_id = user_id;
    session->login = user.login;
    session->name = user.name;
    session->role = user.role;
    session->scope = user.scope;
    call->caller = (struct caller){
        .id = user_id, .name = user.login, .role = user.role, .scope = user.scope, .session = session};
    TRY(guard_role(call->db, user.role, true, call->arena, &call->caller.capabilities));
    guard_narrow(&call->caller);
    call_set_cookie(call, key);
    crypto_wipe(key, sizeof(key));
    return ERR_OK;
}

/* The answer to whoever got in. */
enum err sign_in_welcome(struct call *call, int64_t user_id)
{
    struct user_row user;

    TRY(sign_in_open(call, user_id));
    TRY(user_by_id(call->db, user_id, call->arena, &user));
    metric_count(METRIC_SIGN_INS);
    log_info("signed in", log_s("login", user.login), log_s("from", call->origin.address));
    call->status = 201;
    me_write(call, &user);
    return ERR_OK;
}

/* ---- tries ---- */

static void hash_try(const char *kind, const char *what, unsigned char ret[SHA256_BYTES])
{
    struct crypto_hash *hash = crypto_hash_new();

    crypto_hash_add(hash, kind, strlen(kind) + 1);
    crypto_hash_add(hash, what, strlen(what));
    crypto_hash_end(hash, ret);
    crypto_hash_free(hash);
}

enum err sign_in_forget(struct call *call, const struct sign_in_tries *tries)
{
    const struct people *people = &call->config->people;

    TRY(sign_in_uncount(call->db, tries->login, &people->by_login, call->arena));
    return sign_in_uncount(call->db, tries->address, &people->by_address, call->arena);
}

static enum err refuse_locked(struct call *call, int64_t wait_s)
{
    int64_t minutes = (wait_s + 59) / 60;

    call->retry_after_s = wait_s;
    metric_count(METRIC_SIGN_INS_LOCKED);
    return call_refuse_counted(
        call, PROBLEM_LOCKED,
        arena_printf(call->arena, "%s %" PRId64 " min.",
                     call_say(call, "Muitas tentativas. Tente de novo em", "Too many tries. Try again in"),
                     minutes));
}

/* The address first: one that is locked cannot lock logins any more. */
static enum err count_try(struct call *call, const char *login, struct sign_in_tries *tries)
{
    const struct people *people = &call->config->people;
    int64_t wait_s;

    hash_try("login", login, tries->login);
    hash_try("address", call->origin.address, tries->address);
    TRY(sign_in_try(call->db, tries->address, &people->by_address, call->arena, &wait_s));
    if (wait_s == 0)
        TRY(sign_in_try(call->db, tries->login, &people->by_login, call->arena, &wait_s));
    return wait_s == 0 ? ERR_OK : refuse_locked(call, wait_s);
}

static struct secret read_secret(const struct call *call, const char *member)
{
    return (struct secret){json_string(json_get(call->body, member), "")};
}

enum err sign_in_prove(struct call *call, const struct user_row *user, const char *member)
{
    struct sign_in_tries tries;
    bool right;

    if (!user_is_local(user))
        return call_refuse(call, PROBLEM_KEPT_ELSEWHERE, NULL);
    TRY(count_try(call, user->login, &tries));
    TRY(password_verify(read_secret(call, member), user->password, &right));
    if (right)
        return sign_in_done(call->db, tries.login, tries.address, call->arena);
    call->counts = true;
    return call_refuse_body(call, arena_printf(call->arena, "/%s", member), "wrong",
                            call_say(call, "não é a senha atual", "is not the present password"));
}

/* ---- a password is chosen ---- */

static const char *describe_fault(struct call *call, enum password_fault fault)
{
    switch (fault) {
    case PASSWORD_GOOD:
        return NULL;
    case PASSWORD_TOO_SHORT:
        return call_say(call, "é curta: ao menos 10 caracteres", "is short: at least 10 characters");
    case PASSWORD_TOO_LONG:
        return call_say(call, "é longa demais", "is too long");
    case PASSWORD_TOO_PLAIN:
        return call_say(call, "é fácil demais: repete poucos caracteres, ou contém o usuário",
                        "is too plain: few characters repeated, or it holds the login");
    }
    return NULL;
}

enum err sign_in_choose(struct call *call, const struct user_row *user, const char *member,
                        char ret[PASSWORD_HASH_MAX])
{
    struct secret password = read_secret(call, member);
    enum password_fault fault = password_judge(password, user->login);

    if (fault != PASSWORD_GOOD)
        return call_refuse_body(call, arena_printf(call->arena, "/%s", member), "password",
                                describe_fault(call, fault));
    return password_hash(password, ret);
}

/* ---- in and out ---- */

/* Logins are kept in small letters. */
static const char *read_login(struct call *call)
{
    char *login = arena_strdup(call->arena, json_string(json_get(call->body, "login"), ""));

    text_lower(login);
    return login;
}

/* The login as it was typed is in no log and no trail: people type passwords there. Whose it is is in the
 * trail. */
static void note_whose(struct call *call, int64_t user_id)
{
    char text[NUMBER_ID_MAX];

    crypto_write_number_id("usr_", user_id, text);
    call->audit.object = arena_strdup(call->arena, text);
}

enum err sign_in_refuse(struct call *call, enum problem problem)
{
    metric_count(METRIC_SIGN_INS_REFUSED);
    log_warn("a sign-in was refused", log_s("request", call->id), log_s("from", call->origin.address));
    return call_refuse_counted(call, problem, NULL);
}

/* Who has a second step: a code that is missing is no failure, one that is wrong or used up is. */
static enum err check_code(struct call *call, const struct user_row *user, const struct sign_in_tries *tries)
{
    const char *code = json_string(json_get(call->body, "code"), NULL);
    bool right = true;

    if (user->totp_secret == NULL)
        return ERR_OK;
    if (code == NULL) {
        TRY(sign_in_forget(call, tries));
        return call_refuse_counted(call, PROBLEM_CODE_REQUIRED, NULL);
    }
    TRY(totp_try(call, user, code, &right));
    return right ? ERR_OK : sign_in_refuse(call, PROBLEM_CODE_REFUSED);
}

/* Between the look and the hold 22 ms have passed: it must still be the same password. */
static enum err hold_same(struct call *call, struct user_row *user, bool *ret)
{
    const char *before = text_or_empty(user->password);
    enum err err = user_hold(call->db, user->id, call->arena, user);

    *ret = err == ERR_OK && user->disabled_at_us == 0 && strcmp(text_or_empty(user->password), before) == 0;
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err sign_in_finish(struct call *call, const struct user_row *user, const struct sign_in_tries *tries)
{
    TRY(check_code(call, user, tries));
    TRY(sign_in_done(call->db, tries->login, tries->address, call->arena));
    return sign_in_welcome(call, user->id);
}

/* Whom this server keeps itself is never asked for elsewhere: they get in while the directory is away, and
 * their passwords are sent to nobody. */
static bool is_asked_elsewhere(const struct call *call, const char *login, const struct user_row *user)
{
    return call->config->people.directory != NULL && directory_is_login(login) &&
           (user->id == 0 || !user_is_local(user));
}

enum err api_session_open(struct call *call)
{
    const char *login = read_login(call);
    struct user_row user = {0};
    struct sign_in_tries tries;
    bool right;
    enum err err;

    if (call->asking != NULL)
        return sign_in_by_directory(call);
    TRY(count_try(call, login, &tries));
    err = user_by_login(call->db, login, call->arena, &user);
    if (err != ERR_OK && err != ERR_NOT_FOUND)
        return err;
    if (err == ERR_OK)
        note_whose(call, user.id);
    TRY(password_verify(read_secret(call, "password"), user.password, &right));
    if (is_asked_elsewhere(call, login, &user))
        return sign_in_ask_directory(call, login, read_secret(call, "password"), &tries);
    if (right)
        TRY(hold_same(call, &user, &right));
    return right ? sign_in_finish(call, &user, &tries) : sign_in_refuse(call, PROBLEM_LOGIN_REFUSED);
}

enum err api_session_close(struct call *call)
{
    if (call->caller.session == NULL)
        return call_refuse(call, PROBLEM_NOT_A_PERSON, NULL);
    TRY(user_session_end(call->db, call->caller.session->id, call->arena));
    call_set_cookie(call, "");
    call->status = 204;
    return ERR_OK;
}

/* ---- links ---- */

static enum err take_link(struct call *call, int64_t *ret_user_id)
{
    const char *key = json_string(json_get(call->body, "key"), "");
    unsigned char hash[SHA256_BYTES];
    enum err err;

    if (!key_is_well_formed(key))
        return call_refuse(call, PROBLEM_LINK_REFUSED, NULL);
    key_hash(KEY_LINK, key, hash);
    err = link_take(call->db, hash, call->arena, ret_user_id);
    return err == ERR_NOT_FOUND ? call_refuse(call, PROBLEM_LINK_REFUSED, NULL) : err;
}

enum err api_setup_show(struct call *call)
{
    AUTO_DB db = NULL;
    bool there;

    TRY(db_borrow(call->config->pool, &db));
    TRY(user_any(db, call->arena, &there));
    json_open_object(&call->json);
    json_field_bool(&call->json, "open", !there);
    json_field_bool(&call->json, "provider", call->config->people.provider != NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

/* The first user: an administrator, with the name and the password of their choice. */
static enum err add_first(struct call *call, int64_t *ret_id)
{
    struct user_row chosen = {.login = read_login(call)};
    char hash[PASSWORD_HASH_MAX];
    struct user_order order = {.login = chosen.login,
                               .name = json_string(json_get(call->body, "name"), ""),
                               .role = role_name(ROLE_ADMIN),
                               .password = hash};

    TRY(sign_in_choose(call, &chosen, "password", hash));
    TRY(user_add(call->db, &order, call->arena, ret_id));
    return link_drop(call->db, 0, call->arena);
}

enum err api_setup_finish(struct call *call)
{
    int64_t user_id = 0;
    bool there = true;

    TRY(user_first_turn(call->db, call->arena));
    TRY(take_link(call, &user_id));
    TRY(user_any(call->db, call->arena, &there));
    if (user_id != 0 || there)
        return call_refuse(call, PROBLEM_LINK_REFUSED, NULL);
    TRY(add_first(call, &user_id));
    return sign_in_welcome(call, user_id);
}

/* Whoever has the link chooses the password; all that there was of sessions and links is over. */
enum err api_invitation_accept(struct call *call)
{
    char hash[PASSWORD_HASH_MAX];
    struct user_row user;
    int64_t user_id = 0;

    TRY(take_link(call, &user_id));
    if (user_id == 0)
        return call_refuse(call, PROBLEM_LINK_REFUSED, NULL);
    TRY(user_hold(call->db, user_id, call->arena, &user));
    TRY(sign_in_choose(call, &user, "password", hash));
    TRY(user_set_password(call->db, user_id, hash, call->arena));
    TRY(user_session_end_others(call->db, user_id, 0, call->arena));
    TRY(link_drop(call->db, user_id, call->arena));
    return sign_in_welcome(call, user_id);
}
