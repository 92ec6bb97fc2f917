/* Incidents of an area: list, show, open, edit, close. */
#include <string.h>

#include "acs/api/routes.h"
#include "db/incident.h"

static const char *write_id(struct call *call, int64_t id)
{
    char text[NUMBER_ID_MAX];

    crypto_write_number_id("inc_", id, text);
    return arena_strdup(call->arena, text);
}

static void write_incident(struct call *call, const struct incident_row *row)
{
    json_open_object(&call->json);
    json_field_string(&call->json, "id", write_id(call, row->id));
    call_put_members(call, row->shown);
    json_close_object(&call->json);
}

static enum err show(struct call *call, int64_t id)
{
    struct incident_row row;

    TRY(incident_show(call->db, id, call->scope, call->arena, &row));
    write_incident(call, &row);
    return ERR_OK;
}

static enum err read_id(struct call *call, int64_t *ret)
{
    if (crypto_read_number_id("inc_", call->captures[0], ret))
        return ERR_OK;
    return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
}

enum err api_incident_list(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct incident_filter filter = {
        .open_only = call_query_flag(call, "open"), .scope = call->scope, .most = limit + 1};
    struct incident_rows rows;
    bool more;

    TRY(call_query_after(call, "inc_", &filter.after));
    TRY(incident_list(call->db, &filter, call->arena, &rows));
    more = rows.count > limit;
    call_open_list(call);
    for (size_t i = 0; i < (more ? limit : rows.count); i++)
        write_incident(call, &rows.items[i]);
    call_close_list(call, more ? write_id(call, rows.items[limit - 1].id) : NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_incident_show(struct call *call)
{
    int64_t id;

    TRY(read_id(call, &id));
    return show(call, id);
}

static enum err read_change(struct call *call, struct incident_change *ret)
{
    const struct json *text = json_get(call->body, "text");
    const struct json *forecast = json_get(call->body, "forecast");

    *ret = (struct incident_change){.by = call->caller.name,
                                    .has_text = text != NULL,
                                    .has_forecast = forecast != NULL,
                                    .text = json_string(text, NULL)};
    if (json_string(forecast, NULL) == NULL)
        return ERR_OK;
    return text_read_time(json_string(forecast, ""), &ret->forecast_us);
}

enum err api_incident_open(struct call *call)
{
    struct incident_change change;
    int64_t id;
    enum err err;

    TRY(read_change(call, &change));
    err = incident_open(call->db, json_string(json_get(call->body, "kind"), ""),
                        json_string(json_get(call->body, "place"), ""), &change, call->arena, &id);
    if (err == ERR_CONFLICT)
        return call_refuse(call, PROBLEM_EXISTS, NULL);
    if (err == ERR_NOT_FOUND)
        return call_refuse_body(call, "/place", "choice",
                                call_say(call, "nenhum aparelho está aí", "no device is there"));
    TRY(err);
    call->status = 201;
    call_add_header(call, "Location", arena_printf(call->arena, "/api/v1/incidents/%s", write_id(call, id)));
    return show(call, id);
}

enum err api_incident_patch(struct call *call)
{
    struct incident_change change;
    struct incident_row row;
    int64_t id;

    TRY(read_id(call, &id));
    TRY(read_change(call, &change));
    TRY(incident_show(call->db, id, call->scope, call->arena, &row));
    TRY(incident_patch(call->db, id, &change, call->arena));
    return show(call, id);
}

enum err api_incident_close(struct call *call)
{
    struct incident_row row;
    int64_t id;

    TRY(read_id(call, &id));
    TRY(incident_show(call->db, id, call->scope, call->arena, &row));
    TRY(incident_close(call->db, id, call->caller.name, call->arena));
    return show(call, id);
}
