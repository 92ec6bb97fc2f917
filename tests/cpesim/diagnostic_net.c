/* Ping, route and look-up: made up from the facts of the home, and what every home knows of every host. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "tests/cpesim/diagnostic_kind.h"
#include "tests/cpesim/fact.h"
#include "tests/cpesim/fleet.h"
#include "tests/cpesim/wan.h"

enum { HOPS_MAX = 16, SERVERS_MAX = 4, LAN_US = 900, LAST_MILE_PERCENT = 40 };

/* ---- what a test reads and writes ---- */

static const char *name_of(struct test *test, const char *name)
{
    return arena_printf(test->arena, "%s%s", test->object, name);
}

const char *test_argument(struct test *test, const char *name)
{
    return tree_text(&test->home->tree, name_of(test, name), test->arena);
}

uint32_t test_number(struct test *test, const char *name, uint32_t otherwise)
{
    return tree_number(&test->home->tree, name_of(test, name), otherwise);
}

void test_put(struct test *test, const char *name, const char *value)
{
    tree_put_result(&test->home->tree, name_of(test, name), value);
}

void test_printf(struct test *test, const char *name, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    test_put(test, name, arena_vprintf(test->arena, format, args));
    va_end(args);
}

void test_put_entry(struct test *test, unsigned place, const char *name, const char *value)
{
    test_put(test, arena_printf(test->arena, "Result.%u.%s", place, name), value);
}

uint64_t test_chance(struct test *test, uint64_t salt)
{
    return fleet_random(test->home->fleet) ^ salt;
}

/* ---- hosts ---- */

bool test_is_online(struct test *test)
{
    return wan_is_up(&test->home->tree);
}

static bool read_address(const char *host, uint32_t *ret)
{
    struct in_addr address;

    if (inet_pton(AF_INET, host, &address) != 1)
        return false;
    *ret = ntohl(address.s_addr);
    return true;
}

static bool is_lan(uint32_t address)
{
    return address >> 16 == 0xc0a8; /* 192.168.0.0/16 */
}

static bool is_name(const char *host)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

    return *host != '\0' && strspn(host, plain) == strlen(host) && !text_ends_with(host, ".invalid");
}

enum reach test_reach(struct test *test, const char *host)
{
    uint32_t address;

    if (!read_address(host, &address))
        return is_name(host) && test_is_online(test) ? REACH_ANSWERS : REACH_NO_NAME;
    if (is_lan(address))
        return REACH_ANSWERS;
    if (!test_is_online(test))
        return REACH_NO_ROUTE;
    return address >> 8 == 0xc00002 ? REACH_SILENT : REACH_ANSWERS; /* 192.0.2.0/24 */
}

static uint32_t hash(const char *text)
{
    uint32_t value = 2166136261; /* FNV-1a */

    for (; *text != '\0'; text++)
        value = (value ^ (unsigned char)*text) * 16777619;
    return value;
}

const char *test_address(struct test *test, const char *host)
{
    uint32_t address;

    if (read_address(host, &address))
        return host;
    return arena_printf(test->arena, "203.0.113.%" PRIu32, 1 + hash(host) % 254);
}

/* Microseconds there and back. */
static uint64_t trip_us(struct test *test, const char *host)
{
    uint64_t jitter = test_chance(test, 0) % 1500;
    uint32_t address;

    if (read_address(host, &address) && is_lan(address))
        return LAN_US + jitter;
    return (uint64_t)fact_of(&test->home->tree, FACT_PING_MS) * US_PER_MS + jitter * 2;
}

static const char *failure(struct test *test, enum reach reach)
{
    /* TR-098 has no word of its own for a missing route. */
    bool is_181 = strcmp(test->home->tree.model->root, "Device.") == 0;

    if (reach == REACH_NO_NAME)
        return "Error_CannotResolveHostName";
    return is_181 ? "Error_NoRouteToHost" : "Error_Other";
}

/* NULL: the test can be made. Nobody here has IPv6. */
static const char *judge_host(struct test *test, const char *host)
{
    enum reach reach = test_reach(test, host);

    if (reach == REACH_NO_NAME || strcmp(test_argument(test, "ProtocolVersion"), "IPv6") == 0)
        return failure(test, REACH_NO_NAME);
    return reach == REACH_NO_ROUTE ? failure(test, reach) : NULL;
}

/* ---- ping ---- */

struct pings {
    uint64_t good, bad;
    uint64_t sum_us, least_us, most_us;
};

