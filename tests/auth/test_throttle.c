#include "acs/auth/throttle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { BURST = 3, REFILL_MS = 1000 };

static const struct hash128 one = {1, 1};
static const struct hash128 two = {1, 2};

static void after_so_many_it_blocks_and_lets_one_more_through_each_while(void **state)
{
    struct throttle *throttle = throttle_new(BURST, REFILL_MS);
    int64_t now = 50000;

    (void)state;
    for (int i = 0; i < BURST; i++) {
        assert_false(throttle_blocks(throttle, one, now));
        assert_true(throttle_take(throttle, one, now));
    }
    assert_true(throttle_blocks(throttle, one, now));
    assert_false(throttle_take(throttle, one, now + REFILL_MS - 1));
    assert_true(throttle_take(throttle, one, now + REFILL_MS));
    assert_false(throttle_take(throttle, one, now + REFILL_MS + 1));
    assert_true(throttle_take(throttle, one, now + 2 * REFILL_MS)); /* what was waited before is not lost */
    throttle_free(throttle);
}

static void it_never_holds_more_than_the_burst(void **state)
{
    struct throttle *throttle = throttle_new(BURST, REFILL_MS);
    int taken = 0;

    (void)state;
    assert_true(throttle_take(throttle, one, 0));
    while (throttle_take(throttle, one, INT64_C(1) << 50))
        taken++;
    assert_int_equal(taken, BURST);
    throttle_free(throttle);
}

static void one_does_not_block_another(void **state)
{
    struct throttle *throttle = throttle_new(BURST, REFILL_MS);

    (void)state;
    while (throttle_take(throttle, one, 0))
        ;
    assert_true(throttle_blocks(throttle, one, 0));
    assert_false(throttle_blocks(throttle, two, 0));
    throttle_free(throttle);
}

static void a_crowd_makes_it_forget_and_not_grow(void **state)
{
    struct throttle *throttle = throttle_new(BURST, REFILL_MS);

    (void)state;
    while (throttle_take(throttle, one, 0))
        ;
    for (uint64_t i = 0; i < 100000; i++)
        assert_true(throttle_take(throttle, (struct hash128){2, i}, 0));
    assert_false(throttle_blocks(throttle, one, 0));
    throttle_free(throttle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_so_many_it_blocks_and_lets_one_more_through_each_while),
        cmocka_unit_test(it_never_holds_more_than_the_burst),
        cmocka_unit_test(one_does_not_block_another),
        cmocka_unit_test(a_crowd_makes_it_forget_and_not_grow),
    };

    return cmocka_run_group_tests_name("throttle", tests, NULL, NULL);
}
