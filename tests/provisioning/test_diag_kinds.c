/* Each of the tests that a device makes: its arguments, its results, and what they come to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "acs/base/text.h"
#include "provisioning/map/home.h"
#include "tests/provisioning/diag_world.h"

/* Up to the order of a test whose object is known and answers with these fields; a list of pairs ended by
 * NULL. */
#define ORDER_TEST(to, kind, args, object, ...)                                 \
    do {                                                                        \
        diag_world_begin(to, kind, args, "Device.");                            \
        diag_world_know(to, object "DiagnosticsState", "None");                 \
        world_use_files(&(to)->world);                                          \
        world_next(&(to)->world);                                               \
        world_next(&(to)->world);                                               \
        diag_world_answer(to, object, "DiagnosticsState", "None", __VA_ARGS__); \
        world_next(&(to)->world);                                               \
    } while (0)

static void finish(struct diag_world *world)
{
    diag_world_ordered(world);
    world_inform(&world->world, 5, -1, "8 DIAGNOSTICS COMPLETE", NULL);
    world_next(&world->world);
}

static const char *set_value(const struct diag_world *world, const char *leaf)
{
    const struct cwmp_parameter_values *set = &world->world.move.request.body.set_parameter_values.parameters;

    for (size_t i = 0; i < set->count; i++)
        if (text_ends_with(set->items[i].name, leaf))
            return set->items[i].value;
    return NULL;
}

static void assert_result(const struct diag_world *world, const char *words)
{
    assert_int_equal(world->world.record.state, ACTION_SUCCEEDED);
    if (strstr(world->world.move.save.result, words) == NULL)
        fail_msg("%s", world->world.move.save.result);
}

static void a_way_is_told_hop_by_hop(void **state)
{
    static const char object[] = "Device.IP.Diagnostics.TraceRoute.";
    struct diag_world world;

    (void)state;
    ORDER_TEST(&world, "diag.traceroute", "{\"host\":\"h\"}", "Device.IP.Diagnostics.TraceRoute.", "Host", "",
               "MaximumHops", "9", NULL);
    assert_string_equal(set_value(&world, ".MaximumHops"), "30");
    finish(&world);
    diag_world_answer(&world, object, "DiagnosticsState", "Error_MaxHopCountExceeded", "ResponseTime", "0",
                      "RouteHops.1.Host", "router", "RouteHops.1.HostAddress", "10.0.0.1",
                      "RouteHops.1.RTTimes", "3,1,2", "RouteHops.2.Host", "", "RouteHops.2.HostAddress", "",
                      "RouteHops.2.RTTimes", "", NULL);
    assert_result(&world, "o último a responder foi o salto 1 (10.0.0.1)");
    assert_result(&world, "{\"host\":\"router\",\"address\":\"10.0.0.1\",\"ms\":1}");
    diag_world_end(&world);
}

static void each_server_is_asked_in_a_round_of_its_own(void **state)
{
    static const char object[] = "Device.DNS.Diagnostics.NSLookupDiagnostics.";
    struct diag_world world;

    (void)state;
    ORDER_TEST(&world, "diag.dns", "{\"name\":\"n\",\"servers\":[\"8.8.8.8\",\"1.1.1.1\"],\"tries\":2}",
               "Device.DNS.Diagnostics.NSLookupDiagnostics.", "HostName", "", "DNSServer", "",
               "NumberOfRepetitions", "1", NULL);
    assert_string_equal(set_value(&world, ".DNSServer"), "8.8.8.8");
    finish(&world);
    diag_world_answer(&world, object, "DiagnosticsState", "Complete", "Result.1.Status", "Success",
                      "Result.1.IPAddresses", "192.0.2.1", "Result.1.ResponseTime", "12", "Result.2.Status",
                      "Success", NULL);
    world_next(&world.world);
    diag_world_answer(&world, object, "DiagnosticsState", "Complete", "HostName", "n", "DNSServer", "8.8.8.8",
                      NULL);
    world_next(&world.world);
    assert_string_equal(set_value(&world, ".DNSServer"), "1.1.1.1");
    finish(&world);
    diag_world_answer(&world, object, "DiagnosticsState", "Error_DNSServerNotResolved", NULL);
    assert_result(&world, "O DNS falhou em 50 % das consultas por n.");
    assert_int_equal(world.world.move.facts->items[0].number, 50);
    diag_world_end(&world);
}

/* It says Complete, and that is all. */
static void assert_no_result(struct diag_world *world, const char *object)
{
    finish(world);
    diag_world_answer(world, object, "DiagnosticsState", "Complete", "SuccessCount", "0", "FailureCount", "0",
                      NULL);
    assert_int_equal(world->world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world->world.move.save.failure, "no_result"));
    diag_world_end(world);
}

