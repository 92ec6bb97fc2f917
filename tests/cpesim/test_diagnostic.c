#include "tests/cpesim/diagnostic.h"

#include <string.h>

#include "acs/base/text.h"
#include "tests/cpesim/diagnostic_kind.h"
#include "tests/cpesim/fact.h"
#include "tests/cpesim/lone_home.h"
#include "tests/cpesim/wan.h"

static struct test open_test(struct lone_home *lone, const char *model, const char *object)
{
    lone_home_open(lone, model);
    return (struct test){&lone->home, object, lone->arena};
}

static void set(struct test *test, const char *name, const char *value)
{
    tree_put_text(&test->home->tree, arena_printf(test->arena, "%s%s", test->object, name), value);
}

static void assert_result(struct test *test, const char *name, const char *value)
{
    assert_string_equal(test_argument(test, name), value);
}

static void each_model_answers_pings_as_its_line_does(void **state)
{
    static const char *const models[][2] = {
        {"gpon181",  "IP.Diagnostics.IPPing."},
        {"gpon098",  "IPPingDiagnostics."    },
        {"cheap098", "IPPingDiagnostics."    }
    };

    (void)state;
    for (size_t i = 0; i < sizeof(models) / sizeof(*models); i++) {
        struct lone_home lone;
        struct test test = open_test(&lone, models[i][0], models[i][1]);
        uint32_t line = (uint32_t)fact_of(&lone.home.tree, FACT_PING_MS);

        set(&test, "Host", "www.example.com");
        set(&test, "NumberOfRepetitions", "7");
        assert_string_equal(test_ping(&test), "Complete");
        assert_result(&test, "SuccessCount", "7");
        assert_result(&test, "FailureCount", "0");
        assert_in_range(test_number(&test, "AverageResponseTime", 0), line, line + 4);
        assert_true(test_number(&test, "MinimumResponseTime", 9999) <=
                    test_number(&test, "MaximumResponseTime", 0));
        lone_home_close(&lone);
    }
}

