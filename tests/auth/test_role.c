#include "acs/auth/role.h"

#include <string.h>

#include "tests/support/check.h"

static bool may(enum role role, enum capability capability)
{
    return (role_capabilities(role) & CAPABILITY_BIT(capability)) != 0;
}

static void there_are_eight_and_each_is_found_by_its_name(void **state)
{
    enum role role;

    (void)state;
    assert_int_equal(ROLE_COUNT, 8);
    for (unsigned i = 0; i < ROLE_COUNT; i++) {
        assert_true(role_by_name(role_name((enum role)i), &role));
        assert_int_equal(role, i);
        assert_true(strlen(role_title_pt(role)) > 0 && strlen(role_title_en(role)) > 0);
        assert_true(may(role, CAPABILITY_ME_READ));
        assert_false(may(role, CAPABILITY_NOBODY));
    }
    assert_false(role_by_name("root", &role));
    assert_false(role_by_name("", &role));
    assert_false(role_by_name("L1", &role));
}

/* What the bundles are for, as sentences that must stay true whatever is added. */
static void powers_are_divided(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ROLE_COUNT; i++) {
        bool rules = i == ROLE_ADMIN;
        bool looks_only = i == ROLE_ADMIN || i == ROLE_AUDITOR;

        assert_int_equal(may((enum role)i, CAPABILITY_USERS_MANAGE), rules);
        assert_int_equal(may((enum role)i, CAPABILITY_ACTIONS_RUN), !looks_only);
        assert_true(may((enum role)i, CAPABILITY_DEVICES_READ));
        assert_int_equal(may((enum role)i, CAPABILITY_FILES_WRITE), i == ROLE_ENGINEERING);
        assert_int_equal(may((enum role)i, CAPABILITY_RPC_RUN), i == ROLE_ENGINEERING);
    }
    assert_false(may(ROLE_L1, CAPABILITY_PARAMETERS_RAW));
    assert_false(may(ROLE_L1, CAPABILITY_SECRETS_REVEAL));
    assert_false(may(ROLE_L1, CAPABILITY_LIMITS_NONE));
    assert_false(may(ROLE_FIELD, CAPABILITY_PARAMETERS_RAW));
}

static void every_capability_is_in_some_bundle(void **state)
{
    capability_set all = 0;

    (void)state;
    for (unsigned i = 0; i < ROLE_COUNT; i++)
        all |= role_capabilities((enum role)i);
    assert_true(all == CAPABILITY_BIT(CAPABILITY_COUNT) - 1 - CAPABILITY_BIT(CAPABILITY_NOBODY));
}

static void names_are_read_and_strange_ones_give_nothing(void **state)
{
    AUTO_ARENA arena = arena_new(256);

    (void)state;
    assert_true(capabilities_read("", arena) == capabilities_of_all);
    assert_true(capabilities_read("root  devices.reader DEVICES.READ nobody public", arena) ==
                capabilities_of_all);
    assert_true(capabilities_read("devices.read actions.run", arena) ==
                (capabilities_of_all | CAPABILITY_BIT(CAPABILITY_DEVICES_READ) |
                 CAPABILITY_BIT(CAPABILITY_ACTIONS_RUN)));
    assert_true(capabilities_read("*", arena) == CAPABILITY_BIT(CAPABILITY_COUNT) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_eight_and_each_is_found_by_its_name),
        cmocka_unit_test(powers_are_divided),
        cmocka_unit_test(every_capability_is_in_some_bundle),
        cmocka_unit_test(names_are_read_and_strange_ones_give_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
