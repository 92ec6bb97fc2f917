#include "tests/cpesim/rpc.h"

#include <string.h>

#include "tests/cpesim/lone_home.h"

static struct cwmp_message ask(struct lone_home *lone, struct cwmp_message request)
{
    request.version = CWMP_1_2;
    request.header.id = "7";
    request.method_name = cwmp_method_name(request.method);
    return rpc_execute(&lone->home, &request, lone->arena);
}

static struct cwmp_message get(struct lone_home *lone, const char *name)
{
    struct cwmp_message request = {.method = CWMP_GET_PARAMETER_VALUES};

    request.body.get_parameter_values.names = (struct cwmp_strings){&name, 1};
    return ask(lone, request);
}

static struct cwmp_message set(struct lone_home *lone, struct cwmp_parameter_value *values, size_t count,
                               const char *key)
{
    struct cwmp_message request = {.method = CWMP_SET_PARAMETER_VALUES};

    request.body.set_parameter_values.parameters = (struct cwmp_parameter_values){values, count};
    request.body.set_parameter_values.parameter_key = key;
    return ask(lone, request);
}

static void assert_fault(const struct cwmp_message *answer, uint32_t code)
{
    assert_int_equal(answer->method, CWMP_FAULT);
    assert_int_equal(answer->body.fault.code, code);
    assert_string_equal(answer->header.id, "7");
}

static void an_unknown_method_is_9000(void **state)
{
    struct lone_home lone;
    struct cwmp_message answer;

    (void)state;
    lone_home_open(&lone, "gpon181");
    answer = ask(&lone, (struct cwmp_message){.method = CWMP_UNKNOWN_METHOD});
    assert_fault(&answer, 9000);
    assert_int_equal(lone.fleet.tally.counts[TALLY_RPC_FAULTS], 1);
    lone_home_close(&lone);
}

static void the_methods_it_lists_are_those_it_executes(void **state)
{
    struct lone_home lone;
    struct cwmp_message answer;

    (void)state;
    lone_home_open(&lone, "gpon181");
    answer = ask(&lone, (struct cwmp_message){.method = CWMP_GET_RPC_METHODS});
    assert_int_equal(answer.method, CWMP_GET_RPC_METHODS_RESPONSE);
    assert_int_equal(answer.body.get_rpc_methods_response.methods.count, RPC_COUNT);
    assert_int_equal(lone.home.executed[RPC_GET_RPC_METHODS], 1);
    lone_home_close(&lone);
}

static void values_are_read_by_name_and_by_path(void **state)
{
    static const struct {
        const char *name;
        size_t count; /* 0: Fault 9005 */
    } cases[] = {
        {"Device.DeviceInfo.SerialNumber",  1},
        {"Device.WiFi.SSID.1.",             6},
        {"Device.DeviceInfo.SerialNumber.", 0},
        {"Device.Nope.",                    0},
        {"Device.Time",                     0},
        {"InternetGatewayDevice.",          0},
    };
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct cwmp_message answer = get(&lone, cases[i].name);

        if (cases[i].count == 0)
            assert_fault(&answer, 9005);
        else
            assert_int_equal(answer.body.get_parameter_values_response.parameters.count, cases[i].count);
    }
    assert_int_equal(get(&lone, "").body.get_parameter_values_response.parameters.count,
                     get(&lone, "Device.").body.get_parameter_values_response.parameters.count);
    lone_home_close(&lone);
}

