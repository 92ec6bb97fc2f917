#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/provisioning/action_world.h"

static void begin(struct world *world)
{
    world_begin(world, "reboot", "{}");
    world_next(world);
    assert_int_equal(world->move.kind, ACTION_SEND);
}

static void answer_yes(struct world *world)
{
    static const struct cwmp_message yes = {.method = CWMP_REBOOT_RESPONSE, .method_name = "RebootResponse"};

    world_answer(world, &yes);
}

static void the_request_carries_the_action_id_as_command_key(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    assert_int_equal(world.move.request.method, CWMP_REBOOT);
    assert_string_equal(world.move.request.body.reboot.command_key, world.record.id);
    assert_string_equal(world.record.intent, "Reboot");
    assert_int_equal(world.record.state, ACTION_RUNNING);
    world_end(&world);
}

static void a_yes_of_the_device_is_not_yet_success(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    answer_yes(&world);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    assert_null(world.record.intent);
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_WAIT);
    world_end(&world);
}

static void m_reboot_with_our_key_and_a_young_uptime_prove_the_restart(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    answer_yes(&world);
    world_inform(&world, 60, 20, "1 BOOT", "M Reboot:act_01J9ABCDEFGHJKMNPQRSTV", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.evidence, "\"event\":\"M Reboot\""));
    assert_non_null(strstr(world.move.save.evidence, "act_01J9ABCDEFGHJKMNPQRSTV"));
    assert_non_null(strstr(world.move.save.evidence, "\"uptime_reset\":true"));
    world_end(&world);
}

static void m_reboot_with_a_foreign_key_and_an_old_uptime_prove_nothing(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    answer_yes(&world);
    world_inform(&world, 60, 90000, "2 PERIODIC", "M Reboot:somebody else's", NULL);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_end(&world);
}

static void a_restart_that_another_request_caused_is_not_taken_for_ours(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    world_inform(&world, 60, 20, "1 BOOT", "M Reboot:somebody else's", NULL);
    assert_int_equal(world.record.state, ACTION_SESSION);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_REBOOT);
    world_end(&world);
}

static void a_lost_answer_with_an_old_uptime_is_proven_not_done_and_sent_once_more(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    world_inform(&world, 60, 90000, "2 PERIODIC", NULL);
    assert_int_equal(world.record.state, ACTION_SESSION);
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_SEND);
    assert_int_equal(world.move.request.method, CWMP_REBOOT);
    world_inform(&world, 60, 90060, "2 PERIODIC", NULL);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "no_answer"));
    world_end(&world);
}

static void a_lost_answer_with_a_young_uptime_is_proven_done(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    world_inform(&world, 60, 31, "1 BOOT", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.evidence, "\"uptime_s\":31"));
    world_end(&world);
}

static void a_restart_from_just_before_is_not_taken_for_ours(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    world_inform(&world, 1, 1, "2 PERIODIC", NULL);
    assert_int_equal(world.record.state, ACTION_SESSION);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_REBOOT);
    world_end(&world);
}

static void a_quick_restart_is_proven_by_its_boot_event(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    world_inform(&world, 2, 1, "1 BOOT", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void a_device_that_never_says_boot_is_believed_for_its_uptime(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    world_inform(&world, 60, 20, "2 PERIODIC", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void an_unresolved_restart_is_never_sent_again_within_the_session(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_WAIT);
    assert_false(world.move.changed);
    world_end(&world);
}

static void a_device_that_does_not_say_its_uptime_is_asked_for_it(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    answer_yes(&world);
    world_inform(&world, 60, -1, "1 BOOT", "M Reboot:act_01J9ABCDEFGHJKMNPQRSTV", NULL);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_VALUES);
    assert_string_equal(world.move.request.body.get_parameter_values.names.items[0],
                        "Device.DeviceInfo.UpTime");
    world_values(&world, "Device.DeviceInfo.UpTime", "12", CWMP_UNSIGNED_INT);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.evidence, "\"uptime_s\":12"));
    world_end(&world);
}

static void a_boot_of_a_device_that_never_tells_its_uptime_counts(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    answer_yes(&world);
    world_inform(&world, 60, -1, "1 BOOT", NULL);
    world_next(&world);
    world_fault(&world, 9005);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.evidence, "1 BOOT"));
    world_end(&world);
}

static void silence_about_everything_proves_nothing(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    world_inform(&world, 60, -1, "2 PERIODIC", NULL);
    world_next(&world);
    world_fault(&world, 9005);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_end(&world);
}

static void a_fault_ends_it_with_its_code_and_meaning(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    world_fault(&world, 9001);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "\"cwmp_fault\":9001"));
    world_end(&world);
}

static void another_response_ends_it(void **state)
{
    static const struct cwmp_message odd = {.method = CWMP_SET_PARAMETER_VALUES_RESPONSE,
                                            .method_name = "SetParameterValuesResponse"};
    struct world world;

    (void)state;
    begin(&world);
    world_answer(&world, &odd);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "wrong_answer"));
    world_end(&world);
}

static void parameters_are_refused(void **state)
{
    AUTO_JSON args = NULL;

    (void)state;
    assert_int_equal(json_read("{\"now\":1}", 9, &args), ERR_OK);
    assert_int_equal(action_kind_find("reboot")->check(args), ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_request_carries_the_action_id_as_command_key),
        cmocka_unit_test(a_yes_of_the_device_is_not_yet_success),
        cmocka_unit_test(m_reboot_with_our_key_and_a_young_uptime_prove_the_restart),
        cmocka_unit_test(m_reboot_with_a_foreign_key_and_an_old_uptime_prove_nothing),
        cmocka_unit_test(a_restart_that_another_request_caused_is_not_taken_for_ours),
        cmocka_unit_test(a_lost_answer_with_an_old_uptime_is_proven_not_done_and_sent_once_more),
        cmocka_unit_test(a_lost_answer_with_a_young_uptime_is_proven_done),
        cmocka_unit_test(a_restart_from_just_before_is_not_taken_for_ours),
        cmocka_unit_test(a_quick_restart_is_proven_by_its_boot_event),
        cmocka_unit_test(a_device_that_never_says_boot_is_believed_for_its_uptime),
        cmocka_unit_test(an_unresolved_restart_is_never_sent_again_within_the_session),
        cmocka_unit_test(a_device_that_does_not_say_its_uptime_is_asked_for_it),
        cmocka_unit_test(a_boot_of_a_device_that_never_tells_its_uptime_counts),
        cmocka_unit_test(silence_about_everything_proves_nothing),
        cmocka_unit_test(a_fault_ends_it_with_its_code_and_meaning),
        cmocka_unit_test(another_response_ends_it),
        cmocka_unit_test(parameters_are_refused),
    };

    return cmocka_run_group_tests_name("reboot", tests, NULL, NULL);
}
