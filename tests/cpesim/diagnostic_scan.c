/* The search for other networks: a street of neighbours that follows from the home. */
#include <inttypes.h>

#include "acs/base/text.h"
#include "tests/cpesim/diagnostic_kind.h"
#include "tests/cpesim/fact.h"
#include "tests/cpesim/value.h"

enum { NEIGHBOURS_MAX = 16, OF_NEIGHBOURS = 0x4e000000 };

struct neighbour {
    const char *ssid;
    const char *bssid;
    unsigned channel;
    int signal; /* dBm */
    bool is_5g;
};

static const char *const names[] = {"VIVO-FIBRA", "NET_2G", "Claro_",   "Casa do Zé", "Oi_Velox",
                                    "Barbearia",  "AP 301", "TIM_LIVE", "Escritório", "GVT-"};

/* Where all are on one channel, each third has strayed to another one, but none to 11 from 1 or 6. */
static unsigned channel_2g(int64_t crowded, uint64_t number)
{
    static const unsigned usual[] = {1, 6, 11};

    return crowded > 0 ? (unsigned)crowded : usual[number / 7 % 3];
}

static struct neighbour neighbour_at(struct test *test, unsigned place, bool is_5g)
{
    const struct tree *tree = &test->home->tree;
    uint64_t number = value_random(tree, OF_NEIGHBOURS + place);
    int64_t crowded = fact_of(tree, FACT_CROWDED);

    return (struct neighbour){
        .ssid = arena_printf(test->arena, "%s%02u", names[number % (sizeof(names) / sizeof(*names))],
                             (unsigned)(number >> 8) % 100),
        .bssid = arena_printf(test->arena, "0E:%02X:%02X:%02X:%02X:%02X", (unsigned)(number >> 16 & 0xff),
                              (unsigned)(number >> 24 & 0xff), (unsigned)(number >> 32 & 0xff),
                              (unsigned)(number >> 40 & 0xff), place),
        .channel = is_5g ? 36 + 4 * (unsigned)(number % 4) : channel_2g(crowded, number),
        .signal = (crowded > 0 && !is_5g ? -62 : -80) + (int)(number >> 48) % 13 - (is_5g ? 6 : 0) +
                  (int)(test_chance(test, place) % 3),
        .is_5g = is_5g,
    };
}

static void put_neighbour(struct test *test, unsigned place, const struct neighbour *neighbour)
{
    const struct {
        const char *name;
        const char *value;
    } fields[] = {
        {"Radio",                   neighbour->is_5g ? "Device.WiFi.Radio.2." : "Device.WiFi.Radio.1."},
        {"SSID",                    neighbour->ssid                                                   },
        {"BSSID",                   neighbour->bssid                                                  },
        {"Mode",                    "Infrastructure"                                                  },
        {"Channel",                 arena_printf(test->arena,                                           "%u", neighbour->channel)},
        {"SignalStrength",      arena_printf(test->arena,                                                                        "%d", neighbour->signal)},
        {"SecurityModeEnabled","WPA2"},
        {"EncryptionMode",                         "AES"                                                                      },
        {"OperatingFrequencyBand",                         neighbour->is_5g ? "5GHz" : "2.4GHz"                                                                                         },
        {"SupportedStandards",                         neighbour->is_5g ? "a,n,ac" : "b,g,n"},
        {"OperatingStandards",                         neighbour->is_5g ? "ac" : "n"},
        {"OperatingChannelBandwidth",                         neighbour->is_5g ? "80MHz" : "20MHz"                                                                          },
        {"BeaconPeriod",                         "100"                                                                                  },
        {"Noise",                         "-95"   },
        {"DTIMPeriod",                         "1"  },
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
        test_put_entry(test, place, fields[i].name, fields[i].value);
}

/* On 2.4 GHz all of them, on 5 GHz, which walls stop, a third, where the home has that band. */
const char *test_scan(struct test *test)
{
    const struct tree *tree = &test->home->tree;
    unsigned near = (unsigned)fact_of(tree, FACT_NEIGHBOURS);
    unsigned all = near + (tree->model->network_5g == 0 ? 0 : near / 3);

    all = all < NEIGHBOURS_MAX ? all : NEIGHBOURS_MAX;
    tree_forget_below(&test->home->tree, arena_printf(test->arena, "%sResult.", test->object));
    for (unsigned place = 1; place <= all; place++) {
        struct neighbour neighbour = neighbour_at(test, place, place > near);

        put_neighbour(test, place, &neighbour);
    }
    test_printf(test, "ResultNumberOfEntries", "%u", all);
    return "Complete";
}
