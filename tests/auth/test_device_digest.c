#include "acs/auth/device_digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "acs/base/clock.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

static const unsigned char nonce_key[SHA256_BYTES] = "thirty-two bytes of a nonce key";

static enum err read_claim(const char *header, struct arena *arena, struct device_claim *ret)
{
    return device_claim_read(header, arena, ret);
}

/* The examples of RFC 2617 3.5, RFC 7616 3.9.1, and RFC 2069 2.4 (as its errata has it). */
static const struct {
    const char *password, *realm, *header;
} examples[] = {
    {"Circle Of Life", "testrealm@host.com",
     "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
     "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
     "uri=\"/dir/index.html\", qop=auth, nc=00000001, cnonce=\"0a4f113b\", "
     "response=\"6629fae49393a05397450978507c4ef1\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""},
    {"CircleOfLife",   "testrealm@host.com",
     "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
     "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
     "uri=\"/dir/index.html\", response=\"1949323746fe6a43ef61f9606e7febea\""                    },
    {"Circle of Life", "http-auth@example.org",
     "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", algorithm=MD5, "
     "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, "
     "cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, "
     "response=\"8ca523f5e9506fed4657c9700eebdbec\""                                             },
    {"Circle of Life", "http-auth@example.org",
     "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", "
     "algorithm=SHA-256, "
     "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, "
     "cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, "
     "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\""             },
};

static void the_examples_of_the_standards_are_right(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        AUTO_ARENA arena = arena_new(1024);
        struct device_claim claim;
        struct device_key key;

        assert_int_equal(read_claim(examples[i].header, arena, &claim), ERR_OK);
        device_key_make("Mufasa", examples[i].realm, (struct secret){examples[i].password}, arena, &key);
        assert_true(device_claim_fits(&claim, "GET", &key, arena));
        assert_false(device_claim_fits(&claim, "POST", &key, arena));
        device_key_make("Mufasa", examples[i].realm, (struct secret){"another"}, arena, &key);
        assert_false(device_claim_fits(&claim, "GET", &key, arena));
    }
}

/* Every value of an answer is under its hash, or is looked at: change any, and it does not fit. */
static void an_answer_with_one_letter_changed_is_wrong(void **state)
{
    static const char *const places[] = {"dcd98b", "/dir", "00000001", "0a4f113b", "6629fa"};
    const char *good = examples[0].header;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        AUTO_ARENA arena = arena_new(1024);
        char *bad = arena_strdup(arena, good);
        struct device_claim claim;
        struct device_key key;

        *strstr(bad, places[i]) = '7';
        assert_int_equal(read_claim(bad, arena, &claim), ERR_OK);
        device_key_make("Mufasa", examples[0].realm, (struct secret){examples[0].password}, arena, &key);
        assert_false(device_claim_fits(&claim, "GET", &key, arena));
    }
}

static void odd_forms_say_the_same(void **state)
{
    static const char *const forms[] = {
        "Digest "
        "username=\"u\",realm=\"r\",nonce=\"n\",uri=\"/\",response=\"f\",qop=auth,nc=00000001,cnonce=\"c\"",
        "digest\tUSERNAME = \"u\" , Realm= \"r\",, nonce =n, uri=/ "
        ",response=f,qop=\"auth\",nc=\"00000001\",cnonce=c",
        "Digest qop=auth cnonce=\"c\" nc=00000001 response=\"f\" uri=\"/\" nonce=\"n\" realm=\"r\" "
        "username=\"u\"",
        "DIGEST algorithm=\"md5\", opaque=\"\", username=u, realm=r, nonce=n, uri=/, response=f, qop=AUTH, "
        "nc=1, "
        "cnonce=c",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        AUTO_ARENA arena = arena_new(1024);
        struct device_claim claim;

        assert_int_equal(read_claim(forms[i], arena, &claim), ERR_OK);
        assert_string_equal(claim.username, "u");
        assert_string_equal(claim.realm, "r");
        assert_string_equal(claim.nonce, "n");
        assert_string_equal(claim.uri, "/");
        assert_string_equal(claim.response, "f");
        assert_string_equal(claim.cnonce, "c");
        assert_int_equal(claim.count, 1);
        assert_int_equal(claim.algorithm, CLAIM_MD5);
    }
}

static void names_may_hold_anything(void **state)
{
    static const struct {
        const char *written, *meant;
    } names[] = {
        {"p\\\"\\\\:\xc3\xa9", "p\"\\:\xc3\xa9"  },
        {"DOMAIN\\user",       "DOMAIN\\user"    },
        {"00256D-E%2DT-%25",   "00256D-E%2DT-%25"},
        {"a, b=c",             "a, b=c"          },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        AUTO_ARENA arena = arena_new(1024);
        const char *header =
            arena_printf(arena, "Digest username=\"%s\", nonce=n, response=f", names[i].written);
        struct device_claim claim;

        assert_int_equal(read_claim(header, arena, &claim), ERR_OK);
        assert_string_equal(claim.username, names[i].meant);
    }
}

