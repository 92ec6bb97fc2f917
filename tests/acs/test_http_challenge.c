/* What routers ask for, and what they are answered: the examples of the standards, and what is seen in the
 * field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "acs/base/text.h"
#include "acs/http/challenge.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

#define NONCE_2617  "dcd98b7102dd2f0e8b11d0f600bfb0c093"
#define NONCE_7616  "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
#define CNONCE_7616 "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
#define OPAQUE_7616 "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"

static const struct {
    const char *name;
    const char *value; /* of WWW-Authenticate */
    const char *password;
    const char *cnonce;
    const char *expected;
} examples[] = {
    {"RFC 2617 3.5",
     "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", nonce=\"" NONCE_2617
     "\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",                                             "Circle Of Life", "0a4f113b",
     "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", nonce=\"" NONCE_2617
     "\", uri=\"/dir/index.html\", cnonce=\"0a4f113b\", nc=00000001, qop=auth, "
     "response=\"6629fae49393a05397450978507c4ef1\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""},
    {"RFC 2069 2.4, as corrected", "Digest realm=\"testrealm@host.com\", nonce=\"" NONCE_2617 "\"",
     "CircleOfLife",                                                                                                  "0a4f113b",
     "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", nonce=\"" NONCE_2617
     "\", uri=\"/dir/index.html\", response=\"1949323746fe6a43ef61f9606e7febea\""                },
    {"RFC 7616 3.9.1, MD5",
     "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=MD5, nonce=\"" NONCE_7616
     "\", opaque=\"" OPAQUE_7616 "\"",
     "Circle of Life",                                                                                                CNONCE_7616,
     "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", nonce=\"" NONCE_7616
     "\", uri=\"/dir/index.html\", cnonce=\"" CNONCE_7616
     "\", nc=00000001, qop=auth, response=\"8ca523f5e9506fed4657c9700eebdbec\", opaque=\"" OPAQUE_7616
     "\", algorithm=MD5"                                                                         },
    {"RFC 7616 3.9.1, SHA-256",
     "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=SHA-256, nonce=\"" NONCE_7616
     "\", opaque=\"" OPAQUE_7616 "\"",
     "Circle of Life",                                                                                                CNONCE_7616,
     "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", nonce=\"" NONCE_7616
     "\", uri=\"/dir/index.html\", cnonce=\"" CNONCE_7616 "\", nc=00000001, qop=auth, "
     "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\", opaque=\"" OPAQUE_7616
     "\", algorithm=SHA-256"                                                                     },
};

static void the_standards_own_examples_come_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        AUTO_ARENA arena = arena_new(4096);
        struct challenge_login login = {
            "Mufasa", {examples[i].password}, "GET", "/dir/index.html", examples[i].cnonce};
        struct challenge challenge;

        print_message("  %s\n", examples[i].name);
        assert_int_equal(challenge_read(examples[i].value, arena, &challenge), ERR_OK);
        assert_string_equal(challenge_answer(&challenge, &login, arena), examples[i].expected);
    }
}

