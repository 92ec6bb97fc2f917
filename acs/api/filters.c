/* Filters of the fleet that somebody has given a name. */
#include "acs/api/devices.h"
#include "acs/api/routes.h"
#include "db/saved_filter.h"

enum { MINE_MAX = 100, SHARED_MAX = 200 };

static const char *write_id(struct call *call, int64_t id)
{
    char text[NUMBER_ID_MAX];

    crypto_write_number_id("flt_", id, text);
    return arena_strdup(call->arena, text);
}

static void write_filter(struct call *call, const struct saved_filter_row *row)
{
    json_open_object(&call->json);
    call_put_members(call, row->shown);
    json_field_bool(&call->json, "mine", row->mine);
    json_close_object(&call->json);
}

static enum err show(struct call *call, int64_t id)
{
    struct saved_filter_row row;

    TRY(saved_filter_show(call->db, id, call->caller.id, call->arena, &row));
    write_filter(call, &row);
    return ERR_OK;
}

enum err api_filter_list(struct call *call)
{
    struct saved_filter_rows rows;

    TRY(saved_filter_list(call->db, call->caller.id, call->arena, &rows));
    json_open_object(&call->json);
    json_key(&call->json, "data");
    json_open_array(&call->json);
    for (size_t i = 0; i < rows.count; i++)
        write_filter(call, &rows.items[i]);
    json_close_array(&call->json);
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- changed ---- */

/* What cannot be read is not kept. */
static enum err check_q(struct call *call, const char *q)
{
    const struct filter *filter;

    return q == NULL ? ERR_OK : device_read_filter(call, q, (struct filter_place){.pointer = "/q"}, &filter);
}

static enum err check_sharing(struct call *call, bool shares)
{
    if (!shares || caller_may(&call->caller, CAPABILITY_FILTERS_SHARE))
        return ERR_OK;
    return call_refuse_capability(call, CAPABILITY_FILTERS_SHARE);
}

/* Whether there is room for one more. adds: to the caller's own; shares: to those of everybody. */
static enum err check_room(struct call *call, bool adds, bool shares)
{
    struct saved_filter_count count;

    TRY(saved_filter_count(call->db, call->caller.id, call->arena, &count));
    if ((adds && count.mine >= MINE_MAX) || (shares && count.shared >= SHARED_MAX))
        return call_refuse(call, PROBLEM_CONFLICT,
                           call_say(call, "Há filtros demais: apague os que não servem mais.",
                                    "There are too many filters: delete those that are of no use any more."));
    return ERR_OK;
}

static enum err refuse_name(struct call *call, enum err err)
{
    return err == ERR_CONFLICT ? call_refuse(call, PROBLEM_EXISTS, NULL) : err;
}

enum err api_filter_add(struct call *call)
{
    const struct saved_filter_order order = {.owner_id = call->caller.id,
                                             .owner = call->caller.name,
                                             .name = json_string(json_get(call->body, "name"), ""),
                                             .q = json_string(json_get(call->body, "q"), ""),
                                             .shared = json_bool(json_get(call->body, "shared"), false)};
    int64_t id;

    TRY(check_sharing(call, order.shared));
    TRY(check_q(call, order.q));
    TRY(check_room(call, true, order.shared));
    TRY(refuse_name(call, saved_filter_add(call->db, &order, call->arena, &id)));
    call->status = 201;
    call_add_header(call, "Location", arena_printf(call->arena, "/api/v1/filters/%s", write_id(call, id)));
    return show(call, id);
}

/* The one of the path, which is the caller's own, or one of everybody's that he may look after. */
static enum err find_to_change(struct call *call, struct saved_filter_row *ret)
{
    int64_t id;

    if (!crypto_read_number_id("flt_", call->captures[0], &id))
        return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
    TRY(saved_filter_show(call->db, id, call->caller.id, call->arena, ret));
    return check_sharing(call, !ret->mine);
}

enum err api_filter_patch(struct call *call)
{
    const struct json *shared = json_get(call->body, "shared");
    const bool shares = json_bool(shared, false);
    const struct saved_filter_change change = {.name = json_string(json_get(call->body, "name"), NULL),
                                               .q = json_string(json_get(call->body, "q"), NULL),
                                               .shared = shared == NULL ? NULL : &shares};
    struct saved_filter_row row = {0};

    TRY(find_to_change(call, &row));
    TRY(check_sharing(call, shares));
    TRY(check_q(call, change.q));
    TRY(check_room(call, false, shares && !row.shared));
    TRY(refuse_name(call, saved_filter_patch(call->db, row.id, &change, call->arena)));
    if (!row.mine && shared != NULL && !shares) { /* it is its owner's alone again */
        call->status = 204;
        call->content_type = NULL;
        return ERR_OK;
    }
    return show(call, row.id);
}

enum err api_filter_delete(struct call *call)
{
    struct saved_filter_row row = {0};

    TRY(find_to_change(call, &row));
    TRY(saved_filter_delete(call->db, row.id, call->arena));
    call->status = 204;
    call->content_type = NULL;
    return ERR_OK;
}
