/* The map of models: what its rows may say, how values are written, and what a home is seen to be. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/map/home.h"
#include "tests/base/check.h"

/* ---- rows ---- */

static void test_what_is_wrong_with_a_row_is_named(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"wan.nothing WAN.X",                                         "line 1, column 1: there is no key 'wan.nothing'"               },
        {"# fine\ndevice.software",                                   "line 2, column 16: a word is missing"                          },
        {"device.software Device..X",                                 "line 1, column 17: a path below the root"                      },
        {"device.software X.{i}",                                     "line 1, column 17: a path below the root"                      },
        {"device.software X.{n}.Y",                                   "line 1, column 17: a path below the root"                      },
        {"device.software X.Y half",                                  "line 1, column 21: 'half' is neither an encoding nor an option"},
        {"wifi.{band}.ssid LANDevice.{i}.WLANConfiguration.{i}.SSID",
         "line 1, column 18: \"/\" must end the path of the network"                                                                  },
        {"wifi.{band}.ssid Other.{i}/SSID",                           "line 1, column 18: \"/\" must end the path of the network"     },
        {"lan.hosts.{n}.mac Hosts.Host.{i}.PhysAddress",
         "line 1, column 19: \"/\" must end the path of what is one row"                                                              },
        {"device.software Other.{i}/X",                               "line 1, column 17: \"/\" stands behind something"              },
        {"contact.age_s X.Y",                                         "line 1, column 1: this is no parameter"                        },
        {"model \"A\" B",                                             "line 1, column 12: a word is missing"                          },
        {"model \"A B",                                               "line 1, column 7: the quote does not end"                      },
        {"band 3g 1",                                                 "line 1, column 6: 2g, 5g or 6g is expected"                    },
        {"band 2g 0",                                                 "line 1, column 9: a number from 1 to 1000"                     },
        {"ceiling many",                                              "line 1, column 9: a number from 1 to 100000"                   },
        {"ceiling 1 2",                                               "line 1, column 11: the line goes on"                           },
        {"both",                                                      "line 1, column 5: a word is missing"                           },
        {"without wifi",                                              "line 1, column 9: there is no key 'wifi'"                      },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_ARENA arena = arena_new(4096);
        const struct model_map *map;

        assert_int_equal(model_map_new(cases[i].text, arena, &map), ERR_INVALID);
        if (strstr(err_message(), cases[i].why) == NULL)
            fail_msg("%s: %s", cases[i].text, err_message());
    }
}

/* ---- encodings ---- */

static void test_values_are_read_as_devices_write_them(void **state)
{
    static const struct {
        enum encoding encoding;
        const char *value;
        bool is_one;
        double number;
    } cases[] = {
        {ENCODING_PLAIN,    "-21.5",      true,  -21.5},
        {ENCODING_PLAIN,    "-21.5 dBm",  true,  -21.5},
        {ENCODING_PLAIN,    " 12",        true,  12   },
        {ENCODING_PLAIN,    "",           false, 0    },
        {ENCODING_PLAIN,    "--",         false, 0    },
        {ENCODING_PLAIN,    "N/A",        false, 0    },
        {ENCODING_PLAIN,    "0x10",       false, 0    },
        {ENCODING_PLAIN,    "inf",        false, 0    },
        {ENCODING_TENTH,    "115",        true,  11.5 },
        {ENCODING_MILLI,    "-27600",     true,  -27.6},
        {ENCODING_BITS,     "2500000000", true,  2500 },
        {ENCODING_KILOBITS, "433000",     true,  433  },
        {ENCODING_RATE,     "1000",       true,  1000 },
        {ENCODING_RATE,     "1000000000", true,  1000 },
        {ENCODING_RATE,     "1 Gbps",     true,  1000 },
        {ENCODING_RATE,     "100BaseTX",  true,  100  },
        {ENCODING_RATE,     "Auto",       false, 0    },
        {ENCODING_POWER,    "-19.8",      true,  -19.8},
        {ENCODING_POWER,    "100",        true,  -20  }, /* 10 uW */
        {ENCODING_POWER,    "10 uW",      true,  -20  },
        {ENCODING_POWER,    "0.01mW",     true,  -20  },
        {ENCODING_POWER,    "-20.0dBm",   true,  -20  },
        {ENCODING_POWER,    "0",          false, 0    }, /* no light at all */
        {ENCODING_SENT,     "2.5",        true,  2.5  },
        {ENCODING_SENT,     "10000",      true,  0    },
        {ENCODING_MICRO,    "100",        true,  -20  },
        {ENCODING_MICRO,    "-20",        false, 0    },
        {ENCODING_ABSOLUTE, "61",         true,  -61  },
        {ENCODING_ABSOLUTE, "-61",        true,  -61  },
        {ENCODING_ABSOLUTE, "4",          true,  4    }, /* bars: no signal strength has that value, so it is no fact */
        {ENCODING_RCPI,     "110",        true,  -55  },
        {ENCODING_RCPI,     "-55",        true,  -55  },
        {ENCODING_USED,     "30",         true,  70   },
        {ENCODING_BYTES,    "2048",       true,  2    },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        double number = 0;

        assert_int_equal(encoding_number(cases[i].encoding, cases[i].value, &number), cases[i].is_one);
        if (cases[i].is_one && (number < cases[i].number - 1e-6 || number > cases[i].number + 1e-6))
            fail_msg("%s: %f is not %f", cases[i].value, number, cases[i].number);
    }
}

