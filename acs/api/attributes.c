/* The attributes that were set in a device. */
#include "acs/api/routes.h"
#include "db/attribute.h"
#include "db/device.h"

static void write_attribute(struct json_writer *json, const struct attribute_row *row)
{
    json_open_object(json);
    json_field_string(json, "path", row->path);
    json_key(json, "notification");
    if (row->notification >= 0)
        json_put_int(json, row->notification);
    else
        json_put_null(json);
    json_key(json, "access_list");
    if (row->access_list != NULL)
        json_put_raw(json, row->access_list);
    else
        json_put_null(json);
    json_field_time(json, "since", row->since_us);
    json_field_string(json, "action", row->action_id);
    json_close_object(json);
}

enum err api_attribute_list(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct attribute_rows rows;
    struct device_row device;
    int64_t id;
    bool more;

    TRY(call_device_id(call, &id));
    TRY(device_show(call->db, id, call->arena, &device));
    TRY(attribute_list(call->db, id, call_query(call, "after"), limit + 1, call->arena, &rows));
    more = rows.count > limit;
    call_open_list(call);
    for (size_t i = 0; i < (more ? limit : rows.count); i++)
        write_attribute(&call->json, &rows.items[i]);
    call_close_list(call, more ? rows.items[limit - 1].path : NULL);
    json_close_object(&call->json);
    return ERR_OK;
}
