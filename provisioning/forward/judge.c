/* What must be so before a port is forwarded: a client of the home network, and a port that is free. */
#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/ipv4.h"
#include "provisioning/forward/forward.h"

enum { PREFIX_USUAL = 24 };

static struct forward_refusal refuse(const char *code, const char *pt, const char *en)
{
    return (struct forward_refusal){
        code, {pt, en}
    };
}

static const struct forward_refusal may = {0};

static bool overlap(const struct forward *a, const struct forward *b)
{
    return a->first <= b->last && b->first <= a->last;
}

/* A word that is not understood may mean any. */
static bool share_protocol(enum forward_protocol a, enum forward_protocol b)
{
    return a == b || a == FORWARD_BOTH || b == FORWARD_BOTH || a == FORWARD_OTHER || b == FORWARD_OTHER;
}

/* ---- the client ---- */

static uint32_t mask_of(const struct home *home)
{
    const char *text = home_text(home, KEY_LAN_MASK, "");
    uint32_t mask;

    return ipv4_read_mask(text_or_empty(text), &mask) ? mask : UINT32_MAX << (32 - PREFIX_USUAL);
}

/* The router's own address in the home network: the first where it has several. */
static bool read_own(const char *text, uint32_t *ret)
{
    char first[sizeof("255.255.255.255")];
    size_t len = strcspn(text, ", ");

    if (len >= sizeof(first))
        return false;
    memcpy(first, text, len);
    first[len] = '\0';
    return ipv4_read(first, ret);
}

static bool is_private(uint32_t address)
{
    return address >> 24 == 10 || address >> 20 == (172U << 4 | 1) || address >> 16 == (192U << 8 | 168);
}

/* A host of that network: not the network itself, not all of it, and not the router. */
static bool is_host_of(uint32_t client, uint32_t own, uint32_t mask)
{
    return (client & mask) == (own & mask) && (client & ~mask) != 0 && (client & ~mask) != ~mask &&
           client != own;
}

static struct forward_refusal judge_client(const struct home *home, const struct forward *wanted,
                                           struct arena *arena)
{
    struct home_bindings networks = home_find(home, KEY_LAN_IP, "");
    uint32_t mask = mask_of(home), client, own;
    const char *shown = NULL;

    if (!ipv4_read(wanted->client, &client))
        return refuse("not_in_lan", "O endereço do aparelho da casa não é um endereço IPv4.",
                      "The address of the device in the home is no IPv4 address.");
    for (size_t i = 0; i < networks.count; i++) {
        if (!read_own(text_or_empty(networks.items[i].value->value), &own))
            continue;
        if (is_host_of(client, own, mask))
            return may;
        shown = networks.items[i].value->value;
    }
    if (shown == NULL && is_private(client))
        return may;
    if (shown == NULL)
        return refuse("not_in_lan",
                      arena_printf(arena, "%s não é um endereço de rede doméstica.", wanted->client),
                      arena_printf(arena, "%s is no address of a home network.", wanted->client));
    return refuse("not_in_lan",
                  arena_printf(arena, "%s não é um aparelho da rede desta casa: o roteador é %s.",
                               wanted->client, shown),
                  arena_printf(arena, "%s is no device of this home's network: the router is %s.",
                               wanted->client, shown));
}

/* ---- ports that are the router's own ---- */

enum { PORT_OF_CALLS = 7547, PORT_HTTP = 80, PORT_HTTPS = 443 };

/* "http://192.0.2.7:7547/cr", "192.0.2.7:3478"; 0: none */
static int64_t port_in(const char *address)
{
    const char *scheme = strstr(address, "://");
    const char *host = scheme != NULL ? scheme + strlen("://") : address;
    const char *bracket = *host == '[' ? strchr(host, ']') : NULL;
    const char *colon = strchr(bracket != NULL ? bracket : host, ':');

    if (*host == '\0')
        return 0;
    if (colon != NULL && colon < host + strcspn(host, "/"))
        return strtol(colon + 1, NULL, 10);
    return scheme == NULL ? 0 : text_starts_with(address, "https") ? PORT_HTTPS : PORT_HTTP;
}

struct reserved {
    int64_t port;
    enum forward_protocol protocol;
    struct forward_words what;
};

enum { RESERVED_MAX = 4 };

static size_t list_reserved(const struct home *home, struct reserved ret[RESERVED_MAX])
{
    static const struct forward_words calls = {"por ela o provedor chama este roteador",
                                               "by it the provider calls this router"};
    static const struct forward_words admin = {"nela está o acesso remoto a este roteador",
                                               "the remote access to this router is there"};
    bool remote = home_flag(home, KEY_REMOTE_ENABLE, "", false);
    size_t count = 0;

    ret[count++] = (struct reserved){PORT_OF_CALLS, FORWARD_TCP, calls};
    ret[count++] = (struct reserved){port_in(text_or_empty(home_text(home, KEY_DEVICE_CALL_URL, ""))),
                                     FORWARD_TCP, calls};
    ret[count++] = (struct reserved){port_in(text_or_empty(home_text(home, KEY_DEVICE_CALL_UDP, ""))),
                                     FORWARD_UDP, calls};
    if (remote)
        ret[count++] =
            (struct reserved){(int64_t)home_number(home, KEY_REMOTE_PORT, "", 0), FORWARD_TCP, admin};
    return count;
}

static struct forward_refusal judge_ports(const struct home *home, const struct forward *wanted,
                                          struct arena *arena)
{
    struct reserved reserved[RESERVED_MAX];
    size_t count = list_reserved(home, reserved);

    for (size_t i = 0; i < count; i++) {
        const struct reserved *own = &reserved[i];

        if (own->port <= 0 || own->port < wanted->first || own->port > wanted->last ||
            !share_protocol(own->protocol, wanted->protocol))
            continue;
        return refuse(
            "reserved_port",
            arena_printf(arena, "A porta %lld não pode ser redirecionada: %s.", (long long)own->port,
                         own->what.pt),
            arena_printf(arena, "Port %lld cannot be forwarded: %s.", (long long)own->port, own->what.en));
    }
    return may;
}

/* ---- ports that others have ---- */

static struct forward_refusal conflict(const struct forward *other, struct arena *arena)
{
    const char *ports = forward_ports(other, arena);

    return refuse("conflict",
                  arena_printf(arena, "A porta %s (%s) já vai para %s, porta %lld (redirecionamento %lld).",
                               ports, forward_protocol_words(other->protocol, true), other->client,
                               (long long)other->inner, (long long)other->number),
                  arena_printf(arena, "Port %s (%s) already goes to %s, port %lld (forward %lld).", ports,
                               forward_protocol_words(other->protocol, false), other->client,
                               (long long)other->inner, (long long)other->number));
}

struct forward_refusal forward_judge(const struct home *home, const struct forward *wanted,
                                     const struct forwards *there, bool back, struct arena *arena)
{
    struct forward_refusal refusal = back ? may : judge_client(home, wanted, arena);

    if (refusal.code == NULL)
        refusal = judge_ports(home, wanted, arena);
    for (size_t i = 0; refusal.code == NULL && i < there->count; i++) {
        const struct forward *other = &there->items[i];

        if (strcmp(other->table, wanted->table) == 0 && other->first != 0 && overlap(other, wanted) &&
            share_protocol(other->protocol, wanted->protocol))
            refusal = conflict(other, arena);
    }
    return refusal;
}