static void a_test_without_a_result_is_none(void **state)
{
    struct diag_world world;

    (void)state;
    ORDER_TEST(&world, "diag.ping", "{\"host\":\"n\"}", "Device.IP.Diagnostics.IPPing.", "Host", "", NULL);
    assert_no_result(&world, "Device.IP.Diagnostics.IPPing.");
    ORDER_TEST(&world, "diag.traceroute", "{\"host\":\"n\"}", "Device.IP.Diagnostics.TraceRoute.", "Host", "",
               NULL);
    assert_no_result(&world, "Device.IP.Diagnostics.TraceRoute.");
    ORDER_TEST(&world, "diag.dns", "{\"name\":\"n\"}", "Device.DNS.Diagnostics.NSLookupDiagnostics.",
               "HostName", "", NULL);
    assert_no_result(&world, "Device.DNS.Diagnostics.NSLookupDiagnostics.");
    ORDER_TEST(&world, "diag.download", "{}", "Device.IP.Diagnostics.DownloadDiagnostics.", "DownloadURL", "",
               NULL);
    assert_no_result(&world, "Device.IP.Diagnostics.DownloadDiagnostics.");
}

static void a_transfer_that_was_too_short_is_made_again_longer(void **state)
{
    static const char object[] = "Device.IP.Diagnostics.DownloadDiagnostics.";
    struct diag_world world;

    (void)state;
    ORDER_TEST(&world, "diag.download", "{}", "Device.IP.Diagnostics.DownloadDiagnostics.", "DownloadURL", "",
               NULL);
    assert_string_equal(set_value(&world, ".DownloadURL"), "http://acs/s/act_01J9ABCDEFGHJKMNPQRSTV/4194304");
    finish(&world);
    diag_world_answer(&world, object, "DiagnosticsState", "Complete", "BOMTime",
                      "2026-01-02T03:04:05.000000Z", "EOMTime", "2026-01-02T03:04:06.000000Z",
                      "TestBytesReceived", "4194304", NULL);
    world_next(&world.world);
    diag_world_answer(&world, object, "DiagnosticsState", "Complete", "DownloadURL", "", NULL);
    world_next(&world.world);
    assert_string_equal(set_value(&world, ".DownloadURL"),
                        "http://acs/s/act_01J9ABCDEFGHJKMNPQRSTV/33550000");
    finish(&world);
    diag_world_answer(&world, object, "DiagnosticsState", "Completed", "BOMTime", "2026-01-02T03:04:05Z",
                      "EOMTime", "2026-01-02T03:04:13Z", "TestBytesReceived", "33554432", NULL);
    assert_result(&world, "Download de 33,6 Mb/s.");
    assert_string_equal(world.world.move.facts->items[0].name, "test.download_mbps");
    diag_world_end(&world);
}

static void a_model_that_cannot_measure_more_is_named(void **state)
{
    static const char object[] = "Device.IP.Diagnostics.UploadDiagnostics.";
    struct diag_world world;

    (void)state;
    diag_world_begin(&world, "diag.upload", "{\"url\":\"http://x/y\"}", "Device.");
    world.model.ceiling_mbps = 100;
    diag_world_know(&world, "Device.IP.Diagnostics.UploadDiagnostics.DiagnosticsState", "None");
    world_next(&world.world);
    world_next(&world.world);
    diag_world_answer(&world, object, "DiagnosticsState", "None", "UploadURL", "", "TestFileLength", "0",
                      NULL);
    world_next(&world.world);
    assert_string_equal(set_value(&world, ".UploadURL"), "http://x/y");
    finish(&world);
    diag_world_answer(&world, object, "DiagnosticsState", "Complete", "BOMTime", "2026-01-02T03:04:05Z",
                      "EOMTime", "2026-01-02T03:04:06Z", "TestBytesSent", "12000000", NULL);
    assert_result(&world, "Upload de 96 Mb/s. Este modelo não mede mais que 100 Mb/s");
    diag_world_end(&world);
}

static void a_plan_is_named_with_what_limits_the_test(void **state)
{
    static const struct {
        double plan;
        const char *link, *sentence, *limit;
    } rows[] = {
        {500, "1000", "Upload de 96 Mb/s de 500 Mb/s contratados (19 %).\"", "null"    },
        {500, "100",
         "Upload de 96 Mb/s de 500 Mb/s contratados (19 %). A entrada da internet está a 100 Mb/s e não "
         "deixa passar "
         "mais.\"",                                                          "\"link\""},
        {90,  "100",  "Upload de 96 Mb/s de 90 Mb/s contratados (107 %).\"", "\"link\""},
    };
    static const char object[] = "Device.IP.Diagnostics.UploadDiagnostics.";

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct diag_world world;
        const struct action_service service = {.down_mbps = 1000, .up_mbps = rows[i].plan};

        diag_world_begin(&world, "diag.upload", "{\"url\":\"http://x/y\"}", "Device.");
        world.world.facts.service = &service;
        diag_world_know(&world, "Device.Ethernet.Interface.5.Upstream", "1");
        diag_world_know(&world, "Device.Ethernet.Interface.5.Status", "Up");
        diag_world_know(&world, "Device.Ethernet.Interface.5.CurrentBitRate", rows[i].link);
        diag_world_know(&world, "Device.IP.Diagnostics.UploadDiagnostics.DiagnosticsState", "None");
        world_next(&world.world);
        world_next(&world.world);
        diag_world_answer(&world, object, "DiagnosticsState", "None", "UploadURL", "", "TestFileLength", "0",
                          NULL);
        world_next(&world.world);
        finish(&world);
        diag_world_answer(&world, object, "DiagnosticsState", "Complete", "BOMTime", "2026-01-02T03:04:05Z",
                          "EOMTime", "2026-01-02T03:04:06Z", "TestBytesSent", "12000000", NULL);
        assert_result(&world, rows[i].sentence);
        assert_result(&world, arena_printf(world.world.arena, "\"limited_by\":%s", rows[i].limit));
        diag_world_end(&world);
    }
}

