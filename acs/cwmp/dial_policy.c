#include "acs/cwmp/dial_policy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"

enum { NETWORKS_MAX = 256, HOST_MAX = 64, URL_MAX = 1024 };

/* IPv4 is kept as IPv4-mapped IPv6, so that there is one kind of address. */
struct network {
    struct in6_addr address;
    unsigned bits;
};

struct dial_policy {
    struct network networks[NETWORKS_MAX];
    size_t count;
};

static bool read_address(const char *text, struct in6_addr *ret)
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
            return err_set(ERR_INVALID, "connection_request.networks: '/%.8s' is not a prefix length",
                           slash + 1);
    }
    if (!read_address(text, &ret->address))
        return err_set(ERR_INVALID, "connection_request.networks: '%.64s' is not an address", text);
    ret->bits = v4 ? bits + 96 : bits;
    return ERR_OK;
}

static enum err read_networks(char *list, struct dial_policy *policy)
{
    char *rest = list;
    char *part;

    while ((part = strsep(&rest, ", ")) != NULL) {
        if (*part == '\0')
            continue;
        if (policy->count == NETWORKS_MAX)
            return err_set(ERR_INVALID, "connection_request.networks: more than %d networks", NETWORKS_MAX);
        TRY(read_network(part, &policy->networks[policy->count]));
        policy->count++;
    }
    return ERR_OK;
}

enum err dial_policy_new(const char *networks, struct dial_policy **ret)
{
    struct dial_policy *policy = HEAP_NEW(struct dial_policy);
    char *list = heap_strdup(networks);
    enum err err = read_networks(list, policy);

    heap_free(list);
    if (err != ERR_OK) {
        heap_free(policy);
        return err;
    }
    *ret = policy;
    return ERR_OK;
}

void dial_policy_free(struct dial_policy *policy)
{
    heap_free(policy);
}

/* Networks that no device's own word opens. */
static bool is_special(const struct in6_addr *address)
{
    static const char *const special[] = {
        "127.0.0.0/8", "0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4",
        "::/128",      "::1/128",   "fe80::/10",      "ff00::/8",
    };

    for (size_t i = 0; i < sizeof(special) / sizeof(*special); i++) {
        char text[HOST_MAX];
        struct network network;

        memcpy(text, special[i], strlen(special[i]) + 1);
        if (read_network(text, &network) == ERR_OK && is_inside(address, &network))
            return true;
    }
    return false;
}

/* The host between "http://" and the port or the path; user information is refused with it. */
static enum err read_host(const char *url, char host[HOST_MAX])
{
    const char *start = url + strlen("http://");
    size_t len;

    if (strlen(url) > URL_MAX || !text_starts_with(url, "http://"))
        return err_set(ERR_DENIED, "the router gave no http:// address to call it at");
    if (*start == '[') {
        start++;
        len = strcspn(start, "]/");
        if (start[len] != ']')
            return err_set(ERR_DENIED, "the router's address '%.64s' is not well formed", url);
    } else {
        len = strcspn(start, ":/?#");
    }
    if (len == 0 || len >= HOST_MAX || memchr(start, '@', strcspn(start, "/")) != NULL)
        return err_set(ERR_DENIED, "the router's address '%.64s' is not well formed", url);
    memcpy(host, start, len);
    host[len] = '\0';
    return ERR_OK;
}

enum err dial_policy_check(const struct dial_policy *policy, const char *url, const char *source_address)
{
    char host[HOST_MAX];
    struct in6_addr address, source;

    TRY(read_host(text_or_empty(url), host));
    if (!read_address(host, &address))
        return err_set(ERR_DENIED, "the router's address '%s' is a name; only literal addresses are called",
                       host);
    for (size_t i = 0; i < policy->count; i++)
        if (is_inside(&address, &policy->networks[i]))
            return ERR_OK;
    if (is_special(&address))
        return err_set(ERR_DENIED, "the router's address %s is not one that may be called", host);
    if (source_address != NULL && read_address(source_address, &source) &&
        memcmp(&source, &address, sizeof(source)) == 0)
        return ERR_OK;
    return err_set(ERR_DENIED,
                   "the router's address %s is neither the one it comes from (%s) nor in the networks "
                   "that may be called",
                   host, source_address ? source_address : "not known");
}
