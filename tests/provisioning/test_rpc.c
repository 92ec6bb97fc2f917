/* Any request of CWMP: checked by its table, delivered by its rule, answered in the words of the standard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "provisioning/delivery.h"
#include "soap/rpc.h"
#include "tests/provisioning/action_world.h"

static void every_request_of_the_standard_to_a_device_has_a_rule(void **state)
{
    (void)state;
    for (enum cwmp_method m = CWMP_UNKNOWN_METHOD + 1; m < CWMP_METHOD_COUNT; m++) {
        bool request = rpcs[m].sender != RPC_CPE && cwmp_response_to(m) != CWMP_UNKNOWN_METHOD;

        assert_int_equal(delivery_of(m)->tries > 0, request);
        if (request)
            assert_int_equal(delivery_find(rpcs[m].name), m);
    }
}

static void the_request_is_what_was_asked_for_with_our_key(void **state)
{
    struct world world;
    struct cwmp_message *answer;

    (void)state;
    world_begin(&world, "rpc", "{\"method\":\"AddObject\",\"args\":{\"ObjectName\":\"Device.X.\"}}");
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_ADD_OBJECT);
    assert_string_equal(world.move.request.body.add_object.object_name, "Device.X.");
    assert_string_equal(world.move.request.body.add_object.parameter_key, world.record.id);
    answer = world_message(&world, CWMP_ADD_OBJECT_RESPONSE);
    answer->body.add_object_response.instance_number = 4;
    world_answer(&world, answer);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.result, "\"InstanceNumber\":4"));
    world_end(&world);
}

static void a_key_that_the_caller_gave_stays(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "rpc", "{\"method\":\"Reboot\",\"args\":{\"CommandKey\":\"mine\"}}");
    world_next(&world);
    assert_string_equal(world.move.request.body.reboot.command_key, "mine");
    world_end(&world);
}

static void what_may_be_sent_once_is_not_sent_again_and_its_event_proves_it(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "rpc", "{\"method\":\"Reboot\"}");
    world_next(&world);
    world_inform(&world, 30, 1000, "2 PERIODIC", NULL);
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_WAIT);
    world_inform(&world, 30, 5, "1 BOOT", "M Reboot:act_01J9ABCDEFGHJKMNPQRSTV", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void what_reads_is_sent_as_often_as_its_row_says(void **state)
{
    struct world world;
    int sends = 0;

    (void)state;
    world_begin(&world, "rpc",
                "{\"method\":\"GetParameterAttributes\",\"args\":{\"ParameterNames\":[\"Device.\"]}}");
    while (!action_has_ended(world.record.state)) {
        world_next(&world);
        sends++;
        world_inform(&world, 30, 1000, "2 PERIODIC", NULL);
    }
    assert_int_equal(sends, 3);
    world_end(&world);
}

static void a_fault_is_the_result_with_every_detail(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "rpc", "{\"method\":\"FactoryReset\"}");
    world_next(&world);
    world_fault(&world, 9001);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "9001"));
    assert_non_null(strstr(world.move.save.result, "9001"));
    world_end(&world);
}

static void secrets_that_a_device_reveals_are_not_shown(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "rpc",
                "{\"method\":\"GetParameterValues\",\"args\":{\"ParameterNames\":[\"Device.X.\"]}}");
    world_next(&world);
    world_values(&world, "Device.X.Password", "hunter2", CWMP_STRING);
    assert_null(strstr(world.move.save.result, "hunter2"));
    world_end(&world);
}

static void what_came_with_a_newer_version_is_not_sent_to_an_older_device(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "rpc", "{\"method\":\"CancelTransfer\",\"args\":{\"CommandKey\":\"x\"}}");
    world.facts.version = CWMP_1_0;
    world_next(&world);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "CWMP 1.0"));
    world_end(&world);
}

static void arguments_are_checked_with_the_field_named(void **state)
{
    static const struct {
        const char *args, *names;
    } cases[] = {
        {"{}",                                                                "method"      },
        {"{\"method\":\"Inform\"}",                                           "method"      },
        {"{\"method\":\"Reboot\",\"args\":[]}",                               "args"        },
        {"{\"method\":\"Reboot\",\"args\":{\"Now\":1}}",                      "member Now"  },
        {"{\"method\":\"ScheduleInform\",\"args\":{\"DelaySeconds\":\"x\"}}", "DelaySeconds"},
        {"{\"method\":\"SetParameterValues\",\"args\":{\"ParameterList\":[{\"Name\":\"Device.X.Password\","
         "\"Value\":\"p\",\"Type\":\"string\"}]}}",                  "secret"      },
        {"{\"method\":\"Download\",\"args\":{\"FileType\":\"1 Firmware Upgrade Image\",\"URL\":\"http://a/\","
         "\"Password\":\"p\"}}",                                     "secret"      },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        AUTO_JSON json = NULL;

        assert_int_equal(json_read(cases[i].args, strlen(cases[i].args), &json), ERR_OK);
        assert_int_equal(action_kind_find("rpc")->check(json), ERR_INVALID);
        if (strstr(err_message(), cases[i].names) == NULL)
            fail_msg("%s: %s", cases[i].args, err_message());
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_request_of_the_standard_to_a_device_has_a_rule),
        cmocka_unit_test(the_request_is_what_was_asked_for_with_our_key),
        cmocka_unit_test(a_key_that_the_caller_gave_stays),
        cmocka_unit_test(what_may_be_sent_once_is_not_sent_again_and_its_event_proves_it),
        cmocka_unit_test(what_reads_is_sent_as_often_as_its_row_says),
        cmocka_unit_test(a_fault_is_the_result_with_every_detail),
        cmocka_unit_test(secrets_that_a_device_reveals_are_not_shown),
        cmocka_unit_test(what_came_with_a_newer_version_is_not_sent_to_an_older_device),
        cmocka_unit_test(arguments_are_checked_with_the_field_named),
    };

    return cmocka_run_group_tests_name("rpc", tests, NULL, NULL);
}
