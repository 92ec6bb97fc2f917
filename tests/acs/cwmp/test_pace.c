#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "acs/cwmp/pace.h"

static void each_key_is_counted_by_itself_within_its_minute(void **state)
{
    struct pace *pace = pace_new();
    const struct hash128 one = {.high = 1, .low = 10}, other = {.high = 2, .low = 11};

    (void)state;
    for (uint32_t i = 1; i <= 100; i++)
        assert_int_equal(pace_count(pace, one, i), i);
    assert_int_equal(pace_count(pace, other, 100), 1);
    assert_int_equal(pace_count(pace, one, PACE_WINDOW_MS), 101);
    assert_int_equal(pace_count(pace, one, PACE_WINDOW_MS + 1), 1);
    assert_int_equal(pace_count(pace, other, PACE_WINDOW_MS + 99), 2);
    pace_free(pace);
}

static void who_shares_a_place_is_never_counted_for_the_other(void **state)
{
    struct pace *pace = pace_new();
    const struct hash128 one = {.high = 1, .low = 7}, other = {.high = 2, .low = 7};

    (void)state;
    for (unsigned i = 0; i < 50; i++)
        pace_count(pace, one, 0);
    assert_int_equal(pace_count(pace, other, 0), 1);
    assert_int_equal(pace_count(pace, one, 0), 1);
    pace_free(pace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_key_is_counted_by_itself_within_its_minute),
        cmocka_unit_test(who_shares_a_place_is_never_counted_for_the_other),
    };

    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
