/* Values of the home's inside and of its connection: Wi-Fi, hosts, ports, PPPoE. */
#include <inttypes.h>
#include <string.h>

#include "acs/base/clock.h"
#include "tests/cpesim/fact.h"
#include "tests/cpesim/household.h"
#include "tests/cpesim/value_work.h"
#include "tests/cpesim/wan.h"

enum { FIRST_HOST_ADDRESS = 100, RCPI_ZERO_DBM = 110 };

#define MAKE(name)                                                                            \
    const char *value_make_##name(const struct tree *tree, const struct parameter *parameter, \
                                  struct arena *arena)

/* ---- the connection ---- */

MAKE(wan_status)
{
    (void)parameter, (void)arena;
    return wan_status(tree);
}

MAKE(wan_error)
{
    (void)parameter, (void)arena;
    return wan_error(tree);
}

MAKE(wan_up)
{
    (void)parameter, (void)arena;
    return wan_is_up(tree) ? "Up" : "Down";
}

MAKE(wan_uptime)
{
    (void)parameter;
    return arena_printf(arena, "%" PRIi64, wan_uptime_s(tree));
}

/* Of the range behind carrier NAT (RFC 6598); another one each time that it dials after a drop. */
MAKE(wan_ip)
{
    unsigned number = value_pick(tree, OF_ADDRESS + ((uint64_t)tree->link_drops << 32), 1U << 22);

    (void)parameter;
    if (!wan_is_up(tree))
        return "";
    return arena_printf(arena, "100.%u.%u.%u", 64 + (number >> 16), number >> 8 & 0xff, number & 0xff);
}

MAKE(wan_gateway)
{
    (void)parameter, (void)arena;
    return wan_is_up(tree) ? "100.64.0.1" : "";
}

MAKE(dns_server)
{
    (void)tree;
    return arena_printf(arena, "198.51.100.%u", 52 + parameter->instance);
}

MAKE(ppp_user)
{
    (void)parameter;
    return wan_right_user(tree, arena);
}

MAKE(ppp_password)
{
    (void)parameter;
    return fact_of(tree, FACT_PPP_REFUSED) ? "senha-antiga" : wan_right_password(tree, arena);
}

/* ---- Wi-Fi ---- */

/* base: how many hexadecimal digits. */
MAKE(secret)
{
    return arena_printf(arena, "%0*" PRIx64, (int)parameter->generator->base,
                        value_random(tree, OF_SECRETS) & UINT32_MAX);
}

MAKE(ssid)
{
    static const char *const families[] = {"Silva",   "Souza", "Família Lima", "Oliveira", "Casa da Vó",
                                           "Pereira", "Costa", "Apto 42",      "Ribeiro",  "Vizinho não"};
    const char *family = families[value_pick(tree, OF_NAMES, sizeof(families) / sizeof(*families))];

    return arena_printf(arena, "%s %03" PRIu32 "%s", family, tree->index % 1000,
                        household_band(tree, parameter->network) == BAND_5G ? " 5G" : "");
}

MAKE(channel_2g)
{
    int64_t crowded = fact_of(tree, FACT_CROWDED);

    (void)parameter;
    return arena_printf(arena, "%u",
                        crowded > 0 ? (unsigned)crowded : 1 + 5 * value_pick(tree, OF_CHANNELS, 3));
}

MAKE(channel_5g)
{
    (void)parameter;
    return arena_printf(arena, "%u", 36 + 4 * value_pick(tree, OF_CHANNELS, 4));
}

static bool is_on(const struct tree *tree, const struct parameter *parameter)
{
    return household_network_is_on(tree, household_band(tree, parameter->network));
}

MAKE(radio_status)
{
    bool is_181 = strcmp(tree->model->root, "Device.") == 0;

    (void)arena;
    return is_on(tree, parameter) ? "Up" : is_181 ? "Down" : "Disabled";
}

MAKE(access_point_status)
{
    (void)arena;
    return is_on(tree, parameter) ? "Enabled" : "Disabled";
}

MAKE(stations)
{
    return arena_printf(arena, "%u", household_stations(tree, household_band(tree, parameter->network)));
}

/* ---- who is there ---- */

/* Of a phone or a computer. */
static const char *peer_mac(const struct tree *tree, unsigned number, struct arena *arena)
{
    uint64_t bits = value_random(tree, OF_MAC + (UINT64_C(64) << 16) + ((uint64_t)number << 8));

    return arena_printf(arena, "06:%02X:%02X:%02X:%02X:%02X", (unsigned)(bits >> 32 & 0xff),
                        (unsigned)(bits >> 24 & 0xff), (unsigned)(bits >> 16 & 0xff),
                        (unsigned)(bits >> 8 & 0xff), (unsigned)(bits & 0xff));
}

static const char *peer_ip(unsigned host, struct arena *arena)
{
    return arena_printf(arena, "192.168.1.%u", FIRST_HOST_ADDRESS + host);
}

static unsigned station_host(const struct tree *tree, const struct parameter *parameter)
{
    return household_host_of(tree, household_band(tree, parameter->network), parameter->instance);
}

MAKE(station_mac)
{
    return peer_mac(tree, station_host(tree, parameter), arena);
}

MAKE(station_ip)
{
    return peer_ip(station_host(tree, parameter), arena);
}

