/* The bucket: exact over any time, never more than a burst at once. */
#include "acs/files/rate.h"

#include "acs/base/clock.h"
#include "tests/base/check.h"

#define START_US (INT64_C(1764417600) * US_PER_S)

enum { MBIT = 125000 };

static void without_a_limit_anything_may_go(void **state)
{
    struct rate rate = {0};

    (void)state;
    rate_set(&rate, 0, START_US);
    assert_true(rate_left(&rate, START_US) == UINT64_MAX);
    rate_take(&rate, 1 << 30);
    assert_true(rate_left(&rate, START_US) == UINT64_MAX);
    assert_int_equal(rate_wait_us(&rate, 1 << 30, START_US), 0);
}

static void it_begins_empty_and_saves_no_more_than_a_burst(void **state)
{
    struct rate rate = {0};

    (void)state;
    rate_set(&rate, 8 * MBIT, START_US);
    assert_int_equal(rate_left(&rate, START_US), 0);
    assert_int_equal(rate_left(&rate, START_US + 1000), 1000);
    assert_int_equal(rate_left(&rate, START_US + 3600 * INT64_C(1000000)), 8 * MBIT / 10);
    assert_int_equal(rate_left(&rate, START_US), 8 * MBIT / 10); /* time stood still */
}

/* Odd rates, asked at odd times: over a minute not a byte too many, and none too few but the last piece. */
static void a_minute_is_exact(void **state)
{
    static const uint64_t rates[] = {1, 7, 999, 12345, 25000000, 1250000000, RATE_MAX / 10};

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rates); i++) {
        struct rate rate = {0};
        int64_t now_us = START_US;
        uint64_t taken = 0;

        rate_set(&rate, rates[i], now_us);
        for (unsigned step = 0; now_us < START_US + 60 * US_PER_S; step++) {
            uint64_t left;

            now_us += 1 + step * 7919 % 9973;
            left = rate_left(&rate, now_us);
            rate_take(&rate, left);
            taken += left;
        }
        assert_true(taken <= rates[i] * (uint64_t)(now_us - START_US) / US_PER_S);
        assert_true(taken + 1 >= rates[i] * (uint64_t)(now_us - START_US) / US_PER_S);
    }
}

static void one_waits_as_long_as_it_takes_and_no_longer(void **state)
{
    static const uint64_t rates[] = {1, 3, 4097, 25000000, RATE_MAX};

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rates); i++) {
        struct rate rate = {0};
        uint64_t piece;
        int64_t wait_us;

        rate_set(&rate, rates[i], START_US);
        piece = rate_piece(&rate, 500);
        wait_us = rate_wait_us(&rate, piece, START_US);
        assert_true(rate_left(&rate, START_US + wait_us - 1) < piece);
        assert_true(rate_left(&rate, START_US + wait_us) >= piece);
    }
}

static void a_change_counts_from_then_on(void **state)
{
    struct rate rate = {0};

    (void)state;
    rate_set(&rate, 10 * MBIT, START_US);
    rate_set(&rate, 100 * MBIT, START_US + 10000);
    assert_int_equal(rate_left(&rate, START_US + 20000), 10 * MBIT / 100 + 100 * MBIT / 100);
    rate_set(&rate, 2 * MBIT, START_US + 20000); /* what was saved is no more than its own burst */
    assert_int_equal(rate_left(&rate, START_US + 20000), 2 * MBIT / 10);
    rate_set(&rate, 0, START_US + 20000);
    assert_true(rate_left(&rate, START_US + 20000) == UINT64_MAX);
    rate_set(&rate, UINT64_MAX, START_US + 20000);
    assert_true(rate.per_s == RATE_MAX);
    assert_int_equal(rate_left(&rate, START_US + 20000), 0);
}

static void pieces_give_everybody_turns(void **state)
{
    struct rate rate = {0};

    (void)state;
    assert_int_equal(rate_piece(&rate, 500), 256 * 1024);
    rate_set(&rate, 200 * MBIT, START_US);
    assert_int_equal(rate_piece(&rate, 500), 200 * MBIT / 4 / 500);
    assert_int_equal(rate_piece(&rate, 0), 256 * 1024);
    assert_int_equal(rate_piece(&rate, 100000), 4096);
    rate_set(&rate, 10000, START_US);
    assert_int_equal(rate_piece(&rate, 1), 4096);
    assert_int_equal(rate_wait_us(&rate, UINT64_MAX / US_PER_S, START_US + 2 * US_PER_S),
                     0); /* more is never there */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_limit_anything_may_go),
        cmocka_unit_test(it_begins_empty_and_saves_no_more_than_a_burst),
        cmocka_unit_test(a_minute_is_exact),
        cmocka_unit_test(one_waits_as_long_as_it_takes_and_no_longer),
        cmocka_unit_test(a_change_counts_from_then_on),
        cmocka_unit_test(pieces_give_everybody_turns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