/* ---- homes ---- */

struct given {
    const char *name, *value;
};

static struct home *make(const struct given *given, size_t count, const char *product_class,
                         struct arena *arena)
{
    const struct model_identity identity = {"Acme", product_class, "1.0"};
    struct home_value *values = ARENA_ARRAY(arena, struct home_value, count);
    const struct model_map *map;
    struct map_view *view = ARENA_NEW(arena, struct map_view);

    assert_int_equal(model_map_new(NULL, arena, &map), ERR_OK);
    *view = model_map_find(map, &identity, arena);
    for (size_t i = 0; i < count; i++)
        values[i] = (struct home_value){
            .name = given[i].name, .value = given[i].value, .type = CWMP_STRING, .at_us = 1};
    return home_new(view, values, count, arena);
}

#define MAKE(given, product_class, arena) make(given, COUNT_OF(given), product_class, arena)
#define WLAN                              "InternetGatewayDevice.LANDevice.1.WLANConfiguration."

/* 2.4 GHz may be 1, 2, 5 or 6: what the values say counts, then what is known of the model, and nothing is
 * guessed. */
static void test_bands_are_found_out(void **state)
{
    AUTO_ARENA arena = arena_new(65536);
    static const struct given by_channel[] = {
        {WLAN "1.SSID",    "five"},
        {WLAN "1.Channel", "149" },
        {WLAN "6.SSID",    "two" },
        {WLAN "6.Channel", "11"  }
    };
    static const struct given by_standard[] = {
        {WLAN "1.SSID",     "five"  },
        {WLAN "1.Standard", "a,n,ac"},
        {WLAN "2.SSID",     "two"   },
        {WLAN "2.Standard", "b,g,n" }
    };
    static const struct given by_possible[] = {
        {WLAN "1.SSID",             "two" },
        {WLAN "1.PossibleChannels", "1-13"},
        {WLAN "1.Channel",          "0"   }
    };
    static const struct given by_nothing[] = {
        {WLAN "1.SSID", "one"  },
        {WLAN "5.SSID", "other"}
    };
    struct home *home;

    (void)state;
    home = MAKE(by_channel, "GW", arena);
    assert_string_equal(home_text(home, KEY_WIFI_SSID, "2g"), "two");
    assert_string_equal(home_text(home, KEY_WIFI_SSID, "5g"), "five");
    home = MAKE(by_standard, "GW", arena);
    assert_string_equal(home_text(home, KEY_WIFI_SSID, "2g"), "two");
    home = MAKE(by_possible, "GW", arena);
    assert_string_equal(home_text(home, KEY_WIFI_SSID, "2g"), "two");
    home = MAKE(by_nothing, "GW", arena);
    assert_false(home_has_band(home, BAND_2G));
    assert_false(home_has_band(home, BAND_5G));
    home = MAKE(by_nothing, "EG8145V5", arena);
    assert_string_equal(home_text(home, KEY_WIFI_SSID, "2g"), "one");
    assert_string_equal(home_text(home, KEY_WIFI_SSID, "5g"), "other");
}

