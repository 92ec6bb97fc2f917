/* HTTP as bytes: heads, bodies, URLs, cookies, authentication. */
#include <string.h>

#include "acs/base/text.h"
#include "tests/cpesim/cookie.h"
#include "tests/cpesim/digest.h"
#include "tests/cpesim/disguise.h"
#include "tests/cpesim/http_wire.h"
#include "tests/support/check.h"

/* ---- heads and bodies ---- */

static void a_head_is_cut_into_its_parts(void **state)
{
    char bytes[] =
        "HTTP/1.1 200 Very OK\r\nSet-Cookie: a=1\r\nCONNECTION: Keep-Alive,  Close\r\nEmpty:\r\n\r\nrest";
    size_t len = http_head_length(bytes, sizeof(bytes) - 1);
    struct http_head head;
    unsigned status;

    (void)state;
    assert_int_equal(len, sizeof(bytes) - 1 - 4);
    assert_int_equal(http_head_length(bytes, len - 1), 0);
    assert_int_equal(http_head_split(bytes, len, &head), ERR_OK);
    assert_int_equal(http_head_status(&head, &status), ERR_OK);
    assert_int_equal(status, 200);
    assert_string_equal(head.line[2], "Very OK");
    assert_string_equal(http_head_find(&head, "set-cookie"), "a=1");
    assert_string_equal(http_head_find(&head, "Empty"), "");
    assert_null(http_head_find(&head, "Location"));
    assert_true(http_head_has(&head, "Connection", "close"));
    assert_false(http_head_has(&head, "Connection", "clo"));
    assert_true(http_head_closes(&head, "HTTP/1.1"));
    assert_false(http_head_closes(&head, "HTTP/1.0"));
}

static void a_head_that_is_none_is_refused(void **state)
{
    static const char *const heads[] = {
        "garbage\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
        "HTTP/1.1 200 OK\r\nspace : before\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTX/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 20x OK\r\n\r\n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(heads); i++) {
        AUTO_ARENA arena = arena_new(0);
        char *bytes = arena_strdup(arena, heads[i]);
        struct http_head head;
        unsigned status;
        enum err result = http_head_split(bytes, strlen(bytes), &head);

        if (result == ERR_OK)
            result = http_head_status(&head, &status);
        assert_int_equal(result, ERR_INVALID);
    }
}

/* The body of an answer that comes piece by piece; NULL: it is refused. */
static const char *read_body(struct arena *arena, const char *fields, const char *sent, size_t piece)
{
    char *bytes = arena_printf(arena, "HTTP/1.1 200 OK\r\n%s\r\n", fields);
    struct bytes out = {0};
    struct http_head head;
    struct http_body body;
    const char *content;
    enum err result;

    assert_int_equal(http_head_split(bytes, strlen(bytes), &head), ERR_OK);
    result = http_body_begin(&head, 200, &body);
    for (size_t at = 0, len = strlen(sent); result == ERR_OK && at < len && !body.done;) {
        size_t size = len - at < piece ? len - at : piece, used;

        result = http_body_take(&body, sent + at, size, &out, &used);
        at += result == ERR_OK ? used : 0;
    }
    content = result == ERR_OK ? arena_memdup(arena, out.data, out.len) : NULL;
    bytes_free(&out);
    return content;
}

static void bodies_are_read_in_every_framing_and_in_any_pieces(void **state)
{
    static const struct {
        const char *fields;
        const char *sent;
        const char *content;
    } cases[] = {
        {"Content-Length: 5\r\n",                               "hellobehind",                                        "hello"        },
        {"Content-Length: 0\r\n",                               "behind",                                             ""             },
        {"Transfer-Encoding: chunked\r\n",                      "3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nT: 1\r\n\r\nbehind", "hello"        },
        {"Transfer-Encoding: Chunked\r\n",                      "00A \r\n0123456789\r\n0\r\n\r\n",                    "0123456789"   },
        {"",                                                    "until the end",                                      "until the end"},
        {"Content-Length: 5\r\nContent-Length: 5\r\n",          "hello",                                              NULL           },
        {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "hello",                                              NULL           },
        {"Content-Length: -1\r\n",                              "hello",                                              NULL           },
        {"Transfer-Encoding: chunked\r\n",                      "x\r\nhello",                                         NULL           },
        {"Transfer-Encoding: chunked\r\n",                      "3\r\nhello\r\n0\r\n\r\n",                            NULL           },
        {"Transfer-Encoding: chunked\r\n",                      "fffffffff\r\n",                                      NULL           },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (size_t piece = 1; piece < 12; piece++) {
            AUTO_ARENA arena = arena_new(0);
            const char *content = read_body(arena, cases[i].fields, cases[i].sent, piece);

            if (cases[i].content == NULL)
                assert_null(content);
            else
                assert_string_equal(content, cases[i].content);
        }
    }
}

