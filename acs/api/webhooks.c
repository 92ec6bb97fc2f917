/* Webhooks: where other systems are told what happens, and what became of each message. */
#include "acs/api/outlets.h"
#include "acs/api/routes.h"
#include "acs/outbox/sign.h"
#include "db/outbox.h"

/* The one of the path. ERR_NOT_FOUND. */
static enum err find(struct call *call, struct shown_row *ret)
{
    int64_t id = 0;

    if (!crypto_read_number_id("whk_", call->captures[0], &id))
        return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
    return webhook_show(call->db, id, call->arena, ret);
}

static enum err show(struct call *call, int64_t id, const char *secret)
{
    struct shown_row row = {0};

    TRY(webhook_show(call->db, id, call->arena, &row));
    outlet_write(call, &row, secret);
    return ERR_OK;
}

/* ---- made and changed ---- */

static const char *const *read_events(struct call *call, size_t *ret_count)
{
    const struct json *list = json_get(call->body, "events");
    const char **events = ARENA_ARRAY(call->arena, const char *, json_count(list) + 1);

    *ret_count = json_count(list);
    for (size_t i = 0; i < *ret_count; i++)
        events[i] = json_string(json_at(list, i), "");
    return list == NULL ? NULL : events;
}

/* Shown once. */
static enum err make_secret(struct call *call, int64_t id, const char **ret_shown, const char **ret_sealed)
{
    const struct seal_context context = {id, "webhook"};
    char secret[WEBHOOK_SECRET_MAX];
    enum err err;

    webhook_make_secret(secret);
    *ret_shown = arena_strdup(call->arena, secret);
    err = outlet_seal(call, &context, (struct secret){secret}, ret_sealed);
    crypto_wipe(secret, sizeof(secret));
    return err;
}

enum err api_webhook_create(struct call *call)
{
    struct webhook_order order = {.name = json_string(json_get(call->body, "name"), ""),
                                  .url = json_string(json_get(call->body, "url"), ""),
                                  .created_by = call->caller.name};
    const char *secret = NULL;

    order.events = read_events(call, &order.event_count);
    TRY(outlet_check_url(call, TARGET_WEB, order.url));
    TRY(outlet_new_id(call->db, call->arena, &order.id));
    TRY(make_secret(call, order.id, &secret, &order.secret));
    TRY(webhook_add(call->db, &order, call->arena));
    call->status = 201;
    call_add_header(
        call, "Location",
        arena_printf(call->arena, "/api/v1/webhooks/%s", outlet_write_id(call, "whk_", order.id)));
    return show(call, order.id, secret);
}

enum err api_webhook_patch(struct call *call)
{
    const struct json *enabled = json_get(call->body, "enabled");
    bool is_enabled = json_bool(enabled, false);
    struct webhook_change change = {.name = json_string(json_get(call->body, "name"), NULL),
                                    .url = json_string(json_get(call->body, "url"), NULL),
                                    .enabled = enabled != NULL ? &is_enabled : NULL};
    struct shown_row row = {0};

    change.events = read_events(call, &change.event_count);
    TRY(outlet_check_url(call, TARGET_WEB, change.url));
    TRY(find(call, &row));
    TRY(webhook_patch(call->db, row.id, &change, call->arena));
    return show(call, row.id, NULL);
}

enum err api_webhook_rotate(struct call *call)
{
    const char *secret = NULL, *sealed = NULL;
    struct shown_row row = {0};

    TRY(find(call, &row));
    TRY(make_secret(call, row.id, &secret, &sealed));
    TRY(webhook_rotate(call->db, row.id, sealed, call->arena));
    return show(call, row.id, secret);
}

enum err api_webhook_delete(struct call *call)
{
    struct shown_row row = {0};

    TRY(find(call, &row));
    TRY(outlet_delete(call->db, row.id, call->arena));
    call->status = 204;
    return ERR_OK;
}

/* ---- shown ---- */

enum err api_webhook_show(struct call *call)
{
    struct shown_row row = {0};

    TRY(find(call, &row));
    outlet_write(call, &row, NULL);
    return ERR_OK;
}

enum err api_webhook_list(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct shown_rows rows;
    int64_t after;

    TRY(call_query_after(call, "whk_", &after));
    TRY(webhook_list(call->db, after, limit + 1, call->arena, &rows));
    call_write_page(call, "whk_", &rows);
    return ERR_OK;
}

enum err api_delivery_list(struct call *call)
{
    struct shown_row row = {0};

    TRY(find(call, &row));
    return outlet_answer_deliveries(call, row.id);
}

enum err api_webhook_redeliver(struct call *call)
{
    struct shown_row row = {0};

    TRY(find(call, &row));
    return outlet_answer_redeliver(call, row.id);
}
