#include "acs/api/origin.h"

#include <string.h>
#include <strings.h>

#include "acs/base/text.h"
#include "acs/http/networks.h"

/* ---- who ---- */

static const char *last_of(const char *list, struct arena *arena)
{
    const char *comma = strrchr(list, ',');
    const char *from = comma == NULL ? list : comma + 1;

    from += strspn(from, " \t");
    return arena_memdup(arena, from, strcspn(from, " \t"));
}

struct origin origin_of(const struct http_exchange *exchange, const struct networks *proxies)
{
    const struct http_request *request = http_request(exchange);
    struct origin origin = {.address = http_peer_text(exchange)};
    const char *forwarded_for, *forwarded_proto;
    struct in6_addr address;

    if (proxies == NULL || !networks_hold_peer(proxies, &request->peer))
        return origin;
    forwarded_for = last_of(text_or_empty(http_header(exchange, "X-Forwarded-For")), request->arena);
    forwarded_proto = last_of(text_or_empty(http_header(exchange, "X-Forwarded-Proto")), request->arena);
    if (networks_read_address(forwarded_for, &address))
        origin.address = forwarded_for;
    origin.secure = text_equal_nocase(forwarded_proto, "https");
    return origin;
}

/* ---- which page ---- */

/* "https://farol.example:8443" has the host "farol.example:8443". */
static bool is_of_host(const char *origin, const char *host, bool secure)
{
    const char *scheme_end = strstr(origin, "://");

    if (scheme_end == NULL || host == NULL || *host == '\0')
        return false;
    if (secure && strncasecmp(origin, "https:", 6) != 0)
        return false;
    return strcasecmp(scheme_end + 3, host) == 0;
}

enum origin_page origin_page(const char *fetch_site, const char *origin, const char *host, bool secure)
{
    if (fetch_site == NULL && origin == NULL)
        return ORIGIN_UNSAID;
    if (fetch_site != NULL && strcmp(fetch_site, "same-origin") != 0)
        return ORIGIN_OTHER;
    if (origin != NULL && !is_of_host(origin, host, secure))
        return ORIGIN_OTHER;
    return ORIGIN_SAME;
}
