#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "acs/cwmp/credentials.h"

enum { MOST = 3 };

static int start(void **state)
{
    *state = credentials_new(MOST);
    return 0;
}

static int stop(void **state)
{
    credentials_free(*state);
    return 0;
}

static struct hash128 user(uint64_t number)
{
    return (struct hash128){.high = 7, .low = number};
}

static void keep(struct credentials *credentials, uint64_t name, int64_t device_id)
{
    const struct credential credential = {.user = user(name), .device_id = device_id};

    assert_int_equal(credentials_keep(credentials, &credential)->device_id, device_id);
}

/* The device that is at hand under this name; 0: none. */
static int64_t found(struct credentials *credentials, uint64_t name)
{
    const struct credential *credential = credentials_find(credentials, user(name));

    return credential == NULL ? 0 : credential->device_id;
}

static void what_was_not_used_for_longest_goes_first(void **state)
{
    keep(*state, 1, 11);
    keep(*state, 2, 12);
    keep(*state, 3, 13);
    assert_int_equal(found(*state, 1), 11); /* used just now */
    keep(*state, 4, 14);
    assert_int_equal(found(*state, 1), 11);
    assert_int_equal(found(*state, 2), 0);
    assert_int_equal(found(*state, 3), 13);
    assert_int_equal(found(*state, 4), 14);
}

static void a_device_has_one_name_and_a_name_one_device(void **state)
{
    keep(*state, 1, 11);
    keep(*state, 2, 11); /* renamed */
    assert_int_equal(found(*state, 1), 0);
    assert_int_equal(found(*state, 2), 11);
    keep(*state, 2, 12); /* the name went to another */
    assert_int_equal(found(*state, 2), 12);
    credentials_forget(*state, 11);
    assert_int_equal(found(*state, 2), 12);
}

static void what_changed_is_forgotten_one_or_all(void **state)
{
    keep(*state, 1, 11);
    keep(*state, 2, 12);
    credentials_forget(*state, 99); /* nobody that is at hand */
    credentials_forget(*state, 11);
    assert_int_equal(found(*state, 1), 0);
    assert_int_equal(found(*state, 2), 12);
    credentials_forget(*state, 0);
    assert_int_equal(found(*state, 2), 0);
    credentials_forget(NULL, 0);
    keep(*state, 1, 11); /* and it goes on */
    assert_int_equal(found(*state, 1), 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_not_used_for_longest_goes_first, start, stop),
        cmocka_unit_test_setup_teardown(a_device_has_one_name_and_a_name_one_device, start, stop),
        cmocka_unit_test_setup_teardown(what_changed_is_forgotten_one_or_all, start, stop),
    };

    return cmocka_run_group_tests_name("credentials", tests, NULL, NULL);
}
