#include "acs/base/clock.h"

#include "tests/base/check.h"

static void the_running_clocks_go_forward(void **state)
{
    int64_t mono = clock_mono_us();

    (void)state;
    assert_true(clock_now_us() > INT64_C(1700000000) * US_PER_S); /* after November 2023 */
    assert_true(mono > 0);
    assert_true(clock_mono_us() >= mono);
    assert_true(clock_mono_ms() >= mono / US_PER_MS);
}

static void frozen_clocks_stand_still_until_they_are_let_go(void **state)
{
    (void)state;
    clock_freeze(1234567, 42);
    assert_int_equal(clock_now_us(), 1234567);
    assert_int_equal(clock_mono_ms(), 42);
    assert_int_equal(clock_mono_us(), 42000);
    clock_freeze(0, 0);
    assert_true(clock_now_us() > 1234567);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_running_clocks_go_forward),
        cmocka_unit_test(frozen_clocks_stand_still_until_they_are_let_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
