/* Campaigns over 10,000 homes, by the plan that holds when nothing is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "acs/base/clock.h"
#include "tests/provisioning/campaign/fleet.h"

enum { HOMES = 10000, SEEDS = 20 };

static struct campaign_plan usual(void)
{
    struct campaign_plan plan;

    assert_int_equal(campaign_plan_read(NULL, &plan), ERR_OK);
    return plan;
}

static void a_firmware_that_bricks_everything_is_halted_in_the_canary(void **state)
{
    struct campaign_plan plan = usual();

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct fleet_outcome outcome = fleet_run(&plan, HOMES, &(struct fleet_ways){.bricks = 100}, seed);

        assert_int_equal(outcome.end, CAMPAIGN_HALT);
        assert_int_equal(outcome.wave, 0);
        assert_true(outcome.dead <= 150);
    }
}

static void a_firmware_that_bricks_some_later_loses_one_in_a_hundred_at_most(void **state)
{
    struct campaign_plan plan = usual();

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct fleet_outcome outcome = fleet_run(&plan, HOMES, &(struct fleet_ways){.bricks_later = 5}, seed);

        assert_true(outcome.end == CAMPAIGN_HALT || outcome.end == CAMPAIGN_HOLD);
        assert_true(outcome.dead <= HOMES / 100);
    }
}

static void a_good_firmware_with_natural_loss_goes_through(void **state)
{
    struct campaign_plan plan = usual();
    unsigned through = 0, halted = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct fleet_outcome outcome = fleet_run(&plan, HOMES, &(struct fleet_ways){.lost = 1}, seed);

        through += outcome.end == CAMPAIGN_FINISH && outcome.sent == HOMES;
        halted += outcome.end == CAMPAIGN_HALT;
        assert_true(outcome.most_in_flight <= campaign_flight_cap(&plan, HOMES));
    }
    assert_true(halted <= 1);
    assert_true(through >= SEEDS - 3); /* some wait for a person: three of a canary of fifty are gone */
}

static void a_firmware_that_restarts_homes_again_and_again_is_halted(void **state)
{
    struct campaign_plan plan = usual();
    struct fleet_outcome outcome = fleet_run(&plan, HOMES, &(struct fleet_ways){.loops = 40}, 1);

    (void)state;
    assert_int_equal(outcome.end, CAMPAIGN_HALT);
    assert_true(outcome.stopped.rule == CAMPAIGN_STOP_BY_LOOPS ||
                outcome.stopped.rule == CAMPAIGN_STOP_BY_ROW);
    assert_true(outcome.sent <= 150);
}

static void downloads_that_fail_halt_it_though_nobody_is_lost(void **state)
{
    struct campaign_plan plan = usual();
    struct fleet_outcome outcome = fleet_run(&plan, HOMES, &(struct fleet_ways){.refuses = 20}, 1);

    (void)state;
    assert_int_equal(outcome.end, CAMPAIGN_HALT);
    assert_int_equal(outcome.dead, 0);
    assert_true(outcome.stopped.rule == CAMPAIGN_STOP_BY_SHARE ||
                outcome.stopped.rule == CAMPAIGN_STOP_BY_ROW);
}

static void the_same_firmware_goes_through_where_nothing_stops_it(void **state)
{
    struct campaign_plan plan = usual();
    struct fleet_outcome outcome;

    (void)state;
    for (size_t i = 0; i < CAMPAIGN_LIMIT_COUNT; i++)
        if (i >= CAMPAIGN_STOP_ROW && i != CAMPAIGN_STOP_SLIDING_OF)
            plan.limit[i] = 0;
    outcome = fleet_run(&plan, 1000, &(struct fleet_ways){.refuses = 20}, 1);
    assert_int_equal(outcome.end, CAMPAIGN_FINISH); /* the tests above would not pass by themselves */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_firmware_that_restarts_homes_again_and_again_is_halted),
        cmocka_unit_test(downloads_that_fail_halt_it_though_nobody_is_lost),
        cmocka_unit_test(the_same_firmware_goes_through_where_nothing_stops_it),
        cmocka_unit_test(a_firmware_that_bricks_everything_is_halted_in_the_canary),
        cmocka_unit_test(a_firmware_that_bricks_some_later_loses_one_in_a_hundred_at_most),
        cmocka_unit_test(a_good_firmware_with_natural_loss_goes_through),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
