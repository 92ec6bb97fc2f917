#include "acs/auth/group_role.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

static const char table[] = "# role group\n"
                            "\n"
                            "admin\tcn=Farol Admins,ou=groups,dc=isp\r\n"
                            "  l1    cn=desk,ou=groups,dc=isp   \n"
                            "copy_of-l2 cn=second,ou=groups,dc=isp";

static struct group_roles *read_table(void)
{
    struct group_roles *roles = NULL;

    assert_int_equal(group_roles_read(table, &roles), ERR_OK);
    return roles;
}

static void the_first_line_that_fits_counts(void **state)
{
    static const char *const groups[] = {"cn=other,dc=isp", "cn=second,ou=groups,dc=isp",
                                         "CN=Desk,OU=groups,DC=isp"};
    struct group_roles *roles = read_table();

    (void)state;
    assert_string_equal(group_roles_find(roles, groups, COUNT_OF(groups)), "l1");
    assert_string_equal(group_roles_find(roles, groups, 2), "copy_of-l2");
    assert_null(group_roles_find(roles, groups, 1));
    assert_null(group_roles_find(roles, groups, 0));
    group_roles_free(roles);
}

/* A part of a name may be a group that somebody else has made. */
static void a_group_is_compared_as_a_whole(void **state)
{
    static const char *const almost[] = {"cn=desk",
                                         "desk",
                                         "cn=desk,ou=groups,dc=isp,dc=evil",
                                         "cn=desk,ou=groups,dc=is",
                                         "cn=desk,ou=mine,dc=isp",
                                         ""};
    struct group_roles *roles = read_table();

    (void)state;
    assert_null(group_roles_find(roles, almost, COUNT_OF(almost)));
    group_roles_free(roles);
}

static void a_table_that_says_nothing_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *text, *why;
    } wrong[] = {
        {"",                                       "gives no group"},
        {"# nothing\n\n",                          "gives no group"},
        {"l1",                                     "line 1"        },
        {"l1   \n",                                "line 1"        },
        {"# one\nadmin cn=a\nL1 cn=b",             "line 3"        },
        {"1st cn=a",                               "line 1"        },
        {"cn=desk,ou=groups,dc=isp l1",            "line 1"        },
        {"a23456789012345678901234567890123 cn=a", "line 1"        },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct group_roles *roles = NULL;

        assert_int_equal(group_roles_read(wrong[i].text, &roles), ERR_INVALID);
        assert_null(roles);
        assert_non_null(strstr(err_message(), wrong[i].why));
    }
}

static void a_file_that_is_not_there_is_named(void **state)
{
    struct group_roles *roles = NULL;

    (void)state;
    assert_int_equal(group_roles_load("/nowhere/roles", &roles), ERR_NOT_FOUND);
    assert_non_null(strstr(err_message(), "/nowhere/roles"));
    group_roles_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_line_that_fits_counts),
        cmocka_unit_test(a_group_is_compared_as_a_whole),
        cmocka_unit_test(a_table_that_says_nothing_is_refused_with_its_line),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