static void what_was_not_offered_is_refused(void **state)
{
    static const char *const headers[] = {
        "",
        "Digest",
        "Bearer x",
        "Digestive username=u, nonce=n, response=f",
        "Digest username=u, response=f",
        "Digest username=u, nonce=n",
        "Digest nonce=n, response=f",
        "Digest username=\"\", nonce=n, response=f",
        "Digest username=u, username=v, nonce=n, response=f",
        "Digest username=u, nonce=n, response=f, algorithm=MD5-sess",
        "Digest username=u, nonce=n, response=f, algorithm=SHA-512-256",
        "Digest username=u, nonce=n, response=f, qop=auth,auth-int, nc=00000001",
        "Digest username=u, nonce=n, response=f, qop=auth-int, nc=00000001, cnonce=c",
        "Digest username=u, nonce=n, response=f, nc=00000001, cnonce=c",
        "Digest username=u, nonce=n, response=f, qop=auth, cnonce=c",
        "Digest username=u, nonce=n, response=f, qop=auth, nc=00000000, cnonce=c",
        "Digest username=u, nonce=n, response=f, qop=auth, nc=000000001, cnonce=c",
        "Digest username=u, nonce=n, response=f, qop=auth, nc=zz, cnonce=c",
        "Digest username=u, nonce=n, response=f, qop=auth, nc=00000001",
        "Basic",
        "Basic ???",
        "Basic dXNlcg==",
        "Basic OnB3",
        "Basic dQA6cA==",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        AUTO_ARENA arena = arena_new(1024);
        struct device_claim claim;

        assert_int_equal(read_claim(headers[i], arena, &claim), ERR_INVALID);
    }
}

static void a_header_of_no_end_is_refused_unread(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    char *header = arena_alloc(arena, 10001);
    struct device_claim claim;

    (void)state;
    memset(header, 'u', 10000);
    memcpy(header, "Digest ", 7);
    header[10000] = '\0';
    assert_int_equal(read_claim(header, arena, &claim), ERR_INVALID);
}

static void basic_takes_any_password(void **state)
{
    static const struct {
        const char *header, *user, *password;
    } cases[] = {
        {"Basic dXNlcjpwIlw6w6k=", "user",       "p\"\\:\xc3\xa9"},
        {"basic dXNlcjpwIlw6w6k",  "user",       "p\"\\:\xc3\xa9"},
        {"Basic MDAyNTZELVNOMTo=", "00256D-SN1", ""              },
        {"Basic OjpiOmM6",         NULL,         NULL            },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_ARENA arena = arena_new(1024);
        struct device_claim claim;
        struct device_key key;

        if (cases[i].user == NULL) {
            assert_int_equal(read_claim(cases[i].header, arena, &claim), ERR_INVALID);
            continue;
        }
        assert_int_equal(read_claim(cases[i].header, arena, &claim), ERR_OK);
        assert_string_equal(claim.username, cases[i].user);
        assert_string_equal(claim.password.hidden, cases[i].password);
        claim.realm = "farol"; /* Basic does not say it */
        device_key_make(cases[i].user, "farol", (struct secret){cases[i].password}, arena, &key);
        assert_true(device_claim_fits(&claim, "POST", &key, arena));
        claim.password.hidden = "wrong";
        assert_false(device_claim_fits(&claim, "POST", &key, arena));
    }
}

static void a_nonce_tells_when_it_was_made_and_only_under_its_key(void **state)
{
    static const unsigned char other_key[SHA256_BYTES] = "another";
    char nonce[NONCE_MAX], again[NONCE_MAX];
    int64_t made;

    (void)state;
    device_nonce_write(nonce_key, INT64_C(1700000000123456), nonce);
    device_nonce_write(nonce_key, INT64_C(1700000000123456), again);
    assert_string_not_equal(nonce, again);
    assert_true(device_nonce_read(nonce_key, nonce, &made));
    assert_true(made == INT64_C(1700000000123456));
    assert_false(device_nonce_read(other_key, nonce, &made));
    assert_false(device_nonce_read(nonce_key, "", &made));
    for (size_t i = 0; i < strlen(nonce); i++) {
        memcpy(again, nonce, sizeof(again));
        again[i] = again[i] == '0' ? '1' : '0';
        assert_false(device_nonce_read(nonce_key, again, &made));
    }
}

static void challenges_say_exactly_what_devices_can_read(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct device_challenge challenge = {.realm = "farol", .nonce = "abc"};

    (void)state;
    assert_string_equal(device_challenge_digest(&challenge, CLAIM_MD5, arena),
                        "Digest realm=\"farol\", qop=\"auth\", nonce=\"abc\", domain=\"/\", algorithm=MD5");
    challenge.stale = true;
    assert_string_equal(
        device_challenge_digest(&challenge, CLAIM_SHA256, arena),
        "Digest realm=\"farol\", qop=\"auth\", nonce=\"abc\", domain=\"/\", algorithm=SHA-256, stale=true");
    assert_string_equal(device_challenge_basic(&challenge, arena),
                        "Basic realm=\"farol\", charset=\"UTF-8\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_standards_are_right),
        cmocka_unit_test(an_answer_with_one_letter_changed_is_wrong),
        cmocka_unit_test(odd_forms_say_the_same),
        cmocka_unit_test(names_may_hold_anything),
        cmocka_unit_test(what_was_not_offered_is_refused),
        cmocka_unit_test(a_header_of_no_end_is_refused_unread),
        cmocka_unit_test(basic_takes_any_password),
        cmocka_unit_test(a_nonce_tells_when_it_was_made_and_only_under_its_key),
        cmocka_unit_test(challenges_say_exactly_what_devices_can_read),
    };

    return cmocka_run_group_tests_name("device_digest", tests, NULL, NULL);
}