static const struct {
    const char *name;
    const char *value;
    struct challenge expected; /* nonce NULL: there is none that we can answer */
    bool digest;
} readings[] = {
    {"no commas, opaque that is empty",
     "Digest qop=\"auth\" nonce=\"n\" opaque=\"\" realm=\"cwmpd\"",                                         {.auth = true, .realm = "cwmpd", .nonce = "n", .opaque = ""},
     true                                                                                                                                                                                           },
    {"commas doubled, blanks around the equals sign",
     " Digest ,, realm = \"r\" ,, nonce\t=\t\"n\" ,",                                                       {.realm = "r", .nonce = "n"},
     true                                                                                                                                                                                           },
    {"nothing quoted, capitals, the algorithm quoted",
     "DIGEST REALM=r,NONCE=n,QOP=auth,ALGORITHM=\"md5-SESS\"",                                              {.auth = true, .sess = true, .realm = "r", .nonce = "n", .algorithm = "md5-SESS"},
     true                                                                                                                                                                                           },
    {"domain, stale and what nobody knows",
     "Digest domain=\"/\", realm=\"r\", stale=FALSE, charset=UTF-8, nonce=\"n\", x=\"qop=auth, nonce=no\"", {.realm = "r", .nonce = "n"},
     true                                                                                                                                                                                           },
    {"a quote and a backslash in the realm",
     "Digest realm=\"a \\\"b\\\" \\\\c\", nonce=\"n\"",                                                     {.realm = "a \"b\" \\c", .nonce = "n"},
     true                                                                                                                                                                                           },
    {"no realm",                                       "Digest nonce=\"n\"",                                {.realm = "", .nonce = "n"},                                                       true },
    {"a quote that never ends",                        "Digest realm=\"r\", nonce=\"n",                     {.realm = "r", .nonce = "n"},                                                      true },
    {"qop that is empty",                              "Digest realm=\"r\", nonce=\"n\", qop=\"\"",         {.realm = "r", .nonce = "n"},                                                      true },
    {"behind others",
     "Negotiate, Basic realm=\"Digest nonce=x\", Digest realm=\"r\", nonce=\"n\"",                          {.realm = "r", .nonce = "n"},
     true                                                                                                                                                                                           },
    {"before others",
     "Digest realm=\"r\", nonce=\"n\", Basic realm=\"s\", NTLM",                                            {.realm = "r", .nonce = "n"},
     true                                                                                                                                                                                           },
    {"the first that is known",
     "Digest realm=\"r\", nonce=\"a\", algorithm=SHA-512-256, Digest realm=\"r\", nonce=\"b\", "
     "qop=\"auth-int\", "
     "Digest realm=\"r\", nonce=\"c\", algorithm=SHA-256, Digest realm=\"r\", nonce=\"d\"",                 {.hash = CHALLENGE_SHA256, .realm = "r", .nonce = "c", .algorithm = "SHA-256"},
     true                                                                                                                                                                                           },
    {"no nonce",                                       "Digest realm=\"r\"",                                {.nonce = NULL},                                                                   true },
    {"auth-int alone",                                 "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"", {.nonce = NULL},                                                                   true },
    {"an algorithm of the future",
     "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-1024",                                                 {.nonce = NULL},
     true                                                                                                                                                                                           },
    {"control characters",                             "Digest realm=\"r\rX-A: b\", nonce=\"n\"",           {.nonce = NULL},                                                                   true },
    {"Basic",                                          "Basic realm=\"digest\"",                            {.nonce = NULL},                                                                   false},
    {"Basic with a parameter of that name",            "Basic digest=\"x\", nonce=\"n\"",                   {.nonce = NULL},                                                                   false},
    {"nothing",                                        "",                                                  {.nonce = NULL},                                                                   false},
    {"signs",                                          "=,\"=\" , =",                                       {.nonce = NULL},                                                                   false},
};

static void a_challenge_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(readings); i++) {
        AUTO_ARENA arena = arena_new(4096);
        const struct challenge *expected = &readings[i].expected;
        struct challenge challenge;
        enum err err = challenge_read(readings[i].value, arena, &challenge);

        print_message("  %s\n", readings[i].name);
        assert_int_equal(challenge_offers_digest(readings[i].value), readings[i].digest);
        assert_int_equal(err, expected->nonce != NULL ? ERR_OK : ERR_NOT_FOUND);
        if (err != ERR_OK)
            continue;
        assert_int_equal(challenge.hash, expected->hash);
        assert_int_equal(challenge.sess, expected->sess);
        assert_int_equal(challenge.auth, expected->auth);
        assert_string_equal(challenge.realm, expected->realm);
        assert_string_equal(challenge.nonce, expected->nonce);
        assert_string_equal(text_or_empty(challenge.algorithm), text_or_empty(expected->algorithm));
        assert_int_equal(challenge.opaque == NULL, expected->opaque == NULL);
    }
}

static void what_was_escaped_is_escaped_again(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    const struct challenge challenge = {.realm = "a\"b\\c", .nonce = "n", .sess = true};
    const struct challenge_login login = {"o\"neil", {"x"}, "GET", "/", "c"};
    const char *answer = challenge_answer(&challenge, &login, arena);

    (void)state;
    assert_non_null(strstr(answer, "username=\"o\\\"neil\", realm=\"a\\\"b\\\\c\", "));
    assert_non_null(strstr(answer, ", cnonce=\"c\", response=")); /* a session without qop needs it, too */
    assert_null(strstr(answer, "qop"));
    assert_null(strstr(answer, "opaque"));
    assert_null(strstr(answer, "algorithm"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_standards_own_examples_come_out),
        cmocka_unit_test(a_challenge_is_read),
        cmocka_unit_test(what_was_escaped_is_escaped_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
