/* Tokens made by the library that reads them; those of openssl(1), and whatever is hostile, are in
 * tests/e2e/test_provider.py. */
#include "acs/auth/id_token.h"

#include <cjose/jwk.h>
#include <cjose/jws.h>
#include <cjose/util.h>
#include <string.h>

#include "tests/support/check.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

enum { NOW_S = 1800000000 };

static const struct id_token_wanted wanted = {
    .issuer = "https://id.isp.example", .client_id = "farol", .nonce = "n-0S6", .now_s = NOW_S};

struct fixture {
    struct arena *arena;
    cjose_jwk_t *rsa, *curve;
    struct json *keys;
};

static void add_key(struct text *set, const cjose_jwk_t *key)
{
    char *public = cjose_jwk_to_json(key, false, NULL);

    assert_non_null(public);
    text_printf(set, "%s%s", set->len > 0 ? "," : "{\"keys\":[", public);
    cjose_get_dealloc()(public);
}

static int set_up(void **state)
{
    static struct fixture fixture;
    struct text set;

    fixture.arena = arena_new(4096);
    set = TEXT_IN(fixture.arena);
    fixture.rsa = cjose_jwk_create_RSA_random(2048, (const uint8_t *)"\x01\x00\x01", 3, NULL);
    fixture.curve = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, NULL);
    add_key(&set, fixture.rsa);
    add_key(&set, fixture.curve);
    text_puts(&set, "]}");
    assert_int_equal(json_read(set.data, set.len, &fixture.keys), ERR_OK);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    cjose_jwk_release(fixture->rsa);
    cjose_jwk_release(fixture->curve);
    json_free(fixture->keys);
    arena_free(fixture->arena);
    return 0;
}

static const char *sign(struct fixture *fixture, const char *algorithm, const cjose_jwk_t *key,
                        const char *claims)
{
    cjose_header_t *header = cjose_header_new(NULL);
    const char *compact = NULL;
    const char *token;
    cjose_jws_t *jws;

    assert_true(cjose_header_set(header, "alg", algorithm, NULL));
    jws = cjose_jws_sign(key, header, (const uint8_t *)claims, strlen(claims), NULL);
    assert_true(jws != NULL && cjose_jws_export(jws, &compact, NULL));
    token = arena_strdup(fixture->arena, compact);
    cjose_jws_release(jws);
    cjose_header_release(header);
    return token;
}

static enum err read_token(struct fixture *fixture, const char *token)
{
    AUTO_JSON claims = NULL;

    return id_token_read(token, fixture->keys, &wanted, fixture->arena, &claims);
}

#define CLAIMS(iss, aud, exp, nonce, rest) \
    "{\"iss\":\"" iss "\",\"aud\":" aud ",\"exp\":" exp ",\"nonce\":\"" nonce "\"" rest "}"
#define GOOD(aud, exp, rest) \
    CLAIMS("https://id.isp.example", aud, exp, "n-0S6", ",\"sub\":\"7\",\"iat\":1800000000" rest)

static void what_is_for_us_and_signed_is_read(void **state)
{
    static const char *const claims[] = {
        GOOD("\"farol\"", "1800000001", ""),
        GOOD("\"farol\"", "1799999950", ""), /* clocks may be apart */
        GOOD("[\"farol\"]", "1800000300", ""),
        GOOD("[\"a\",\"farol\"]", "1800000300", ",\"azp\":\"farol\""),
        GOOD("\"farol\"", "1800000300", ",\"nbf\":1800000059"),
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < COUNT_OF(claims); i++) {
        AUTO_JSON read = NULL;

        assert_int_equal(id_token_read(sign(fixture, "RS256", fixture->rsa, claims[i]), fixture->keys,
                                       &wanted, fixture->arena, &read),
                         ERR_OK);
        assert_string_equal(json_string(json_get(read, "sub"), ""), "7");
        assert_int_equal(read_token(fixture, sign(fixture, "ES256", fixture->curve, claims[i])), ERR_OK);
    }
}

