#include "tests/cpesim/household.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "tests/cpesim/fact.h"
#include "tests/cpesim/lone_home.h"
#include "tests/cpesim/wan.h"

static const char *const every_model[] = {"gpon181", "gpon098", "dsl098", "cheap098", "gponct098", "mesh181"};

enum { EVERY_MODEL = sizeof(every_model) / sizeof(*every_model) };

static void stop_clock(int64_t second)
{
    clock_freeze(INT64_C(1700000000) * US_PER_S, second * MS_PER_S);
}

static const char *text(struct lone_home *lone, const char *path)
{
    return tree_text(&lone->home.tree, path, lone->arena);
}

/* Until a home that has somebody on this band is found. */
static unsigned look_for_stations(struct lone_home *lone, enum band band)
{
    struct tree *tree = &lone->home.tree;

    while (household_stations(tree, band) == 0)
        tree->index++;
    return household_stations(tree, band);
}

static void write_value(struct lone_home *lone, const char *path, const char *value)
{
    struct tree *tree = &lone->home.tree;
    uint32_t row = tree_find_below(tree, path);

    assert_int_not_equal(row, NO_ROW);
    household_written(tree, row, value);
    tree_put(tree, row, value);
}

static void stations_go_when_something_of_their_network_changes_and_come_back(void **state)
{
    static const struct {
        const char *model;
        enum band band;
        const char *path;
        const char *value;
    } cases[] = {
        {"gpon181",   BAND_2G, "WiFi.SSID.1.SSID",                                             "Nova"        },
        {"gpon181",   BAND_5G, "WiFi.Radio.2.Channel",                                         "157"         },
        {"gpon181",   BAND_5G, "WiFi.AccessPoint.2.Security.KeyPassphrase",                    "lua-verde-72"},
        {"gpon098",   BAND_5G, "LANDevice.1.WLANConfiguration.5.SSID",                         "Nova"        },
        {"gpon098",   BAND_2G, "LANDevice.1.WLANConfiguration.1.PreSharedKey.1.KeyPassphrase", "lua-verde-72"},
        {"gponct098", BAND_2G, "LANDevice.1.WLANConfiguration.6.Channel",                      "13"          },
        {"gponct098", BAND_5G, "LANDevice.1.WLANConfiguration.1.KeyPassphrase",                "lua-verde-72"},
        {"cheap098",  BAND_2G, "LANDevice.1.WLANConfiguration.1.KeyPassphrase",                "lua-verde-72"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct lone_home lone;
        unsigned before;

        lone_home_open(&lone, cases[i].model);
        stop_clock(100);
        before = look_for_stations(&lone, cases[i].band);
        write_value(&lone, cases[i].path, cases[i].value);
        assert_int_equal(household_stations(&lone.home.tree, cases[i].band), 0);
        stop_clock(104);
        assert_int_equal(household_stations(&lone.home.tree, cases[i].band), 1);
        stop_clock(108);
        assert_int_equal(household_stations(&lone.home.tree, cases[i].band), before);
        write_value(&lone, cases[i].path, cases[i].value); /* the same again is no change */
        assert_int_equal(household_stations(&lone.home.tree, cases[i].band), before);
        lone_home_close(&lone);
    }
    clock_freeze(0, 0);
}

static void a_network_that_is_off_has_no_stations_and_says_so(void **state)
{
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    stop_clock(100);
    (void)look_for_stations(&lone, BAND_2G);
    write_value(&lone, "WiFi.Radio.1.Enable", "0");
    stop_clock(200);
    assert_int_equal(household_stations(&lone.home.tree, BAND_2G), 0);
    assert_string_equal(text(&lone, "WiFi.SSID.1.Status"), "Down");
    assert_string_equal(text(&lone, "WiFi.AccessPoint.1.Status"), "Disabled");
    assert_string_equal(text(&lone, "WiFi.SSID.2.Status"), "Up");
    assert_string_equal(text(&lone, "WiFi.AccessPoint.1.AssociatedDeviceNumberOfEntries"), "0");
    clock_freeze(0, 0);
    lone_home_close(&lone);
}

static void a_channel_that_is_chosen_ends_the_choice_and_the_choice_ends_it(void **state)
{
    struct lone_home lone;
    const char *own;

    (void)state;
    lone_home_open(&lone, "gpon098");
    own = text(&lone, "LANDevice.1.WLANConfiguration.5.Channel");
    write_value(&lone, "LANDevice.1.WLANConfiguration.5.Channel", "161");
    assert_string_equal(text(&lone, "LANDevice.1.WLANConfiguration.5.AutoChannelEnable"), "0");
    assert_string_equal(text(&lone, "LANDevice.1.WLANConfiguration.1.AutoChannelEnable"), "1");
    write_value(&lone, "LANDevice.1.WLANConfiguration.5.AutoChannelEnable", "1");
    assert_string_equal(text(&lone, "LANDevice.1.WLANConfiguration.5.Channel"), own);
    lone_home_close(&lone);
}

static void hosts_are_the_stations_and_what_hangs_on_ports(void **state)
{
    struct lone_home lone;
    struct tree *tree = &lone.home.tree;

    (void)state;
    lone_home_open(&lone, "gpon181");
    for (tree->index = 0; tree->index < 60; tree->index++) {
        unsigned near = household_stations(tree, BAND_2G), far = household_stations(tree, BAND_5G);

        assert_int_equal(household_hosts(tree), near + far + household_wired(tree));
        if (far > 0) {
            const char *host = arena_printf(lone.arena, "Hosts.Host.%u.", near + 1);

            assert_string_equal(text(&lone, arena_printf(lone.arena, "%sPhysAddress", host)),
                                text(&lone, "WiFi.AccessPoint.2.AssociatedDevice.1.MACAddress"));
            assert_string_equal(text(&lone, arena_printf(lone.arena, "%sLayer1Interface", host)),
                                "Device.WiFi.SSID.2.");
        }
        if (household_wired(tree) > 0)
            assert_string_equal(text(&lone, "Ethernet.Interface.1.CurrentBitRate"), "1000");
    }
    lone_home_close(&lone);
}

static void light_is_told_in_the_unit_of_the_model(void **state)
{
    struct lone_home lone;
    int64_t milli, tenth;
    uint32_t microwatts;
    const char *dbm;

    (void)state;
    lone_home_open(&lone, "gpon181");
    assert_int_equal(text_read_i64(text(&lone, "Optical.Interface.1.OpticalSignalLevel"), &milli), ERR_OK);
    lone_home_close(&lone);
    assert_true(milli < -15000 && milli > -25000);
    lone_home_open(&lone, "gpon098");
    dbm = text(&lone, "WANDevice.1.X_GponInterafceConfig.RXPower");
    assert_int_equal(strlen(dbm), strlen("-19.47"));
    lone_home_close(&lone);
    lone_home_open(&lone, "gponct098");
    microwatts = tree_number(&lone.home.tree, "WANDevice.1.X_CT-COM_GponInterfaceConfig.RXPower", 0);
    assert_in_range(microwatts, 30, 320); /* -25 to -15 dBm */
    tenth = fact_of(&lone.home.tree, FACT_RX_MILLI_DBM);
    assert_true(tenth > -24001 && tenth < -15999);
    lone_home_close(&lone);
}

static void each_model_dials_with_what_it_has(void **state)
{
    (void)state;
    for (size_t i = 0; i < EVERY_MODEL; i++) {
        struct lone_home lone;
        struct tree *tree = &lone.home.tree;
        bool is_181;
        const char *object;

        lone_home_open(&lone, every_model[i]);
        is_181 = strcmp(tree->model->root, "Device.") == 0;
        object = is_181 ? "PPP.Interface.1." : "WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.";
        wan_boot(&lone.home);
        assert_true(wan_is_up(tree));
        assert_string_equal(text(&lone, arena_printf(lone.arena, "%sLastConnectionError", object)),
                            "ERROR_NONE");
        tree_put_text(tree, arena_printf(lone.arena, "%sPassword", object), "wrong");
        wan_boot(&lone.home);
        assert_false(wan_is_up(tree));
        assert_string_equal(text(&lone, arena_printf(lone.arena, "%sLastConnectionError", object)),
                            "ERROR_AUTHENTICATION_FAILURE");
        assert_string_equal(text(&lone, is_181 ? "IP.Interface.1.IPv4Address.1.IPAddress"
                                               : arena_printf(lone.arena, "%sExternalIPAddress", object)),
                            "");
        tree_put_text(tree, arena_printf(lone.arena, "%sPassword", object),
                      wan_right_password(tree, lone.arena));
        wan_boot(&lone.home);
        assert_string_equal(text(&lone, arena_printf(lone.arena, "%sConnectionStatus", object)), "Connected");
        tree_put_text(tree, arena_printf(lone.arena, "%sEnable", object), "0");
        wan_boot(&lone.home);
        assert_string_equal(wan_status(tree), "Disconnected");
        lone_home_close(&lone);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stations_go_when_something_of_their_network_changes_and_come_back),
        cmocka_unit_test(a_network_that_is_off_has_no_stations_and_says_so),
        cmocka_unit_test(a_channel_that_is_chosen_ends_the_choice_and_the_choice_ends_it),
        cmocka_unit_test(hosts_are_the_stations_and_what_hangs_on_ports),
        cmocka_unit_test(light_is_told_in_the_unit_of_the_model),
        cmocka_unit_test(each_model_dials_with_what_it_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
