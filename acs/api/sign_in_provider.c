/*
 * Signing in with an account that the company's identity provider keeps (provider.h): begun here, done there,
 * and ended here with the code that the browser comes back with.
 *
 * Who ends it must be who has begun it: the browser keeps a key of which only the hash is here, once and for
 * ten minutes, so that nobody is signed in by a link that somebody else has sent. Codes of an app are the
 * provider's affair; who comes from there has none of ours.
 */
#include <string.h>

#include "acs/api/provider.h"
#include "acs/api/routes.h"
#include "acs/api/sign_in.h"
#include "acs/api/sign_in_groups.h"
#include "acs/auth/key.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"

enum { FLOW_LIFE_S = 600 };

struct asking {
    const char *code; /* NULL: it begins */
    struct provider_words words;
    enum err err; /* ERR_UNAVAILABLE until it is answered */
    const char *url;
    struct provider_person person;
};

static struct asking *new_asking(struct call *call, void (*ask)(struct call *call))
{
    struct asking *asking = ARENA_NEW(call->arena, struct asking);

    asking->err = ERR_UNAVAILABLE;
    call->asking = asking;
    call->ask = ask;
    return asking;
}

/* What went wrong is told where it can be mended. */
static void log_failure(const struct call *call, enum err err)
{
    if (err == ERR_OK)
        return;
    metric_count(METRIC_PROVIDER_FAILURES);
    if (err == ERR_INVALID)
        log_error("the identity provider cannot be used as it is", log_s("request", call->id),
                  log_s("why", err_message()));
    else
        log_warn("a sign-in at the identity provider came to nothing", log_s("request", call->id),
                 log_s("why", err_message()));
}

static enum err refuse_failed(struct call *call, enum err err)
{
    metric_count(METRIC_SIGN_INS_REFUSED);
    return call_refuse_counted(call, err == ERR_DENIED ? PROBLEM_FLOW_REFUSED : PROBLEM_PROVIDER_AWAY, NULL);
}

/* ---- begun ---- */

static void ask_to_begin(struct call *call)
{
    struct asking *asking = call->asking;

    asking->err = provider_begin(call->config->people.provider, call->arena, &asking->words, &asking->url);
    log_failure(call, asking->err);
}

static enum err write_begun(struct call *call, const struct asking *asking)
{
    const struct flow flow = {
        .state = asking->words.state, .nonce = asking->words.nonce, .verifier = asking->words.verifier};
    unsigned char hash[SHA256_BYTES];
    char key[KEY_TEXT_MAX];

    if (asking->err != ERR_OK)
        return call_refuse(call, PROBLEM_PROVIDER_AWAY, NULL);
    key_make(key);
    key_hash(KEY_FLOW, key, hash);
    TRY(flow_add(call->db, hash, &flow, FLOW_LIFE_S, call->arena));
    json_open_object(&call->json);
    json_field_string(&call->json, "url", asking->url);
    json_field_string(&call->json, "key", key);
    json_close_object(&call->json);
    crypto_wipe(key, sizeof(key));
    return ERR_OK;
}

enum err api_provider_begin(struct call *call)
{
    if (call->config->people.provider == NULL)
        return call_refuse(call, PROBLEM_PROVIDER_OFF, NULL);
    if (call->asking != NULL)
        return write_begun(call, call->asking);
    (void)new_asking(call, ask_to_begin);
    return ERR_OK;
}

/* ---- ended ---- */

static void ask_to_finish(struct call *call)
{
    struct asking *asking = call->asking;

    asking->err = provider_finish(call->config->people.provider, asking->code, &asking->words, call->arena,
                                  &asking->person);
    log_failure(call, asking->err);
}

static void copy_word(const char *from, char ret[PROVIDER_WORD_MAX])
{
    memccpy(ret, from, '\0', PROVIDER_WORD_MAX);
    ret[PROVIDER_WORD_MAX - 1] = '\0';
}

/* Used up by this, whatever comes of it. */
static enum err take_flow(struct call *call)
{
    const char *key = json_string(json_get(call->body, "key"), "");
    const char *state = json_string(json_get(call->body, "state"), "");
    unsigned char hash[SHA256_BYTES];
    struct asking *asking;
    struct flow flow = {0};
    enum err err;

    key_hash(KEY_FLOW, key, hash);
    err = flow_take(call->db, hash, call->arena, &flow);
    if (err != ERR_OK && err != ERR_NOT_FOUND)
        return err;
    if (err == ERR_NOT_FOUND || strcmp(flow.state, state) != 0)
        return refuse_failed(call, ERR_DENIED);
    asking = new_asking(call, ask_to_finish);
    asking->code = arena_strdup(call->arena, json_string(json_get(call->body, "code"), ""));
    copy_word(flow.nonce, asking->words.nonce);
    copy_word(flow.verifier, asking->words.verifier);
    return ERR_OK;
}

static enum err refuse_without_role(struct call *call, const struct provider_person *person)
{
    metric_count(METRIC_SIGN_INS_REFUSED);
    TRY(user_end_sessions_of_provider(call->db, person->subject, call->arena));
    return call_refuse_counted(call, PROBLEM_NO_ROLE, NULL);
}

static enum err admit(struct call *call, const struct provider_person *person)
{
    const struct sign_in_groups groups = {.login = person->login,
                                          .items = person->groups,
                                          .count = person->group_count,
                                          .roles = call->config->people.provider_roles,
                                          .setting = "provider.roles_file"};
    struct user_order order = {.login = person->login, .name = person->name, .subject = person->subject};
    int64_t id = 0;
    enum err err;

    TRY(sign_in_find_role(call, &groups, &order.role));
    if (order.role == NULL)
        return refuse_without_role(call, person);
    err = user_of_provider(call->db, &order, call->arena, &id);
    if (err != ERR_NOT_FOUND) {
        TRY(err);
        return sign_in_welcome(call, id);
    }
    log_warn("somebody of the identity provider is disabled here, or their login is another's",
             log_s("login", person->login));
    return refuse_failed(call, ERR_DENIED);
}

enum err api_provider_finish(struct call *call)
{
    const struct asking *asking = call->asking;

    if (call->config->people.provider == NULL)
        return call_refuse(call, PROBLEM_PROVIDER_OFF, NULL);
    if (asking == NULL)
        return take_flow(call);
    return asking->err == ERR_OK ? admit(call, &asking->person) : refuse_failed(call, asking->err);
}
