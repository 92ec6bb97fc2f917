/* The search of the desk. */
#include <string.h>

#include "acs/api/routes.h"
#include "acs/desk/typed.h"
#include "db/filter.h"
#include "db/search.h"

static struct search_question ask(const struct call *call, const struct typed *typed)
{
    const char **order = ARENA_ARRAY(call->arena, const char *, TRY_COUNT);

    for (unsigned i = 0; i < typed->count; i++)
        order[i] = typed_try_name(typed->order[i]);
    return (struct search_question){
        .document = typed->values[TRY_DOCUMENT],
        .phone = typed->values[TRY_PHONE],
        .phone_area = typed->phone_area,
        .contract = typed->values[TRY_CONTRACT],
        .login = typed->values[TRY_LOGIN],
        .serial = typed->values[TRY_SERIAL],
        .mac = typed->values[TRY_MAC],
        .address = typed->values[TRY_ADDRESS],
        .words = typed->values[TRY_WORDS],
        .order = order,
        .order_count = typed->count,
        .has_time = typed->has_time,
        .date = typed->date,
        .clock = typed->clock,
        .days_ago = typed->days_ago,
        .zone = call->config->time_zone,
        .scope = call->scope,
        .most = call_query_number(call, "limit"),
    };
}

static void write_group(struct call *call, const char *name, const struct search_rows *rows, bool devices)
{
    json_key(&call->json, name);
    json_open_array(&call->json);
    for (size_t i = 0; i < rows->count; i++)
        if (rows->items[i].is_device == devices)
            json_put_raw(&call->json, rows->items[i].shown);
    json_close_array(&call->json);
}

/* A question to the fleet: it is asked there (GET /devices?q=), where what is wrong with it is told as well.
 */
static void write_filter(struct call *call, const char *q)
{
    const struct search_rows none = {0};

    json_open_object(&call->json);
    json_field_string(&call->json, "kind", "filter");
    write_group(call, "subscribers", &none, false);
    write_group(call, "devices", &none, true);
    json_key(&call->json, "filter");
    json_open_object(&call->json);
    json_field_string(&call->json, "q", q);
    json_close_object(&call->json);
    json_close_object(&call->json);
}

enum err api_search(struct call *call)
{
    struct search_question question;
    struct search_rows rows = {0};
    struct typed typed;

    if (filter_is_meant(call_query(call, "q"))) {
        write_filter(call, call_query(call, "q"));
        return ERR_OK;
    }
    if (typed_read(call_query(call, "q"), call->arena, &typed) != ERR_OK)
        return call_refuse_query(call, "q", "format", arena_strdup(call->arena, err_message()));
    question = ask(call, &typed);
    TRY(search_run(call->db, &question, call->arena, &rows));
    json_open_object(&call->json);
    json_field_string(&call->json, "kind", typed_try_name(typed.kind));
    write_group(call, "subscribers", &rows, false);
    write_group(call, "devices", &rows, true);
    json_key(&call->json, "filter");
    json_put_null(&call->json);
    json_close_object(&call->json);
    return ERR_OK;
}