static void a_ping_fails_as_the_standard_says(void **state)
{
    static const struct {
        const char *host;
        const char *state;
        const char *failures;
    } cases[] = {
        {"",                "Error_CannotResolveHostName", "0"},
        {"no-such.invalid", "Error_CannotResolveHostName", "0"},
        {"two words",       "Error_CannotResolveHostName", "0"},
        {"192.0.2.9",       "Complete",                    "4"},
        {"192.168.1.1",     "Complete",                    "0"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct lone_home lone;
        struct test test = open_test(&lone, "gpon181", "IP.Diagnostics.IPPing.");

        set(&test, "Host", cases[i].host);
        assert_string_equal(test_ping(&test), cases[i].state);
        assert_result(&test, "FailureCount", cases[i].failures);
        lone_home_close(&lone);
    }
}

static void without_a_connection_nothing_is_reached(void **state)
{
    struct lone_home lone;
    struct test test = open_test(&lone, "gpon181", "IP.Diagnostics.IPPing.");

    (void)state;
    tree_put_text(&lone.home.tree, "PPP.Interface.1.Password", "wrong");
    wan_boot(&lone.home);
    set(&test, "Host", "8.8.8.8");
    assert_string_equal(test_ping(&test), "Error_NoRouteToHost");
    set(&test, "Host", "www.example.com");
    assert_string_equal(test_ping(&test), "Error_CannotResolveHostName");
    test.object = "DNS.Diagnostics.NSLookupDiagnostics.";
    set(&test, "HostName", "www.example.com");
    assert_string_equal(test_lookup(&test), "Complete");
    assert_result(&test, "Result.1.Status", "Error_Timeout");
    lone_home_close(&lone);
}

static void a_route_has_the_hops_it_says_and_those_of_before_are_gone(void **state)
{
    struct lone_home lone;
    struct test test = open_test(&lone, "gpon098", "TraceRouteDiagnostics.");
    unsigned hops = (unsigned)fact_of(&lone.home.tree, FACT_HOPS);

    (void)state;
    set(&test, "Host", "www.example.com");
    set(&test, "NumberOfTries", "2");
    assert_string_equal(test_trace(&test), "Complete");
    assert_int_equal(test_number(&test, "RouteHopsNumberOfEntries", 0), hops);
    assert_result(&test, "RouteHops.1.HopHostAddress", "100.64.0.1");
    assert_result(&test, arena_printf(lone.arena, "RouteHops.%u.HopHost", hops), "www.example.com");
    assert_non_null(strchr(test_argument(&test, "RouteHops.1.HopRTTimes"), ','));
    set(&test, "MaxHopCount", "2");
    assert_string_equal(test_trace(&test), "Error_MaxHopCountExceeded");
    assert_true(tree_has_object(&lone.home.tree, "InternetGatewayDevice.TraceRouteDiagnostics.RouteHops.2."));
    assert_false(
        tree_has_object(&lone.home.tree, "InternetGatewayDevice.TraceRouteDiagnostics.RouteHops.3."));
    lone_home_close(&lone);
}

static void each_look_up_is_told_with_its_server(void **state)
{
    struct lone_home lone;
    struct test test = open_test(&lone, "gpon181", "DNS.Diagnostics.NSLookupDiagnostics.");

    (void)state;
    set(&test, "HostName", "www.example.com");
    set(&test, "NumberOfRepetitions", "3");
    assert_string_equal(test_lookup(&test), "Complete");
    assert_result(&test, "SuccessCount", "3");
    assert_result(&test, "Result.1.DNSServerIP", "198.51.100.53");
    assert_result(&test, "Result.2.DNSServerIP", "198.51.100.54");
    set(&test, "DNSServer", "192.0.2.53");
    assert_string_equal(test_lookup(&test), "Complete");
    assert_result(&test, "Result.3.Status", "Error_Timeout");
    set(&test, "DNSServer", "dns.invalid");
    assert_string_equal(test_lookup(&test), "Error_DNSServerNotResolved");
    assert_result(&test, "ResultNumberOfEntries", "0");
    lone_home_close(&lone);
}

static void a_scan_finds_the_same_neighbours_each_time(void **state)
{
    struct lone_home lone;
    struct test test = open_test(&lone, "gpon181", "WiFi.NeighboringWiFiDiagnostic.");
    const char *first;

    (void)state;
    assert_string_equal(test_scan(&test), "Complete");
    first = test_argument(&test, "Result.1.BSSID");
    assert_int_equal(strlen(first), 17);
    assert_in_range(test_number(&test, "ResultNumberOfEntries", 0), 2, 16);
    assert_string_equal(test_scan(&test), "Complete");
    assert_result(&test, "Result.1.BSSID", first);
    lone_home_close(&lone);
}

static void write_values(struct lone_home *lone, const char *name, const char *value)
{
    struct cwmp_parameter_value item = {.name = name, .value = value};

    tree_put_text(&lone->home.tree, name + strlen("Device."), value);
    diagnostics_written(&lone->home, &(struct cwmp_parameter_values){&item, 1});
}

#define PING "Device.IP.Diagnostics.IPPing."

static void another_argument_ends_a_test_and_so_does_a_restart(void **state)
{
    struct lone_home lone;
    struct test test = open_test(&lone, "gpon181", "IP.Diagnostics.IPPing.");

    (void)state;
    write_values(&lone, PING "DiagnosticsState", "Requested");
    assert_false(list_is_empty(&lone.home.diagnostics));
    diagnostics_begin(&lone.home);
    assert_result(&test, "DiagnosticsState", "Requested");
    write_values(&lone, PING "Host", "www.example.com");
    assert_true(list_is_empty(&lone.home.diagnostics));
    assert_result(&test, "DiagnosticsState", "None");
    write_values(&lone, PING "DiagnosticsState", "Requested");
    write_values(&lone, PING "DiagnosticsState", "Requested");
    assert_ptr_equal(lone.home.diagnostics.next->next, &lone.home.diagnostics);
    write_values(&lone, PING "DiagnosticsState", "Canceled");
    assert_result(&test, "DiagnosticsState", "None");
    diagnostics_forget(&lone.home);
    assert_result(&test, "Host", "");
    lone_home_close(&lone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_model_answers_pings_as_its_line_does),
        cmocka_unit_test(a_ping_fails_as_the_standard_says),
        cmocka_unit_test(without_a_connection_nothing_is_reached),
        cmocka_unit_test(a_route_has_the_hops_it_says_and_those_of_before_are_gone),
        cmocka_unit_test(each_look_up_is_told_with_its_server),
        cmocka_unit_test(a_scan_finds_the_same_neighbours_each_time),
        cmocka_unit_test(another_argument_ends_a_test_and_so_does_a_restart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
