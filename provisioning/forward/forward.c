#include "provisioning/forward/forward.h"

#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"

/* ---- out of a home ---- */

static const char *text_at(const struct home *home, enum fact_key key, const char *row, struct arena *arena)
{
    const struct home_binding *binding = home_find_at(home, key, row, false);

    return binding != NULL ? arena_strdup(arena, binding->value->value) : NULL;
}

static int64_t number_at(const struct home *home, enum fact_key key, const char *row, int64_t otherwise)
{
    const struct home_binding *binding = home_find_at(home, key, row, false);
    double number;

    if (binding == NULL ||
        !encoding_number(binding->row->encoding, text_or_empty(binding->value->value), &number))
        return otherwise;
    return number >= 0 && number <= UINT32_MAX ? (int64_t)number : otherwise;
}

static bool flag_at(const struct home *home, enum fact_key key, const char *row)
{
    const struct home_binding *binding = home_find_at(home, key, row, false);
    bool flag = false;

    return binding != NULL &&
           encoding_flag(binding->row->encoding, text_or_empty(binding->value->value), &flag) && flag;
}

/* As in the names of facts: the number of the row, with those of what is above it. */
static int64_t place_of(const struct home *home, const char *row)
{
    const struct home_binding *binding = home_find_at(home, KEY_FORWARD_CLIENT, row, false);

    return binding != NULL ? strtoll(binding->place, NULL, 10) : 0;
}

static const char *empty_is_none(const char *text)
{
    return *text_or_empty(text) != '\0' ? text : NULL;
}

/* "…PortMapping.3." without its number */
static const char *table_of(const char *row, struct arena *arena)
{
    size_t len = strlen(row) - 1;

    while (len > 0 && row[len - 1] != '.')
        len--;
    return arena_memdup(arena, row, len);
}

static struct forward read_row(const struct home *home, const char *row, struct arena *arena)
{
    const char *word = text_at(home, KEY_FORWARD_PROTOCOL, row, arena);
    struct forward forward = {
        .row = arena_strdup(arena, row),
        .table = table_of(row, arena),
        .number = place_of(home, row),
        .enabled = flag_at(home, KEY_FORWARD_ENABLED, row),
        .protocol = forward_protocol(text_or_empty(word)),
        .word = word,
        .first = number_at(home, KEY_FORWARD_PORT, row, 0),
        .last = number_at(home, KEY_FORWARD_PORT_END, row, 0),
        .inner = number_at(home, KEY_FORWARD_INNER, row, 0),
        .client = text_or_empty(text_at(home, KEY_FORWARD_CLIENT, row, arena)),
        .name = empty_is_none(text_at(home, KEY_FORWARD_NAME, row, arena)),
        .via = empty_is_none(text_at(home, KEY_FORWARD_INTERFACE, row, arena)),
        .status = empty_is_none(text_at(home, KEY_FORWARD_STATUS, row, arena)),
        .origin = empty_is_none(text_at(home, KEY_FORWARD_ORIGIN, row, arena)),
        .lease_s = number_at(home, KEY_FORWARD_LEASE, row, -1),
    };

    if (forward.last < forward.first)
        forward.last = forward.first;
    return forward;
}

static int compare(const void *left, const void *right)
{
    const struct forward *a = left;
    const struct forward *b = right;

    return (a->number > b->number) - (a->number < b->number);
}

void forwards_read(const struct home *home, const struct cwmp_strings *rows, struct arena *arena,
                   struct forwards *ret)
{
    ret->items = ARENA_ARRAY(arena, struct forward, rows->count + 1);
    ret->count = rows->count;
    for (size_t i = 0; i < rows->count; i++)
        ret->items[i] = read_row(home, rows->items[i], arena);
    qsort(ret->items, ret->count, sizeof(*ret->items), compare);
}

/* ---- protocols ---- */

static bool holds(const char *text, const char *word)
{
    for (; *text != '\0'; text++)
        if (strncasecmp(text, word, strlen(word)) == 0)
            return true;
    return false;
}

/* Makers write "TCP/UDP", "TCP AND UDP", "TCPorUDP", "BOTH", "ALL" for one and the same. */
enum forward_protocol forward_protocol(const char *word)
{
    bool tcp = holds(word, "tcp"), udp = holds(word, "udp");

    if ((tcp && udp) || text_equal_nocase(word, "both") || text_equal_nocase(word, "all"))
        return FORWARD_BOTH;
    return tcp ? FORWARD_TCP : udp ? FORWARD_UDP : FORWARD_OTHER;
}

