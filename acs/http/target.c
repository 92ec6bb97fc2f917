#include "acs/http/target.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <pthread.h>
#include <string.h>

#include "acs/base/text.h"

enum { URL_MAX = 1000, LITERAL_MAX = INET6_ADDRSTRLEN };

/* IPv4 in its form as IPv6. Ranges by which an IPv4 address can be hidden are all refused. */
static const char private_ranges[] = "0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, "
                                     "172.16.0.0/12, 192.0.0.0/24, 192.0.2.0/24, "
                                     "192.88.99.0/24, 192.168.0.0/16, 198.18.0.0/15, 198.51.100.0/24, "
                                     "203.0.113.0/24, 224.0.0.0/4, 240.0.0.0/4, "
                                     "::/96, 64:ff9b::/96, 64:ff9b:1::/48, 100::/64, 2001::/32, "
                                     "2001:db8::/32, 2002::/16, fc00::/7, fe80::/10, fec0::/10, "
                                     "ff00::/8";

static struct networks *not_public;

static void read_ranges(void)
{
    if (networks_read(private_ranges, &not_public) != ERR_OK)
        not_public = NULL;
}

bool http_address_is_public(const struct in6_addr *address)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, read_ranges);
    return not_public != NULL && !networks_hold(not_public, address);
}

/* ---- the URL ---- */

struct url_parts {
    const char *scheme_name, *host, *port;
    const struct scheme *scheme;
};

static const char *part_of(CURLU *url, CURLUPart part, unsigned flags, struct arena *arena)
{
    char *found = NULL;
    const char *ret = NULL;

    if (curl_url_get(url, part, &found, flags) == CURLUE_OK)
        ret = arena_strdup(arena, found);
    curl_free(found);
    return ret;
}

/* "[::1]" without its brackets. */
static const char *bare_host(const char *host, struct arena *arena)
{
    size_t len = strlen(host);

    return host[0] == '[' && len > 2 ? arena_memdup(arena, host + 1, len - 2) : host;
}

static bool read_url(const char *text, struct arena *arena, struct url_parts *ret)
{
    CURLU *url = curl_url();
    bool good = curl_url_set(url, CURLUPART_URL, text, CURLU_DISALLOW_USER) == CURLUE_OK;

    if (good) {
        ret->scheme_name = part_of(url, CURLUPART_SCHEME, 0, arena);
        ret->host = part_of(url, CURLUPART_HOST, 0, arena);
        ret->port = part_of(url, CURLUPART_PORT, CURLU_DEFAULT_PORT, arena);
    }
    curl_url_cleanup(url);
    good = good && ret->scheme_name != NULL && ret->host != NULL && ret->port != NULL;
    if (good)
        ret->host = bare_host(ret->host, arena);
    return good;
}

struct scheme {
    const char *name;
    enum target_use use;
    bool is_open; /* whoever is on the way reads it */
};

static const struct scheme schemes[] = {
    {"https", TARGET_WEB,  false},
    {"http",  TARGET_WEB,  true },
    {"smtps", TARGET_MAIL, false},
    {"smtp",  TARGET_MAIL, false},
};

static const struct scheme *find_scheme(enum target_use use, const char *name)
{
    for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
        if (schemes[i].use == use && strcmp(schemes[i].name, name) == 0)
            return &schemes[i];
    return NULL;
}

static enum err read_allowed_url(enum target_use use, const char *text, struct arena *arena,
                                 struct url_parts *ret)
{
    if (strlen(text) > URL_MAX)
        return err_set(ERR_INVALID, "the URL is longer than %d characters", URL_MAX);
    for (const char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7F)
            return err_set(ERR_INVALID, "a URL has only printable ASCII characters");
    if (!read_url(text, arena, ret))
        return err_set(ERR_INVALID, "this is no URL, or one with a user name");
    ret->scheme = find_scheme(use, ret->scheme_name);
    if (ret->scheme == NULL)
        return err_set(ERR_INVALID, "%s",
                       use == TARGET_WEB ? "a URL begins with https://"
                                         : "the URL of a mail server begins with smtps:// or smtp://");
    return ERR_OK;
}

enum err http_target_check(enum target_use use, const char *url)
{
    AUTO_ARENA arena = arena_new(URL_MAX);
    struct url_parts parts;

    return read_allowed_url(use, url, arena, &parts);
}

/* ---- where it leads ---- */

static bool to_in6(const struct sockaddr *address, struct in6_addr *ret)
{
    char text[LITERAL_MAX];

    if (address->sa_family == AF_INET6) {
        memcpy(ret, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, sizeof(*ret));
        return true;
    }
    return address->sa_family == AF_INET &&
           inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, text,
                     sizeof(text)) != NULL &&
           networks_read_address(text, ret);
}

static enum err check_address(const struct url_parts *parts, const struct addrinfo *info,
                              const struct networks *allowed, char literal[LITERAL_MAX], bool *ret_is_inside)
{
    struct in6_addr address;

    if (!to_in6(info->ai_addr, &address) ||
        getnameinfo(info->ai_addr, info->ai_addrlen, literal, LITERAL_MAX, NULL, 0, NI_NUMERICHOST) != 0)
        return err_set(ERR_DENIED, "%s leads to an address of an unknown kind", parts->host);
    *ret_is_inside = networks_hold(allowed, &address);
    if (*ret_is_inside)
        return ERR_OK;
    if (!http_address_is_public(&address))
        return err_set(ERR_DENIED, "%s leads to %s, which is not public and not in outbox.networks",
                       parts->host, literal);
    if (parts->scheme->is_open)
        return err_set(ERR_DENIED, "%s is reached by https:// only: it is not in outbox.networks",
                       parts->host);
    return ERR_OK;
}

/* One address that may not be is enough to refuse the name. */
static enum err choose(const struct url_parts *parts, const struct addrinfo *infos,
                       const struct networks *allowed, struct arena *arena, struct http_target *ret)
{
    for (const struct addrinfo *info = infos; info != NULL; info = info->ai_next) {
        char literal[LITERAL_MAX];
        bool is_inside;

        TRY(check_address(parts, info, allowed, literal, &is_inside));
        if (ret->literal != NULL)
            continue;
        memcpy(&ret->address.storage, info->ai_addr, info->ai_addrlen);
        ret->address.len = info->ai_addrlen;
        ret->literal = arena_strdup(arena, literal);
        ret->is_inside = is_inside;
    }
    return ret->literal != NULL ? ERR_OK : err_set(ERR_UNAVAILABLE, "%s has no address", parts->host);
}

enum err http_target_find(enum target_use use, const char *url, const struct networks *allowed,
                          struct arena *arena, struct http_target *ret)
{
    static const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct http_target target = {.url = url};
    struct addrinfo *infos = NULL;
    struct url_parts parts;
    int number;
    enum err err;

    TRY(read_allowed_url(use, url, arena, &parts));
    target.host = parts.host;
    target.port = parts.port;
    number = getaddrinfo(parts.host, parts.port, &hints, &infos);
    if (number != 0)
        return err_set(ERR_UNAVAILABLE, "%s: %s", parts.host, gai_strerror(number));
    err = choose(&parts, infos, allowed, arena, &target);
    freeaddrinfo(infos);
    TRY(err);
    *ret = target;
    return ERR_OK;
}