static struct pings ping_all(struct test *test, const char *host)
{
    uint64_t count = test_number(test, "NumberOfRepetitions", 1);
    uint64_t limit_us = (uint64_t)test_number(test, "Timeout", 1000) * US_PER_MS;
    struct pings pings = {.least_us = UINT64_MAX};
    uint64_t lost = (uint64_t)fact_of(&test->home->tree, FACT_PING_LOSS);
    bool silent = test_reach(test, host) == REACH_SILENT;

    for (uint64_t i = 0; i < count; i++) {
        uint64_t us = trip_us(test, host);

        /* Spread evenly: of ten with 30 % every third or fourth. */
        if (silent || us > limit_us || (i + 1) * lost / 100 > i * lost / 100) {
            pings.bad++;
            continue;
        }
        pings.good++;
        pings.sum_us += us;
        pings.least_us = us < pings.least_us ? us : pings.least_us;
        pings.most_us = us > pings.most_us ? us : pings.most_us;
    }
    return pings;
}

/* Milliseconds, and microseconds where the model has them. */
static void put_time(struct test *test, const char *name, uint64_t us)
{
    test_printf(test, name, "%" PRIu64, (us + US_PER_MS / 2) / US_PER_MS);
    test_printf(test, arena_printf(test->arena, "%sDetailed", name), "%" PRIu64, us);
}

const char *test_ping(struct test *test)
{
    const char *host = test_argument(test, "Host");
    const char *error = judge_host(test, host);
    struct pings pings = {0};

    if (error == NULL)
        pings = ping_all(test, host);
    test_put(test, "IPAddressUsed", error == NULL ? test_address(test, host) : "");
    test_printf(test, "SuccessCount", "%" PRIu64, pings.good);
    test_printf(test, "FailureCount", "%" PRIu64, pings.bad);
    put_time(test, "AverageResponseTime", pings.good > 0 ? pings.sum_us / pings.good : 0);
    put_time(test, "MinimumResponseTime", pings.good > 0 ? pings.least_us : 0);
    put_time(test, "MaximumResponseTime", pings.most_us);
    return error == NULL ? "Complete" : error;
}

/* ---- route ---- */

struct hop {
    const char *host;
    const char *address;
    uint64_t us;
};

/* The provider's access router, its backbone, an exchange, and the host itself. */
static struct hop hop_at(struct test *test, unsigned place, unsigned count, const char *host)
{
    struct hop hop;
    uint64_t all_us = trip_us(test, host);

    hop.us = all_us * (LAST_MILE_PERCENT + (100 - LAST_MILE_PERCENT) * place / count) / 100;
    if (place == count) {
        hop.address = test_address(test, host);
        hop.host = host;
    } else if (place == 1) {
        hop.address = "100.64.0.1";
        hop.host = "bng1.provedor.example";
    } else {
        hop.address = arena_printf(test->arena, "198.51.100.%u", 16 * place + 1);
        hop.host = arena_printf(test->arena, "core%u.provedor.example", place - 1);
    }
    return hop;
}

static void put_hop(struct test *test, unsigned place, const struct hop *hop)
{
    static const char *const prefixes[] = {"", "Hop"}; /* TR-181, TR-098 */
    uint32_t tries = test_number(test, "NumberOfTries", 3);
    struct text times = TEXT_IN(test->arena);

    for (uint32_t i = 0; i < tries; i++)
        text_printf(&times, "%s%" PRIu64, i > 0 ? "," : "",
                    1 + (hop->us + test_chance(test, i) % 1000) / US_PER_MS);
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
        const char *name = arena_printf(test->arena, "RouteHops.%u.%s", place, prefixes[i]);

        test_put(test, arena_printf(test->arena, "%sHost", name), hop->host);
        test_put(test, arena_printf(test->arena, "%sHostAddress", name), hop->address);
        test_put(test, arena_printf(test->arena, "%sErrorCode", name), "0");
        test_put(test, arena_printf(test->arena, "%sRTTimes", name), text_string(&times));
    }
}

static unsigned count_hops(struct test *test, const char *host)
{
    uint32_t address;

    if (read_address(host, &address) && is_lan(address))
        return 1;
    return (unsigned)fact_of(&test->home->tree, FACT_HOPS);
}

