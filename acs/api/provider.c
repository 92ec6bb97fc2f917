#include "acs/api/provider.h"

#include <stdatomic.h>
#include <string.h>

#include "acs/api/url.h"
#include "acs/auth/directory.h"
#include "acs/auth/id_token.h"
#include "acs/base/clock.h"
#include "acs/base/text_file.h"
#include "acs/http/ask.h"

enum { SECRET_FILE_MAX = 4096, ANSWER_MAX = 256 * 1024, NAME_MAX_CHARACTERS = 100, WORD_BYTES = 33 };

struct provider {
    struct provider_settings settings;
    struct networks *networks;
    char *client_secret; /* NULL: it has none */
    char *return_to;
    atomic_bool stopped;
};

/* ---- one request ---- */

struct request {
    const char *url;
    const char *form;          /* NULL: a GET */
    const char *authorization; /* NULL: none */
};

/* Whatever it answers, as long as it is JSON. */
static enum err ask(struct provider *provider, const struct request *request, struct arena *arena,
                    unsigned *ret_status, struct json **ret)
{
    const struct http_header_field headers[] = {
        {"Accept",        "application/json"    },
        {"Authorization", request->authorization}
    };
    struct http_ask ask = {.method = request->form != NULL ? "POST" : "GET",
                           .body = request->form,
                           .content_type = "application/x-www-form-urlencoded",
                           .headers = headers,
                           .header_count = request->authorization != NULL ? 2 : 1,
                           .timeout_ms = provider->settings.timeout_ms,
                           .ca_file = provider->settings.ca_file,
                           .wanted = ANSWER_MAX,
                           .stop = &provider->stopped};
    struct http_answer answer;
    enum err err = http_target_find(TARGET_WEB, request->url, provider->networks, arena, &ask.target);

    if (err != ERR_OK)
        return err == ERR_UNAVAILABLE ? err : err_set(ERR_INVALID, "%s", arena_strdup(arena, err_message()));
    http_ask(&ask, arena, &answer);
    *ret_status = answer.status;
    if (answer.status == 0 || answer.status >= 500)
        return err_set(ERR_UNAVAILABLE, "%s: %u %s", request->url, answer.status, text_or_empty(answer.why));
    if (json_read(answer.body, answer.body_len, ret) != ERR_OK)
        return err_set(ERR_INVALID, "%s: the answer (%u) is not JSON", request->url, answer.status);
    return ERR_OK;
}

static enum err get(struct provider *provider, const char *url, struct arena *arena, struct json **ret)
{
    const struct request request = {.url = url};
    unsigned status = 0;

    TRY(ask(provider, &request, arena, &status, ret));
    return status == 200 ? ERR_OK : err_set(ERR_INVALID, "%s: the answer is %u", url, status);
}

/* ---- where it has what ---- */

struct endpoints {
    const char *authorization, *token, *keys;
};

/* Over TLS, unless the operator has named the provider without. */
static enum err read_endpoint(const struct provider *provider, const struct json *document,
                              const char *member, struct arena *arena, const char **ret)
{
    const char *url = json_string(json_get(document, member), "");
    bool plain = text_starts_with(provider->settings.issuer, "http://");

    if (http_target_check(TARGET_WEB, url) != ERR_OK || !(text_starts_with(url, "https://") || plain))
        return err_set(ERR_INVALID, "the provider's %s is no URL that can be used", member);
    *ret = arena_strdup(arena, url);
    return ERR_OK;
}

/* What a provider does not say of challenges it need not know; one that says so must know S256. */
static bool knows_challenges(const struct json *document)
{
    const struct json *methods = json_get(document, "code_challenge_methods_supported");

    for (size_t i = 0; i < json_count(methods); i++)
        if (strcmp(json_string(json_at(methods, i), ""), "S256") == 0)
            return true;
    return methods == NULL;
}

static enum err discover(struct provider *provider, struct arena *arena, struct endpoints *ret)
{
    const char *issuer = provider->settings.issuer;
    size_t len = strlen(issuer) - text_ends_with(issuer, "/");
    AUTO_JSON document = NULL;

