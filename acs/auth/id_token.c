#include "acs/auth/id_token.h"

#include <cjose/jwk.h>
#include <cjose/jws.h>
#include <string.h>

#include "acs/base/crypto.h"

enum { KEYS_MAX = 32, SUBJECT_MAX = 255 };

/* What may have signed, and with which kind of key (RFC 7518 3.1, 6.1). */
static const struct algorithm {
    const char *name, *key_type, *curve; /* curve NULL: such keys have none */
} algorithms[] = {
    {"RS256", "RSA", NULL   },
    {"ES256", "EC",  "P-256"},
};

static bool is_text(const struct json *value, const char *wanted)
{
    return strcmp(json_string(value, ""), wanted) == 0;
}

/* ---- the signature ---- */

static enum err decode(const char *text, size_t len, struct arena *arena, struct json **ret)
{
    unsigned char *bytes = arena_alloc(arena, len + 4);
    size_t bytes_len;

    if (!crypto_unbase64(text, len, bytes, &bytes_len))
        return err_set(ERR_DENIED, "the ID token is not base64url");
    if (json_read((const char *)bytes, bytes_len, ret) != ERR_OK)
        return err_set(ERR_DENIED, "a part of the ID token is not JSON");
    return ERR_OK;
}

static enum err find_algorithm(const struct json *header, const struct algorithm **ret)
{
    const char *name = json_string(json_get(header, "alg"), "");

    if (json_get(header, "crit") != NULL)
        return err_set(ERR_DENIED, "the ID token wants something understood that is not known here (crit)");
    for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
        if (strcmp(algorithms[i].name, name) == 0) {
            *ret = &algorithms[i];
            return ERR_OK;
        }
    }
    return err_set(ERR_DENIED, "the ID token is signed by %.16s, not by RS256 or ES256", name);
}

/* A key that is for something else, or for nobody, is none. */
static bool may_have_signed(const struct json *key, const struct algorithm *algorithm, const char *id)
{
    const struct json *use = json_get(key, "use"), *named = json_get(key, "alg");

    return is_text(json_get(key, "kty"), algorithm->key_type) &&
           (algorithm->curve == NULL || is_text(json_get(key, "crv"), algorithm->curve)) &&
           (use == NULL || is_text(use, "sig")) && (named == NULL || is_text(named, algorithm->name)) &&
           (id == NULL || is_text(json_get(key, "kid"), id));
}

static bool has_signed(const struct json *key, const char *token, struct arena *arena)
{
    struct text text = TEXT_IN(arena);
    cjose_jws_t *jws = cjose_jws_import(token, strlen(token), NULL);
    cjose_jwk_t *jwk;
    bool good;

    json_print(key, &text);
    jwk = cjose_jwk_import(text_string(&text), text.len, NULL);
    good = jws != NULL && jwk != NULL && cjose_jws_verify(jws, jwk, NULL);
    cjose_jwk_release(jwk);
    cjose_jws_release(jws);
    return good;
}

static enum err check_signature(const char *token, const struct json *header, const struct json *keys,
                                struct arena *arena)
{
    const struct json *all = json_get(keys, "keys");
    const char *id = json_string(json_get(header, "kid"), NULL);
    const struct algorithm *algorithm = NULL;

    TRY(find_algorithm(header, &algorithm));
    for (size_t i = 0; i < json_count(all) && i < KEYS_MAX; i++)
        if (may_have_signed(json_at(all, i), algorithm, id) && has_signed(json_at(all, i), token, arena))
            return ERR_OK;
    return err_set(ERR_DENIED, "the ID token is not signed by a key of the provider");
}

/* ---- what it says ---- */

/* One text, or several. */
static bool is_for(const struct json *audience, const char *client_id)
{
    for (size_t i = 0; i < json_count(audience); i++)
        if (is_text(json_at(audience, i), client_id))
            return true;
    return is_text(audience, client_id);
}

static enum err check_audience(const struct json *claims, const char *client_id)
{
    const struct json *audience = json_get(claims, "aud"), *party = json_get(claims, "azp");

    if (!is_for(audience, client_id))
        return err_set(ERR_DENIED, "the ID token is for somebody else (aud)");
    if (party == NULL ? json_count(audience) > 1 : !is_text(party, client_id))
        return err_set(ERR_DENIED, "the ID token was given to somebody else (azp)");
    return ERR_OK;
}

static enum err check_times(const struct json *claims, int64_t now_s)
{
    int64_t expires_s = json_int(json_get(claims, "exp"), 0);
    int64_t issued_s = json_int(json_get(claims, "iat"), INT64_MAX);

    if (expires_s <= now_s - ID_TOKEN_SKEW_S)
        return err_set(ERR_DENIED, "the ID token has expired");
    if (issued_s > now_s + ID_TOKEN_SKEW_S || json_int(json_get(claims, "nbf"), 0) > now_s + ID_TOKEN_SKEW_S)
        return err_set(ERR_DENIED, "the ID token is of the future: compare the clocks");
    return ERR_OK;
}

static enum err check_claims(const struct json *claims, const struct id_token_wanted *wanted)
{
    const char *subject = json_string(json_get(claims, "sub"), "");

    if (!is_text(json_get(claims, "iss"), wanted->issuer))
        return err_set(ERR_DENIED, "the ID token is of another issuer (iss)");
    TRY(check_audience(claims, wanted->client_id));
    TRY(check_times(claims, wanted->now_s));
    if (!is_text(json_get(claims, "nonce"), wanted->nonce))
        return err_set(ERR_DENIED, "the ID token is not for this sign-in (nonce)");
    if (subject[0] == '\0' || strlen(subject) > SUBJECT_MAX)
        return err_set(ERR_DENIED, "the ID token does not say who it is (sub)");
    return ERR_OK;
}

enum err id_token_read(const char *token, const struct json *keys, const struct id_token_wanted *wanted,
                       struct arena *arena, struct json **ret)
{
    size_t header_len = strcspn(token, "."), claims_len;
    AUTO_JSON header = NULL;
    AUTO_JSON claims = NULL;

    if (strlen(token) > ID_TOKEN_MAX || token[header_len] == '\0')
        return err_set(ERR_DENIED, "this is no ID token");
    claims_len = strcspn(token + header_len + 1, ".");
    TRY(decode(token, header_len, arena, &header));
    TRY(check_signature(token, header, keys, arena));
    TRY(decode(token + header_len + 1, claims_len, arena, &claims));
    TRY(check_claims(claims, wanted));
    *ret = claims;
    claims = NULL;
    return ERR_OK;
}
