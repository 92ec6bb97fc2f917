/* Which URLs a connection request may go to, and what answers mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "acs/base/text.h"
#include "acs/http/dial.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

static const struct {
    const char *url;
    const char *where; /* NULL: refused */
} urls[] = {
    {"http://192.0.2.7:7547/x",           "192.0.2.7:7547"    },
    {"http://192.0.2.7",                  "192.0.2.7"         },
    {"http://192.0.2.7?a=b",              "192.0.2.7"         },
    {"HTTP://192.0.2.7:80/a/b/c?x=1;y",   "192.0.2.7:80"      },
    {"http://[2001:db8::7]:7547/x",       "[2001:db8::7]:7547"},
    {"http://[::ffff:192.0.2.7]",         "[::ffff:192.0.2.7]"},
    {"",                                  NULL                },
    {"192.0.2.7:7547/x",                  NULL                },
    {"//192.0.2.7/x",                     NULL                },
    {"https://192.0.2.7/x",               NULL                },
    {"file:///etc/passwd",                NULL                },
    {"ftp://192.0.2.7/",                  NULL                },
    {"http://",                           NULL                },
    {"http:///x",                         NULL                },
    {"http:192.0.2.7/x",                  NULL                },
    {"http://router.example/x",           NULL                },
    {"http://localhost/x",                NULL                },
    {"http://user@192.0.2.7/x",           NULL                },
    {"http://user:password@192.0.2.7/x",  NULL                },
    {"http://192.0.2.7@198.51.100.1/x",   NULL                },
    {"http://127.1/x",                    NULL                },
    {"http://2130706433/x",               NULL                },
    {"http://0x7f.0.0.1/x",               NULL                },
    {"http://0177.0.0.1/x",               NULL                },
    {"http://192.0.2.7.:80/x",            NULL                },
    {"http://192.0.2.7:/x",               NULL                },
    {"http://192.0.2.7:0/x",              NULL                },
    {"http://192.0.2.7:65536/x",          NULL                },
    {"http://192.0.2.7:80:80/x",          NULL                },
    {"http://192.0.2.7:8a/x",             NULL                },
    {"http://192.0.2.7:-1/x",             NULL                },
    {"http://192.0.2.7:000000080/x",      NULL                },
    {"http://2001:db8::7/x",              NULL                },
    {"http://[2001:db8::7/x",             NULL                },
    {"http://[2001:db8::7]7547/x",        NULL                },
    {"http://[fe80::1%25eth0]/x",         NULL                },
    {"http://[192.0.2.7]/x",              NULL                },
    {"http://[]/x",                       NULL                },
    {"http://192.0.2.7/a b",              NULL                },
    {"http://192.0.2.7/a\r\nX: y",        NULL                },
    {"http://192.0.2.7\t/",               NULL                },
    {"http://192.0.2.7/\xc3\xa9",         NULL                },
    {"http://192.0.2.7/\"",               NULL                },
    {"http://192.0.2.7\\@198.51.100.1/x", NULL                },
};

static void only_http_to_an_address_is_dialled(void **state)
{
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(urls); i++) {
        const char *where = dial_read_where(arena, urls[i].url);

        if (urls[i].where == NULL && where != NULL)
            fail_msg("%s would be dialled", urls[i].url);
        if (urls[i].where != NULL)
            assert_string_equal(where, urls[i].where);
    }
}

static const char *const targets[][2] = {
    {"http://192.0.2.7",                "/"              },
    {"http://192.0.2.7:7547/",          "/"              },
    {"http://192.0.2.7?a=b",            "/?a=b"          },
    {"http://192.0.2.7/a/../b//?c/d=e", "/a/../b//?c/d=e"},
    {"http://[2001:db8::7]:80/x#y",     "/x"             },
    {"http://192.0.2.7#y",              "/"              },
};

static void the_target_is_the_router_s_own(void **state)
{
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(targets); i++)
        assert_string_equal(dial_read_target(arena, targets[i][0]), targets[i][1]);
}

