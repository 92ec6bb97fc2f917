#include "acs/api/outlets.h"

const char *outlet_write_id(struct call *call, const char *prefix, int64_t id)
{
    char text[NUMBER_ID_MAX];

    crypto_write_number_id(prefix, id, text);
    return arena_strdup(call->arena, text);
}

void outlet_write(struct call *call, const struct shown_row *row, const char *secret)
{
    json_open_object(&call->json);
    call_put_members(call, row->shown);
    if (secret != NULL)
        json_field_string(&call->json, "secret", secret);
    json_close_object(&call->json);
}

/* ---- made ---- */

enum err outlet_check_url(struct call *call, enum target_use use, const char *url)
{
    if (url == NULL || http_target_check(use, url) == ERR_OK)
        return ERR_OK;
    return call_refuse_body(call, "/url", "format", arena_strdup(call->arena, err_message()));
}

enum err outlet_seal(struct call *call, const struct seal_context *context, struct secret secret,
                     const char **ret)
{
    char sealed[SEALED_MAX];

    if (call->config->keyring == NULL)
        return call_refuse(call, PROBLEM_SECRETS_OFF, NULL);
    keyring_seal(call->config->keyring, context, secret, sealed);
    *ret = arena_strdup(call->arena, sealed);
    return ERR_OK;
}

/* ---- what became of what was sent ---- */

enum err outlet_answer_deliveries(struct call *call, int64_t outlet_id)
{
    unsigned limit = call_query_number(call, "limit");
    struct delivery_page page = {
        .outlet_id = outlet_id, .state = call_query(call, "state"), .most = limit + 1};
    struct shown_rows rows;

    TRY(call_query_after(call, "dlv_", &page.after));
    TRY(delivery_list(call->db, &page, call->arena, &rows));
    call_write_page(call, "dlv_", &rows);
    return ERR_OK;
}

enum err outlet_answer_redeliver(struct call *call, int64_t outlet_id)
{
    const char *delivery = json_string(json_get(call->body, "delivery"), NULL);
    int64_t delivery_id = 0, count = 0;

    if (delivery != NULL && (!crypto_read_number_id("dlv_", delivery, &delivery_id) || delivery_id == 0))
        return call_refuse_body(call, "/delivery", "format",
                                call_say(call, "não é um identificador", "is no delivery's id"));
    TRY(delivery_replay(call->db, outlet_id, delivery_id, call->arena, &count));
    if (delivery != NULL && count == 0)
        return call_refuse_body(call, "/delivery", "choice",
                                call_say(call, "não é uma entrega daqui", "is no delivery of this one"));
    json_open_object(&call->json);
    json_field_int(&call->json, "again", count);
    json_close_object(&call->json);
    return ERR_OK;
}
