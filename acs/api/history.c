/* What happened to a device: its sessions and its events, newest first. */
#include <inttypes.h>
#include <string.h>

#include "acs/api/routes.h"
#include "db/device.h"
#include "db/history.h"

static void write_session(struct json_writer *json, const struct session_row *row)
{
    json_open_object(json);
    json_field_time(json, "started_at", row->started_at_us);
    json_field_time(json, "ended_at", row->ended_at_us);
    json_field_string(json, "result", row->result);
    json_field_string(json, "detail", row->detail);
    json_field_int(json, "requests", row->rpc_count);
    json_field_raw(json, "events", row->events);
    json_close_object(json);
}

enum err api_session_list(struct call *call)
{
    const char *cursor = call_query(call, "after");
    unsigned limit = call_query_number(call, "limit");
    struct session_rows rows;
    struct device_row device;
    int64_t id, after = 0;
    bool more;

    TRY(call_device_id(call, &id));
    if (cursor != NULL && (text_read_i64(cursor, &after) != ERR_OK || after <= 0))
        return call_refuse_cursor(call);
    TRY(device_show(call->db, id, call->arena, &device));
    TRY(history_sessions(call->db, id, after, limit + 1, call->arena, &rows));
    more = rows.count > limit;
    call_open_list(call);
    for (size_t i = 0; i < (more ? limit : rows.count); i++)
        write_session(&call->json, &rows.items[i]);
    call_close_list(call,
                    more ? arena_printf(call->arena, "%" PRId64, rows.items[limit - 1].session_no) : NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

/* "<session number>.<place in the list of its Inform>" */
static bool read_place(const char *cursor, struct arena *arena, struct event_place *ret)
{
    size_t len = strcspn(cursor, ".");

    return cursor[len] == '.' &&
           text_read_i64(arena_memdup(arena, cursor, len), &ret->session_no) == ERR_OK &&
           text_read_i64(cursor + len + 1, &ret->place) == ERR_OK && ret->place >= 0 &&
           ret->place <= INT16_MAX;
}

static void write_event(struct json_writer *json, const struct event_row *row)
{
    json_open_object(json);
    json_field_time(json, "at", row->at_us);
    json_field_string(json, "code", row->code);
    json_field_string(json, "command_key", row->command_key);
    json_key(json, "detail");
    if (row->detail != NULL)
        json_put_raw(json, row->detail);
    else
        json_put_null(json);
    json_close_object(json);
}

enum err api_event_list(struct call *call)
{
    const char *cursor = call_query(call, "after");
    unsigned limit = call_query_number(call, "limit");
    struct event_place after;
    struct event_rows rows;
    struct device_row device;
    const char *next = NULL;
    int64_t id;

    TRY(call_device_id(call, &id));
    if (cursor != NULL && !read_place(cursor, call->arena, &after))
        return call_refuse_cursor(call);
    TRY(device_show(call->db, id, call->arena, &device));
    TRY(history_events(call->db, id, cursor == NULL ? NULL : &after, limit + 1, call->arena, &rows));
    if (rows.count > limit) {
        const struct event_place *last = &rows.items[limit - 1].place;

        rows.count = limit;
        next = arena_printf(call->arena, "%" PRId64 ".%" PRId64, last->session_no, last->place);
    }
    call_open_list(call);
    for (size_t i = 0; i < rows.count; i++)
        write_event(&call->json, &rows.items[i]);
    call_close_list(call, next);
    json_close_object(&call->json);
    return ERR_OK;
}
