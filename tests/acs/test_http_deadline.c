/* The wheel of deadlines: never early, at most two ticks late, however far ahead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "acs/http/deadline.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

enum { START_MS = 1234567 };

struct fired {
    struct deadline *which[16];
    size_t count;
};

static void note(struct deadline *deadline, void *ctx)
{
    struct fired *fired = ctx;

    fired->which[fired->count++] = deadline;
}

static void a_deadline_fires_once_not_early_and_at_most_two_ticks_late(void **state)
{
    static const int64_t lengths_ms[] = {0, 1, 249, 250, 251, 1000, 10000, 63999, 64000, 64001, 200000};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(lengths_ms); i++) {
        struct deadlines deadlines;
        struct deadline deadline = {0};
        struct fired fired = {0};
        int64_t at_ms = 0;

        deadlines_init(&deadlines, START_MS);
        deadline_set(&deadlines, &deadline, START_MS + lengths_ms[i]);
        for (int64_t ms = START_MS; ms < START_MS + 300000; ms += DEADLINE_TICK_MS) {
            deadlines_sweep(&deadlines, ms, note, &fired);
            if (fired.count == 1 && at_ms == 0)
                at_ms = ms;
        }
        assert_int_equal(fired.count, 1);
        assert_true(at_ms > START_MS + lengths_ms[i]);
        assert_true(at_ms <= START_MS + lengths_ms[i] + 2 * DEADLINE_TICK_MS);
    }
}

static void a_moved_deadline_fires_only_at_its_new_time(void **state)
{
    struct deadlines deadlines;
    struct deadline deadline = {0};
    struct fired fired = {0};

    (void)state;
    deadlines_init(&deadlines, START_MS);
    deadline_set(&deadlines, &deadline, START_MS + 1000);
    deadline_set(&deadlines, &deadline, START_MS + 5000);
    deadlines_sweep(&deadlines, START_MS + 4000, note, &fired);
    assert_int_equal(fired.count, 0);
    deadlines_sweep(&deadlines, START_MS + 5500, note, &fired);
    assert_int_equal(fired.count, 1);
}

static void a_cleared_deadline_does_not_fire(void **state)
{
    struct deadlines deadlines;
    struct deadline first = {0}, second = {0}, third = {0};
    struct fired fired = {0};

    (void)state;
    deadlines_init(&deadlines, START_MS);
    deadline_set(&deadlines, &first, START_MS + 1000);
    deadline_set(&deadlines, &second, START_MS + 1000);
    deadline_set(&deadlines, &third, START_MS + 1000);
    deadline_clear(&second);
    deadline_clear(&second);
    deadlines_sweep(&deadlines, START_MS + 2000, note, &fired);
    assert_int_equal(fired.count, 2);
    assert_ptr_equal(fired.which[0], &first);
    assert_ptr_equal(fired.which[1], &third);
}

static void a_late_sweep_misses_none(void **state)
{
    struct deadlines deadlines;
    struct deadline soon = {0}, later = {0}, far = {0};
    struct fired fired = {0};

    (void)state;
    deadlines_init(&deadlines, START_MS);
    deadline_set(&deadlines, &soon, START_MS + 300);
    deadline_set(&deadlines, &later, START_MS + 60000);
    deadline_set(&deadlines, &far, START_MS + 3600000);
    deadlines_sweep(&deadlines, START_MS + 600000, note, &fired);
    assert_int_equal(fired.count, 2);
    deadlines_sweep(&deadlines, START_MS + 3601000, note, &fired);
    assert_int_equal(fired.count, 3);
}

static void a_clock_that_jumps_back_fires_nothing(void **state)
{
    struct deadlines deadlines;
    struct deadline deadline = {0};
    struct fired fired = {0};

    (void)state;
    deadlines_init(&deadlines, START_MS);
    deadline_set(&deadlines, &deadline, START_MS + 1000);
    deadlines_sweep(&deadlines, START_MS - 500000, note, &fired);
    assert_int_equal(fired.count, 0);
    deadlines_sweep(&deadlines, START_MS + 1500, note, &fired);
    assert_int_equal(fired.count, 1);
}

struct again {
    struct deadlines *deadlines;
    unsigned count;
};

static void set_again(struct deadline *deadline, void *ctx)
{
    struct again *again = ctx;

    again->count++;
    deadline_set(again->deadlines, deadline, deadline->at_ms + 1000);
}

static void one_that_sets_itself_again_is_met_once_per_period(void **state)
{
    struct deadlines deadlines;
    struct deadline deadline = {0};
    struct again again = {.deadlines = &deadlines};

    (void)state;
    deadlines_init(&deadlines, START_MS);
    deadline_set(&deadlines, &deadline, START_MS + 1000);
    for (int64_t ms = START_MS; ms <= START_MS + 10000; ms += DEADLINE_TICK_MS)
        deadlines_sweep(&deadlines, ms, set_again, &again);
    assert_int_equal(again.count, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_fires_once_not_early_and_at_most_two_ticks_late),
        cmocka_unit_test(a_moved_deadline_fires_only_at_its_new_time),
        cmocka_unit_test(a_cleared_deadline_does_not_fire),
        cmocka_unit_test(a_late_sweep_misses_none),
        cmocka_unit_test(a_clock_that_jumps_back_fires_nothing),
        cmocka_unit_test(one_that_sets_itself_again_is_met_once_per_period),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
