/* What can be said without a directory; the rest is asked of a real one (tests/e2e/test_directory.py). */
#include "acs/auth/directory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

static void what_was_typed_cannot_say_anything_to_a_filter(void **state)
{
    static const struct {
        const char *pattern, *login, *dn, *filter;
    } rows[] = {
        {"(uid={login})",                  "ana",         "",              "(uid=ana)"                             },
        {"(|(uid={login})(mail={login}))", "a@b",         "",              "(|(uid=a@b)(mail=a@b))"                },
        {"(uid={login})",                  "*)(uid=*",    "",              "(uid=\\2A\\29\\28uid=\\2A)"            },
        {"(uid={login})",                  "a\\2a",       "",              "(uid=a\\5C2a)"                         },
        {"(uid={login})",                  "{login}{dn}", "cn=x",          "(uid={login}{dn})"                     },
        {"(uid={login})",                  "jo\xc3\xa3o", "",              "(uid=jo\\C3\\A3o)"                     },
        {"(&(o=x)(member={dn}))",          "ana",         "cn=A (1)\\, B", "(&(o=x)(member=cn=A \\281\\29\\5C, B))"},
        {"(memberUid={login})",            "",            "",              "(memberUid=)"                          },
        {"({other})",                      "ana",         "cn=ana",        "({other})"                             },
    };
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_string_equal(directory_filter(rows[i].pattern, rows[i].login, rows[i].dn, arena),
                            rows[i].filter);
}

static void a_login_has_the_form_that_logins_have_here(void **state)
{
    static const char *const right[] = {"ana", "7", "a.b_c@d-e",
                                        "a234567890123456789012345678901234567890123456789012345678901234"};
    static const char *const wrong[] = {"",
                                        "Ana",
                                        "*",
                                        "*)(uid=*",
                                        "a b",
                                        ".a",
                                        "ana\n",
                                        "jo\xc3\xa3o",
                                        "a,b",
                                        "a=b",
                                        "a\\b",
                                        "a/b",
                                        "a2345678901234567890123456789012345678901234567890123456789012345"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(right); i++)
        assert_true(directory_is_login(right[i]));
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_false(directory_is_login(wrong[i]));
}

static const struct directory_settings good = {
    .url = "ldap://127.0.0.1:1",
    .without_tls = true,
    .ca_file = "/etc/ssl/certs/ca-certificates.crt",
    .bind_dn = "",
    .bind_password_file = "",
    .base = "dc=isp",
    .filter = "(uid={login})",
    .login_attribute = "uid",
    .name_attribute = "cn",
    .group_attribute = "memberOf",
    .group_base = "",
    .group_filter = "(member={dn})",
    .timeout_ms = 2000,
};

static void assert_refused(const struct directory_settings *settings, enum err err, const char *why)
{
    struct directory *directory = NULL;

    assert_int_equal(directory_open(settings, &directory), err);
    assert_null(directory);
    if (strstr(err_message(), why) == NULL)
        fail_msg("'%s' does not say '%s'", err_message(), why);
}

static void settings_that_cannot_be_right_are_refused_at_the_start(void **state)
{
    static const char *const urls[] = {
        "ldaps",       "http://a",          "ldaps://",           "ldaps:///dc=isp",
        "ldapi:///a",  "ldaps://a/dc=isp",  "ldaps://a ldap://b", " ",
        "ldaps://a:x", "cldap://127.0.0.1", "127.0.0.1:636"};
    static const char *const filters[] = {"", "uid={login}", "(uid=ana)", "(uid={dn})", "()"};
    struct directory_settings settings;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(urls); i++) {
        settings = good;
        settings.url = urls[i];
        assert_refused(&settings, ERR_INVALID, "directory.url");
    }
    for (size_t i = 0; i < COUNT_OF(filters); i++) {
        settings = good;
        settings.filter = filters[i];
        assert_refused(&settings, ERR_INVALID, "directory.filter");
    }
    settings = good;
    settings.base = "";
    assert_refused(&settings, ERR_INVALID, "directory.base");
    settings = good;
    settings.group_attribute = "";
    assert_refused(&settings, ERR_INVALID, "group_base");
    settings = good;
    settings.group_base = "dc=isp";
    settings.group_filter = "(member=ana)";
    assert_refused(&settings, ERR_INVALID, "directory.group_filter");
}

static void files_that_are_not_there_are_named_at_the_start(void **state)
{
    struct directory_settings settings = good;

    (void)state;
    settings.bind_dn = "cn=farol,dc=isp";
    settings.bind_password_file = "/nowhere/password";
    assert_refused(&settings, ERR_NOT_FOUND, "/nowhere/password");
    settings.bind_password_file = "/dev/null";
    assert_refused(&settings, ERR_INVALID, "first line is empty");
    settings = good;
    settings.ca_file = "/nowhere/ca.pem";
    assert_refused(&settings, ERR_INVALID, "/nowhere/ca.pem");
}

static void without_an_address_there_is_none(void **state)
{
    struct directory *directory = NULL;
    struct directory_settings settings = {.url = ""};

    (void)state;
    assert_int_equal(directory_open(&settings, &directory), ERR_OK);
    assert_null(directory);
    directory_close(directory);
}

/* RFC 4513 5.1.2: a bind with a name and without a password succeeds. Nobody listens here: it is not sent. */
static void an_empty_password_is_wrong_and_sent_nowhere(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct directory_person person;
    struct directory *directory = NULL;
    bool right = true;

    (void)state;
    assert_int_equal(directory_open(&good, &directory), ERR_OK);
    assert_int_equal(directory_ask(directory, "ana", (struct secret){""}, arena, &right, &person), ERR_OK);
    assert_false(right);
    assert_int_equal(directory_ask(directory, "ana", (struct secret){"x"}, arena, &right, &person),
                     ERR_UNAVAILABLE);
    assert_false(right);
    directory_stop(directory);
    assert_int_equal(directory_ask(directory, "ana", (struct secret){"x"}, arena, &right, &person),
                     ERR_UNAVAILABLE);
    assert_non_null(strstr(err_message(), "stopped"));
    directory_close(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_typed_cannot_say_anything_to_a_filter),
        cmocka_unit_test(a_login_has_the_form_that_logins_have_here),
        cmocka_unit_test(settings_that_cannot_be_right_are_refused_at_the_start),
        cmocka_unit_test(files_that_are_not_there_are_named_at_the_start),
        cmocka_unit_test(without_an_address_there_is_none),
        cmocka_unit_test(an_empty_password_is_wrong_and_sent_nowhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