    TRY(get(provider, arena_printf(arena, "%.*s/.well-known/openid-configuration", (int)len, issuer), arena,
            &document));
    if (strcmp(json_string(json_get(document, "issuer"), ""), issuer) != 0)
        return err_set(ERR_INVALID, "provider.issuer: it calls itself '%.128s'",
                       json_string(json_get(document, "issuer"), ""));
    if (!knows_challenges(document))
        return err_set(ERR_INVALID, "the provider does not know the code challenge S256");
    TRY(read_endpoint(provider, document, "authorization_endpoint", arena, &ret->authorization));
    TRY(read_endpoint(provider, document, "token_endpoint", arena, &ret->token));
    return read_endpoint(provider, document, "jwks_uri", arena, &ret->keys);
}

/* ---- there ---- */

static void make_word(char ret[PROVIDER_WORD_MAX])
{
    unsigned char random[WORD_BYTES];

    crypto_random(random, sizeof(random));
    crypto_base64url(random, sizeof(random), ret);
}

/* RFC 7636 4.2. */
static const char *challenge_of(const char *verifier, struct arena *arena)
{
    unsigned char hash[SHA256_BYTES];
    char *text = arena_alloc(arena, 4 * (SHA256_BYTES / 3 + 1) + 1);

    crypto_sha256(verifier, strlen(verifier), hash);
    crypto_base64(hash, sizeof(hash), text);
    for (char *at = text; *at != '\0'; at++)
        *at = *at == '+' ? '-' : *at == '/' ? '_' : *at == '=' ? '\0' : *at;
    return text;
}

enum err provider_begin(struct provider *provider, struct arena *arena, struct provider_words *ret_words,
                        const char **ret_url)
{
    const struct provider_settings *settings = &provider->settings;
    struct endpoints endpoints = {0};

    TRY(discover(provider, arena, &endpoints));
    make_word(ret_words->state);
    make_word(ret_words->nonce);
    make_word(ret_words->verifier);
    *ret_url = arena_printf(arena,
                            "%s%cresponse_type=code&client_id=%s&redirect_uri=%s&scope=%s&state=%s&nonce=%s"
                            "&code_challenge=%s&code_challenge_method=S256",
                            endpoints.authorization, strchr(endpoints.authorization, '?') != NULL ? '&' : '?',
                            url_encode(settings->client_id, arena), url_encode(provider->return_to, arena),
                            url_encode(settings->scopes, arena), ret_words->state, ret_words->nonce,
                            challenge_of(ret_words->verifier, arena));
    return ERR_OK;
}

/* ---- and back ---- */

/* RFC 6749 2.3.1. */
static const char *basic(const struct provider *provider, struct arena *arena)
{
    if (provider->client_secret == NULL)
        return NULL;
    return http_basic(arena_printf(arena, "%s:%s", url_encode(provider->settings.client_id, arena),
                                   url_encode(provider->client_secret, arena)),
                      arena);
}

/* Errors of RFC 6749 5.2 that somebody has set wrong; all others are about the code, whatever a provider
 * calls them. */
static bool is_of_settings(const char *error)
{
    static const char *const errors[] = {"invalid_client", "unauthorized_client", "unsupported_grant_type",
                                         "invalid_scope", "invalid_request"};

    for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
        if (strcmp(error, errors[i]) == 0)
            return true;
    return error[0] == '\0';
}

static enum err exchange(struct provider *provider, const struct endpoints *endpoints, const char *code,
                         const struct provider_words *words, struct arena *arena, const char **ret_token)
{
    const struct provider_settings *settings = &provider->settings;
    const struct request request = {
        .url = endpoints->token,
        .form = arena_printf(
            arena, "grant_type=authorization_code&code=%s&redirect_uri=%s&client_id=%s&code_verifier=%s",
            url_encode(code, arena), url_encode(provider->return_to, arena),
            url_encode(settings->client_id, arena), words->verifier),
        .authorization = basic(provider, arena)};
    AUTO_JSON answer = NULL;
    const char *error;
    unsigned status = 0;

    TRY(ask(provider, &request, arena, &status, &answer));
    error = json_string(json_get(answer, "error"), "");
    if (status != 200)
        return err_set(is_of_settings(error) ? ERR_INVALID : ERR_DENIED,
                       "the provider gives nothing for the code: %u %.64s", status, error);
    *ret_token = arena_strdup(arena, json_string(json_get(answer, "id_token"), ""));
    return ERR_OK;
}