static void bytes_that_are_not_told_are_no_result(void **state)
{
    static const char object[] = "Device.IP.Diagnostics.DownloadDiagnostics.";
    struct diag_world world;

    (void)state;
    ORDER_TEST(&world, "diag.download", "{}", "Device.IP.Diagnostics.DownloadDiagnostics.", "DownloadURL", "",
               NULL);
    finish(&world);
    diag_world_answer(&world, object, "DiagnosticsState", "Complete", "TestBytesReceived", "0", NULL);
    diag_assert_failed(&world, "no_result", "what it has carried");
    diag_world_end(&world);
}

static void other_networks_give_advice(void **state)
{
    static const char object[] = "Device.WiFi.NeighboringWiFiDiagnostic.";
    struct diag_world world;

    (void)state;
    diag_world_begin(&world, "diag.wifi_scan", "{}", "Device.");
    diag_world_know(&world, "Device.WiFi.NeighboringWiFiDiagnostic.DiagnosticsState", "None");
    diag_world_know(&world, "Device.WiFi.Radio.1.OperatingFrequencyBand", "2.4GHz");
    diag_world_know(&world, "Device.WiFi.Radio.1.Channel", "6");
    diag_world_know(&world, "Device.WiFi.Radio.1.PossibleChannels", "1-11");
    diag_world_know(&world, "Device.WiFi.SSID.1.SSID", "home");
    diag_world_know(&world, "Device.WiFi.SSID.1.LowerLayers", "Device.WiFi.Radio.1.");
    world_next(&world.world);
    world_next(&world.world);
    diag_world_answer(&world, object, "DiagnosticsState", "None", NULL);
    world_next(&world.world);
    finish(&world);
    diag_world_answer(&world, object, "DiagnosticsState", "Complete", "Result.1.BSSID", "a",
                      "Result.1.Channel", "6", "Result.1.SignalStrength", "-50", "Result.2.BSSID", "b",
                      "Result.2.Channel", "6", "Result.2.RSSI", "60", "Result.3.BSSID", "c",
                      "Result.3.Channel", "none", NULL);
    assert_result(&world, "2,4 GHz: 2 redes no canal 6; o canal 1 tem 0.");
    assert_int_equal(world.world.move.facts->count, 3);
    assert_string_equal(world.world.move.facts->items[0].name, "wifi.2g.best_channel");
    diag_world_end(&world);
}

/* ---- arguments ---- */

static void arguments_are_checked(void **state)
{
    static const struct {
        const char *kind, *args, *message;
    } wrong[] = {
        {"diag.ping", "{}",                                    "host: "                      },
        {"diag.ping", "{\"host\":\"a b\"}",                    "host: "                      },
        {"diag.ping", "{\"host\":\"-f\"}",                     "host: "                      },
        {"diag.ping", "{\"host\":\"http://x\"}",               "host: "                      },
        {"diag.ping", "{\"host\":\"x\",\"count\":0}",          "count: a number from 1 to 50"},
        {"diag.ping", "{\"host\":\"x\",\"rounds\":21}",        "rounds: "                    },
        {"diag.ping", "{\"host\":\"x\",\"timeout_ms\":\"1\"}", "timeout_ms: "                },
        {"diag.ping", "{\"host\":\"x\",\"what\":1}",           "what: "                      },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        AUTO_JSON args = NULL;

        assert_int_equal(json_read(wrong[i].args, strlen(wrong[i].args), &args), ERR_OK);
        assert_int_equal(action_kind_find(wrong[i].kind)->check(args), ERR_INVALID);
        if (strncmp(err_message(), wrong[i].message, strlen(wrong[i].message)) != 0)
            fail_msg("%s: %s", wrong[i].args, err_message());
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_way_is_told_hop_by_hop),
        cmocka_unit_test(each_server_is_asked_in_a_round_of_its_own),
        cmocka_unit_test(a_test_without_a_result_is_none),
        cmocka_unit_test(a_transfer_that_was_too_short_is_made_again_longer),
        cmocka_unit_test(a_model_that_cannot_measure_more_is_named),
        cmocka_unit_test(a_plan_is_named_with_what_limits_the_test),
        cmocka_unit_test(bytes_that_are_not_told_are_no_result),
        cmocka_unit_test(other_networks_give_advice),
        cmocka_unit_test(arguments_are_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