/* ---- URLs ---- */

static void urls_are_taken_apart(void **state)
{
    static const struct {
        const char *text;
        const char *host, *port, *authority, *target;
    } cases[] = {
        {"http://acs.example",                 "acs.example", "80",   "acs.example",    "/"          },
        {"http://127.0.0.1:7547/cwmp/x?a=1#f", "127.0.0.1",   "7547", "127.0.0.1:7547", "/cwmp/x?a=1"},
        {"http://[::1]:7547/",                 "::1",         "7547", "[::1]:7547",     "/"          },
        {"http://[2001:db8::7]?x",             "2001:db8::7", "80",   "[2001:db8::7]",  "/?x"        },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct url url;

        assert_int_equal(url_read(cases[i].text, &url), ERR_OK);
        assert_string_equal(url.host, cases[i].host);
        assert_string_equal(url.port, cases[i].port);
        assert_string_equal(url.authority, cases[i].authority);
        assert_string_equal(url.target, cases[i].target);
    }
}

static void what_is_no_url_of_cwmp_is_refused(void **state)
{
    static const char *const cases[] = {"",
                                        "acs.example",
                                        "https://acs.example/",
                                        "http://",
                                        "http:///x",
                                        "http://u:p@acs/",
                                        "http://acs:0/",
                                        "http://acs:70000/",
                                        "http://acs:",
                                        "http://[::1/",
                                        "http://[]:80/",
                                        "http://acs:80x/"};
    struct url url;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (url_read(cases[i], &url) == ERR_OK)
            fail_msg("'%s' was taken", cases[i]);
}

static void a_location_may_be_a_path(void **state)
{
    struct url base, url;

    (void)state;
    assert_int_equal(url_read("http://acs.example:81/a/b", &base), ERR_OK);
    assert_int_equal(url_resolve(&base, "/c?d", &url), ERR_OK);
    assert_string_equal(url.authority, "acs.example:81");
    assert_string_equal(url.target, "/c?d");
    assert_int_equal(url_resolve(&base, "http://other.example/", &url), ERR_OK);
    assert_string_equal(url.authority, "other.example");
    assert_int_equal(url_resolve(&base, "//evil.example/", &url), ERR_INVALID);
    assert_int_equal(url_resolve(&base, "relative", &url), ERR_INVALID);
}

/* ---- cookies ---- */

static void cookies_are_sent_where_they_belong(void **state)
{
    static const struct {
        const char *set;    /* two headers, divided by '|' */
        const char *target; /* of the next request */
        const char *sent;   /* NULL: none */
    } cases[] = {
        {"s=1; Path=/",                         "/other",   "s=1"      },
        {"s=1; path=/acs",                      "/acs",     "s=1"      },
        {"s=1; Path=/acs",                      "/acs/x?y", "s=1"      },
        {"s=1; Path=/acs",                      "/acsx",    NULL       },
        {"s=1",                                 "/acs/in",  "s=1"      },
        {"s=1",                                 "/acs",     "s=1"      },
        {"s=1",                                 "/",        NULL       },
        {"s=1; Path=/; HttpOnly; SameSite=Lax", "/",        "s=1"      },
        {"s=1; Path=/; Secure",                 "/",        NULL       },
        {"s=\"q v\" ; Path=/",                  "/",        "s=\"q v\""},
        {"a=1; Path=/|b=2; Path=/",             "/",        "a=1; b=2" },
        {"a=1; Path=/|a=2; Path=/",             "/",        "a=2"      },
        {"a=1; Path=/|a=; Path=/; Max-Age=0",   "/",        NULL       },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_ARENA arena = arena_new(0);
        struct cookie_jar jar = {0};
        char *first = arena_strdup(arena, cases[i].set), *second = strchr(first, '|');
        struct url url;
        const char *sent;

        assert_int_equal(url_read("http://acs.example/acs/in", &url), ERR_OK);
        if (second != NULL)
            *second++ = '\0';
        assert_int_equal(cookie_take(&jar, &url, first, arena), ERR_OK);
        if (second != NULL)
            assert_int_equal(cookie_take(&jar, &url, second, arena), ERR_OK);
        assert_int_equal(url_resolve(&url, cases[i].target, &url), ERR_OK);
        sent = cookie_header(&jar, &url, arena);
        assert_string_equal(text_or_empty(sent), text_or_empty(cases[i].sent));
    }
}

