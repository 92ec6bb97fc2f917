/* Subscribers: list, add, show, change, delete, reveal; and whose a device is. */
#include "acs/api/subscribers.h"

#include <inttypes.h>
#include <string.h>

#include "acs/api/routes.h"
#include "acs/api/subscriber_body.h"
#include "db/device.h"
#include "db/subscriber.h"

enum { BINDINGS_MOST = 200 };

enum err subscriber_read_id(struct call *call, const char *text, int64_t *ret)
{
    if (crypto_read_number_id("sub_", text, ret))
        return ERR_OK;
    return call_refuse(
        call, PROBLEM_NOT_FOUND,
        call_say(call, "Não existe um cliente com este identificador.", "No subscriber has this id."));
}

static const char *write_id(struct call *call, int64_t id)
{
    char text[NUMBER_ID_MAX];

    crypto_write_number_id("sub_", id, text);
    return arena_strdup(call->arena, text);
}

/* ---- list and show ---- */

static enum err show(struct call *call, int64_t id)
{
    struct subscriber_row row;

    TRY(subscriber_show(call->db, id, call->arena, &row));
    call_add_etag(call, row.revision);
    json_put_raw(&call->json, row.shown);
    return ERR_OK;
}

enum err api_subscriber_list(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct subscriber_filter filter = {
        .external_id = call_query(call, "external_id"), .scope = call->scope, .most = limit + 1};
    struct subscriber_rows rows;
    bool more;

    TRY(call_query_after(call, "sub_", &filter.after));
    TRY(subscriber_list(call->db, &filter, call->arena, &rows));
    more = rows.count > limit;
    call_open_list(call);
    for (size_t i = 0; i < (more ? limit : rows.count); i++)
        json_put_raw(&call->json, rows.items[i].shown);
    call_close_list(call, more ? write_id(call, rows.items[limit - 1].id) : NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_subscriber_show(struct call *call)
{
    int64_t id;

    TRY(subscriber_read_id(call, call->captures[0], &id));
    return show(call, id);
}

/* ---- add, change, delete ---- */

static enum err read_columns(struct call *call, const char **ret)
{
    const struct subscriber_policy policy = {.check_documents = call->config->check_documents};
    struct complaints *complaints = call_complaints(call);

    *ret = subscriber_columns(call->body, &policy, complaints);
    return complaints->count == 0 ? ERR_OK : call_refuse(call, PROBLEM_INVALID, NULL);
}

static enum err refuse_known(struct call *call, enum err err)
{
    if (err != ERR_CONFLICT)
        return err;
    return call_refuse(
        call, PROBLEM_EXISTS,
        call_say(call, "Outro cliente tem este external_id.", "Another subscriber has this external_id."));
}

enum err api_subscriber_add(struct call *call)
{
    const char *columns;
    int64_t id;

    TRY(read_columns(call, &columns));
    TRY(refuse_known(call, subscriber_add(call->db, columns, call->caller.name, call->arena, &id)));
    call->status = 201;
    call_add_header(call, "Location",
                    arena_printf(call->arena, "/api/v1/subscribers/%s", write_id(call, id)));
    return show(call, id);
}

enum err api_subscriber_patch(struct call *call)
{
    const char *columns;
    int64_t id, revision;

    TRY(subscriber_read_id(call, call->captures[0], &id));
    TRY(read_columns(call, &columns));
    TRY(subscriber_lock(call->db, id, call->arena, &revision));
    TRY(call_check_match(call, revision));
    TRY(refuse_known(call, subscriber_patch(call->db, id, columns, call->caller.name, call->arena)));
    return show(call, id);
}

enum err api_subscriber_delete(struct call *call)
{
    int64_t id, revision;
    enum err err;

    TRY(subscriber_read_id(call, call->captures[0], &id));
    TRY(subscriber_lock(call->db, id, call->arena, &revision));
    TRY(call_check_match(call, revision));
    err = subscriber_delete(call->db, id, call->arena);
    if (err == ERR_CONFLICT)
        return call_refuse(call, PROBLEM_SUBSCRIBER_BOUND, NULL);
    TRY(err);
    call->status = 204;
    call->content_type = NULL;
    return ERR_OK;
}

/* ---- reveal ---- */

enum err api_subscriber_reveal(struct call *call)
{
    const struct subscriber_viewer viewer = {.field = json_string(json_get(call->body, "field"), ""),
                                             .by = call->caller.name,
                                             .reason = json_string(json_get(call->body, "reason"), NULL)};
    struct subscriber_secrets secrets;
    int64_t id;

    TRY(subscriber_read_id(call, call->captures[0], &id));
    TRY(subscriber_reveal(call->db, id, &viewer, call->arena, &secrets));
    json_open_object(&call->json);
    if (secrets.phones != NULL)
        json_field_raw(&call->json, "phones", secrets.phones);
    else
        json_field_string(&call->json, "document", secrets.document);
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- whose device ---- */

enum err api_binding_list(struct call *call)
{
    struct subscriber_row row;
    struct shown_rows rows;
    int64_t id;

    TRY(subscriber_read_id(call, call->captures[0], &id));
    TRY(subscriber_show(call->db, id, call->arena, &row));
    TRY(binding_list(call->db, id, BINDINGS_MOST, call->arena, &rows));
    call_open_list(call);
    for (size_t i = 0; i < rows.count; i++)
        json_put_raw(&call->json, rows.items[i].shown);
    call_close_list(call, NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_candidate_list(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct subscriber_filter filter = {.scope = call->scope, .most = limit + 1};
    struct shown_rows rows;

    TRY(call_query_after(call, "dev_", &filter.after));
    TRY(candidate_list(call->db, &filter, call->arena, &rows));
    call_write_page(call, "dev_", &rows);
    return ERR_OK;
}

static enum err read_device(struct call *call, const char *member, int64_t *ret)
{
    const char *text = json_string(json_get(call->body, member), NULL);

    *ret = 0;
    if (text == NULL || crypto_read_number_id("dev_", text, ret))
        return ERR_OK;
    return call_refuse_body(call, arena_printf(call->arena, "/%s", member), "format",
                            call_say(call, "não é um identificador de aparelho", "is no device's id"));
}

enum err api_binding_make(struct call *call)
{
    struct binding_order order = {.take = json_bool(json_get(call->body, "take"), false),
                                  .by = call->caller.name};
    const char *holder;
    enum err err;

    TRY(subscriber_read_id(call, call->captures[0], &order.subscriber_id));
    TRY(read_device(call, "device", &order.device_id));
    TRY(read_device(call, "replaces", &order.replaces_id));
    err = binding_make(call->db, &order, call->arena, &holder);
    if (err == ERR_CONFLICT)
        return call_refuse(call, PROBLEM_DEVICE_TAKEN, holder);
    TRY(err);
    return show(call, order.subscriber_id);
}

enum err api_binding_end(struct call *call)
{
    int64_t id, device_id, revision;

    TRY(subscriber_read_id(call, call->captures[0], &id));
    if (!crypto_read_number_id("dev_", call->captures[1], &device_id))
        return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
    TRY(subscriber_lock(call->db, id, call->arena, &revision));
    TRY(binding_end(call->db, device_id, id, call->caller.name, call->arena));
    return show(call, id);
}

enum err subscriber_check_place(struct call *call, int64_t device_id)
{
    bool bound;

    TRY(binding_is_bound(call->db, device_id, call->arena, &bound));
    return bound ? call_refuse(call, PROBLEM_PLACE_OF_SUBSCRIBER, NULL) : ERR_OK;
}
