/* Actions: ask for one, cancel one. */
#include <inttypes.h>
#include <string.h>

#include "acs/api/actions.h"
#include "acs/api/cases.h"
#include "acs/api/credentials.h"
#include "acs/api/duration.h"
#include "acs/api/limits.h"
#include "acs/api/routes.h"
#include "acs/auth/device_secret.h"
#include "acs/base/clock.h"
#include "acs/base/metrics.h"
#include "db/device.h"
#include "db/kill_switch.h"
#include "provisioning/action.h"

enum { OPEN_MAX = 100, EXPIRES_LEAST_S = 10, EXPIRES_MOST_S = 30 * 86400 };

/* ---- what is asked for ---- */

/* Kinds that need more than the right to run actions. */
static const struct {
    const char *kind;
    enum capability capability;
} special_kinds[] = {
    {"params.get",             CAPABILITY_PARAMETERS_RAW },
    {"params.set",             CAPABILITY_PARAMETERS_RAW },
    {"object.add",             CAPABILITY_PARAMETERS_RAW },
    {"object.delete",          CAPABILITY_PARAMETERS_RAW },
    {"factory_reset",          CAPABILITY_DEVICES_RESET  },
    {"attributes.get",         CAPABILITY_PARAMETERS_RAW },
    {"attributes.set",         CAPABILITY_PARAMETERS_RAW },
    {"rpc",                    CAPABILITY_RPC_RUN        },
    {"credentials.rotate",     CAPABILITY_DEVICES_ENROL  },
    {"wan.set_pppoe",          CAPABILITY_HOMES_CONFIGURE},
    {"lan.set_dns",            CAPABILITY_HOMES_CONFIGURE},
    {"lan.set_dhcp",           CAPABILITY_HOMES_CONFIGURE},
    {"port_forward.add",       CAPABILITY_HOMES_CONFIGURE},
    {"port_forward.remove",    CAPABILITY_HOMES_CONFIGURE},
    {"cpe.set_admin_password", CAPABILITY_HOMES_CONFIGURE},
    {"remote_access.set",      CAPABILITY_HOMES_CONFIGURE},
    {"firmware.install",       CAPABILITY_TRANSFERS_RUN  },
    {"download.schedule",      CAPABILITY_TRANSFERS_RUN  },
    {"software.change",        CAPABILITY_TRANSFERS_RUN  },
    {"config.restore",         CAPABILITY_TRANSFERS_RUN  },
    {"config.backup",          CAPABILITY_TRANSFERS_RUN  },
    {"log.fetch",              CAPABILITY_TRANSFERS_RUN  },
};

enum err action_check_right(struct call *call, const struct action_kind *kind)
{
    for (size_t i = 0; i < sizeof(special_kinds) / sizeof(*special_kinds); i++)
        if (strcmp(special_kinds[i].kind, kind->name) == 0 &&
            !caller_may(&call->caller, special_kinds[i].capability))
            return call_refuse_capability(call, special_kinds[i].capability);
    return ERR_OK;
}

/*
 * What a kind says of its arguments begins with their place: "values[0].name: …" is "/params/values/0/name".
 * A message that does not begin so is about all of them.
 */
static enum err refuse_params(struct call *call, const char *message)
{
    struct text pointer = TEXT_IN(call->arena);
    size_t len = strcspn(message, ": ");

    text_puts(&pointer, "/params");
    if (message[len] != ':')
        return call_refuse_body(call, text_string(&pointer), "invalid", arena_strdup(call->arena, message));
    text_putc(&pointer, '/');
    for (size_t i = 0; i < len; i++) {
        if (message[i] == '.' || message[i] == '[')
            text_putc(&pointer, '/');
        else if (message[i] != ']')
            text_putc(&pointer, message[i]);
    }
    message += len + 1;
    return call_refuse_body(call, text_string(&pointer), "invalid",
                            arena_strdup(call->arena, message + strspn(message, " ")));
}