static void a_device_need_not_keep_more_than_512_bytes_of_cookies(void **state)
{
    AUTO_ARENA arena = arena_new(0);
    struct cookie_jar jar = {0};
    struct url url;

    (void)state;
    assert_int_equal(url_read("http://acs.example/", &url), ERR_OK);
    assert_int_equal(cookie_take(&jar, &url, arena_printf(arena, "a=%0500d; Path=/", 1), arena), ERR_OK);
    assert_int_equal(cookie_take(&jar, &url, "b=0123456789; Path=/", arena), ERR_TOO_LARGE);
    assert_int_equal(jar.count, 1);
}

/* ---- authentication ---- */

static void the_example_of_the_rfc_comes_out_right(void **state)
{
    /* RFC 2617 3.5 */
    const struct auth_claim claim = {.username = "Mufasa",
                                     .realm = "testrealm@host.com",
                                     .nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                                     .uri = "/dir/index.html",
                                     .qop = "auth",
                                     .nc = "00000001",
                                     .cnonce = "0a4f113b",
                                     .response = "6629fae49393a05397450978507c4ef1",
                                     .opaque = "",
                                     .algorithm = ""};
    const struct auth_credentials right = {"Mufasa", "Circle Of Life"}, wrong = {"Mufasa", "Circle of Life"};
    const struct auth_target target = {"GET", "/dir/index.html"}, other = {"GET", "/dir/"};

    (void)state;
    assert_int_equal(auth_verify(&claim, &right, &target), ERR_OK);
    assert_int_equal(auth_verify(&claim, &wrong, &target), ERR_DENIED);
    assert_int_equal(auth_verify(&claim, &right, &other), ERR_DENIED);
}

static void what_one_side_answers_the_other_verifies(void **state)
{
    AUTO_ARENA arena = arena_new(0);
    const struct auth_credentials credentials = {"us\"er\\", "pass:é"};
    const struct auth_target target = {"POST", "/a?b=\"c\""};
    struct auth_challenge challenge;
    struct auth_claim claim;

    (void)state;
    assert_int_equal(auth_read_challenge("Digest qop=\"auth\",nonce=n , realm=\"a \\\"b\\\"\", opaque=\"\"",
                                         AUTH_DIGEST, arena, &challenge),
                     ERR_OK);
    assert_int_equal(
        auth_read_claim(auth_answer(&challenge, &credentials, &target, 255, arena), arena, &claim), ERR_OK);
    assert_string_equal(claim.realm, "a \"b\"");
    assert_string_equal(claim.nc, "000000ff");
    assert_int_equal(auth_verify(&claim, &credentials, &target), ERR_OK);
}