static void each_reason_to_refuse_a_value_has_its_code(void **state)
{
    static const struct {
        struct cwmp_parameter_value value;
        uint32_t code; /* 0: taken */
    } cases[] = {
        {{"Device.Nope", "", CWMP_STRING},                                                                               9005},
        {{"Device.Time.", "", CWMP_STRING},                                                                              9005},
        {{"Device.DeviceInfo.UpTime", "1", CWMP_UNSIGNED_INT},                                                           9008},
        {{"Device.Time.Enable", "1", CWMP_STRING},                                                                       9006},
        {{"Device.Time.Enable", "1", CWMP_UNKNOWN_TYPE},                                                                 9006},
        {{"Device.Time.Enable", "yes", CWMP_BOOLEAN},                                                                    9007},
        {{"Device.Time.Enable", "false", CWMP_BOOLEAN},                                                                  0   },
        {{"Device.WiFi.Radio.1.Channel", "14", CWMP_UNSIGNED_INT},                                                       9007},
        {{"Device.WiFi.Radio.1.Channel", "-1", CWMP_UNSIGNED_INT},                                                       9007},
        {{"Device.WiFi.Radio.2.Channel", "37", CWMP_UNSIGNED_INT},                                                       9007},
        {{"Device.WiFi.Radio.2.Channel", "040", CWMP_UNSIGNED_INT},                                                      0   },
        {{"Device.WiFi.SSID.1.SSID", "", CWMP_STRING},                                                                   9007},
        {{"Device.WiFi.SSID.1.SSID", "ééééééééééééééééééééééééééééééééé", CWMP_STRING}, 9007},
        {{"Device.WiFi.SSID.1.SSID", "éééééééééééééééééééééééééééééééé", CWMP_STRING},   0   },
        {{"Device.WiFi.AccessPoint.1.Security.KeyPassphrase", "seven77", CWMP_STRING},                                   9007},
        {{"Device.WiFi.AccessPoint.1.Security.KeyPassphrase", "eight888", CWMP_STRING},                                  0   },
        {{"Device.WiFi.AccessPoint.1.Security.PreSharedKey", "0123", CWMP_HEX_BINARY},                                   9007},
        {{"Device.WiFi.AccessPoint.1.Security.ModeEnabled", "WPA2", CWMP_STRING},                                        9007},
        {{"Device.ManagementServer.PeriodicInformTime", "2026-01-01T00:00:00", CWMP_DATE_TIME},                          9007},
        {{"Device.ManagementServer.PeriodicInformTime", "2026-01-01T00:00:00Z", CWMP_DATE_TIME},                         0   },
        {{"Device.ManagementServer.PeriodicInformInterval", "0", CWMP_UNSIGNED_INT},                                     9007},
        {{"Device.ManagementServer.URL", "acs", CWMP_STRING},                                                            9007},
        {{"Device.DHCPv4.Server.Pool.1.MinAddress", "192.168.1.256", CWMP_STRING},                                       9007},
        {{"Device.DHCPv4.Server.Pool.1.LeaseTime", "2147483648", CWMP_INT},                                              9007},
        {{"Device.DHCPv4.Server.Pool.1.LeaseTime", "-1", CWMP_INT},                                                      0   },
    };
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct cwmp_parameter_value value = cases[i].value;
        struct cwmp_message answer = set(&lone, &value, 1, "");

        if (cases[i].code == 0) {
            assert_int_equal(answer.method, CWMP_SET_PARAMETER_VALUES_RESPONSE);
            continue;
        }
        assert_fault(&answer, 9003);
        assert_int_equal(answer.body.fault.parameters.count, 1);
        assert_int_equal(answer.body.fault.parameters.items[0].code, cases[i].code);
        assert_string_equal(answer.body.fault.parameters.items[0].name, value.name);
    }
    lone_home_close(&lone);
}

static void one_bad_value_leaves_all_as_they_were(void **state)
{
    struct cwmp_parameter_value values[] = {
        {"Device.Time.NTPServer1", "a.example", CWMP_STRING},
        {"Device.Time.NTPServer1", "b.example", CWMP_STRING},
        {"Device.Nope",            "",          CWMP_STRING},
    };
    struct lone_home lone;
    struct cwmp_message answer;

    (void)state;
    lone_home_open(&lone, "gpon181");
    answer = set(&lone, values, 3, "key");
    assert_fault(&answer, 9003);
    assert_int_equal(answer.body.fault.parameters.count, 2);
    assert_int_equal(answer.body.fault.parameters.items[0].code, 9003);
    assert_int_equal(lone.home.tree.override_count, 0);
    assert_int_equal(lone.home.executed[RPC_SET_PARAMETER_VALUES], 0);
    answer = set(&lone, values, 1, "key");
    assert_int_equal(answer.method, CWMP_SET_PARAMETER_VALUES_RESPONSE);
    assert_string_equal(tree_text(&lone.home.tree, "ManagementServer.ParameterKey", lone.arena), "key");
    assert_string_equal(tree_text(&lone.home.tree, "Time.NTPServer1", lone.arena), "a.example");
    lone_home_close(&lone);
}

static void only_a_real_change_has_an_effect(void **state)
{
    struct cwmp_parameter_value interval = {"Device.ManagementServer.PeriodicInformInterval", "30",
                                            CWMP_UNSIGNED_INT};
    struct cwmp_parameter_value url = {"Device.ManagementServer.URL", "http://other.example/", CWMP_STRING};
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    set(&lone, &interval, 1, "");
    assert_int_equal(lone.home.effects, 0);
    interval.value = "60";
    set(&lone, &interval, 1, "");
    assert_int_equal(lone.home.effects, EFFECT_TIMING);
    set(&lone, &url, 1, "");
    assert_int_equal(lone.home.effects, EFFECT_TIMING | EFFECT_MOVED);
    lone_home_close(&lone);
}

