/* Commands that are sent at most once: factory reset, and a contact that is scheduled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/provisioning/action_world.h"

/* up to the point where FactoryReset is outstanding; the device's key was "k1" */
static void begin_reset(struct world *world)
{
    world_begin(world, "factory_reset", "{}");
    world_next(world);
    assert_int_equal(world->move.request.method, CWMP_GET_PARAMETER_VALUES);
    world_values(world, "Device.ManagementServer.ParameterKey", "k1", CWMP_STRING);
    world_next(world);
    assert_int_equal(world->move.request.method, CWMP_FACTORY_RESET);
    assert_string_equal(world->record.intent, "FactoryReset");
}

static void a_yes_to_a_reset_is_not_yet_success_and_bootstrap_is(void **state)
{
    struct world world;

    (void)state;
    begin_reset(&world);
    world_answer(&world, world_message(&world, CWMP_FACTORY_RESET_RESPONSE));
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_key(&world, "k1");
    world_inform(&world, 5, 1000, "2 PERIODIC", NULL); /* it has not begun yet */
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_key(&world, "");
    world_inform(&world, 60, 5, "0 BOOTSTRAP", "1 BOOT", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.evidence, "0 BOOTSTRAP"));
    world_end(&world);
}

static void a_reset_whose_answer_is_lost_is_never_sent_again(void **state)
{
    struct world world;

    (void)state;
    begin_reset(&world);
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_WAIT);
    world_key(&world, "k1");
    world_inform(&world, 60, 9000, "2 PERIODIC", NULL);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "not_executed"));
    world_end(&world);
}

static void a_key_that_is_empty_now_proves_the_reset(void **state)
{
    struct world world;

    (void)state;
    begin_reset(&world);
    world_key(&world, "");
    world_inform(&world, 60, 5, "1 BOOT", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void a_key_that_another_request_wrote_proves_nothing(void **state)
{
    struct world world;

    (void)state;
    begin_reset(&world);
    world_key(&world, "k2");
    world_inform(&world, 60, -1, "2 PERIODIC", NULL);
    assert_false(action_has_ended(world.record.state));
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_WAIT);
    world_inform(&world, 1800, -1, "2 PERIODIC", NULL); /* it does not stand in the way for ever */
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "outcome_unknown"));
    world_end(&world);
}

static void bootstrap_of_a_model_that_always_says_it_proves_nothing(void **state)
{
    static const struct quirks always = {.bootstrap_always = true};
    struct world world;

    (void)state;
    begin_reset(&world);
    world.facts.quirks = &always;
    world_key(&world, "k1");
    world_inform(&world, 60, 9000, "0 BOOTSTRAP", NULL);
    assert_int_equal(world.record.state, ACTION_FAILED);
    world_end(&world);
}

static void a_device_that_refuses_to_tell_its_key_is_reset_all_the_same(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "factory_reset", "{}");
    world_next(&world);
    world_fault(&world, 9005);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_FACTORY_RESET);
    world_key(&world, "");
    world_inform(&world, 60, -1, "2 PERIODIC", NULL);
    assert_false(action_has_ended(world.record.state));
    world_inform(&world, 60, 9000, "2 PERIODIC", NULL); /* it has not restarted since */
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "not_executed"));
    world_end(&world);
}

static void a_reset_that_is_refused_fails_with_the_fault(void **state)
{
    struct world world;

    (void)state;
    begin_reset(&world);
    world_fault(&world, 9000);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "not_supported"));
    world_end(&world);
}

/* ---- ScheduleInform ---- */

static void begin_schedule(struct world *world)
{
    world_begin(world, "inform.schedule", "{\"delay_s\":90}");
    world_next(world);
    assert_int_equal(world->move.request.method, CWMP_SCHEDULE_INFORM);
    assert_int_equal(world->move.request.body.schedule_inform.delay_s, 90);
    assert_string_equal(world->move.request.body.schedule_inform.command_key, world->record.id);
}

static void a_scheduled_contact_is_proven_by_its_own_key(void **state)
{
    struct world world;

    (void)state;
    begin_schedule(&world);
    world_answer(&world, world_message(&world, CWMP_SCHEDULE_INFORM_RESPONSE));
    world_inform(&world, 60, 9000, "3 SCHEDULED", "M ScheduleInform:another", NULL);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_inform(&world, 60, 9000, "3 SCHEDULED", "M ScheduleInform:act_01J9ABCDEFGHJKMNPQRSTV", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void a_lost_answer_to_it_is_not_sent_again_and_can_still_be_proven(void **state)
{
    struct world world;

    (void)state;
    begin_schedule(&world);
    world_inform(&world, 10, 9000, "2 PERIODIC", NULL);
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_WAIT);
    world_inform(&world, 90, 9000, "3 SCHEDULED", "M ScheduleInform:act_01J9ABCDEFGHJKMNPQRSTV", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void no_delay_is_refused_and_a_long_one_lives_longer(void **state)
{
    const struct action_kind *kind = action_kind_find("inform.schedule");
    AUTO_JSON none = NULL;
    AUTO_JSON hour = NULL;

    (void)state;
    assert_int_equal(json_read("{\"delay_s\":0}", 13, &none), ERR_OK);
    assert_int_equal(kind->check(none), ERR_INVALID);
    assert_non_null(strstr(err_message(), "delay_s"));
    assert_int_equal(json_read("{\"delay_s\":3600}", 16, &hour), ERR_OK);
    assert_int_equal(kind->check(hour), ERR_OK);
    assert_true(kind->ttl_of(hour) > 3600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_yes_to_a_reset_is_not_yet_success_and_bootstrap_is),
        cmocka_unit_test(a_reset_whose_answer_is_lost_is_never_sent_again),
        cmocka_unit_test(a_key_that_is_empty_now_proves_the_reset),
        cmocka_unit_test(a_key_that_another_request_wrote_proves_nothing),
        cmocka_unit_test(bootstrap_of_a_model_that_always_says_it_proves_nothing),
        cmocka_unit_test(a_device_that_refuses_to_tell_its_key_is_reset_all_the_same),
        cmocka_unit_test(a_reset_that_is_refused_fails_with_the_fault),
        cmocka_unit_test(a_scheduled_contact_is_proven_by_its_own_key),
        cmocka_unit_test(a_lost_answer_to_it_is_not_sent_again_and_can_still_be_proven),
        cmocka_unit_test(no_delay_is_refused_and_a_long_one_lives_longer),
    };

    return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
