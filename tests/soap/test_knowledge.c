#include "soap/event.h"
#include "soap/fault.h"

#include "tests/soap/exchange.h"

static void types_have_one_name_and_more_than_one_spelling(void **state)
{
    static const struct {
        const char *local;
        enum cwmp_type type;
        const char *name;
    } cases[] = {
        {"string",       CWMP_STRING,        "xsd:string"      },
        {"int",          CWMP_INT,           "xsd:int"         },
        {"unsignedInt",  CWMP_UNSIGNED_INT,  "xsd:unsignedInt" },
        {"long",         CWMP_LONG,          "xsd:long"        },
        {"unsignedLong", CWMP_UNSIGNED_LONG, "xsd:unsignedLong"},
        {"boolean",      CWMP_BOOLEAN,       "xsd:boolean"     },
        {"dateTime",     CWMP_DATE_TIME,     "xsd:dateTime"    },
        {"base64Binary", CWMP_BASE64,        "xsd:base64Binary"},
        {"base64",       CWMP_BASE64,        "xsd:base64Binary"},
        {"hexBinary",    CWMP_HEX_BINARY,    "xsd:hexBinary"   },
        {"decimal",      CWMP_UNKNOWN_TYPE,  ""                },
        {"",             CWMP_UNKNOWN_TYPE,  ""                },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(cwmp_type_by_name(cases[i].local), cases[i].type);
        assert_string_equal(cwmp_type_name(cases[i].type), cases[i].name);
    }
}

static void versions_have_names(void **state)
{
    (void)state;
    assert_string_equal(cwmp_version_name(CWMP_1_0), "1.0");
    assert_string_equal(cwmp_version_name(CWMP_1_1), "1.1");
    assert_string_equal(cwmp_version_name(CWMP_1_2), "1.2");
    assert_string_equal(cwmp_version_name(CWMP_1_3), "1.3");
    assert_string_equal(cwmp_version_name(CWMP_1_4), "1.4");
}

static void every_fault_of_the_standard_has_a_meaning(void **state)
{
    (void)state;
    for (uint32_t code = 8000; code <= 8006; code++)
        assert_non_null(cwmp_fault_meaning(code));
    for (uint32_t code = 9000; code <= 9032; code++)
        assert_non_null(cwmp_fault_meaning(code));
    assert_null(cwmp_fault_meaning(0));
    assert_null(cwmp_fault_meaning(8007));
    assert_null(cwmp_fault_meaning(9033));
    assert_null(cwmp_fault_meaning(9800));
}

/* */
static void only_faults_that_may_pass_are_worth_another_try(void **state)
{
    static const uint32_t again[] = {8002, 8004, 8005, 9001, 9002, 9004, 9010, 9011, 9014, 9015, 9017};
    static const uint32_t never[] = {0,    8000, 8003, 9000, 9003, 9005, 9006,
                                     9007, 9008, 9009, 9012, 9018, 9033, 9800};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(again); i++)
        assert_int_equal(fault_retry(again[i]), FAULT_RETRY_AGAIN);
    for (size_t i = 0; i < COUNT_OF(never); i++)
        assert_int_equal(fault_retry(never[i]), FAULT_RETRY_NEVER);
}

/* I-07 */
static void events_are_equal_by_number_or_by_name(void **state)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } cases[] = {
        {"0 BOOTSTRAP",  "0 BOOTSTRAP",   true },
        {"0 BOOTSTRAP",  "0",             true },
        {"0 BOOTSTRAP",  "0  Bootstrap",  true },
        {"0 BOOTSTRAP",  "00 BOOTSTRAP",  true },
        {"0 BOOTSTRAP",  "0BOOTSTRAP",    true },
        {"1 BOOT",       "10 AUTONOMOUS", false},
        {"1 BOOT",       "01",            true },
        {"1 BOOT",       "BOOT",          false},
        {"M Reboot",     "m  reboot",     true },
        {"M Reboot",     "MReboot",       false},
        {"M Reboot",     "M Reboo",       false},
        {"M Reboot",     "M Reboots",     false},
        {"X 00256D Foo", "X 00256D Foo",  true },
        {"X 00256D Foo", "X 00256D",      false},
        {"",             "",              true },
        {"",             "0",             false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(event_equal(cases[i].a, cases[i].b), cases[i].equal);
        assert_int_equal(event_equal(cases[i].b, cases[i].a), cases[i].equal);
    }
}

