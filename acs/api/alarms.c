/* Alarms about who devices are: list, clear. */
#include <string.h>

#include "acs/api/routes.h"
#include "db/credential.h"

static const char *write_id(struct call *call, int64_t id)
{
    char text[NUMBER_ID_MAX];

    crypto_write_number_id("alm_", id, text);
    return arena_strdup(call->arena, text);
}

static void write_device(struct call *call, const char *member, int64_t id)
{
    json_field_string(&call->json, member, id != 0 ? call_write_device_id(call, id) : NULL);
}

static void write_alarm(struct call *call, const struct alarm_row *row)
{
    json_open_object(&call->json);
    json_field_string(&call->json, "id", write_id(call, row->id));
    write_device(call, "device", row->device_id);
    write_device(call, "about", row->about_id);
    call_put_members(call, row->shown);
    json_close_object(&call->json);
}

static enum err read_filter(struct call *call, struct alarm_filter *ret)
{

    *ret = (struct alarm_filter){.open_only = call_query_flag(call, "open"),
                                 .scope = call->scope,
                                 .most = call_query_number(call, "limit") + 1};
    TRY(call_query_device(call, "device", &ret->device_id));
    TRY(call_query_after(call, "alm_", &ret->after));
    return ERR_OK;
}

enum err api_alarm_list(struct call *call)
{
    struct alarm_filter filter;
    struct alarm_rows rows;
    size_t count;

    TRY(read_filter(call, &filter));
    TRY(alarm_list(call->db, &filter, call->arena, &rows));
    count = rows.count < filter.most ? rows.count : filter.most - 1;
    call_open_list(call);
    for (size_t i = 0; i < count; i++)
        write_alarm(call, &rows.items[i]);
    call_close_list(call, count < rows.count ? write_id(call, rows.items[count - 1].id) : NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_alarm_clear(struct call *call)
{
    struct alarm_row row;
    int64_t id;

    if (!crypto_read_number_id("alm_", call->captures[0], &id))
        return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
    TRY(alarm_clear(call->db, id, call->caller.name, call->arena));
    TRY(alarm_show(call->db, id, call->arena, &row));
    write_alarm(call, &row);
    return ERR_OK;
}