static bool is_secret(const struct action_kind *kind, const char *name)
{
    for (size_t i = 0; kind->secrets[i] != NULL; i++)
        if (strcmp(kind->secrets[i], name) == 0)
            return true;
    return false;
}

static enum err seal_param(struct call *call, const struct action_order *order, const char *name,
                           const char *secret, struct json_writer *sealed)
{
    char kind[HOME_SECRET_KIND_MAX];
    const struct seal_context context = {order->device_id, device_secret_home_kind(name, kind)};
    const char *hex;

    if (device_secret_seal(call->config->keyring, &context, (struct secret){secret}, call->arena, &hex) !=
        ERR_OK)
        return call_refuse_body(call, arena_printf(call->arena, "/params/%s", name), "length",
                                call_say(call, "é longo demais", "is too long"));
    json_field_string(sealed, name, hex);
    return ERR_OK;
}

/* Secrets are kept apart from the others, sealed, and are never shown again. */
static enum err seal_params(struct call *call, const struct action_kind *kind, struct action_order *order)
{
    const struct json *params = json_get(call->body, "params");
    struct text args = TEXT_IN(call->arena), sealed = TEXT_IN(call->arena);
    struct json_writer open = JSON_WRITER(&args), closed = JSON_WRITER(&sealed);

    if (call->config->keyring == NULL)
        return call_refuse(call, PROBLEM_SECRETS_OFF, NULL);
    json_open_object(&open);
    json_open_object(&closed);
    for (size_t i = 0; i < json_count(params); i++) {
        const char *name;
        const struct json *value = json_member(params, i, &name);

        json_key(&open, name);
        if (!is_secret(kind, name)) {
            json_put_value(&open, value);
            continue;
        }
        json_put_null(&open);
        TRY(seal_param(call, order, name, json_string(value, ""), &closed));
    }
    json_close_object(&open);
    json_close_object(&closed);
    order->args = text_string(&args);
    order->sealed = text_string(&sealed);
    return ERR_OK;
}

enum err action_read_params(struct call *call, const struct action_kind *kind, struct action_order *order)
{
    const struct json *params = json_get(call->body, "params");
    struct text args = TEXT_IN(call->arena);

    if (kind->check(params) != ERR_OK)
        return refuse_params(call, err_message());
    if (kind->secrets != NULL)
        return seal_params(call, kind, order);
    if (params != NULL)
        json_print(params, &args);
    order->args = params != NULL ? text_string(&args) : "{}";
    return ERR_OK;
}

static enum err read_expiry(struct call *call, const struct action_kind *kind, struct action_order *order)
{
    const char *text = json_string(json_get(call->body, "expires_in"), NULL);
    uint32_t seconds = kind->ttl_of != NULL ? kind->ttl_of(json_get(call->body, "params")) : kind->ttl_s;

    if (text != NULL && !duration_read(text, &seconds)) /* the schema has let nothing else through */
        return ERR_INTERNAL;
    if (seconds < EXPIRES_LEAST_S || seconds > EXPIRES_MOST_S)
        return call_refuse_body(
            call, "/expires_in", "range",
            call_say(call, "deve ficar entre PT10S e P30D", "must be between PT10S and P30D"));
    order->expires_at_us = clock_now_us() + (int64_t)seconds * US_PER_S;
    return ERR_OK;
}

static enum err read_order(struct call *call, const struct action_kind *kind, struct action_order *order)
{
    *order = (struct action_order){
        .kind = kind->name,
        .created_by = call->caller.name,
        .reason = json_string(json_get(call->body, "reason"), NULL),
        .fail_offline = strcmp(json_string(json_get(call->body, "on_offline"), "queue"), "fail") == 0,
        .lets_go = kind->lets_go,
    };
    TRY(call_device_id(call, &order->device_id));
    TRY(action_check_right(call, kind));
    TRY(action_read_params(call, kind, order));
    return read_expiry(call, kind, order);
}

/* ---- may it be done now ---- */

static enum err refuse_offline(struct call *call, const struct device_presence *presence)
{
    char due[TEXT_TIME_MAX];