/* A host that never answers is looked for up to the limit, but the list ends where the route is lost. */
const char *test_trace(struct test *test)
{
    const char *host = test_argument(test, "Host");
    const char *error = judge_host(test, host);
    unsigned count = error == NULL ? count_hops(test, host) : 0, most, shown;
    bool silent = test_reach(test, host) == REACH_SILENT;
    struct hop hop = {0};

    most = test_number(test, "MaxHopCount", 30);
    if (error == NULL && (silent || count > most))
        error = "Error_MaxHopCountExceeded";
    shown = count - (silent && count > 0);
    shown = shown < most ? shown : most;
    tree_forget_below(&test->home->tree, arena_printf(test->arena, "%sRouteHops.", test->object));
    for (unsigned place = 1; place <= shown && place <= HOPS_MAX; place++) {
        hop = hop_at(test, place, count, host);
        put_hop(test, place, &hop);
    }
    test_printf(test, "RouteHopsNumberOfEntries", "%u", shown);
    test_put(test, "IPAddressUsed", count > 0 ? test_address(test, host) : "");
    test_printf(test, "ResponseTime", "%" PRIu64, error == NULL ? 1 + hop.us / US_PER_MS : 0);
    return error == NULL ? "Complete" : error;
}

/* ---- look-up ---- */

/* The servers that it would ask: that of the order, or its own, in turn. */
static size_t list_servers(struct test *test, const char *ret[SERVERS_MAX])
{
    static const char *const own[] = {
        "DNS.Client.Server.1.DNSServer",
        "DNS.Client.Server.2.DNSServer",
        "WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.DNSServers",
    };
    const char *ordered = test_argument(test, "DNSServer");
    size_t count = 0;

    if (*ordered != '\0') {
        ret[0] = ordered;
        return 1;
    }
    for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++) {
        const char *list = tree_text(&test->home->tree, own[i], test->arena);

        for (; *list != '\0' && count < SERVERS_MAX; list += strcspn(list, ","), list += *list == ',')
            ret[count++] = arena_memdup(test->arena, list, strcspn(list, ","));
    }
    return count;
}

struct lookup {
    const char *status;
    const char *server;
    uint64_t ms;
};

static struct lookup look_up(struct test *test, const char *host, const char *server)
{
    uint64_t limit = test_number(test, "Timeout", 2000);
    uint64_t ms = (uint64_t)fact_of(&test->home->tree, FACT_DNS_MS) + test_chance(test, 1) % 4;
    struct lookup lookup = {.status = "Error_Timeout", .server = server};

    if (!test_is_online(test) || test_reach(test, server) != REACH_ANSWERS || ms > limit)
        return lookup;
    lookup.status = is_name(host) ? "Success" : "Error_HostNameNotResolved";
    lookup.ms = ms;
    return lookup;
}

static void put_lookup(struct test *test, unsigned place, const char *host, const struct lookup *lookup)
{
    bool good = strcmp(lookup->status, "Success") == 0;

    test_put_entry(test, place, "Status", lookup->status);
    test_put_entry(test, place, "AnswerType", good ? "NonAuthoritative" : "None");
    test_put_entry(test, place, "HostNameReturned", good ? host : "");
    test_put_entry(test, place, "IPAddresses", good ? test_address(test, host) : "");
    test_put_entry(test, place, "DNSServerIP", test_address(test, lookup->server));
    test_put_entry(test, place, "ResponseTime", arena_printf(test->arena, "%" PRIu64, lookup->ms));
}

/* The server is looked for first; where there is none, nothing is asked. */
static const char *judge_lookup(struct test *test, const char *host, const char *const *servers, size_t count)
{
    if (*host == '\0')
        return "Error_Other";
    return count == 0 || test_reach(test, servers[0]) == REACH_NO_NAME ? "Error_DNSServerNotResolved" : NULL;
}

const char *test_lookup(struct test *test)
{
    const char *host = test_argument(test, "HostName"), *servers[SERVERS_MAX];
    size_t server_count = list_servers(test, servers);
    const char *error = judge_lookup(test, host, servers, server_count);
    unsigned count = error == NULL ? test_number(test, "NumberOfRepetitions", 1) : 0, good = 0;

    tree_forget_below(&test->home->tree, arena_printf(test->arena, "%sResult.", test->object));
    for (unsigned i = 0; i < count; i++) {
        struct lookup lookup = look_up(test, host, servers[i % server_count]);

        good += strcmp(lookup.status, "Success") == 0;
        put_lookup(test, i + 1, host, &lookup);
    }
    test_printf(test, "ResultNumberOfEntries", "%u", count);
    test_printf(test, "SuccessCount", "%u", good);
    return error == NULL ? "Complete" : error;
}
