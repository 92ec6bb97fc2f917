#include "acs/api/totp.h"

#include <string.h>

#include "acs/api/me.h"
#include "acs/api/routes.h"
#include "acs/api/sign_in.h"
#include "acs/api/url.h"
#include "acs/auth/keyring.h"
#include "acs/auth/totp.h"
#include "acs/base/clock.h"
#include "acs/base/log.h"

static struct seal_context context_of(int64_t user_id)
{
    return (struct seal_context){user_id, "totp"};
}

/* 0: it is no code of now. Not ERR_OK: the secret cannot be read, so that nobody gets in by it. */
static enum err find_step(struct call *call, const struct user_row *user, const char *sealed,
                          const char *code, int64_t *ret)
{
    const struct seal_context context = context_of(user->id);
    char secret[SECRET_BYTES_MAX + 1];

    if (call->config->keyring == NULL)
        return err_set(ERR_UNAVAILABLE, "secrets for codes need secrets.key_file");
    if (keyring_open(call->config->keyring, &context, sealed, secret) != ERR_OK) {
        log_error("a secret for codes cannot be opened", log_s("login", user->login),
                  log_s("error", err_message()));
        return err_set(ERR_UNAVAILABLE, "the secret for codes of %s cannot be opened", user->login);
    }
    *ret = totp_take(&(struct totp_try){
        .secret = {secret}, .code = code, .now_s = clock_now_us() / US_PER_S, .used = user->totp_step});
    crypto_wipe(secret, sizeof(secret));
    return ERR_OK;
}

enum err totp_try(struct call *call, const struct user_row *user, const char *code, bool *ret)
{
    int64_t step = 0;

    *ret = false;
    TRY(find_step(call, user, user->totp_secret, code, &step));
    if (step > 0)
        TRY(user_totp_use(call->db, user->id, step, call->arena));
    *ret = step > 0;
    return ERR_OK;
}

/* ---- begun, confirmed, ended ---- */

static enum err hold_myself(struct call *call, struct user_row *ret)
{
    if (call->caller.session == NULL)
        return call_refuse(call, PROBLEM_NOT_A_PERSON, NULL);
    return user_hold(call->db, call->caller.id, call->arena, ret);
}

static enum err show(struct call *call)
{
    struct user_row user = {0};

    TRY(user_by_id(call->db, call->caller.id, call->arena, &user));
    me_write(call, &user);
    return ERR_OK;
}

/* As apps read it from a QR code. */
static void write_secret(struct call *call, const char *login, const char *secret)
{
    json_open_object(&call->json);
    json_field_string(&call->json, "secret", secret);
    json_field_string(
        &call->json, "uri",
        arena_printf(call->arena,
                     "otpauth://totp/Farol:%s?secret=%s&issuer=Farol&algorithm=SHA1&digits=6&period=30",
                     url_encode(login, call->arena), secret));
    json_close_object(&call->json);
}

/* Counts for nothing until a code of it was given. */
enum err api_me_totp_begin(struct call *call)
{
    char secret[TOTP_SECRET_MAX], sealed[SEALED_MAX];
    struct seal_context context;
    struct user_row user = {0};

    TRY(hold_myself(call, &user));
    if (strcmp(text_or_empty(user.source), "provider") == 0)
        return call_refuse(call, PROBLEM_KEPT_ELSEWHERE, NULL);
    if (call->config->keyring == NULL)
        return call_refuse(call, PROBLEM_SECRETS_OFF, NULL);
    if (user.totp_secret != NULL)
        return call_refuse(call, PROBLEM_EXISTS, NULL);
    context = context_of(user.id);
    totp_make(secret);
    keyring_seal(call->config->keyring, &context, (struct secret){secret}, sealed);
    TRY(user_totp_begin(call->db, user.id, sealed, call->arena));
    write_secret(call, user.login, secret);
    crypto_wipe(secret, sizeof(secret));
    return ERR_OK;
}

/* Sessions that began without a code end. */
enum err api_me_totp_confirm(struct call *call)
{
    struct user_row user = {0};
    int64_t step = 0;

    TRY(hold_myself(call, &user));
    if (user.totp_pending == NULL)
        return call_refuse(call, PROBLEM_CONFLICT, NULL);
    TRY(find_step(call, &user, user.totp_pending, json_string(json_get(call->body, "code"), ""), &step));
    if (step == 0)
        return call_refuse_body(call, "/code", "wrong",
                                call_say(call, "não é o código de agora", "is not the code of now"));
    TRY(user_totp_confirm(call->db, user.id, step, call->arena));
    TRY(user_session_end_others(call->db, user.id, call->caller.session->id, call->arena));
    log_info("signs in with codes from now on", log_s("login", user.login));
    return show(call);
}

enum err api_me_totp_end(struct call *call)
{
    struct user_row user = {0};

    TRY(hold_myself(call, &user));
    TRY(sign_in_prove(call, &user, "password"));
    TRY(user_totp_drop(call->db, user.id, call->arena));
    log_info("signs in without codes from now on", log_s("login", user.login));
    return show(call);
}
