#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "provisioning/inform.h"
#include "provisioning/parameter.h"

static struct cwmp_parameter_value base_values[] = {
    {"InternetGatewayDevice.DeviceInfo.SoftwareVersion",            "1.0",                     CWMP_STRING      },
    {"InternetGatewayDevice.DeviceInfo.UpTime",                     "100",                     CWMP_UNSIGNED_INT},
    {"InternetGatewayDevice.ManagementServer.ConnectionRequestURL", "http://192.0.2.7:7547/x", CWMP_STRING      },
};

static struct inform_digest digest_of(struct arena *arena, struct cwmp_event *events, size_t event_count,
                                      struct cwmp_parameter_value *values, size_t value_count)
{
    struct cwmp_inform inform = {
        .events = {events, event_count},
        .parameters = {values, value_count},
    };
    struct inform_digest digest;

    inform_read(&inform, arena, &digest);
    return digest;
}

static void what_a_device_says_of_itself_is_found_below_either_root(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct inform_digest digest = digest_of(arena, NULL, 0, base_values, 3);

    (void)state;
    assert_string_equal(digest.root, "InternetGatewayDevice.");
    assert_string_equal(digest.software_version, "1.0");
    assert_int_equal(digest.uptime_s, 100);
    assert_null(digest.hardware_version);
}

static void an_uptime_that_moves_does_not_change_the_hash_but_a_version_does(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct cwmp_parameter_value values[3] = {base_values[0], base_values[1], base_values[2]};
    int64_t before = digest_of(arena, NULL, 0, values, 3).values_hash;

    (void)state;
    values[1].value = "160";
    assert_int_equal(digest_of(arena, NULL, 0, values, 3).values_hash, before);
    values[0].value = "1.1";
    assert_int_not_equal(digest_of(arena, NULL, 0, values, 3).values_hash, before);
}

static void what_moves_by_itself_and_what_is_secret_is_not_kept(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct cwmp_parameter_value values[] = {
        base_values[0],
        base_values[1],
        {"Device.WiFi.AccessPoint.1.Security.KeyPassphrase", "hunter2", CWMP_STRING}
    };
    struct cwmp_inform inform = {
        .parameters = {values, 3}
    };
    struct cwmp_parameter_values lasting = inform_lasting(&inform, arena);

    (void)state;
    assert_int_equal(lasting.count, 1);
    assert_string_equal(lasting.items[0].name, base_values[0].name);
}

static void a_plain_periodic_leaves_no_history(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct cwmp_event periodic = {"2 PERIODIC", ""};
    struct cwmp_event mixed[] = {
        {"2 PERIODIC",     "" },
        {"4 VALUE CHANGE", "" },
        {"M Reboot",       "k"},
        {"X 0 Y",          "" }
    };
    struct inform_digest digest = digest_of(arena, &periodic, 1, NULL, 0);

    (void)state;
    assert_true(digest.periodic);
    assert_int_equal(digest.history.count, 0);
    digest = digest_of(arena, mixed, 4, NULL, 0);
    assert_int_equal(digest.history.count, 3);
    assert_int_equal(digest.event_bits, 1u << 2 | 1u << 4 | 1u << EVENT_BIT_METHOD | 1u << EVENT_BIT_OTHER);
}

static void an_inform_without_parameters_has_no_root_and_a_hash(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct inform_digest digest = digest_of(arena, NULL, 0, NULL, 0);

    (void)state;
    assert_null(digest.root);
    assert_int_equal(digest.uptime_s, -1);
    assert_int_not_equal(digest.values_hash, 0);
}

static void a_number_that_is_none_is_not_an_uptime(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct cwmp_parameter_value odd = {"Device.DeviceInfo.UpTime", "since Tuesday", CWMP_STRING};

    (void)state;
    assert_int_equal(digest_of(arena, NULL, 0, &odd, 1).uptime_s, -1);
}

static void absent_and_empty_texts_hash_differently(void **state)
{
    AUTO_ARENA arena = arena_new(256);
    const char *absent[] = {"a", NULL}, *empty[] = {"a", ""}, *swapped[] = {NULL, "a"};

    (void)state;
    assert_int_not_equal(inform_hash_texts(absent, 2, arena), inform_hash_texts(empty, 2, arena));
    assert_int_not_equal(inform_hash_texts(absent, 2, arena), inform_hash_texts(swapped, 2, arena));
}

static void secrets_are_known_by_their_names(void **state)
{
    static const char *const secret[] = {
        "Device.ManagementServer.Password", "A.KeyPassphrase", "A.PreSharedKey", "X.1.WEPKey",
        "X.X_VENDOR_AdminPassword",         "Device.SIM.PIN"};
    static const char *const open[] = {"Device.WiFi.SSID.1.SSID", "A.ShippingState", "A.Enable",
                                       "Device.IP.Diag.Ping"};

    (void)state;
    for (size_t i = 0; i < sizeof(secret) / sizeof(*secret); i++)
        assert_true(parameter_is_secret(secret[i]));
    for (size_t i = 0; i < sizeof(open) / sizeof(*open); i++)
        assert_false(parameter_is_secret(open[i]));
}

static void values_are_compared_by_their_meaning(void **state)
{
    (void)state;
    assert_true(parameter_values_equal(CWMP_BOOLEAN, "1", "true"));
    assert_false(parameter_values_equal(CWMP_BOOLEAN, "1", "false"));
    assert_true(parameter_values_equal(CWMP_UNSIGNED_INT, "007", "7"));
    assert_false(parameter_values_equal(CWMP_STRING, "007", "7"));
    assert_true(parameter_values_equal(CWMP_DATE_TIME, "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00Z"));
    assert_true(parameter_values_equal(CWMP_HEX_BINARY, "00ff", "00FF"));
    assert_false(parameter_values_equal(CWMP_INT, "-5", "5"));
}

static void paths_are_told_from_names_and_from_rubbish(void **state)
{
    (void)state;
    assert_true(parameter_is_path("Device."));
    assert_true(parameter_is_full_name("Device.X_EXAMPLE-COM_Foo.Bar"));
    assert_false(parameter_is_full_name("Device.WiFi."));
    assert_false(parameter_is_path(""));
    assert_false(parameter_is_path("Device..X"));
    assert_false(parameter_is_path(".Device"));
    assert_false(parameter_is_path("Device.a b"));
    assert_false(parameter_is_path("Device.\x01"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_device_says_of_itself_is_found_below_either_root),
        cmocka_unit_test(an_uptime_that_moves_does_not_change_the_hash_but_a_version_does),
        cmocka_unit_test(what_moves_by_itself_and_what_is_secret_is_not_kept),
        cmocka_unit_test(a_plain_periodic_leaves_no_history),
        cmocka_unit_test(an_inform_without_parameters_has_no_root_and_a_hash),
        cmocka_unit_test(a_number_that_is_none_is_not_an_uptime),
        cmocka_unit_test(absent_and_empty_texts_hash_differently),
        cmocka_unit_test(secrets_are_known_by_their_names),
        cmocka_unit_test(values_are_compared_by_their_meaning),
        cmocka_unit_test(paths_are_told_from_names_and_from_rubbish),
    };

    return cmocka_run_group_tests_name("inform", tests, NULL, NULL);
}
