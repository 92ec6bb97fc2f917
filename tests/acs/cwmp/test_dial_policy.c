#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "acs/cwmp/dial_policy.h"

static struct dial_policy *policy_of(const char *networks)
{
    struct dial_policy *policy;

    assert_int_equal(dial_policy_new(networks, &policy), ERR_OK);
    return policy;
}

static void only_the_source_and_the_listed_networks_may_be_called(void **state)
{
    static const struct {
        const char *networks, *url, *source;
        enum err expected;
    } cases[] = {
        {"",                          "http://203.0.113.9:7547/x",        "203.0.113.9",      ERR_OK    },
        {"",                          "http://203.0.113.9/",              "203.0.113.10",     ERR_DENIED},
        {"",                          "http://203.0.113.9/",              NULL,               ERR_DENIED},
        {"100.64.0.0/10",             "http://100.127.3.4:58000/abc?d=e", "203.0.113.9",      ERR_OK    },
        {"100.64.0.0/10",             "http://100.128.0.1/",              "203.0.113.9",      ERR_DENIED},
        {"10.0.0.0/8, 2001:db8::/32", "http://[2001:db8::7]:7547/x",      "203.0.113.9",      ERR_OK    },
        {"2001:db8::/32",             "http://[2001:db9::7]:7547/x",      "203.0.113.9",      ERR_DENIED},
        {"",                          "http://[2001:db8::7]:7547/",       "2001:db8::7",      ERR_OK    },
        {"",                          "http://127.0.0.1:5432/",           "127.0.0.1",        ERR_DENIED},
        {"127.0.0.0/8",               "http://127.0.0.1:5432/",           "127.0.0.1",        ERR_OK    },
        {"",                          "http://169.254.169.254/",          "169.254.169.254",  ERR_DENIED},
        {"",                          "http://[::1]:80/",                 "::1",              ERR_DENIED},
        {"",                          "http://[::ffff:127.0.0.1]/",       "::ffff:127.0.0.1", ERR_DENIED},
        {"",                          "http://224.0.0.1/",                "224.0.0.1",        ERR_DENIED},
        {"0.0.0.0/0",                 "https://203.0.113.9/",             "203.0.113.9",      ERR_DENIED},
        {"0.0.0.0/0",                 "ftp://203.0.113.9/",               "203.0.113.9",      ERR_DENIED},
        {"0.0.0.0/0",                 "http://router.example/",           "203.0.113.9",      ERR_DENIED},
        {"0.0.0.0/0",                 "http://203.0.113.9@198.51.100.1/", "203.0.113.9",      ERR_DENIED},
        {"0.0.0.0/0",                 "http://0x7f.1/",                   "203.0.113.9",      ERR_DENIED},
        {"0.0.0.0/0",                 "http://2130706433/",               "203.0.113.9",      ERR_DENIED},
        {"0.0.0.0/0",                 "http://[203.0.113.9/",             "203.0.113.9",      ERR_DENIED},
        {"0.0.0.0/0",                 "http:///x",                        "203.0.113.9",      ERR_DENIED},
        {"0.0.0.0/0",                 "",                                 "203.0.113.9",      ERR_DENIED},
        {"0.0.0.0/0",                 NULL,                               "203.0.113.9",      ERR_DENIED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct dial_policy *policy = policy_of(cases[i].networks);
        enum err got = dial_policy_check(policy, cases[i].url, cases[i].source);

        if (got != cases[i].expected)
            print_error("case %zu: %s from %s\n", i, cases[i].url, cases[i].source);
        assert_int_equal(got, cases[i].expected);
        dial_policy_free(policy);
    }
}

static void an_overlong_address_is_refused(void **state)
{
    struct dial_policy *policy = policy_of("0.0.0.0/0");
    char url[4096];

    (void)state;
    memset(url, 'a', sizeof(url) - 1);
    url[sizeof(url) - 1] = '\0';
    memcpy(url, "http://203.0.113.9/", 19);
    assert_int_equal(dial_policy_check(policy, url, NULL), ERR_DENIED);
    dial_policy_free(policy);
}

static void a_network_that_is_none_is_named(void **state)
{
    static const char *const wrong[] = {"10.0.0.0/33", "10.0.0/8", "banana", "::/129", "10.0.0.0/x"};

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        struct dial_policy *policy;

        assert_int_equal(dial_policy_new(wrong[i], &policy), ERR_INVALID);
        assert_non_null(strstr(err_message(), "connection_request.networks"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_source_and_the_listed_networks_may_be_called),
        cmocka_unit_test(an_overlong_address_is_refused),
        cmocka_unit_test(a_network_that_is_none_is_named),
    };

    return cmocka_run_group_tests_name("dial policy", tests, NULL, NULL);
}
