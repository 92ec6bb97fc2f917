/* Webhooks: where other systems are told what happens, and what became of each message. */
#include <string.h>

#include "acs/api/routes.h"
#include "acs/auth/keyring.h"
#include "acs/http/target.h"
#include "acs/outbox/sign.h"
#include "db/outbox.h"

static const char *write_id(struct call *call, const char *prefix, int64_t id)
{
    char text[NUMBER_ID_MAX];

    crypto_write_number_id(prefix, id, text);
    return arena_strdup(call->arena, text);
}

static void write_webhook(struct call *call, const struct shown_row *row, const char *secret)
{
    json_open_object(&call->json);
    call_put_members(call, row->shown);
    if (secret != NULL)
        json_field_string(&call->json, "secret", secret);
    json_close_object(&call->json);
}

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
    write_webhook(call, &row, secret);
    return ERR_OK;
}

/* ---- made and changed ---- */

static enum err check_url(struct call *call, const char *url)
{
    if (url == NULL || http_target_check(url) == ERR_OK)
        return ERR_OK;
    return call_refuse_body(call, "/url", "format", arena_strdup(call->arena, err_message()));
}

static const char *const *read_events(struct call *call, size_t *ret_count)
{
    const struct json *list = json_get(call->body, "events");
    const char **events = ARENA_ARRAY(call->arena, const char *, json_count(list) + 1);

    *ret_count = json_count(list);
    for (size_t i = 0; i < *ret_count; i++)
        events[i] = json_string(json_at(list, i), "");
    return list == NULL ? NULL : events;
}

/* Sealed for this webhook; what is shown is shown once. */
static enum err make_secret(struct call *call, int64_t id, const char **ret_shown, const char **ret_sealed)
{
    const struct seal_context context = {id, "webhook"};
    char secret[WEBHOOK_SECRET_MAX], sealed[SEALED_MAX];

    if (call->config->keyring == NULL)
        return call_refuse(call, PROBLEM_SECRETS_OFF, NULL);
    webhook_make_secret(secret);
    keyring_seal(call->config->keyring, &context, (struct secret){secret}, sealed);
    *ret_shown = arena_strdup(call->arena, secret);
    *ret_sealed = arena_strdup(call->arena, sealed);
    crypto_wipe(secret, sizeof(secret));
    return ERR_OK;
}

enum err api_webhook_create(struct call *call)
{
    struct webhook_order order = {.name = json_string(json_get(call->body, "name"), ""),
                                  .url = json_string(json_get(call->body, "url"), ""),
                                  .created_by = call->caller.name};
    const char *secret = NULL;

    order.events = read_events(call, &order.event_count);
    TRY(check_url(call, order.url));
    TRY(outlet_new_id(call->db, call->arena, &order.id));
    TRY(make_secret(call, order.id, &secret, &order.secret));
    TRY(webhook_add(call->db, &order, call->arena));
    call->status = 201;
    call_add_header(call, "Location",
                    arena_printf(call->arena, "/api/v1/webhooks/%s", write_id(call, "whk_", order.id)));
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
    TRY(check_url(call, change.url));
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
    write_webhook(call, &row, NULL);
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
    unsigned limit = call_query_number(call, "limit");
    struct delivery_page page = {.state = call_query(call, "state"), .most = limit + 1};
    struct shown_rows rows;
    struct shown_row row = {0};

    TRY(call_query_after(call, "dlv_", &page.after));
    TRY(find(call, &row));
    page.outlet_id = row.id;
    TRY(delivery_list(call->db, &page, call->arena, &rows));
    call_write_page(call, "dlv_", &rows);
    return ERR_OK;
}

enum err api_webhook_redeliver(struct call *call)
{
    const char *delivery = json_string(json_get(call->body, "delivery"), NULL);
    int64_t delivery_id = 0, count;
    struct shown_row row = {0};

    if (delivery != NULL && (!crypto_read_number_id("dlv_", delivery, &delivery_id) || delivery_id == 0))
        return call_refuse_body(call, "/delivery", "format",
                                call_say(call, "não é um identificador", "is no delivery's id"));
    TRY(find(call, &row));
    TRY(delivery_replay(call->db, row.id, delivery_id, call->arena, &count));
    if (delivery != NULL && count == 0)
        return call_refuse_body(
            call, "/delivery", "choice",
            call_say(call, "não é uma entrega deste webhook", "is no delivery of this webhook"));
    json_open_object(&call->json);
    json_field_int(&call->json, "again", count);
    json_close_object(&call->json);
    return ERR_OK;
}
