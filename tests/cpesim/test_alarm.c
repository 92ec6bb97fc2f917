#include "tests/cpesim/alarm.h"

#include "acs/base/clock.h"
#include "tests/support/check.h"

enum { MANY = 500 };

/* Alarms that note the order in which they rang. */
struct bells {
    struct loop *loop;
    struct alarms *alarms;
    struct bell {
        struct bells *all;
        struct alarm alarm;
    } items[MANY];
    int64_t last_us;
    unsigned rung, wanted;
};

static void ring(void *ctx)
{
    struct bell *bell = ctx;
    struct bells *bells = bell->all;

    assert_true(bell->alarm.at_us >= bells->last_us);
    assert_false(alarm_is_set(&bell->alarm));
    bells->last_us = bell->alarm.at_us;
    if (++bells->rung == bells->wanted)
        loop_stop(bells->loop);
}

static void many_alarms_ring_in_order_and_only_those_that_are_set(void **state)
{
    static struct bells bells;
    int64_t now = clock_mono_us();

    (void)state;
    bells.loop = loop_new();
    bells.alarms = alarms_new(bells.loop);
    for (unsigned i = 0; i < MANY; i++) {
        bells.items[i].all = &bells;
        alarm_set(bells.alarms, &bells.items[i].alarm, now + (int64_t)(i * 7919 % 20000), ring,
                  &bells.items[i]);
    }
    for (unsigned i = 0; i < MANY; i += 3) /* moved */
        alarm_set(bells.alarms, &bells.items[i].alarm, now + (int64_t)(i * 104729 % 20000), ring,
                  &bells.items[i]);
    for (unsigned i = 1; i < MANY; i += 3)
        alarm_clear(bells.alarms, &bells.items[i].alarm);
    bells.wanted = MANY - (MANY + 1) / 3;
    loop_run(bells.loop);
    assert_int_equal(bells.rung, bells.wanted);
    alarms_free(bells.alarms);
    loop_free(bells.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_alarms_ring_in_order_and_only_those_that_are_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