    if (presence->next_contact_us == 0)
        return call_refuse(call, PROBLEM_DEVICE_OFFLINE, NULL);
    text_write_time(due, presence->next_contact_us, false);
    return call_refuse(
        call, PROBLEM_DEVICE_OFFLINE,
        arena_printf(call->arena, "%s %s",
                     call_say(call, "O próximo contato estava previsto para", "Its next contact was due"),
                     due));
}

static enum err check_device(struct call *call, const struct action_order *order, struct device_presence *ret)
{
    int64_t open;

    TRY(device_lock(call->db, order->device_id, call->arena, &open));
    if (open >= OPEN_MAX)
        return call_refuse(call, PROBLEM_TOO_MANY_ACTIONS, NULL);
    TRY(device_presence(call->db, order->device_id, call->arena, ret));
    return order->fail_offline && !ret->online ? refuse_offline(call, ret) : ERR_OK;
}

/* With the other's action, which is what "beside" has to name. */
static enum err refuse_beside(struct call *call, const struct action_other *other,
                              const struct action_kind *theirs)
{
    int64_t seconds = (clock_now_us() - other->since_us) / US_PER_S;

    complain(call_complaints(call),
             &(struct complaint){.pointer = "/beside", .code = "action", .detail = other->id});
    return call_refuse(call, PROBLEM_OTHER_AT_WORK,
                       arena_printf(call->arena, "%s: %s (%" PRId64 " s). %s", other->by,
                                    call_say(call, theirs->label_pt, theirs->label_en),
                                    seconds > 0 ? seconds : 0,
                                    call_say(call, "Espere terminar; pedir de novo faz assim mesmo.",
                                             "Wait for the end of it; asking again does it all the same.")));
}

enum err action_check_others(struct call *call, const struct action_kind *kind, int64_t device_id)
{
    const char *known = json_string(json_get(call->body, "beside"), "");
    struct action_others others;

    if (kind->warning_pt == NULL || call->caller.token != NULL)
        return ERR_OK;
    TRY(action_of_others(call->db, device_id, call->caller.name, call->arena, &others));
    for (size_t i = 0; i < others.count; i++) {
        const struct action_other *other = &others.items[i];
        const struct action_kind *theirs = action_kind_find(other->kind);

        if (theirs == NULL || theirs->warning_pt == NULL)
            continue;
        return strcmp(other->id, known) == 0 ? ERR_OK : refuse_beside(call, other, theirs);
    }
    return ERR_OK;
}

static enum err check_switches(struct call *call, const struct action_kind *kind)
{
    bool covers = false;

    TRY(kill_switch_covers(call->db, kind->name, call->arena, &covers));
    return covers ? call_refuse(call, PROBLEM_SWITCHED_OFF, NULL) : ERR_OK;
}

/* What its model or its version does not have is said now and not when it comes (O-08, V-10). */
static enum err check_ability(struct call *call, const struct action_kind *kind,
                              const struct action_order *order)
{
    enum cwmp_method method = action_method(kind, json_get(call->body, "params"));
    struct ability ability;
    struct ability_question question = {.ability = &ability};

    if (method == CWMP_UNKNOWN_METHOD)
        return ERR_OK;
    TRY(device_ability(call->db, order->device_id, call->arena, &ability, &question.version));
    if (ability_check(&question, method) != ERR_OK)
        return call_refuse(call, PROBLEM_NOT_SUPPORTED, arena_strdup(call->arena, err_message()));
    return ERR_OK;
}

/* ---- doing it ---- */

static void write_preview(struct call *call, const struct action_order *order, const struct action_kind *kind,
                          const struct device_presence *presence, const char *limit)
{
    struct json_writer *json = &call->json;

    json_open_object(json);
    json_field_bool(json, "dry_run", true);
    json_field_string(json, "type", order->kind);
    json_field_string(json, "device", call_write_device_id(call, order->device_id));
    json_field_raw(json, "params", order->args);
    json_field_string(json, "label", call_say(call, kind->label_pt, kind->label_en));
    json_field_string(json, "warning", call_say(call, kind->warning_pt, kind->warning_en));
    json_field_time(json, "expires_at", order->expires_at_us);
    json_field_bool(json, "online", presence->online);
    json_field_time(json, "next_contact", presence->next_contact_us);
    json_field_string(json, "limit", limit);
    json_close_object(json);
}