static void what_says_something_else_is_refused(void **state)
{
    static const struct {
        const char *claims, *why;
    } rows[] = {
        {CLAIMS("https://id.isp.exampl", "\"farol\"",                        "1800000300", "n-0S6", ",\"sub\":\"7\""), "iss"},
        {CLAIMS("https://id.isp.example/",                       "\"farol\"",                                        "1800000300", "n-0S6", ",\"sub\":\"7\""), "iss"},
        {GOOD("\"farol2\"",                              "1800000300",                                 ""), "aud"},
        {GOOD("[]",                  "1800000300",      ""), "aud"},
        {GOOD("{\"farol\":\"farol\"}",                         "1800000300",                                                           ""), "aud"},
        {GOOD("[\"farol\",\"b\"]","1800000300",""), "azp"},
        {GOOD("\"farol\"",                              "1800000300",                                                        ",\"azp\":\"b\""), "azp"},
        {GOOD("\"farol\"",                           "1799999940",                                                   ""), "expired"},
        {GOOD("\"farol\"",   "\"1800000300\"", ""), "expired"},
        {GOOD("\"farol\"",                         "1800000300",                                                           ",\"nbf\":1800000061"), "future"},
        {CLAIMS("https://id.isp.example",                              "\"farol\"",                                                                          "1800000300", "n-0S6",
         ",\"sub\":\"7\",\"iat\":1800000061"),
         "future"},
        {CLAIMS("https://id.isp.example",                              "\"farol\"",                                                 "1800000300", "n-0S6", ",\"sub\":\"7\""),
         "future"}, /* no iat */
        {CLAIMS("https://id.isp.example",             "\"farol\"","1800000300", "n-0S7", ",\"sub\":\"7\",\"iat\":1"),
         "nonce"},
        {CLAIMS("https://id.isp.example",               "\"farol\"",           "1800000300", "n-0S6", ",\"sub\":\"\",\"iat\":1"),
         "sub"},
        {CLAIMS("https://id.isp.example",                     "\"farol\"",                                                       "1800000300", "n-0S6", ",\"sub\":7,\"iat\":1"), "sub"},
        {"[]",            "iss"                                          },
        {"nothing",                              "not JSON"                                                },
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(read_token(fixture, sign(fixture, "RS256", fixture->rsa, rows[i].claims)),
                         ERR_DENIED);
        if (strstr(err_message(), rows[i].why) == NULL)
            fail_msg("%s: '%s' does not say '%s'", rows[i].claims, err_message(), rows[i].why);
    }
}

static void what_others_have_signed_is_refused(void **state)
{
    static const char claims[] = GOOD("\"farol\"", "1800000300", "");
    struct fixture *fixture = *state;
    cjose_jwk_t *stranger = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, NULL);
    cjose_jwk_t *secret = cjose_jwk_create_oct_random(256, NULL);
    const char *good = sign(fixture, "ES256", fixture->curve, claims);
    char *altered = arena_strdup(fixture->arena, good);

    assert_int_equal(read_token(fixture, sign(fixture, "ES256", stranger, claims)), ERR_DENIED);
    assert_int_equal(read_token(fixture, sign(fixture, "HS256", secret, claims)), ERR_DENIED);
    assert_int_equal(read_token(fixture, sign(fixture, "PS256", fixture->rsa, claims)), ERR_DENIED);
    altered[strcspn(altered, ".") + 5] ^= 1;
    assert_int_equal(read_token(fixture, altered), ERR_DENIED);
    for (size_t len = 0; len < strlen(good); len++) /* cut off anywhere */
        assert_int_equal(read_token(fixture, arena_memdup(fixture->arena, good, len)), ERR_DENIED);
    cjose_jwk_release(stranger);
    cjose_jwk_release(secret);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_for_us_and_signed_is_read),
        cmocka_unit_test(what_says_something_else_is_refused),
        cmocka_unit_test(what_others_have_signed_is_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
