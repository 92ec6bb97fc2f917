#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/provisioning/action_world.h"

static const struct action_credentials fresh = {
    .username = "00256D-GW-1", .password = {"own"}, .call_username = "farol-1", .call_password = {"call"}};

static void begin(struct world *world)
{
    world_begin(world, "credentials.rotate", "{}");
    world->facts.credentials = &fresh;
    world_next(world);
}

static void assert_sends_both_pairs(const struct world *world)
{
    const struct cwmp_set_parameter_values *sent = &world->move.request.body.set_parameter_values;

    assert_int_equal(world->move.kind, ACTION_SEND);
    assert_int_equal(world->move.request.method, CWMP_SET_PARAMETER_VALUES);
    assert_int_equal(sent->parameters.count, 4);
    assert_string_equal(sent->parameters.items[1].name, "Device.ManagementServer.Password");
    assert_string_equal(sent->parameters.items[1].value, "own");
    assert_string_equal(sent->parameters.items[3].value, "call");
}

static void take(struct world *world)
{
    world_answer(world, world_message(world, CWMP_SET_PARAMETER_VALUES_RESPONSE));
    assert_int_equal(world->record.state, ACTION_VERIFYING);
}

static void it_has_them_when_it_uses_them(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    assert_sends_both_pairs(&world);
    take(&world);
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_WAIT);
    world.facts.used_next = true;
    world_inform(&world, 60, 1000, "2 PERIODIC", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

/* What it is about to get is gone by then: it has become what it has. */
static void it_may_come_with_the_old_one_and_leave_and_then_use_the_new_one(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    take(&world);
    world_inform(&world, 60, 1000, "2 PERIODIC", NULL);
    world.facts.used_next = true;
    world.facts.credentials = NULL;
    world_inform(&world, 60, 1060, "2 PERIODIC", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void it_is_told_again_some_times_and_not_for_ever(void **state)
{
    struct world world;
    unsigned sent = 1;

    (void)state;
    begin(&world);
    for (; world.record.state != ACTION_FAILED; sent++) {
        assert_in_range(sent, 1, 8);
        take(&world);
        world_inform(&world, 60, 1000, "2 PERIODIC", NULL);
        if (world.record.state == ACTION_FAILED)
            break;
        world_next(&world);
        assert_sends_both_pairs(&world);
    }
    assert_int_equal(sent, 5);
    assert_non_null(strstr(world.move.save.failure, "not_applied"));
    world_end(&world);
}

static void what_cannot_be_had_any_more_is_not_sent(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "credentials.rotate", "{}");
    world_next(&world);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "withdrawn"));
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_has_them_when_it_uses_them),
        cmocka_unit_test(it_may_come_with_the_old_one_and_leave_and_then_use_the_new_one),
        cmocka_unit_test(it_is_told_again_some_times_and_not_for_ever),
        cmocka_unit_test(what_cannot_be_had_any_more_is_not_sent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
