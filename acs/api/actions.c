/* Actions: list and show; how they are written. */
#include "acs/api/actions.h"

#include <string.h>

#include "acs/api/routes.h"
#include "acs/api/wake.h"
#include "db/device.h"

/* What is being waited for, in words. */
static const char *describe_wait(struct call *call, const struct action_row *row)
{
    char due[TEXT_TIME_MAX];

    if (!row->waits_for_contact)
        return NULL;
    if (row->next_contact_us == 0)
        return call_say(call, "Espera o próximo contato do aparelho; não se sabe quando será.",
                        "Waits for the next contact of the device; nobody knows when.");
    text_write_time(due, row->next_contact_us, false);
    return arena_printf(call->arena, "%s %s",
                        call_say(call, "Espera o próximo contato do aparelho, previsto para",
                                 "Waits for the next contact of the device, due"),
                        due);
}

/* Both in one text, as a person would say it. */
static const char *describe(struct call *call, const struct action_row *row)
{
    const char *happened = row->ended ? NULL : wake_words(call, row->wake_detail);
    const char *wait = describe_wait(call, row);

    if (happened == NULL || wait == NULL)
        return happened == NULL ? wait : happened;
    return arena_printf(call->arena, "%s %s", happened, wait);
}

static void write_wake(struct call *call, const struct action_row *row)
{
    struct json_writer *json = &call->json;

    json_key(json, "wake");
    json_open_object(json);
    json_field_int(json, "tries", row->wake_tries);
    json_field_string(json, "code", row->wake_detail);
    json_field_string(json, "detail", describe(call, row));
    json_field_time(json, "next_try", row->next_wake_at_us);
    json_field_time(json, "next_contact", row->ended ? 0 : row->next_contact_us);
    json_close_object(json);
}

static void write_links(struct call *call, const struct action_row *row)
{
    struct json_writer *json = &call->json;
    const char *self = arena_printf(call->arena, "/api/v1/actions/%s", row->id);

    json_key(json, "links");
    json_open_object(json);
    json_field_string(json, "self", self);
    json_field_string(
        json, "device",
        arena_printf(call->arena, "/api/v1/devices/%s", call_write_device_id(call, row->device_id)));
    json_field_string(json, "events", arena_printf(call->arena, "%s/events", self));
    json_field_string(json, "cancel", row->cancellable ? arena_printf(call->arena, "%s/cancel", self) : NULL);
    json_close_object(json);
}

void action_write(struct call *call, const struct action_row *row)
{
    json_open_object(&call->json);
    call_put_members(call, row->shown);
    json_field_string(&call->json, "device", call_write_device_id(call, row->device_id));
    write_wake(call, row);
    write_links(call, row);
    json_close_object(&call->json);
}

enum err api_action_show(struct call *call)
{
    struct action_row row;

    TRY(action_show(call->db, call->captures[0], call->arena, &row));
    action_write(call, &row);
    action_wait_if_asked(call, &row, 200);
    return ERR_OK;
}

enum err api_action_list(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct action_page page = {
        .after = call_query(call, "after"), .state = call_query(call, "state"), .most = limit + 1};
    struct action_rows rows;
    struct device_row device;
    int64_t id;
    bool more;

    TRY(call_device_id(call, &id));
    TRY(device_show(call->db, id, call->arena, &device));
    TRY(action_list(call->db, id, &page, call->arena, &rows));
    more = rows.count > limit;
    call_open_list(call);
    for (size_t i = 0; i < (more ? limit : rows.count); i++)
        action_write(call, &rows.items[i]);
    call_close_list(call, more ? rows.items[limit - 1].id : NULL);
    json_close_object(&call->json);
    return ERR_OK;
}