static void test_of_several_networks_the_first_that_is_on_is_the_main_one(void **state)
{
    AUTO_ARENA arena = arena_new(65536);
    static const struct given given[] = {
        {WLAN "1.SSID",     "off"  },
        {WLAN "1.Channel",  "6"    },
        {WLAN "1.Enable",   "0"    },
        {WLAN "2.SSID",     "main" },
        {WLAN "2.Channel",  "6"    },
        {WLAN "2.Enable",   "1"    },
        {WLAN "10.SSID",    "guest"},
        {WLAN "10.Channel", "6"    },
        {WLAN "10.Enable",  "1"    }
    };

    (void)state;
    assert_string_equal(home_text(MAKE(given, "GW", arena), KEY_WIFI_SSID, "2g"), "main");
}

static void test_a_network_of_device_2_is_followed_to_its_radio(void **state)
{
    AUTO_ARENA arena = arena_new(65536);
    static const struct given given[] = {
        {"Device.WiFi.SSID.1.SSID",                          "five"                },
        {"Device.WiFi.SSID.1.LowerLayers",                   "Device.WiFi.Radio.2."},
        {"Device.WiFi.SSID.2.SSID",                          "two"                 },
        {"Device.WiFi.SSID.2.LowerLayers",                   "Device.WiFi.Radio.1" },
        {"Device.WiFi.Radio.1.OperatingFrequencyBand",       "2.4GHz"              },
        {"Device.WiFi.Radio.1.Channel",                      "3"                   },
        {"Device.WiFi.Radio.2.OperatingFrequencyBand",       "5GHz"                },
        {"Device.WiFi.Radio.2.Channel",                      "100"                 },
        {"Device.WiFi.AccessPoint.7.SSIDReference",          "Device.WiFi.SSID.2." },
        {"Device.WiFi.AccessPoint.7.Security.KeyPassphrase", ""                    },
    };
    struct home *home;

    (void)state;
    home = MAKE(given, "GW", arena);
    assert_string_equal(home_text(home, KEY_WIFI_SSID, "2g"), "two");
    assert_int_equal(home_number(home, KEY_WIFI_CHANNEL, "5g", 0), 100);
    assert_string_equal(home_find(home, KEY_WIFI_PASSPHRASE, "2g").items[0].value->name,
                        "Device.WiFi.AccessPoint.7.Security.KeyPassphrase");
}

#define CONNECTION "InternetGatewayDevice.WANDevice.1.WANConnectionDevice."

static void test_the_connection_that_carries_the_internet_is_found(void **state)
{
    AUTO_ARENA arena = arena_new(65536);
    static const struct given given[] = {
        {CONNECTION "1.WANIPConnection.1.ConnectionStatus",    "Connected" },
        {CONNECTION "1.WANIPConnection.1.X_HW_SERVICELIST",    "TR069"     },
        {CONNECTION "1.WANIPConnection.1.ExternalIPAddress",   "10.1.1.1"  },
        {CONNECTION "2.WANPPPConnection.1.ConnectionStatus",   "Connected" },
        {CONNECTION "2.WANPPPConnection.1.X_HW_SERVICELIST",   "INTERNET"  },
        {CONNECTION "2.WANPPPConnection.1.ExternalIPAddress",  "100.64.7.7"},
        {CONNECTION "1.X_CT-COM_WANGponLinkConfig.VLANIDMark", "46"        },
        {CONNECTION "2.X_CT-COM_WANGponLinkConfig.VLANIDMark", "100"       },
    };
    struct home *home;

    (void)state;
    home = MAKE(given, "GW", arena);
    assert_true(home_uses_ppp(home));
    assert_string_equal(home_text(home, KEY_WAN_IP, ""), "100.64.7.7");
    assert_int_equal(home_number(home, KEY_WAN_VLAN, "", 0), 100);
}

