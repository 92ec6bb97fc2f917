#include "acs/api/query.h"

#include <string.h>

#include "acs/api/url.h"

const char *query_get(const struct query *query, const char *name)
{
    for (size_t i = 0; i < query->count; i++)
        if (strcmp(query->items[i].name, name) == 0)
            return query->items[i].value;
    return NULL;
}

static enum err read_pair(const char *pair, size_t len, struct arena *arena, struct query *query)
{
    const char *equals = memchr(pair, '=', len);
    size_t name_len = equals == NULL ? len : (size_t)(equals - pair);
    struct query_item item = {.value = ""};

    TRY(url_decode(pair, name_len, true, arena, &item.name));
    if (equals != NULL)
        TRY(url_decode(equals + 1, len - name_len - 1, true, arena, &item.value));
    if (query_get(query, item.name) != NULL)
        return err_set(ERR_INVALID, "the query names '%.64s' twice", item.name);
    if (query->count == QUERY_ITEMS_MAX)
        return err_set(ERR_INVALID, "the query has more than %d parameters", QUERY_ITEMS_MAX);
    query->items[query->count++] = item;
    return ERR_OK;
}

enum err query_read(const char *raw, struct arena *arena, struct query *ret)
{
    struct query query = {.items = ARENA_ARRAY(arena, struct query_item, QUERY_ITEMS_MAX)};

    while (*raw != '\0') {
        size_t len = strcspn(raw, "&");

        if (len > 0)
            TRY(read_pair(raw, len, arena, &query));
        raw += len + (raw[len] == '&');
    }
    *ret = query;
    return ERR_OK;
}