static void only_so_many_challenges_are_read(void **state)
{
    static const char good[] = "WWW-Authenticate: Digest realm=\"x\", nonce=\"n\"\r\n";
    static const char other[] = "WWW-Authenticate: Negotiate\r\n";
    AUTO_ARENA arena = arena_new(1024);
    struct dial_answer answer = {.can_login = true};
    struct text line = TEXT_IN(arena);

    (void)state;
    text_puts(&line, "WWW-Authenticate: Digest nonce=\"");
    while (line.len < 20000)
        text_puts(&line, "0123456789");
    text_puts(&line, "\"\r\n");
    dial_read_line(&answer, "HTTP/1.1 401 No\r\n", 17, arena);
    dial_read_line(&answer, line.data, line.len, arena);
    for (unsigned i = 0; i < 7; i++)
        dial_read_line(&answer, other, strlen(other), arena);
    dial_read_line(&answer, good, strlen(good), arena);
    dial_read_line(&answer, "\r\n", 2, arena);
    assert_non_null(answer.challenge);
    answer = (struct dial_answer){.can_login = true};
    for (unsigned i = 0; i < 8; i++)
        dial_read_line(&answer, other, strlen(other), arena);
    dial_read_line(&answer, good, strlen(good), arena);
    dial_read_line(&answer, "\r\n", 2, arena);
    assert_null(answer.challenge);
}

/* Some stacks write a challenge over several lines, as HTTP/1.1 once allowed. */
static void a_challenge_may_be_folded(void **state)
{
    static const char *const lines[] = {
        "HTTP/1.1 401 Unauthorized\r\n",
        "X-A: b\r\n",
        "   nonce=\"no\"\r\n",
        "WWW-Authenticate: Digest\r\n",
        "   realm=\"r\",\r\n",
        "\tqop=\"auth\",\r\n",
        "   nonce=\"n\"\r\n",
        "\r\n",
    };
    AUTO_ARENA arena = arena_new(1024);
    struct dial_answer answer = {.can_login = true};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        dial_read_line(&answer, lines[i], strlen(lines[i]), arena);
    assert_false(dial_is_decided(&answer));
    assert_string_equal(answer.challenge->realm, "r");
    assert_string_equal(answer.challenge->nonce, "n");
    assert_true(answer.challenge->auth);
}

static void what_is_folded_has_an_end(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct dial_answer answer = {.can_login = true};

    (void)state;
    dial_read_line(&answer, "HTTP/1.1 401 No\r\n", 17, arena);
    dial_read_line(&answer, "WWW-Authenticate: Digest nonce=\"n\"\r\n", 36, arena);
    for (unsigned i = 0; i < 100 * 1000; i++)
        dial_read_line(&answer, " x\r\n", 4, arena);
    assert_true(answer.asks.len < 10000);
    dial_read_line(&answer, "\r\n", 2, arena);
    assert_null(answer.challenge);
}

