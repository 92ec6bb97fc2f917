#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/provisioning/action_world.h"

static const char set_ssid[] = "{\"values\":[{\"name\":\"Device.WiFi.SSID.1.SSID\",\"value\":\"casa\"}]}";
static const char ssid[] = "Device.WiFi.SSID.1.SSID";

static enum err check(const char *kind, const char *args)
{
    AUTO_JSON json = NULL;

    assert_int_equal(json_read(args, strlen(args), &json), ERR_OK);
    return action_kind_find(kind)->check(json);
}

static void set_status(struct world *world, int status)
{
    struct cwmp_message *answer = ARENA_NEW(world->arena, struct cwmp_message);

    answer->method = CWMP_SET_PARAMETER_VALUES_RESPONSE;
    answer->method_name = "SetParameterValuesResponse";
    answer->body.set_parameter_values_response.status = status;
    world_answer(world, answer);
}

/* up to the point where SetParameterValues is outstanding */
static void begin_set(struct world *world, const char *args, enum cwmp_type learnt)
{
    world_begin(world, "params.set", args);
    world_next(world);
    world_values(world, ssid, "old", learnt);
    world_next(world);
    assert_int_equal(world->move.request.method, CWMP_SET_PARAMETER_VALUES);
}

static void a_read_ends_with_the_values_and_they_are_kept(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "params.get", "{\"names\":[\"Device.DeviceInfo.\"]}");
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_VALUES);
    assert_string_equal(world.move.request.body.get_parameter_values.names.items[0], "Device.DeviceInfo.");
    world_values(&world, "Device.DeviceInfo.SoftwareVersion", "1.2", CWMP_STRING);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.result, "\"value\":\"1.2\""));
    assert_int_equal(world.move.values->count, 1);
    world_end(&world);
}

static void a_name_that_the_answer_leaves_out_is_missing(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "params.get", "{\"names\":[\"Device.A.B\",\"Device.A.C\"]}");
    world_next(&world);
    world_values(&world, "Device.A.B", "1", CWMP_STRING);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.result, "\"missing\":[\"Device.A.C\"]"));
    world_end(&world);
}

/* netcwmp answers any path with the object itself: it is no value, and the path is not answered. */
static void an_object_in_an_answer_is_no_value(void **state)
{
    struct cwmp_parameter_value values[] = {
        {"Device.DeviceInfo.",       "",  CWMP_UNKNOWN_TYPE},
        {"Device.DeviceInfo.UpTime", "7", CWMP_UNSIGNED_INT},
    };
    struct cwmp_message *answer;
    struct world world;

    (void)state;
    world_begin(&world, "params.get", "{\"names\":[\"Device.DeviceInfo.\"]}");
    world_next(&world);
    world_values(&world, "Device.DeviceInfo.", "", CWMP_UNKNOWN_TYPE);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "did not answer for Device.DeviceInfo."));
    world_end(&world);

    world_begin(&world, "params.get", "{\"names\":[\"Device.DeviceInfo.\"]}");
    world_next(&world);
    answer = world_message(&world, CWMP_GET_PARAMETER_VALUES_RESPONSE);
    answer->body.get_parameter_values_response.parameters = (struct cwmp_parameter_values){values, 2};
    world_answer(&world, answer);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.result, "\"Device.DeviceInfo.UpTime\""));
    assert_null(strstr(world.move.save.result, "\"Device.DeviceInfo.\""));
    assert_null(strstr(world.move.save.result, "missing"));
    world_end(&world);
}

static void an_answer_without_what_was_asked_for_is_a_failure(void **state)
{
    static const struct cwmp_message empty = {.method = CWMP_GET_PARAMETER_VALUES_RESPONSE,
                                              .method_name = "GetParameterValuesResponse"};
    struct world world;

    (void)state;
    world_begin(&world, "params.get", "{\"names\":[\"Device.Foo\"]}");
    world_next(&world);
    world_answer(&world, &empty);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "did not answer for Device.Foo"));
    world_end(&world);

    world_begin(&world, "params.get", "{\"names\":[\"Device.Table.\"]}");
    world_next(&world);
    world_answer(&world, &empty);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void a_secret_that_a_device_reveals_is_not_shown(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "params.get", "{\"names\":[\"Device.WiFi.AccessPoint.1.Security.KeyPassphrase\"]}");
    world_next(&world);
    world_values(&world, "Device.WiFi.AccessPoint.1.Security.KeyPassphrase", "hunter2", CWMP_STRING);
    assert_null(strstr(world.move.save.result, "hunter2"));
    assert_non_null(strstr(world.move.save.result, "\"value\":null"));
    world_end(&world);
}