static int64_t station_dbm(const struct tree *tree, enum band band, unsigned station)
{
    uint64_t purpose = OF_STATIONS + ((uint64_t)household_host_of(tree, band, station) << 16);
    int64_t tv = fact_of(tree, FACT_TV_DBM);

    if (tv != 0 && band == BAND_2G && station == 1)
        return tv + value_wave(tree, purpose, 1);
    return -74 + (int64_t)value_pick(tree, purpose, 32) + value_wave(tree, purpose, 4);
}

MAKE(station_dbm)
{
    return arena_printf(arena, "%" PRIi64,
                        station_dbm(tree, household_band(tree, parameter->network), parameter->instance));
}

/* kbit/s: what a station at this distance gets. base: of one that is near. */
MAKE(station_rate)
{
    enum band band = household_band(tree, parameter->network);
    int64_t dbm = station_dbm(tree, band, parameter->instance);
    int64_t near = band == BAND_5G ? 866000 : 144000;
    int64_t rate = near * (dbm + 92) / 42;

    return arena_printf(arena, "%" PRIi64,
                        (rate < 1000   ? 1000
                         : rate > near ? near
                                       : rate) /
                            parameter->generator->base);
}

MAKE(satellite_stations)
{
    return arena_printf(arena, "%u", household_satellite_stations(tree, parameter->outer));
}

MAKE(satellite_mac)
{
    return peer_mac(tree, 100 + parameter->outer * 10 + parameter->instance, arena);
}

/* As MultiAP has it: RCPI, half decibels above -110 dBm. */
MAKE(satellite_dbm)
{
    uint64_t purpose = OF_STATIONS + ((uint64_t)(100 + parameter->outer * 10 + parameter->instance) << 16);

    return arena_printf(
        arena, "%" PRIi64,
        2 * (RCPI_ZERO_DBM - 70 + (int64_t)value_pick(tree, purpose, 20) + value_wave(tree, purpose, 3)));
}

/* ---- hosts and ports ---- */

MAKE(hosts)
{
    (void)parameter;
    return arena_printf(arena, "%u", household_hosts(tree));
}

MAKE(host_mac)
{
    return peer_mac(tree, parameter->instance, arena);
}

MAKE(host_ip)
{
    (void)tree;
    return peer_ip(parameter->instance, arena);
}

MAKE(host_name)
{
    static const char *const kinds[] = {"celular", "notebook", "tv-sala", "tablet", "camera", "console"};

    if (parameter->instance == 1 && fact_of(tree, FACT_TV_DBM) != 0)
        return "tv-sala";
    return arena_printf(arena, "%s-%u", kinds[parameter->instance % 6], parameter->instance);
}

MAKE(host_active)
{
    (void)arena;
    return household_peer(tree, parameter->instance).is_there ? "1" : "0";
}

MAKE(host_link)
{
    (void)arena;
    return household_peer(tree, parameter->instance).wired ? "Ethernet" : "802.11";
}

MAKE(host_layer1)
{
    struct peer peer = household_peer(tree, parameter->instance);

    if (peer.wired)
        return arena_printf(arena, "Device.Ethernet.Interface.%u.", peer.place);
    return peer.band == BAND_5G ? "Device.WiFi.SSID.2." : "Device.WiFi.SSID.1.";
}

MAKE(host_station)
{
    struct peer peer = household_peer(tree, parameter->instance);

    if (peer.wired || !peer.is_there)
        return "";
    return arena_printf(arena, "Device.WiFi.AccessPoint.%d.AssociatedDevice.%u.",
                        peer.band == BAND_5G ? 2 : 1, peer.place);
}

static bool is_linked(const struct tree *tree, const struct parameter *parameter)
{
    return parameter->instance <= household_wired(tree);
}

MAKE(port_status)
{
    bool is_181 = strcmp(tree->model->root, "Device.") == 0;

    (void)arena;
    return is_linked(tree, parameter) ? "Up" : is_181 ? "Down" : "NoLink";
}

static int64_t port_mbps(const struct tree *tree, const struct parameter *parameter)
{
    int64_t fits = tree->model->port_mbps;
    int64_t rate = parameter->instance == 1 ? fact_of(tree, FACT_PORT_MBPS) : fits;

    return rate < fits ? rate : fits;
}

MAKE(port_rate)
{
    return arena_printf(arena, "%" PRIi64, is_linked(tree, parameter) ? port_mbps(tree, parameter) : 0);
}

/* As TR-098 boxes show it: what was agreed upon, where something hangs on it. */
MAKE(port_max)
{
    return is_linked(tree, parameter) ? arena_printf(arena, "%" PRIi64, port_mbps(tree, parameter)) : "Auto";
}

MAKE(made)
{
    (void)parameter;
    return arena_printf(arena, "%" PRIu32, tree->made_count);
}

/* ---- port mappings of TR-181 ---- */

static const char *beside(const struct tree *tree, const struct parameter *parameter, const char *leaf,
                          struct arena *arena)
{
    int len = (int)(strrchr(parameter->name, '.') + 1 - parameter->name);
    uint32_t row = tree_find(tree, arena_printf(arena, "%.*s%s", len, parameter->name, leaf));

    return row != NO_ROW ? tree_value(tree, row, arena) : "";
}

MAKE(forward_status)
{
    bool goes_somewhere = *beside(tree, parameter, "InternalClient", arena) != '\0';
    bool comes_from = *beside(tree, parameter, "Interface", arena) != '\0' ||
                      strcmp(beside(tree, parameter, "AllInterfaces", arena), "1") == 0;

    if (strcmp(beside(tree, parameter, "Enable", arena), "1") != 0)
        return "Disabled";
    return goes_somewhere && comes_from ? "Enabled" : "Error_Misconfigured";
}
