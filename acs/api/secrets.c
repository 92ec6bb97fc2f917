/* What the desk has changed and can put back, and the secrets of homes that it may be shown. */
#include <string.h>

#include "acs/api/actions.h"
#include "acs/api/limits.h"
#include "acs/api/routes.h"
#include "acs/auth/device_secret.h"
#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/text.h"
#include "db/device.h"
#include "db/secret.h"

enum err api_action_undo(struct call *call)
{
    struct action_order order = {
        .kind = "undo",
        .created_by = call->caller.name,
        .reason = json_string(json_get(call->body, "reason"), NULL),
        .expires_at_us = clock_now_us() + (int64_t)action_kind_find("undo")->ttl_s * US_PER_S,
    };
    struct action_row row;
    int64_t open;

    TRY(action_show(call->db, call->captures[0], call->arena, &row));
    TRY(device_lock(call->db, row.device_id, call->arena, &open));
    TRY(action_check_others(call, action_kind_find(row.kind), row.device_id));
    action_name(call, &order);
    if (action_take_undo(call->db, call->captures[0], &order, call->arena) != ERR_OK)
        return call_refuse(call, PROBLEM_NOT_UNDOABLE, NULL);
    return action_start(call, &order);
}

/* ---- for an action that is about to be made ---- */

static bool is_known_to(const struct action_kind *kind, const char *name)
{
    for (size_t i = 0; kind->knows[i] != NULL; i++)
        if (text_starts_with(name, kind->knows[i]))
            return true;
    return false;
}

/* From the name with which it came to the server to the name of its fact. */
static enum err seal_anew(struct call *call, int64_t device_id, const struct secret_row *row,
                          const char **ret)
{
    char secret[SECRET_BYTES_MAX + 1], old_kind[HOME_SECRET_KIND_MAX], kind[HOME_SECRET_KIND_MAX];
    const struct seal_context before = {device_id, device_secret_home_kind(row->kind, old_kind)};
    const struct seal_context after = {device_id, device_secret_home_kind(row->name, kind)};
    enum err err;

    TRY(keyring_open(call->config->keyring, &before, row->sealed, secret));
    err = device_secret_seal(call->config->keyring, &after, (struct secret){secret}, call->arena, ret);
    crypto_wipe(secret, sizeof(secret));
    return err;
}

/* One that cannot be opened any more, its key being gone, is not known. */
enum err action_use_secrets(struct call *call, const struct action_kind *kind, struct action_order *order)
{
    struct text sealed = TEXT_IN(call->arena);
    struct json_writer json = JSON_WRITER(&sealed);
    struct secret_rows rows;

    if (kind->knows == NULL || call->config->keyring == NULL)
        return ERR_OK;
    TRY(secret_list(call->db, order->device_id, call->arena, &rows));
    json_open_object(&json);
    for (size_t i = 0; i < rows.count; i++) {
        const char *hex;

        if (!is_known_to(kind, rows.items[i].name))
            continue;
        if (seal_anew(call, order->device_id, &rows.items[i], &hex) == ERR_OK)
            json_field_string(&json, rows.items[i].name, hex);
        else
            log_warn("a secret of a home cannot be opened", log_i("device", order->device_id),
                     log_s("name", rows.items[i].name), log_s("why", err_message()));
    }
    json_close_object(&json);
    order->sealed = text_string(&sealed);
    return ERR_OK;
}

/* ---- lists, and one that is shown ---- */

enum err api_secret_list(struct call *call)
{
    struct device_row device;
    struct secret_rows rows;
    int64_t id;

    TRY(call_device_id(call, &id));
    TRY(device_show(call->db, id, call->arena, &device));
    TRY(secret_list(call->db, id, call->arena, &rows));
    call_open_list(call);
    for (size_t i = 0; i < rows.count; i++) {
        json_open_object(&call->json);
        json_field_string(&call->json, "name", rows.items[i].name);
        json_field_time(&call->json, "since", rows.items[i].since_us);
        json_field_string(&call->json, "action", rows.items[i].action_id);
        json_close_object(&call->json);
    }
    call_close_list(call, NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

/* Who was shown it and why is written with the answer, in one transaction. */
enum err api_secret_reveal(struct call *call)
{
    const char *name = call->captures[1];
    char secret[SECRET_BYTES_MAX + 1], kind[HOME_SECRET_KIND_MAX];
    struct secret_row row;
    int64_t id;

    TRY(call_device_id(call, &id));
    if (call->config->keyring == NULL)
        return call_refuse(call, PROBLEM_SECRETS_OFF, NULL);
    TRY(limits_take(call, "secrets.reveal", id));
    TRY(secret_reveal(
        call->db, id, name,
        &(struct secret_reader){call->caller.name, json_string(json_get(call->body, "reason"), "")},
        call->arena, &row));
    TRY(keyring_open(call->config->keyring,
                     &(struct seal_context){id, device_secret_home_kind(row.kind, kind)}, row.sealed,
                     secret));
    log_info("a secret was revealed", log_i("device", id), log_s("name", name),
             log_s("by", call->caller.name));
    json_open_object(&call->json);
    json_field_string(&call->json, "name", name);
    json_field_string(&call->json, "value", secret);
    json_field_time(&call->json, "since", row.since_us);
    json_close_object(&call->json);
    crypto_wipe(secret, sizeof(secret));
    call_add_header(call, "Cache-Control", "no-store");
    return ERR_OK;
}