static void known_events_say_what_delivers_them(void **state)
{
    (void)state;
    assert_string_equal(event_find("2")->code, "2 PERIODIC");
    assert_string_equal(event_find("2")->delivered_by, "InformResponse");
    assert_string_equal(event_find("07 Transfer Complete")->delivered_by, "TransferCompleteResponse");
    assert_string_equal(event_find("m download")->delivered_by, "TransferCompleteResponse");
    assert_string_equal(event_find("14")->code, "14 HEARTBEAT");
    assert_null(event_find("15 NEW EVENT"));
    assert_null(event_find("M X_00256D_Foo"));
    assert_null(event_find("X 00256D Foo"));
    assert_null(event_find(""));
}

static void an_event_is_found_among_several_by_code_and_key(void **state)
{
    struct cwmp_event items[] = {
        {"M Download",          "one"},
        {"7 TRANSFER COMPLETE", ""   },
        {"M Download",          "two"}
    };
    const struct cwmp_inform inform = {
        .events = {items, COUNT_OF(items)}
    };
    const struct cwmp_inform nothing = {.retry_count = 1};

    (void)state;
    assert_true(cwmp_has_event(&inform, "7"));
    assert_false(cwmp_has_event(&inform, "0 BOOTSTRAP"));
    assert_false(cwmp_has_event(&nothing, "0 BOOTSTRAP"));
    assert_ptr_equal(cwmp_find_event(&inform, "M Download", NULL), &items[0]);
    assert_ptr_equal(cwmp_find_event(&inform, "M Download", "two"), &items[2]);
    assert_null(cwmp_find_event(&inform, "M Download", "three"));
}

static void a_value_is_found_by_the_end_of_its_name_below_either_root(void **state)
{
    struct cwmp_parameter_value items[] = {
        {.name = ".ExternalIPAddress"},
        {.name = "Vendor.DeviceInfo.UpTime"},
        {.name = "Device.XDeviceInfo.UpTime"},
        {.name = "InternetGatewayDevice.DeviceInfo.UpTime"},
        {.name = "Device.DeviceInfo.UpTime"},
        {.name = "Device.ManagementServer.ParameterKey"},
        {.name = ""},
    };
    const struct cwmp_parameter_values values = {items, COUNT_OF(items)};

    (void)state;
    assert_ptr_equal(cwmp_find_value(&values, "DeviceInfo.UpTime"), &items[3]);
    assert_ptr_equal(cwmp_find_value(&values, "ManagementServer.ParameterKey"), &items[5]);
    assert_null(cwmp_find_value(&values, "Device.DeviceInfo.UpTime"));
    assert_null(cwmp_find_value(&values, "ExternalIPAddress"));
    assert_null(cwmp_find_value(&values, "DeviceInfo.SoftwareVersion"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_have_one_name_and_more_than_one_spelling),
        cmocka_unit_test(versions_have_names),
        cmocka_unit_test(every_fault_of_the_standard_has_a_meaning),
        cmocka_unit_test(only_faults_that_may_pass_are_worth_another_try),
        cmocka_unit_test(events_are_equal_by_number_or_by_name),
        cmocka_unit_test(known_events_say_what_delivers_them),
        cmocka_unit_test(an_event_is_found_among_several_by_code_and_key),
        cmocka_unit_test(a_value_is_found_by_the_end_of_its_name_below_either_root),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