static void test_lists_and_what_follows_from_them(void **state)
{
    AUTO_ARENA arena = arena_new(65536);
    static const struct given given[] = {
        {WLAN "5.SSID",                                                            "five"             },
        {WLAN "5.Channel",                                                         "36"               },
        {WLAN "5.AssociatedDevice.2.AssociatedDeviceMACAddress",                   "AA:00:00:00:00:01"},
        {WLAN "5.AssociatedDevice.2.SignalStrength",                               "-71"              },
        {"InternetGatewayDevice.LANDevice.1.Hosts.Host.4.MACAddress",              "aa:00:00:00:00:01"},
        {"InternetGatewayDevice.LANDevice.1.Hosts.Host.4.HostName",                "tv"               },
        {"InternetGatewayDevice.DeviceInfo.MemoryStatus.Total",                    "1000"             },
        {"InternetGatewayDevice.DeviceInfo.MemoryStatus.Free",                     "250"              },
        {"InternetGatewayDevice.WANDevice.1.X_CT-COM_GponInterfaceConfig.RXPower", "17"               },
    };
    struct fact_list list = FACT_LIST_IN(arena);
    struct facts facts;

    (void)state;
    assert_int_equal(home_facts(MAKE(given, "GW", arena), false, &list), LIST_CLIENTS | LIST_HOSTS);
    facts = facts_of_list(&list, 2);
    assert_string_equal(facts_find(&facts, "wifi.clients.5002.name")->text, "tv");
    assert_string_equal(facts_find(&facts, "wifi.clients.5002.band")->text, "5g");
    assert_int_equal((int)facts_find(&facts, "wifi.clients.5002.rssi_dbm")->number, -71);
    assert_int_equal(facts_find(&facts, "device.memory_percent")->number, 75);
    assert_in_range((int)(-100 * facts_find(&facts, "wan.optical.rx_dbm")->number), 2769, 2770); /* 1.7 uW */
}

static void test_what_a_model_cannot_measure_beyond_is_a_fact(void **state)
{
    AUTO_ARENA arena = arena_new(65536);
    static const struct given given[] = {
        {"InternetGatewayDevice.DeviceInfo.UpTime", "99"}
    };
    struct fact_list list = FACT_LIST_IN(arena), none = FACT_LIST_IN(arena);
    struct facts facts;

    (void)state;
    home_facts(MAKE(given, "EG8145V5", arena), false, &list);
    facts = facts_of_list(&list, 2);
    assert_int_equal(facts_find(&facts, "speed.ceiling_mbps")->number, 850);
    home_facts(MAKE(given, "GW", arena), false, &none);
    facts = facts_of_list(&none, 2);
    assert_null(facts_find(&facts, "speed.ceiling_mbps"));
}

static void test_an_inform_tells_only_what_needs_no_other_value(void **state)
{
    AUTO_ARENA arena = arena_new(65536);
    static const struct given given[] = {
        {"InternetGatewayDevice.DeviceInfo.UpTime",          "99"      },
        {CONNECTION "3.WANIPConnection.1.ExternalIPAddress", "10.9.9.9"}
    };
    struct fact_list list = FACT_LIST_IN(arena);

    (void)state;
    assert_int_equal(home_facts(MAKE(given, "GW", arena), true, &list), 0);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].name, "device.uptime_s");
}

static void test_the_light_set_names_tables_that_are_empty_now(void **state)
{
    AUTO_ARENA arena = arena_new(65536);
    static const struct given given[] = {
        {"Device.DeviceInfo.UpTime",         "1"},
        {"Device.DeviceInfo.SerialNumber",   "X"},
        {"Device.Hosts.HostNumberOfEntries", "0"}
    };
    struct cwmp_strings names;

    (void)state;
    home_light_names(MAKE(given, "GW", arena), &names);
    assert_int_equal(names.count, 3);
    assert_string_equal(names.items[0], "Device.DeviceInfo.UpTime");
    assert_string_equal(names.items[1], "Device.Hosts.Host.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_wrong_with_a_row_is_named),
        cmocka_unit_test(test_values_are_read_as_devices_write_them),
        cmocka_unit_test(test_bands_are_found_out),
        cmocka_unit_test(test_of_several_networks_the_first_that_is_on_is_the_main_one),
        cmocka_unit_test(test_a_network_of_device_2_is_followed_to_its_radio),
        cmocka_unit_test(test_the_connection_that_carries_the_internet_is_found),
        cmocka_unit_test(test_lists_and_what_follows_from_them),
        cmocka_unit_test(test_what_a_model_cannot_measure_beyond_is_a_fact),
        cmocka_unit_test(test_an_inform_tells_only_what_needs_no_other_value),
        cmocka_unit_test(test_the_light_set_names_tables_that_are_empty_now),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
