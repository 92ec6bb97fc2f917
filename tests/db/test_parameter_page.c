#include "db/parameter_page.h"

#include <string.h>

#include "tests/support/check.h"

/* name, and where its key begins */
static const struct {
    const char *name;
    const char *key;
} names[] = {
    {"Device.DeviceInfo.UpTime",                                        "UpTime"                },
    {"Device.WiFi.Radio.1.Channel",                                     "Channel"               },
    {"Device.WiFi.Radio.1.Stats.BytesSent",                             "Stats.BytesSent"       },
    {"Device.WiFi.RadioNumberOfEntries",                                "RadioNumberOfEntries"  },
    {"Device.RootDataModelVersion",                                     "RootDataModelVersion"  },
    {"Device.WiFi.Radio.",                                              "Radio."                },
    {"Device.WiFi.Radio.1.",                                            "1."                    },
    {"Device.WiFi.Radio.1.Stats.",                                      "Stats."                },
    {"Device.WiFi.Radio.1.Stats.X.",                                    "Stats.X."              },
    {"Device.",                                                         "Device."               },
    {"InternetGatewayDevice.DeviceInfo.UpTime",                         "UpTime"                },
    {"InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.SSID",      "SSID"                  },
    {"InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.WPS.State", "WPS.State"             },
    {"InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.",          "1."                    },
    {"InternetGatewayDevice.",                                          "InternetGatewayDevice."},
    {"InternetGatewayDeviceX.a.b.c.d.e",                                "d.e"                   },
    {"X_Vendor.a.b.c.d",                                                "d"                     },
    {"Bare",                                                            "Bare"                  },
    {"",                                                                ""                      },
    {".",                                                               "."                     },
    {"..",                                                              "."                     },
    {"....................",                                            "................"      },
};

static void a_name_is_split_into_page_and_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *key = names[i].name + parameter_page_length(names[i].name);

        if (strcmp(key, names[i].key) != 0)
            fail_msg("'%s' has the key '%s'", names[i].name, key);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_split_into_page_and_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
