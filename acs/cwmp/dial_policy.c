#include "acs/cwmp/dial_policy.h"

#include <string.h>

#include "acs/base/text.h"
#include "acs/http/networks.h"

enum { HOST_MAX = 64, URL_MAX = 1024 };

struct dial_policy {
    struct networks *networks;
};

enum err dial_policy_new(const char *networks, struct dial_policy **ret)
{
    struct dial_policy *policy = HEAP_NEW(struct dial_policy);
    enum err err = networks_read(networks, &policy->networks);

    if (err != ERR_OK) {
        heap_free(policy);
        return err_while(err, "connection_request.networks");
    }
    *ret = policy;
    return ERR_OK;
}

void dial_policy_free(struct dial_policy *policy)
{
    if (policy != NULL)
        networks_free(policy->networks);
    heap_free(policy);
}

/* Networks that no device's own word opens. */
static bool is_special(const struct in6_addr *address)
{
    static const char special[] = "127.0.0.0/8, 0.0.0.0/8, 169.254.0.0/16, 224.0.0.0/4, 240.0.0.0/4, "
                                  "::/128, ::1/128, fe80::/10, ff00::/8";
    struct networks *networks = NULL;
    bool inside = networks_read(special, &networks) != ERR_OK || networks_hold(networks, address);

    networks_free(networks);
    return inside;
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
    if (!networks_read_address(host, &address))
        return err_set(ERR_DENIED, "the router's address '%s' is a name; only literal addresses are called",
                       host);
    if (networks_hold(policy->networks, &address))
        return ERR_OK;
    if (is_special(&address))
        return err_set(ERR_DENIED, "the router's address %s is not one that may be called", host);
    if (source_address != NULL && networks_read_address(source_address, &source) &&
        memcmp(&source, &address, sizeof(source)) == 0)
        return ERR_OK;
    return err_set(ERR_DENIED,
                   "the router's address %s is neither the one it comes from (%s) nor in the networks "
                   "that may be called",
                   host, source_address ? source_address : "not known");
}
