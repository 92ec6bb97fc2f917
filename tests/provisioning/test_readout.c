/* Read-outs: what is read, what it comes to, and that nothing old is told as new. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "acs/base/clock.h"
#include "acs/base/json.h"
#include "acs/base/text.h"
#include "tests/provisioning/diag_world.h"

#define IGD "InternetGatewayDevice."

static struct action_service service;

static void know(struct diag_world *world, const char *const *pairs)
{
    for (; pairs[0] != NULL; pairs += 2)
        diag_world_know(world, pairs[0], pairs[1]);
}

/* Enough of each side that the home counts as read. */
static void know_both_sides(struct diag_world *world, const char *inner, const char *outer)
{
    for (int i = 0; i < 10; i++) {
        diag_world_know(world, arena_printf(world->world.arena, "%s%d", inner, i), "x");
        diag_world_know(world, arena_printf(world->world.arena, "%s%d", outer, i), "x");
    }
}

static void begin(struct diag_world *world, const char *kind, const char *const *pairs)
{
    bool igd = text_starts_with(pairs[0], IGD);

    diag_world_begin(world, kind, "{}", igd ? IGD : "Device.");
    know_both_sides(world, igd ? IGD "LANDevice.9.Other" : "Device.WiFi.Other",
                    igd ? IGD "WANDevice.9.Other" : "Device.IP.Other");
    know(world, pairs);
    service = (struct action_service){0};
    for (int i = 0; i < THRESHOLD_COUNT; i++)
        service.thresholds.values[i] = threshold_rows[i].otherwise;
    world->world.facts.service = &service;
}

static void run(struct diag_world *world)
{
    for (int turn = 0; turn < 20 && !action_has_ended(world->world.record.state); turn++) {
        world_next(&world->world);
        if (world->world.move.kind == ACTION_SEND)
            diag_world_serve(world);
    }
}

static void assert_result(const struct diag_world *world, const char *words)
{
    if (world->world.record.state != ACTION_SUCCEEDED)
        fail_msg("%s", text_or_empty(world->world.move.save.failure));
    if (strstr(world->world.move.save.result, words) == NULL)
        fail_msg("%s is not in %s", words, world->world.move.save.result);
}

static void assert_no_result(const struct diag_world *world, const char *words)
{
    assert_int_equal(world->world.record.state, ACTION_SUCCEEDED);
    if (strstr(world->world.move.save.result, words) != NULL)
        fail_msg("%s", world->world.move.save.result);
}

/* ---- the line ---- */

static const char *const fibre[] = {"Device.Optical.Interface.1.OpticalSignalLevel",
                                    "-19500",
                                    "Device.Optical.Interface.1.TransmitOpticalLevel",
                                    "2100",
                                    "Device.Optical.Interface.1.Status",
                                    "Up",
                                    NULL};

static const char *const copper[] = {IGD "WANDevice.1.WANDSLInterfaceConfig.Status",
                                     "Up",
                                     IGD "WANDevice.1.WANDSLInterfaceConfig.DownstreamNoiseMargin",
                                     "112",
                                     IGD "WANDevice.1.WANDSLInterfaceConfig.UpstreamNoiseMargin",
                                     "90",
                                     IGD "WANDevice.1.WANDSLInterfaceConfig.DownstreamCurrRate",
                                     "48200",
                                     IGD "WANDevice.1.WANDSLInterfaceConfig.UpstreamCurrRate",
                                     "9000",
                                     IGD "WANDevice.1.WANDSLInterfaceConfig.DownstreamMaxRate",
                                     "61000",
                                     IGD "WANDevice.1.WANDSLInterfaceConfig.UpstreamMaxRate",
                                     "12500",
                                     IGD "WANDevice.1.WANDSLInterfaceConfig.Stats.Total.CRCErrors",
                                     "1000",
                                     IGD "DeviceInfo.UpTime",
                                     "36000",
                                     NULL};