void action_name(struct call *call, struct action_order *order)
{
    char id[ID_MAX];

    crypto_new_id("act_", id);
    order->action_id = call->made_action_id = arena_strdup(call->arena, id);
}

enum err action_start(struct call *call, const struct action_order *order)
{
    struct action_order own = *order;
    struct action_row row;

    own.actor_id = call->caller.id;
    own.case_id = call->case_id;
    TRY(action_create(call->db, &own, call->arena));
    TRY(action_show(call->db, order->action_id, call->arena, &row));
    action_write(call, &row);
    call->status = 202;
    call_add_header(call, "Location", arena_printf(call->arena, "/api/v1/actions/%s", row.id));
    action_wait_if_asked(call, &row, 202);
    return ERR_OK;
}

static enum err create(struct call *call, const struct action_kind *kind, struct action_order *order)
{
    TRY(limits_take(call, kind->name, order->device_id));
    action_name(call, order);
    if (kind->wants_credentials)
        TRY(credential_renew(call, order->device_id));
    return action_start(call, order);
}

/* What the device, its model and its secrets say against it. */
static enum err check_order(struct call *call, const struct action_kind *kind, struct action_order *order,
                            struct device_presence *ret_presence)
{
    TRY(check_switches(call, kind));
    TRY(check_device(call, order, ret_presence));
    TRY(action_check_others(call, kind, order->device_id));
    TRY(check_ability(call, kind, order));
    TRY(action_check_passphrase(call, kind, order->device_id));
    TRY(action_use_file(call, order));
    TRY(action_use_secrets(call, kind, order));
    return kind->wants_credentials ? credential_may_renew(call, order->device_id) : ERR_OK;
}

enum err api_action_create(struct call *call)
{
    const struct action_kind *kind = action_kind_find(json_string(json_get(call->body, "type"), ""));
    struct device_presence presence = {0};
    struct action_order order = {0};
    const char *limit;

    if (kind == NULL || kind->internal)
        return call_refuse_body(call, "/type", "choice",
                                call_say(call, "não existe aqui", "is not known here"));
    TRY(read_order(call, kind, &order));
    TRY(case_use(call, order.device_id));
    TRY(check_order(call, kind, &order, &presence));
    if (!call_query_flag(call, "dry_run"))
        return create(call, kind, &order);
    TRY(limits_preview(call, kind->name, order.device_id, &limit));
    write_preview(call, &order, kind, &presence, limit);
    return ERR_OK;
}

/* ---- cancelling ---- */

static enum err refuse_cancel(struct call *call, const struct action_row *row)
{
    return call_refuse(call, PROBLEM_NOT_CANCELLABLE,
                       arena_printf(call->arena, "%s %s",
                                    row->ended
                                        ? call_say(call, "A ação já terminou:", "The action has ended:")
                                        : call_say(call, "O aparelho já pode ter recebido o pedido:",
                                                   "The device may have got the request already:"),
                                    row->state));
}

enum err api_action_cancel(struct call *call)
{
    const char *reason = json_string(json_get(call->body, "reason"), NULL);
    bool dry_run = call_query_flag(call, "dry_run");
    struct action_row row;
    bool cancelled = false;

    if (!dry_run)
        TRY(action_cancel(call->db, call->captures[0], call->caller.name, reason, call->arena, &cancelled));
    TRY(action_show(call->db, call->captures[0], call->arena, &row));
    if (!cancelled && !(dry_run && row.cancellable) && strcmp(row.state, "cancelled") != 0)
        return refuse_cancel(call, &row);
    if (cancelled)
        metric_count(METRIC_ACTIONS_CANCELLED);
    action_write(call, &row);
    return ERR_OK;
}