static void a_read_that_loses_its_answer_is_asked_again_three_times_in_all(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "params.get", "{\"names\":[\"Device.\"]}");
    for (int i = 0; i < 3; i++) {
        world_next(&world);
        assert_int_equal(world.move.kind, ACTION_SEND);
        world_inform(&world, 30, 1000, "2 PERIODIC", NULL);
    }
    assert_int_equal(world.record.state, ACTION_FAILED);
    world_end(&world);
}

static void the_type_that_the_device_uses_is_sent_back(void **state)
{
    struct world world;

    (void)state;
    begin_set(&world, set_ssid, CWMP_UNSIGNED_INT);
    assert_int_equal(world.move.request.body.set_parameter_values.parameters.items[0].type,
                     CWMP_UNSIGNED_INT);
    assert_string_equal(world.move.request.body.set_parameter_values.parameter_key, world.record.id);
    world_end(&world);
}

static void a_change_succeeds_only_when_it_is_read_back(void **state)
{
    struct world world;

    (void)state;
    begin_set(&world, set_ssid, CWMP_STRING);
    set_status(&world, 0);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_VALUES);
    world_values(&world, ssid, "casa", CWMP_STRING);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.evidence, world.record.id));
    world_end(&world);
}

static void a_yes_without_effect_is_a_failure(void **state)
{
    struct world world;

    (void)state;
    begin_set(&world, set_ssid, CWMP_STRING);
    set_status(&world, 0);
    world_next(&world);
    world_values(&world, ssid, "old", CWMP_STRING);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "not_applied"));
    world_end(&world);
}

static void status_1_waits_for_the_restart_and_reads_again(void **state)
{
    struct world world;

    (void)state;
    begin_set(&world, set_ssid, CWMP_STRING);
    set_status(&world, 1);
    world_next(&world);
    world_values(&world, ssid, "old", CWMP_STRING);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_inform(&world, 60, 4000, "2 PERIODIC", NULL);
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_WAIT);
    world_inform(&world, 60, 5, "1 BOOT", NULL);
    world_next(&world);
    world_values(&world, ssid, "casa", CWMP_STRING);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void a_status_that_the_standard_does_not_know_fails(void **state)
{
    struct world world;

    (void)state;
    begin_set(&world, set_ssid, CWMP_STRING);
    set_status(&world, 2);
    assert_int_equal(world.record.state, ACTION_FAILED);
    world_end(&world);
}

static void inform_with_key(struct world *world, const char *key)
{
    static struct cwmp_parameter_value value = {.name = "Device.ManagementServer.ParameterKey"};

    value.value = key;
    world->inform.parameters = (struct cwmp_parameter_values){&value, 1};
    world_inform(world, 30, 1000, "2 PERIODIC", NULL);
}

static void a_lost_answer_with_our_parameter_key_is_read_back_and_not_sent_again(void **state)
{
    struct world world;

    (void)state;
    begin_set(&world, set_ssid, CWMP_STRING);
    inform_with_key(&world, world.record.id);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_VALUES);
    world_values(&world, ssid, "casa", CWMP_STRING);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void a_lost_answer_with_another_key_is_sent_twice_at_most(void **state)
{
    struct world world;

    (void)state;
    begin_set(&world, set_ssid, CWMP_STRING);
    inform_with_key(&world, "older");
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_SET_PARAMETER_VALUES);
    inform_with_key(&world, "older");
    assert_int_equal(world.record.state, ACTION_FAILED);
    world_end(&world);
}

