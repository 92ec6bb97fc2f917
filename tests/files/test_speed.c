/* Places for speed tests, and what their addresses say. */
#include "acs/files/speed.h"

#include "acs/base/clock.h"
#include "tests/base/check.h"

static struct config config = {
    .files_speed_max = 1 << 20, .files_speed_tests = 2, .files_speed_rate = 100, .files_speed_ms = 60000};

static void places_are_few_and_come_back(void **state)
{
    struct speed_place first, second, third;
    struct speed *speed;
    int64_t now_us = INT64_C(1764417600) * US_PER_S;

    (void)state;
    assert_int_equal(speed_new(&config, &speed), ERR_OK);
    assert_true(speed_take(speed, now_us, &first));
    assert_true(speed_take(speed, now_us + 1, &second));
    assert_false(speed_take(speed, now_us + 2, &third));
    speed_leave(speed, &first);
    assert_true(speed_take(speed, now_us + 3, &third));
    assert_false(speed_take(speed, now_us + 4, &first));
    speed_free(speed);
}

static void who_takes_too_long_loses_it(void **state)
{
    struct speed_place slow, other, next;
    struct speed *speed;
    int64_t now_us = INT64_C(1764417600) * US_PER_S;

    (void)state;
    assert_int_equal(speed_new(&config, &speed), ERR_OK);
    assert_true(speed_take(speed, now_us, &slow));
    assert_true(speed_take(speed, now_us + 30 * US_PER_S, &other));
    assert_true(speed_take(speed, now_us + 61 * US_PER_S, &next));
    speed_leave(speed, &slow); /* it is another's now */
    assert_false(speed_take(speed, now_us + 62 * US_PER_S, &slow));
    speed_free(speed);
}

static void what_comes_too_fast_waits(void **state)
{
    (void)state;
    assert_int_equal(speed_pause_us(0, 1000000, 0), 0);
    assert_int_equal(speed_pause_us(50000, 1000000, 10000), 40000); /* 50 ms worth of it came in 10 */
    assert_int_equal(speed_pause_us(50000, 1000000, 50000), 0);     /* in time */
    assert_int_equal(speed_pause_us(50000, 1000000, 900000), 0);    /* slower than it may be */
    assert_int_equal(speed_pause_us(50000000, 1000000, 0), SPEED_PAUSE_MAX_US);
    assert_int_equal(speed_pause_us(UINT64_MAX, 1, 0), SPEED_PAUSE_MAX_US);
    assert_int_equal(speed_pause_us(1, 0, 0), 0);
}

static void sizes_are_bounded(void **state)
{
    uint64_t size = 0;

    (void)state;
    assert_true(speed_read_size("/s/x/1048576", 1048576, &size));
    assert_int_equal(size, 1048576);
    assert_false(speed_read_size("/s/x/1048577", 1048576, &size));
    assert_false(speed_read_size("/s/x/0", 1048576, &size));
    assert_false(speed_read_size("/s/x/", 1048576, &size));
    assert_false(speed_read_size("/s/x/-1", 1048576, &size));
    assert_false(speed_read_size("/s/x/1e3", 1048576, &size));
    assert_false(speed_read_size("", 1048576, &size));
    assert_true(speed_is_path("/s/abc"));
    assert_false(speed_is_path("/f/abc"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_few_and_come_back),
        cmocka_unit_test(who_takes_too_long_loses_it),
        cmocka_unit_test(what_comes_too_fast_waits),
        cmocka_unit_test(sizes_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