static void light_is_judged_as_the_verdict_judges_it(void **state)
{
    static const struct {
        const char *level, *sentence, *verdict;
    } rows[] = {
        {"-19500", "Sinal óptico bom (−19,5 dBm).",                                      "ok"          },
        {"-28300", "Sinal óptico fraco (−28,3 dBm; o limite é −27).",                 "optical_bad" },
        {"-26000", "Sinal óptico perto do limite (−26 dBm; atenção abaixo de −25).", "optical_warn"},
        {"-5100",  "Sinal óptico forte demais (−5,1 dBm; o limite é −8).",            "optical_bad" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct diag_world world;

        begin(&world, "diag.line", fibre);
        diag_world_change(&world, fibre[0], rows[i].level);
        run(&world);
        assert_result(&world, rows[i].sentence);
        assert_result(&world, arena_printf(world.world.arena, "\"verdict\":\"%s\"", rows[i].verdict));
        diag_world_end(&world);
    }
}

static void the_thresholds_of_the_home_count(void **state)
{
    struct diag_world world;

    (void)state;
    begin(&world, "diag.line", fibre);
    diag_world_change(&world, fibre[0], "-27500");
    service.technology = "xgspon";
    service.thresholds.values[THRESHOLD_RX_LOW] = -28;
    service.thresholds.values[THRESHOLD_RX_WARN] = -26;
    run(&world);
    assert_result(&world, "\"verdict\":\"optical_warn\"");
    assert_result(&world, "\"rx_low_dbm\":-28.0");
    assert_result(&world, "\"technology\":\"xgspon\"");
    diag_world_end(&world);
}

static void only_the_line_is_read(void **state)
{
    struct diag_world world;

    (void)state;
    begin(&world, "diag.line", fibre);
    world_next(&world.world);
    world_next(&world.world);
    assert_int_equal(world.world.move.request.body.get_parameter_values.names.count, 3);
    diag_world_end(&world);
}

static void dsl_is_told_with_what_the_line_could_do(void **state)
{
    struct diag_world world;

    (void)state;
    begin(&world, "diag.line", copper);
    run(&world);
    assert_result(&world, "Linha DSL boa (margem de 11,2 dB). Sincronizada a 48,2/9 Mb/s (a linha daria "
                          "61/12,5). ");
    assert_result(&world, "\"down_margin_db\":11.2");
    assert_result(&world, "\"crc_per_h\":100.0"); /* 1,000 in ten hours */
    assert_result(&world, "100 erros de CRC por hora.");
    diag_world_end(&world);
}

static void a_noisy_line_is_told_by_its_worse_direction(void **state)
{
    struct diag_world world;

    (void)state;
    begin(&world, "diag.line", copper);
    diag_world_change(&world, copper[2], "52");
    diag_world_change(&world, copper[4], "41");
    run(&world);
    assert_result(&world, "Linha com ruído (margem de 4,1 dB; o mínimo é 6).");
    assert_result(&world, "Noisy line (margin of 4.1 dB; the least is 6).");
    diag_world_end(&world);
}

/* What grew since it was read an hour before, and not since the device began. */
static void errors_count_since_they_were_last_read(void **state)
{
    struct diag_world world;

    (void)state;
    begin(&world, "diag.line", copper);
    world.known[world.known_count - 2].at_us = world.world.facts.now_us - INT64_C(7200) * US_PER_S;
    world.world.facts.home = home_new(&world.model, world.known, world.known_count, world.world.arena);
    diag_world_change(&world, copper[14], "1240");
    run(&world);
    assert_result(&world, "\"crc_errors\":1240.0,\"crc_per_h\":120.0");
    diag_world_end(&world);
}

static void counters_that_began_anew_are_counted_from_the_start(void **state)
{
    struct diag_world world;

    (void)state;
    begin(&world, "diag.line", copper);
    world.known[world.known_count - 2].at_us = world.world.facts.now_us - INT64_C(7200) * US_PER_S;
    world.world.facts.home = home_new(&world.model, world.known, world.known_count, world.world.arena);
    diag_world_change(&world, copper[14], "20");
    run(&world);
    assert_result(&world, "\"crc_errors\":20.0,\"crc_per_h\":2.0");
    diag_world_end(&world);
}

static void what_the_device_does_not_answer_is_not_told(void **state)
{
    struct diag_world world;

    (void)state;
    begin(&world, "diag.line", fibre);
    diag_world_change(&world, fibre[0], NULL);
    run(&world);
    assert_no_result(&world, "rx_dbm\"");
    assert_result(&world, "este modelo não diz quanto");
    diag_world_end(&world);
}

static void a_slow_cable_is_told_on_a_faster_plan_only(void **state)
{
    static const char *const cable[] = {IGD "WANDevice.1.WANEthernetInterfaceConfig.Status", "Up",
                                        IGD "WANDevice.1.WANEthernetInterfaceConfig.MaxBitRate", "100", NULL};
    struct diag_world world;

    (void)state;
    begin(&world, "diag.line", cable);
    service.technology = "ethernet";
    service.down_mbps = 50;
    run(&world);
    assert_result(&world, "Cabo da entrada a 100 Mb/s.");
    diag_world_end(&world);
    begin(&world, "diag.line", cable);
    service.technology = "ethernet";
    service.down_mbps = 500;
    run(&world);
    assert_result(&world, "\"verdict\":\"lan_100\"");
    diag_world_end(&world);
}

static void the_port_upstream_is_the_line_of_a_router(void **state)
{
    static const char *const router[] = {"Device.Ethernet.Interface.1.Status",
                                         "Down",
                                         "Device.Ethernet.Interface.1.Upstream",
                                         "0",
                                         "Device.Ethernet.Interface.5.Status",
                                         "Up",
                                         "Device.Ethernet.Interface.5.Upstream",
                                         "1",
                                         "Device.Ethernet.Interface.5.CurrentBitRate",
                                         "1000",
                                         NULL};
    struct diag_world world;

    (void)state;
    begin(&world, "diag.line", router);
    run(&world);
    assert_result(&world, "\"link\":\"Up\"");
    assert_result(&world, "Cabo da entrada a 1000 Mb/s.");
    diag_world_end(&world);
}

static void a_model_that_tells_nothing_says_so(void **state)
{
    static const char *const nothing[] = {"Device.DeviceInfo.UpTime", "1", NULL};
    struct diag_world world;

    (void)state;
    begin(&world, "diag.line", nothing);
    run(&world);
    diag_assert_failed(&world, "not_available", "does not tell");
    diag_world_end(&world);
}

static void a_refusal_and_a_fault_are_told(void **state)
{
    struct diag_world world;

    (void)state;
    begin(&world, "diag.line", fibre);
    world_next(&world.world);
    world_next(&world.world);
    world_fault(&world.world, 9000);
    diag_assert_failed(&world, "not_supported", "9000");
    diag_world_end(&world);
}

static void a_device_that_was_never_read_is_read_whole(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_begin(&world, "diag.line", "{}", "Device.");
    world_next(&world.world);
    world_next(&world.world);
    assert_int_equal(world.world.move.request.method, CWMP_GET_PARAMETER_NAMES);
    diag_world_end(&world);
}

/* The answer is lost once: asked again; lost for ever: given up. */
static void a_lost_answer_is_asked_for_again(void **state)
{
    struct diag_world world;

    (void)state;
    begin(&world, "diag.line", fibre);
    world_next(&world.world);
    world_next(&world.world);
    world_inform(&world.world, 5, -1, "1 BOOT", NULL);
    run(&world);
    assert_result(&world, "\"verdict\":\"ok\"");
    diag_world_end(&world);
}

/* ---- Wi-Fi clients ---- */

static const char *const stations[] = {"Device.WiFi.Radio.1.OperatingFrequencyBand",
                                       "5GHz",
                                       "Device.WiFi.SSID.1.SSID",
                                       "Casa",
                                       "Device.WiFi.SSID.1.LowerLayers",
                                       "Device.WiFi.Radio.1.",
                                       "Device.WiFi.AccessPoint.1.SSIDReference",
                                       "Device.WiFi.SSID.1.",
                                       "Device.WiFi.AccessPoint.1.AssociatedDevice.1.MACAddress",
                                       "02:00:00:00:00:01",
                                       "Device.WiFi.AccessPoint.1.AssociatedDevice.1.SignalStrength",
                                       "-82",
                                       "Device.WiFi.AccessPoint.1.AssociatedDevice.1.LastDataDownlinkRate",
                                       "65000",
                                       "Device.WiFi.AccessPoint.1.AssociatedDevice.1.Active",
                                       "1",
                                       "Device.WiFi.AccessPoint.1.AssociatedDevice.2.MACAddress",
                                       "02:00:00:00:00:02",
                                       "Device.WiFi.AccessPoint.1.AssociatedDevice.2.SignalStrength",
                                       "-70",
                                       "Device.WiFi.AccessPoint.1.AssociatedDevice.2.Active",
                                       "1",
                                       "Device.WiFi.AccessPoint.1.AssociatedDevice.3.MACAddress",
                                       "02:00:00:00:00:03",
                                       "Device.WiFi.AccessPoint.1.AssociatedDevice.3.SignalStrength",
                                       "-40",
                                       "Device.WiFi.AccessPoint.1.AssociatedDevice.3.Active",
                                       "0",
                                       "Device.Hosts.Host.1.PhysAddress",
                                       "02:00:00:00:00:01",
                                       "Device.Hosts.Host.1.HostName",
                                       "TV",
                                       "Device.Hosts.Host.1.IPAddress",
                                       "192.168.1.20",
                                       "Device.Hosts.Host.1.Active",
                                       "1",
                                       "Device.Hosts.Host.2.PhysAddress",
                                       "02:00:00:00:00:09",
                                       "Device.Hosts.Host.2.HostName",
                                       "pc",
                                       "Device.Hosts.Host.2.Active",
                                       "1",
                                       "Device.Hosts.Host.2.Layer1Interface",
                                       "Device.Ethernet.Interface.1",
                                       "Device.Hosts.Host.3.PhysAddress",
                                       "02:00:00:00:00:08",
                                       "Device.Hosts.Host.3.Active",
                                       "0",
                                       NULL};

static void clients_have_names_bands_and_a_word(void **state)
{
    struct diag_world world;

    (void)state;
    begin(&world, "diag.clients", stations);
    run(&world);
    assert_result(&world,
                  "{\"name\":\"TV\",\"mac\":\"02:00:00:00:00:01\",\"ip\":\"192.168.1.20\",\"band\":\"5g\","
                  "\"rssi_dbm\":-82.0,\"down_mbps\":65.0,\"strength\":\"weak\"}");
    assert_result(&world, "\"strength\":\"fair\"}");
    assert_result(&world, "\"count\":2,\"weak\":1");
    assert_result(&world, "2 aparelhos no Wi-Fi; 1 com sinal fraco: “TV” (−82 dBm).");
    diag_world_end(&world);
}

static void whoever_has_gone_is_not_a_client(void **state)
{
    struct diag_world world;

    (void)state;
    begin(&world, "diag.clients", stations);
    for (size_t i = 8; i <= 26; i += 2)
        diag_world_change(&world, stations[i], NULL);
    run(&world);
    assert_result(&world, "\"clients\":[],\"count\":0");
    assert_result(&world, "Nenhum aparelho está no Wi-Fi agora.");
    diag_world_end(&world);
}

static void a_model_that_tells_no_strength_says_so(void **state)
{
    struct diag_world world;

    (void)state;
    begin(&world, "diag.clients", stations);
    for (size_t i = 10; i <= 24; i += 2)
        if (text_ends_with(stations[i], "SignalStrength"))
            diag_world_change(&world, stations[i], NULL);
    run(&world);
    assert_result(&world, "\"strength\":\"unknown\"");
    assert_result(&world, "2 aparelhos no Wi-Fi; este modelo não diz a força do sinal.");
    diag_world_end(&world);
}

/* ---- hosts ---- */

static void hosts_are_counted_by_their_way(void **state)
{
    struct diag_world world;

    (void)state;
    begin(&world, "diag.hosts", stations);
    run(&world);
    assert_result(&world,
                  "{\"name\":\"TV\",\"ip\":\"192.168.1.20\",\"mac\":\"02:00:00:00:00:01\",\"via\":\"wifi\","
                  "\"active\":true}");
    assert_result(&world, "\"name\":\"pc\",\"mac\":\"02:00:00:00:00:09\",\"via\":\"ethernet\"");
    assert_result(&world, "\"count\":3,\"active\":2,\"wifi\":1,\"ethernet\":1");
    assert_result(&world, "2 aparelhos na rede agora: 1 no Wi-Fi, 1 por cabo. Outro 1 já esteve.");
    diag_world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(light_is_judged_as_the_verdict_judges_it),
        cmocka_unit_test(the_thresholds_of_the_home_count),
        cmocka_unit_test(only_the_line_is_read),
        cmocka_unit_test(dsl_is_told_with_what_the_line_could_do),
        cmocka_unit_test(a_noisy_line_is_told_by_its_worse_direction),
        cmocka_unit_test(errors_count_since_they_were_last_read),
        cmocka_unit_test(counters_that_began_anew_are_counted_from_the_start),
        cmocka_unit_test(what_the_device_does_not_answer_is_not_told),
        cmocka_unit_test(a_slow_cable_is_told_on_a_faster_plan_only),
        cmocka_unit_test(the_port_upstream_is_the_line_of_a_router),
        cmocka_unit_test(a_model_that_tells_nothing_says_so),
        cmocka_unit_test(a_refusal_and_a_fault_are_told),
        cmocka_unit_test(a_device_that_was_never_read_is_read_whole),
        cmocka_unit_test(a_lost_answer_is_asked_for_again),
        cmocka_unit_test(clients_have_names_bands_and_a_word),
        cmocka_unit_test(whoever_has_gone_is_not_a_client),
        cmocka_unit_test(a_model_that_tells_no_strength_says_so),
        cmocka_unit_test(hosts_are_counted_by_their_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