static void every_fault_of_a_parameter_is_kept(void **state)
{
    struct cwmp_parameter_fault faults[] = {
        {"Device.A.B", 9007, "bad"},
        {"Device.A.C", 9008, "ro" }
    };
    struct cwmp_message fault = {.method = CWMP_FAULT, .method_name = "Fault"};
    struct world world;

    (void)state;
    begin_set(&world, set_ssid, CWMP_STRING);
    fault.body.fault = (struct cwmp_fault){
        "Client", "CWMP fault", 9003, "Invalid arguments", {faults, 2}
    };
    world_answer(&world, &fault);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "\"Device.A.B\""));
    assert_non_null(strstr(world.move.save.failure, "9008"));
    world_end(&world);
}

static void arguments_are_checked_with_the_field_named(void **state)
{
    static const struct {
        const char *kind, *args, *names;
    } cases[] = {
        {"params.get", "{}",                                                                                   "names"          },
        {"params.get", "{\"names\":[]}",                                                                       "names"          },
        {"params.get", "{\"names\":[\"a b\"]}",                                                                "names[0]"       },
        {"params.get", "{\"names\":[\"Device.\"],\"x\":1}",                                                    "x"              },
        {"params.set", "{\"values\":[{\"name\":\"Device.X.\",\"value\":\"1\"}]}",                              "values[0].name" },
        {"params.set", "{\"values\":[{\"name\":\"Device.X.Y\"}]}",                                             "values[0].value"},
        {"params.set", "{\"values\":[{\"name\":\"Device.X.Y\",\"value\":\"1\",\"type\":\"float\"}]}",
         "values[0].type"                                                                                                       },
        {"params.set",
         "{\"values\":[{\"name\":\"Device.X.Y\",\"value\":\"1\"},{\"name\":\"Device.X.Y\",\"value\":\"2\"}]}", "values[1].name" },
        {"params.set", "{\"values\":[{\"name\":\"Device.X.KeyPassphrase\",\"value\":\"1\"}]}",                 "secret"         },
        {"refresh",    "{\"path\":\"Device.WiFi\"}",                                                           "path"           },
        {"refresh",    "{\"path\":7}",                                                                         "path"           },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_int_equal(check(cases[i].kind, cases[i].args), ERR_INVALID);
        assert_non_null(strstr(err_message(), cases[i].names));
    }
    assert_int_equal(check("params.set", set_ssid), ERR_OK);
    assert_int_equal(
        check("params.set", "{\"values\":[{\"name\":\"Device.X.Y\",\"value\":\"1\",\"type\":\"xsd:int\"}]}"),
        ERR_OK);
    assert_int_equal(check("refresh", "{}"), ERR_OK);
    assert_int_equal(check("refresh", "{\"path\":\"Device.WiFi.\"}"), ERR_OK);
}

static void an_unknown_kind_ends_as_failed(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "fly", "{}");
    world_next(&world);
    assert_int_equal(world.record.state, ACTION_FAILED);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_read_ends_with_the_values_and_they_are_kept),
        cmocka_unit_test(a_name_that_the_answer_leaves_out_is_missing),
        cmocka_unit_test(an_object_in_an_answer_is_no_value),
        cmocka_unit_test(an_answer_without_what_was_asked_for_is_a_failure),
        cmocka_unit_test(a_secret_that_a_device_reveals_is_not_shown),
        cmocka_unit_test(a_read_that_loses_its_answer_is_asked_again_three_times_in_all),
        cmocka_unit_test(the_type_that_the_device_uses_is_sent_back),
        cmocka_unit_test(a_change_succeeds_only_when_it_is_read_back),
        cmocka_unit_test(a_yes_without_effect_is_a_failure),
        cmocka_unit_test(status_1_waits_for_the_restart_and_reads_again),
        cmocka_unit_test(a_status_that_the_standard_does_not_know_fails),
        cmocka_unit_test(a_lost_answer_with_our_parameter_key_is_read_back_and_not_sent_again),
        cmocka_unit_test(a_lost_answer_with_another_key_is_sent_twice_at_most),
        cmocka_unit_test(every_fault_of_a_parameter_is_kept),
        cmocka_unit_test(arguments_are_checked_with_the_field_named),
        cmocka_unit_test(an_unknown_kind_ends_as_failed),
    };

    return cmocka_run_group_tests_name("params", tests, NULL, NULL);
}