static void challenges_are_understood_or_refused(void **state)
{
    static const struct {
        const char *header;
        enum auth_scheme scheme; /* AUTH_NONE: refused */
        bool qop, stale;
    } cases[] = {
        {"Digest realm=\"r\", nonce=\"n\", qop=\"auth\"",                                         AUTH_DIGEST, true,  false},
        {"digest realm=r, nonce=n",                                                               AUTH_DIGEST, false, false},
        {"Digest realm=\"r\", nonce=\"n\", qop=\"auth-int,auth\", algorithm=\"MD5\", stale=TRUE", AUTH_DIGEST,
         true,                                                                                                        true },
        {"Digest qop=\"auth\" nonce=\"n\" opaque=\"\" realm=\"r\"",                               AUTH_DIGEST, true,  false},
        {"Basic realm=\"r\"",                                                                     AUTH_BASIC,  false, false},
        {"Basic realm=\"r\", Digest realm=\"r\", nonce=\"n\"",                                    AUTH_DIGEST, false, false},
        {"Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256, Basic realm=\"r\"",                 AUTH_BASIC,  false, false},
        {"Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"",                                     AUTH_NONE,   false, false},
        {"Digest realm=\"r\"",                                                                    AUTH_NONE,   false, false},
        {"Negotiate",                                                                             AUTH_NONE,   false, false},
        {"=,=\"",                                                                                 AUTH_NONE,   false, false},
        {"",                                                                                      AUTH_NONE,   false, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_ARENA arena = arena_new(0);
        struct auth_challenge challenge = {0};
        enum err result = auth_read_challenge(cases[i].header, AUTH_DIGEST, arena, &challenge);

        assert_int_equal(result, cases[i].scheme == AUTH_NONE ? ERR_INVALID : ERR_OK);
        assert_int_equal(challenge.scheme, cases[i].scheme);
        assert_int_equal(challenge.has_qop, cases[i].qop);
        assert_int_equal(challenge.stale, cases[i].stale);
    }
}

static void the_best_that_the_device_knows_is_answered(void **state)
{
    AUTO_ARENA arena = arena_new(0);
    const char *both =
        "Digest realm=\"r\", nonce=\"a\", algorithm=MD5, Digest realm=\"r\", nonce=\"b\", algorithm=SHA-256";
    const struct auth_credentials credentials = {"u", "p"};
    const struct auth_target target = {"POST", "/"};
    struct auth_challenge challenge;
    struct auth_claim claim;

    (void)state;
    assert_int_equal(auth_read_challenge(both, AUTH_DIGEST, arena, &challenge), ERR_OK);
    assert_string_equal(challenge.nonce, "a");
    assert_int_equal(auth_read_challenge(both, AUTH_DIGEST_SHA256, arena, &challenge), ERR_OK);
    assert_string_equal(challenge.nonce, "b");
    assert_int_equal(auth_read_claim(auth_answer(&challenge, &credentials, &target, 1, arena), arena, &claim),
                     ERR_OK);
    assert_string_equal(claim.algorithm, "SHA-256");
    /* of "u:r:p", "b", and "POST:/", without qop */
    assert_string_equal(claim.response, "59fb98860e3be7abba59f37d25e504c43f9c1cabd2a9c76a1a10c060548b2c0b");
}

static void without_qop_nothing_of_it_is_answered(void **state)
{
    AUTO_ARENA arena = arena_new(0);
    const struct auth_challenge digest = {.scheme = AUTH_DIGEST, .realm = "r", .nonce = "n"};
    const struct auth_challenge basic = {.scheme = AUTH_BASIC};
    const struct auth_credentials credentials = {"Aladdin", "open sesame"};
    const struct auth_target target = {"POST", "/"};
    const char *answer = auth_answer(&digest, &credentials, &target, 1, arena);

    (void)state;
    assert_null(strstr(answer, "nc="));
    assert_null(strstr(answer, "qop="));
    assert_null(strstr(answer, "opaque="));
    assert_string_equal(auth_answer(&basic, &credentials, &target, 1, arena),
                        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

/* ---- XML in other clothes ---- */

static void only_prefixes_and_quotes_change(void **state)
{
    AUTO_ARENA arena = arena_new(0);
    static const char xml[] =
        "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://soap/\" xmlns:cwmp=\"urn:dslforum-org:cwmp-1-0\">"
        "<A SOAP-ENC:arrayType=\"cwmp:B[1]\">cwmp: \"SOAP-ENV:\"</A></SOAP-ENV:Envelope>";
    struct text out = TEXT_IN(arena);

    (void)state;
    disguise(xml, strlen(xml), &out);
    assert_string_equal(text_string(&out),
                        "<soapenv:Envelope xmlns:soapenv='http://soap/' xmlns:c='urn:dslforum-org:cwmp-1-0'>"
                        "<A soapenc:arrayType='c:B[1]'>cwmp: \"SOAP-ENV:\"</A></soapenv:Envelope>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_is_cut_into_its_parts),
        cmocka_unit_test(a_head_that_is_none_is_refused),
        cmocka_unit_test(bodies_are_read_in_every_framing_and_in_any_pieces),
        cmocka_unit_test(urls_are_taken_apart),
        cmocka_unit_test(what_is_no_url_of_cwmp_is_refused),
        cmocka_unit_test(a_location_may_be_a_path),
        cmocka_unit_test(cookies_are_sent_where_they_belong),
        cmocka_unit_test(a_device_need_not_keep_more_than_512_bytes_of_cookies),
        cmocka_unit_test(the_example_of_the_rfc_comes_out_right),
        cmocka_unit_test(what_one_side_answers_the_other_verifies),
        cmocka_unit_test(challenges_are_understood_or_refused),
        cmocka_unit_test(the_best_that_the_device_knows_is_answered),
        cmocka_unit_test(without_qop_nothing_of_it_is_answered),
        cmocka_unit_test(only_prefixes_and_quotes_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