static const struct {
    const char *lines[8];
    bool can_login;
    bool decided;
    enum http_dial_outcome outcome;
    const char *detail;
} answers[] = {
    {{"HTTP/1.1 200 OK\r\n"},                                                                        false, true,  HTTP_DIAL_ACCEPTED, "the router accepted"                                                                  },
    {{"HTTP/1.0 204\n"},                                                                             true,  true,  HTTP_DIAL_ACCEPTED, "the router accepted"                                                                  },
    {{"HTTP/1.1 503 Busy\r\n", "Retry-After: 5\r\n"},
     true,                                                                                                  true,
     HTTP_DIAL_BUSY,                                                                                                                   "the router is busy, or was asked too often"                                           },
    {{"HTTP/1.1 100 Continue\r\n", "\r\n", "HTTP/1.1 200 OK\r\n"},
     true,                                                                                                  true,
     HTTP_DIAL_ACCEPTED,                                                                                                               "the router accepted"                                                                  },
    {{"HTTP/1.1 302 Found\r\n"},
     true,                                                                                                  true,
     HTTP_DIAL_STRANGE,                                                                                                                "192.0.2.7:80 answered HTTP 302, a redirect, which is not followed"                    },
    {{"HTTP/1.1 404 Not Found\r\n"},                                                                 true,  true,  HTTP_DIAL_STRANGE,  "192.0.2.7:80 answered HTTP 404"                                                       },
    {{"HTTP/1.1 401 Unauthorized\r\n", "WWW-Authenticate: Digest realm=\"x\", nonce=\"n\"\r\n"},
     true,                                                                                                  false,
     HTTP_DIAL_DENIED,                                                                                                                 "the router wants a kind of Digest that is not known here"                             },
    {{"HTTP/1.1 401 Unauthorized\r\n", "WWW-Authenticate: Digest realm=\"x\"\r\n"},
     true,                                                                                                  true,
     HTTP_DIAL_DENIED,                                                                                                                 "the router wants a kind of Digest that is not known here"                             },
    {{"HTTP/1.1 401 Unauthorized\r\n", "WWW-Authenticate: Digest realm=\"x\"\r\n"},
     false,                                                                                                 true,
     HTTP_DIAL_DENIED,                                                                                                                 "the router wants a user name and password, and none are known for it"                 },
    {{"HTTP/1.1 401 Unauthorized\r\n",
      "www-authenticate:\tbasic realm=\"a\", DIGEST realm=\"x\", nonce=\"n\"\r\n"},
     true,                                                                                                  false,
     HTTP_DIAL_DENIED,                                                                                                                 "the router wants a kind of Digest that is not known here"                             },
    {{"HTTP/1.1 401 Unauthorized\r\n", "WWW-Authenticate: Basic realm=\"digest\"\r\n"},
     true,                                                                                                  true,
     HTTP_DIAL_DENIED,                                                                                                                 "the router wants a kind of login that would show it the password; only Digest is used"},
    {{"HTTP/1.1 401 Unauthorized\r\n"},
     true,                                                                                                  true,
     HTTP_DIAL_DENIED,                                                                                                                 "the router wants a kind of login that would show it the password; only Digest is used"},
    {{"HTTP/1.1 401 Unauthorized\r\n", "WWW-Authenticate: Digest realm=\"x\"\r\n", "\r\n",
      "HTTP/1.1 401 Unauthorized\r\n", "WWW-Authenticate: Digest realm=\"x\", stale=true\r\n"},
     true,                                                                                                  true,
     HTTP_DIAL_DENIED,                                                                                                                 "the router refused the user name or password"                                         },
    {{"HTTP/1.1 401 Unauthorized\r\n", "WWW-Authenticate: Digest realm=\"x\"\r\n", "\r\n",
      "HTTP/1.1 200 OK\r\n"},
     true,                                                                                                  true,
     HTTP_DIAL_ACCEPTED,                                                                                                               "the router accepted"                                                                  },
    {{"HTTP/1.1 99999999999 What\r\n"},                                                              true,  true,  HTTP_DIAL_STRANGE,  "192.0.2.7:80 answered HTTP 9999"                                                      },
    {{"HTTP/1.1\r\n"},                                                                               true,  false, HTTP_DIAL_STRANGE,  "192.0.2.7:80 answered HTTP 0"                                                         },
};

static void an_answer_means(void **state)
{
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        struct dial_answer answer = {.can_login = answers[i].can_login};
        struct dial_verdict verdict;

        for (size_t at = 0; answers[i].lines[at] != NULL; at++)
            dial_read_line(&answer, answers[i].lines[at], strlen(answers[i].lines[at]), arena);
        dial_read_line(&answer, "\r\n", 2, arena);
        verdict = dial_judge(&answer, "192.0.2.7:80", arena);
        assert_int_equal(dial_is_decided(&answer), answers[i].decided);
        assert_int_equal(verdict.outcome, answers[i].outcome);
        assert_string_equal(verdict.detail, answers[i].detail);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_http_to_an_address_is_dialled),
        cmocka_unit_test(the_target_is_the_router_s_own),
        cmocka_unit_test(only_so_many_challenges_are_read),
        cmocka_unit_test(a_challenge_may_be_folded),
        cmocka_unit_test(what_is_folded_has_an_end),
        cmocka_unit_test(an_answer_means),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
