#include "acs/http/listener.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

const struct http_request *http_request(const struct http_exchange *exchange)
{
    return &exchange->request;
}

struct http_connection *http_connection(const struct http_exchange *exchange)
{
    return exchange->connection;
}

bool http_is_crowded(const struct http_exchange *exchange)
{
    return exchange->connection->crowded;
}

/* ---- headers ---- */

const char *http_header(const struct http_exchange *exchange, const char *name)
{
    return MHD_lookup_connection_value(exchange->mhd, MHD_HEADER_KIND, name);
}

struct search {
    const char *name;
    void (*fn)(const char *value, void *ctx);
    void *ctx;
};

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct search *search = cls;

    (void)kind;
    if (strcasecmp(name, search->name) == 0)
        search->fn(value, search->ctx);
    return MHD_YES;
}

void http_each_header(const struct http_exchange *exchange, const char *name,
                      void (*fn)(const char *value, void *ctx), void *ctx)
{
    struct search search = {.name = name, .fn = fn, .ctx = ctx};

    MHD_get_connection_values(exchange->mhd, MHD_HEADER_KIND, on_header, &search);
}

/* ---- the query ---- */

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c);

    return at == NULL ? -1 : (int)(at - digits);
}

/* The character at *text, moved behind it. What is no valid escape, and %00, stays as it is written. */
static char decoded(const char **text, const char *end)
{
    const char *at = (*text)++;
    int high = end - at > 2 ? hex_digit(at[1]) : -1;
    int low = high >= 0 ? hex_digit(at[2]) : -1;

    if (*at == '+')
        return ' ';
    if (*at != '%' || low < 0 || high + low == 0)
        return *at;
    *text += 2;
    return (char)(high * 16 + low);
}

static char *decode(struct arena *arena, const char *from, const char *end)
{
    char *text = arena_alloc(arena, (size_t)(end - from) + 1);
    char *to = text;

    while (from < end)
        *to++ = decoded(&from, end);
    *to = '\0';
    return text;
}

static bool is_named(const char *name, const char *from, const char *end)
{
    while (from < end)
        if (*name == '\0' || decoded(&from, end) != *name++)
            return false;
    return *name == '\0';
}

const char *http_query(const struct http_exchange *exchange, const char *name)
{
    const char *field = exchange->request.query;

    for (;;) {
        const char *end = strchrnul(field, '&');
        const char *equals = memchr(field, '=', (size_t)(end - field));

        if (is_named(name, field, equals != NULL ? equals : end))
            return decode(exchange->request.arena, equals != NULL ? equals + 1 : end, end);
        if (*end == '\0')
            return NULL;
        field = end + 1;
    }
}

/* ---- the peer ---- */

const char *http_peer_text(const struct http_exchange *exchange)
{
    const struct sockaddr_storage *peer = &exchange->request.peer;
    char *text = arena_alloc(exchange->request.arena, INET6_ADDRSTRLEN);
    const void *address = peer->ss_family == AF_INET6
                              ? (const void *)&((const struct sockaddr_in6 *)peer)->sin6_addr
                              : (const void *)&((const struct sockaddr_in *)peer)->sin_addr;

    text[0] = '\0';
    inet_ntop(peer->ss_family, address, text, INET6_ADDRSTRLEN);
    return text;
}