bool forward_is_same(const struct forward *a, const struct forward *b)
{
    return a->protocol == b->protocol && a->first == b->first && a->last == b->last && a->inner == b->inner &&
           strcmp(a->client, b->client) == 0;
}

/* ---- kept and shown ---- */

static const char *const protocols[] = {
    [FORWARD_OTHER] = NULL, [FORWARD_TCP] = "tcp", [FORWARD_UDP] = "udp", [FORWARD_BOTH] = "both"};

/* One that a device of the home has asked for by UPnP goes by itself, or names its origin. */
static const char *whose(const struct forward *forward)
{
    if (forward->lease_s > 0 || (forward->origin != NULL && holds(forward->origin, "upnp")))
        return "dynamic";
    return forward->lease_s == 0 || forward->origin != NULL ? "static" : NULL;
}

void forward_show(const struct forward *forward, struct json_writer *json)
{
    json_open_object(json);
    json_field_int(json, "number", forward->number);
    json_field_bool(json, "enabled", forward->enabled);
    json_field_string(json, "protocol", protocols[forward->protocol]);
    json_field_int(json, "external_port", forward->first);
    json_field_int(json, "external_port_end", forward->last);
    json_field_string(json, "internal_client", forward->client);
    json_field_int(json, "internal_port", forward->inner);
    json_field_string(json, "description", forward->name);
    json_field_string(json, "whose", whose(forward));
    json_field_string(json, "status", forward->status);
    json_close_object(json);
}

void forward_keep(const struct forward *forward, struct json_writer *json)
{
    json_open_object(json);
    json_field_string(json, "table", forward->table);
    json_field_string(json, "row", forward->row);
    json_field_int(json, "number", forward->number);
    json_field_bool(json, "enabled", forward->enabled);
    json_field_string(json, "word", forward->word);
    json_field_int(json, "first", forward->first);
    json_field_int(json, "last", forward->last);
    json_field_int(json, "inner", forward->inner);
    json_field_string(json, "client", forward->client);
    json_field_string(json, "name", forward->name);
    json_field_string(json, "via", forward->via);
    json_field_string(json, "status", forward->status);
    json_field_string(json, "origin", forward->origin);
    json_field_int(json, "lease_s", forward->lease_s);
    json_close_object(json);
}

void forward_load(const struct json *doc, struct arena *arena, struct forward *ret)
{
    *ret = (struct forward){
        .table = arena_strdup(arena, json_string(json_get(doc, "table"), NULL)),
        .row = arena_strdup(arena, json_string(json_get(doc, "row"), NULL)),
        .number = json_int(json_get(doc, "number"), 0),
        .enabled = json_bool(json_get(doc, "enabled"), false),
        .word = arena_strdup(arena, json_string(json_get(doc, "word"), NULL)),
        .first = json_int(json_get(doc, "first"), 0),
        .last = json_int(json_get(doc, "last"), 0),
        .inner = json_int(json_get(doc, "inner"), 0),
        .client = arena_strdup(arena, json_string(json_get(doc, "client"), "")),
        .name = arena_strdup(arena, json_string(json_get(doc, "name"), NULL)),
        .via = arena_strdup(arena, json_string(json_get(doc, "via"), NULL)),
        .status = arena_strdup(arena, json_string(json_get(doc, "status"), NULL)),
        .origin = arena_strdup(arena, json_string(json_get(doc, "origin"), NULL)),
        .lease_s = json_int(json_get(doc, "lease_s"), -1),
    };
    ret->protocol = forward_protocol(text_or_empty(ret->word));
}

/* ---- in words ---- */

const char *forward_protocol_words(enum forward_protocol protocol, bool portuguese)
{
    switch (protocol) {
    case FORWARD_TCP:
        return "TCP";
    case FORWARD_UDP:
        return "UDP";
    case FORWARD_BOTH:
        return portuguese ? "TCP e UDP" : "TCP and UDP";
    case FORWARD_OTHER:
        break;
    }
    return portuguese ? "qualquer protocolo" : "any protocol";
}

const char *forward_ports(const struct forward *forward, struct arena *arena)
{
    if (forward->last > forward->first)
        return arena_printf(arena, "%lld-%lld", (long long)forward->first, (long long)forward->last);
    return arena_printf(arena, "%lld", (long long)forward->first);
}

void forward_put_words(struct json_writer *json, struct forward_words words)
{
    json_key(json, "sentence");
    json_open_object(json);
    json_field_string(json, "pt", words.pt);
    json_field_string(json, "en", words.en);
    json_close_object(json);
}
