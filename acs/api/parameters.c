/* The stored parameters of a device. */
#include "acs/api/routes.h"
#include "acs/base/clock.h"
#include "db/device.h"
#include "db/parameter.h"
#include "provisioning/parameter.h"

static void write_parameter(struct call *call, const struct parameter_row *row)
{
    bool secret = parameter_is_secret(row->name);
    struct json_writer *json = &call->json;

    json_open_object(json);
    json_field_string(json, "name", row->name);
    json_field_string(json, "value", secret ? NULL : row->value);
    json_field_string(json, "type", row->type);
    json_key(json, "writable");
    if (row->writable_known)
        json_put_bool(json, row->writable);
    else
        json_put_null(json);
    json_field_time(json, "read_at", row->read_at_us);
    json_key(json, "age_s");
    if (row->read_at_us != 0)
        json_put_int(json, (clock_now_us() - row->read_at_us) / US_PER_S);
    else
        json_put_null(json);
    json_field_bool(json, "secret", secret);
    json_close_object(json);
}

enum err api_parameter_list(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct parameter_from from = {
        .path = call_query(call, "path"), .after = call_query(call, "after"), .most = limit + 1};
    struct parameter_rows rows;
    struct device_row device;
    int64_t id;
    bool more;

    TRY(call_device_id(call, &id));
    TRY(device_show(call->db, id, call->arena, &device));
    TRY(parameter_list(call->db, id, &from, call->arena, &rows));
    more = rows.count > limit;
    call_open_list(call);
    for (size_t i = 0; i < (more ? limit : rows.count); i++)
        write_parameter(call, &rows.items[i]);
    call_close_list(call, more ? rows.items[limit - 1].name : NULL);
    json_close_object(&call->json);
    return ERR_OK;
}