static void a_reboot_is_remembered_with_its_key(void **state)
{
    struct cwmp_message request = {.method = CWMP_REBOOT, .body.reboot.command_key = "act_1"};
    struct lone_home lone;
    struct cwmp_message answer;

    (void)state;
    lone_home_open(&lone, "cheap098");
    answer = ask(&lone, request);
    assert_int_equal(answer.method, CWMP_REBOOT_RESPONSE);
    assert_int_equal(lone.home.effects, EFFECT_RESTART);
    assert_true(events_have(&lone.home.events, EVENT_M_REBOOT));
    assert_string_equal(lone.home.reboot_keys[0], "act_1");
    request.body.reboot.command_key = "123456789012345678901234567890123";
    answer = ask(&lone, request);
    assert_fault(&answer, 9003);
    assert_int_equal(lone.home.executed[RPC_REBOOT], 1);
    lone_home_close(&lone);
}

static struct cwmp_message object(struct lone_home *lone, enum cwmp_method method, const char *name)
{
    struct cwmp_message request = {.method = method};

    request.body.add_object.object_name = name; /* DeleteObject has the same two members */
    request.body.add_object.parameter_key = "k3";
    return ask(lone, request);
}

static void rows_are_made_and_deleted_and_no_number_comes_twice(void **state)
{
    struct lone_home lone;
    struct cwmp_message answer;

    (void)state;
    lone_home_open(&lone, "gpon181");
    answer = get(&lone, "Device.NAT.PortMapping.1.Enable");
    assert_fault(&answer, 9005);
    answer = object(&lone, CWMP_ADD_OBJECT, "Device.NAT.PortMapping.");
    assert_int_equal(answer.body.add_object_response.instance_number, 1);
    answer = get(&lone, "Device.NAT.PortMapping.1.Enable");
    assert_int_equal(answer.body.get_parameter_values_response.parameters.count, 1);
    answer = object(&lone, CWMP_DELETE_OBJECT, "Device.NAT.PortMapping.1.");
    assert_int_equal(answer.method, CWMP_DELETE_OBJECT_RESPONSE);
    answer = object(&lone, CWMP_DELETE_OBJECT, "Device.NAT.PortMapping.1.");
    assert_fault(&answer, 9005);
    answer = object(&lone, CWMP_ADD_OBJECT, "Device.NAT.PortMapping.");
    assert_int_equal(answer.body.add_object_response.instance_number, 2);
    assert_string_equal(tree_text(&lone.home.tree, "ManagementServer.ParameterKey", lone.arena), "k3");
    answer = object(&lone, CWMP_ADD_OBJECT, "Device.WiFi.SSID.");
    assert_fault(&answer, 9005);
    lone_home_close(&lone);
}

static void a_table_that_is_full_is_9004(void **state)
{
    struct lone_home lone;
    struct cwmp_message answer;

    (void)state;
    lone_home_open(&lone, "gpon181");
    for (int i = 0; i < 40; i++)
        (void)object(&lone, CWMP_ADD_OBJECT, "Device.NAT.PortMapping.");
    answer = object(&lone, CWMP_ADD_OBJECT, "Device.NAT.PortMapping.");
    assert_fault(&answer, 9004);
    lone_home_close(&lone);
}

static void no_inform_is_scheduled_for_now(void **state)
{
    struct cwmp_message request = {.method = CWMP_SCHEDULE_INFORM, .body.schedule_inform.command_key = "s"};
    struct lone_home lone;
    struct cwmp_message answer;

    (void)state;
    lone_home_open(&lone, "gpon181");
    answer = ask(&lone, request);
    assert_fault(&answer, 9003);
    lone_home_close(&lone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_method_is_9000),
        cmocka_unit_test(the_methods_it_lists_are_those_it_executes),
        cmocka_unit_test(values_are_read_by_name_and_by_path),
        cmocka_unit_test(each_reason_to_refuse_a_value_has_its_code),
        cmocka_unit_test(one_bad_value_leaves_all_as_they_were),
        cmocka_unit_test(only_a_real_change_has_an_effect),
        cmocka_unit_test(a_reboot_is_remembered_with_its_key),
        cmocka_unit_test(rows_are_made_and_deleted_and_no_number_comes_twice),
        cmocka_unit_test(a_table_that_is_full_is_9004),
        cmocka_unit_test(no_inform_is_scheduled_for_now),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
