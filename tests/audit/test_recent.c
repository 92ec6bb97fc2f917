#include "acs/audit/recent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "acs/base/clock.h"

#include <cmocka.h>

enum { MINUTE_US = 60 * US_PER_S };

/* A time of the database so far into a minute. */
static int64_t into_minute(int64_t us)
{
    return INT64_C(29000000) * MINUTE_US + us;
}

static void what_was_noted_holds_until_the_end_of_the_minute(void **state)
{
    struct recent *recent = recent_new();
    struct hash128 what = recent_hash(recent, "a", 1);

    (void)state;
    clock_freeze(into_minute(0), MS_PER_S);
    assert_false(recent_has(recent, what));
    recent_note(recent, what, into_minute(50 * US_PER_S));
    assert_true(recent_has(recent, what));
    clock_freeze(into_minute(0), 10 * MS_PER_S);
    assert_true(recent_has(recent, what));
    clock_freeze(into_minute(0), 11 * MS_PER_S); /* the next minute of the database, whatever ours says */
    assert_false(recent_has(recent, what));
    recent_free(recent);
    clock_freeze(0, 0);
}

static void another_is_not_covered(void **state)
{
    struct recent *recent = recent_new();

    (void)state;
    recent_note(recent, recent_hash(recent, "a", 1), into_minute(0));
    assert_false(recent_has(recent, recent_hash(recent, "b", 1)));
    recent_free(recent);
}

/* Many more than there are places: some are forgotten, and none is taken for another. */
static void a_place_that_is_taken_forgets(void **state)
{
    struct recent *recent = recent_new();
    unsigned kept = 0;

    (void)state;
    clock_freeze(into_minute(0), MS_PER_S);
    for (int i = 0; i < 30000; i++)
        recent_note(recent, recent_hash(recent, &i, sizeof(i)), into_minute(0));
    for (int i = 0; i < 30000; i++)
        kept += recent_has(recent, recent_hash(recent, &i, sizeof(i)));
    assert_in_range(kept, 4000, 8192);
    for (int i = 30000; i < 60000; i++)
        assert_false(recent_has(recent, recent_hash(recent, &i, sizeof(i))));
    recent_free(recent);
    clock_freeze(0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_noted_holds_until_the_end_of_the_minute),
        cmocka_unit_test(another_is_not_covered),
        cmocka_unit_test(a_place_that_is_taken_forgets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