/* One text, or several. */
static void read_groups(const struct json *claim, struct arena *arena, struct provider_person *ret)
{
    size_t count = json_kind(claim) == JSON_STRING ? 1 : json_count(claim);
    const char **groups = ARENA_ARRAY(arena, const char *, count + 1);

    for (size_t i = 0; i < count; i++) {
        const struct json *group = json_kind(claim) == JSON_STRING ? claim : json_at(claim, i);

        if (json_kind(group) == JSON_STRING)
            groups[ret->group_count++] = arena_strdup(arena, json_string(group, ""));
    }
    ret->groups = groups;
}

static enum err read_person(const struct provider *provider, const struct json *claims, struct arena *arena,
                            struct provider_person *ret)
{
    const struct provider_settings *settings = &provider->settings;
    char *login = arena_strdup(arena, json_string(json_get(claims, settings->login_claim), ""));
    char *name = arena_strdup(arena, json_string(json_get(claims, settings->name_claim), ""));

    text_lower(login);
    if (!directory_is_login(login))
        return err_set(ERR_DENIED, "provider.login_claim: %s is no login that can be used here",
                       settings->login_claim);
    text_utf8_cut(name, NAME_MAX_CHARACTERS);
    *ret = (struct provider_person){
        .subject = arena_printf(arena, "%s %s", settings->issuer, json_string(json_get(claims, "sub"), "")),
        .login = login,
        .name = name[0] != '\0' ? name : login};
    read_groups(json_get(claims, settings->group_claim), arena, ret);
    return ERR_OK;
}

enum err provider_finish(struct provider *provider, const char *code, const struct provider_words *words,
                         struct arena *arena, struct provider_person *ret)
{
    const struct id_token_wanted wanted = {.issuer = provider->settings.issuer,
                                           .client_id = provider->settings.client_id,
                                           .nonce = words->nonce,
                                           .now_s = clock_now_us() / US_PER_S};
    struct endpoints endpoints = {0};
    AUTO_JSON keys = NULL;
    AUTO_JSON claims = NULL;
    const char *token = "";

    TRY(discover(provider, arena, &endpoints));
    TRY(exchange(provider, &endpoints, code, words, arena, &token));
    TRY(get(provider, endpoints.keys, arena, &keys));
    TRY(id_token_read(token, keys, &wanted, arena, &claims));
    return read_person(provider, claims, arena, ret);
}

/* ---- life ---- */

static enum err read_secret(const struct provider_settings *settings, char **ret)
{
    AUTO_ARENA arena = arena_new(SECRET_FILE_MAX);
    const char *text = NULL;

    if (settings->client_secret_file[0] == '\0')
        return ERR_OK;
    TRY(err_while(text_file_read(settings->client_secret_file, SECRET_FILE_MAX, arena, &text),
                  "provider.client_secret_file"));
    *ret = heap_strdup(arena_memdup(arena, text, strcspn(text, "\r\n")));
    return **ret != '\0' ? ERR_OK
                         : err_set(ERR_INVALID, "provider.client_secret_file: its first line is empty");
}

static enum err check(struct provider *provider)
{
    const struct provider_settings *settings = &provider->settings;

    TRY(err_while(http_target_check(TARGET_WEB, settings->issuer), "provider.issuer"));
    if (strpbrk(settings->issuer, "?#") != NULL)
        return err_set(ERR_INVALID,
                       "provider.issuer: it has neither ? nor # (OpenID Connect Discovery 1.0, 3)");
    if (settings->client_id[0] == '\0' || settings->login_claim[0] == '\0')
        return err_set(ERR_INVALID, "provider.client_id, login_claim: none may be empty");
    TRY(networks_read(settings->networks, &provider->networks));
    return read_secret(settings, &provider->client_secret);
}

enum err provider_open(const struct provider_settings *settings, struct provider **ret)
{
    struct provider *provider;
    enum err err;

    *ret = NULL;
    if (settings->issuer == NULL || settings->issuer[0] == '\0')
        return ERR_OK;
    provider = HEAP_NEW(struct provider);
    provider->settings = *settings;
    provider->return_to = heap_strdup(settings->return_to);
    err = check(provider);
    if (err == ERR_OK)
        *ret = provider;
    else
        provider_close(provider);
    return err;
}

void provider_stop(struct provider *provider)
{
    atomic_store(&provider->stopped, true);
}

void provider_close(struct provider *provider)
{
    if (provider == NULL)
        return;
    if (provider->client_secret != NULL)
        crypto_wipe(provider->client_secret, strlen(provider->client_secret));
    heap_free(provider->client_secret);
    heap_free(provider->return_to);
    networks_free(provider->networks);
    heap_free(provider);
}
