#include "acs/http/networks.h"

#include <arpa/inet.h>
#include <string.h>

#include "acs/base/text.h"

enum { NETWORKS_MAX = 256 };

struct network {
    struct in6_addr address;
    unsigned bits;
};

struct networks {
    struct network items[NETWORKS_MAX];
    size_t count;
};

bool networks_read_address(const char *text, struct in6_addr *ret)
{
    struct in_addr v4;

    if (inet_pton(AF_INET, text, &v4) == 1) {
        memset(ret, 0, sizeof(*ret));
        ret->s6_addr[10] = ret->s6_addr[11] = 0xff;
        memcpy(ret->s6_addr + 12, &v4, sizeof(v4));
        return true;
    }
    return inet_pton(AF_INET6, text, ret) == 1;
}

static bool is_inside(const struct in6_addr *address, const struct network *network)
{
    unsigned whole = network->bits / 8, rest = network->bits % 8;
    unsigned mask = 0xffu << (8 - rest) & 0xffu;

    if (memcmp(address->s6_addr, network->address.s6_addr, whole) != 0)
        return false;
    return rest == 0 || ((address->s6_addr[whole] ^ network->address.s6_addr[whole]) & mask) == 0;
}

static enum err read_network(char *text, struct network *ret)
{
    char *slash = strchr(text, '/');
    bool v4 = strchr(text, ':') == NULL;
    uint32_t most = v4 ? 32 : 128;
    uint32_t bits = most;

    if (slash != NULL) {
        *slash = '\0';
        if (text_read_u32(slash + 1, &bits) != ERR_OK || bits > most)
            return err_set(ERR_INVALID, "'/%.8s' is not a prefix length", slash + 1);
    }
    if (!networks_read_address(text, &ret->address))
        return err_set(ERR_INVALID, "'%.64s' is not an address", text);
    ret->bits = v4 ? bits + 96 : bits;
    return ERR_OK;
}

static enum err read_networks(char *list, struct networks *networks)
{
    char *rest = list;
    char *part;

    while ((part = strsep(&rest, ", ")) != NULL) {
        if (*part == '\0')
            continue;
        if (networks->count == NETWORKS_MAX)
            return err_set(ERR_INVALID, "more than %d networks", NETWORKS_MAX);
        TRY(read_network(part, &networks->items[networks->count]));
        networks->count++;
    }
    return ERR_OK;
}

enum err networks_read(const char *list, struct networks **ret)
{
    struct networks *networks = HEAP_NEW(struct networks);
    char *copy = heap_strdup(list);
    enum err err = read_networks(copy, networks);

    heap_free(copy);
    if (err != ERR_OK) {
        heap_free(networks);
        return err;
    }
    *ret = networks;
    return ERR_OK;
}

void networks_free(struct networks *networks)
{
    heap_free(networks);
}

bool networks_are_none(const struct networks *networks)
{
    return networks->count == 0;
}

bool networks_hold(const struct networks *networks, const struct in6_addr *address)
{
    for (size_t i = 0; i < networks->count; i++)
        if (is_inside(address, &networks->items[i]))
            return true;
    return false;
}

bool networks_hold_peer(const struct networks *networks, const struct sockaddr_storage *peer)
{
    struct in6_addr address = {0};

    if (peer->ss_family == AF_INET6) {
        address = ((const struct sockaddr_in6 *)peer)->sin6_addr;
    } else {
        address.s6_addr[10] = address.s6_addr[11] = 0xff;
        memcpy(address.s6_addr + 12, &((const struct sockaddr_in *)peer)->sin_addr, sizeof(struct in_addr));
    }
    return networks_hold(networks, &address);
}

const char *networks_last_address(const char *list, struct arena *arena)
{
    const char *comma = strrchr(list, ',');
    const char *at = comma == NULL ? list : comma + 1;
    const char *address;
    struct in6_addr ignored;

    at += strspn(at, " \t");
    address = arena_memdup(arena, at, strcspn(at, " \t"));
    return networks_read_address(address, &ignored) ? address : NULL;
}
