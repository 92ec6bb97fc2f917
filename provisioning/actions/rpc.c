/*
 * Any request of CWMP to a device, with arguments in the words of the standard: for engineers.
 *
 *     {"method": "GetParameterAttributes", "args": {"ParameterNames": ["Device.Time."]}}
 *
 * What delivery.def says of the method holds here, too: how often it may be sent, and our id as CommandKey or
 * ParameterKey where the caller gave none. The answer is the result, in the same words. What may be sent at
 * most once and got no answer is resolved by the event or the ParameterKey that carries our id, or not at
 * all: its expiry ends it.
 */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/delivery.h"
#include "provisioning/move.h"
#include "provisioning/parameter.h"
#include "soap/cwmp_json.h"
#include "soap/rpc.h"

enum { STEP_ASK };

enum { TTL_S = 15 * 60, KEY_MAX = 32 };

/* ---- arguments ---- */

static enum cwmp_method method_of(const struct json *args)
{
    return delivery_find(json_string(json_get(args, "method"), ""));
}

static bool holds_secret_value(const struct cwmp_parameter_values *values)
{
    for (size_t i = 0; i < values->count; i++)
        if (parameter_is_secret(values->items[i].name))
            return true;
    return false;
}

static bool holds_password(const struct cwmp_operations *operations)
{
    for (size_t i = 0; i < operations->count; i++)
        if (*text_or_empty(operations->items[i].password) != '\0')
            return true;
    return false;
}

/* Arguments are kept and shown as they are: a secret among them is refused. */
static bool holds_secret(enum cwmp_method method, const union cwmp_body *body)
{
    switch ((int)method) {
    case CWMP_SET_PARAMETER_VALUES:
        return holds_secret_value(&body->set_parameter_values.parameters);
    case CWMP_DOWNLOAD:
        return *text_or_empty(body->download.password) != '\0';
    case CWMP_UPLOAD:
        return *text_or_empty(body->upload.password) != '\0';
    case CWMP_SCHEDULE_DOWNLOAD:
        return *text_or_empty(body->schedule_download.password) != '\0';
    case CWMP_CHANGE_DU_STATE:
        return holds_password(&body->change_du_state.operations);
    default:
        return false;
    }
}

static enum err check(const struct json *args)
{
    AUTO_ARENA arena = arena_new(4096);
    union cwmp_body body = {0};
    const struct json *arguments = json_get(args, "args");

    TRY(names_check_keys(args, "method", "args", NULL));
    if (method_of(args) == CWMP_UNKNOWN_METHOD)
        return err_set(ERR_INVALID, "method: '%.64s' is no request to a device",
                       json_string(json_get(args, "method"), ""));
    if (arguments != NULL && json_kind(arguments) != JSON_OBJECT)
        return err_set(ERR_INVALID, "args: an object is expected");
    if (cwmp_read_json(method_of(args), arguments, arena, &body) != ERR_OK) {
        const char *why = arena_strdup(arena, err_message());

        return why[strcspn(why, ": ")] == ':' ? err_set(ERR_INVALID, "args.%s", why)
                                              : err_set(ERR_INVALID, "args: %s", why);
    }
    if (holds_secret(method_of(args), &body))
        return err_set(ERR_INVALID, "args: a secret is among them, which rpc would keep in the open");
    return ERR_OK;
}

/* Where the key of each method stands. */
static const char **key_of(enum cwmp_method method, union cwmp_body *body)
{
    switch ((int)method) {
    case CWMP_SET_PARAMETER_VALUES:
        return &body->set_parameter_values.parameter_key;
    case CWMP_ADD_OBJECT:
        return &body->add_object.parameter_key;
    case CWMP_DELETE_OBJECT:
        return &body->delete_object.parameter_key;
    case CWMP_REBOOT:
        return &body->reboot.command_key;
    case CWMP_DOWNLOAD:
        return &body->download.command_key;
    case CWMP_UPLOAD:
        return &body->upload.command_key;
    case CWMP_SCHEDULE_DOWNLOAD:
        return &body->schedule_download.command_key;
    case CWMP_SCHEDULE_INFORM:
        return &body->schedule_inform.command_key;
    case CWMP_CHANGE_DU_STATE:
        return &body->change_du_state.command_key;
    default:
        return NULL;
    }
}

static void put_key(const struct action_record *record, const struct action_facts *facts,
                    enum cwmp_method method, union cwmp_body *body)
{
    const char **key = key_of(method, body);

    if (key == NULL || (*key != NULL && **key != '\0'))
        return;
    *key = delivery_of(method)->key == DELIVERY_PARAMETER_KEY ? move_parameter_key(facts, record->id)
                                                              : record->id;
}

/* ---- our turn ---- */

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    AUTO_JSON args = NULL;
    enum cwmp_method method;

    if (record->state == ACTION_VERIFYING) { /* it was sent, and nothing has told yet what became of it */
        *ret = move_stay(record, facts);
        return ERR_OK;
    }
    TRY(json_read(record->args, strlen(record->args), &args));
    method = method_of(args);
    *ret = move_send(record, facts, STEP_ASK, method);
    TRY(cwmp_read_json(method, json_get(args, "args"), arena, &ret->request.body));
    put_key(record, facts, method, &ret->request.body);
    return ERR_OK;
}

/* ---- the device answers ---- */

/* Secrets that the device reveals are shown to nobody. */
static const struct cwmp_message *without_secrets(const struct cwmp_message *message, struct arena *arena)
{
    struct cwmp_message *copy = ARENA_NEW(arena, struct cwmp_message);

    *copy = *message;
    if (message->method == CWMP_GET_PARAMETER_VALUES_RESPONSE)
        copy->body.get_parameter_values_response.parameters =
            *parameter_values_without_secrets(&message->body.get_parameter_values_response.parameters, arena);
    return copy;
}

static const char *write_answer(const struct cwmp_message *message, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "method", message->method_name);
    json_key(&json, "args");
    cwmp_write_json(without_secrets(message, arena), &json);
    json_close_object(&json);
    return text_string(&out);
}

/* Who asks for the methods by hand teaches them to all others; NULL: it was another request. */
static const struct ability *learn_methods(const struct action_facts *facts,
                                           const struct cwmp_message *message, struct arena *arena)
{
    struct ability *learnt = ARENA_NEW(arena, struct ability);

    if (message->method != CWMP_GET_RPC_METHODS_RESPONSE)
        return NULL;
    if (facts->ability != NULL)
        *learnt = *facts->ability;
    learnt->methods = ability_write(&message->body.get_rpc_methods_response.methods, arena);
    learnt->asked = true;
    return learnt;
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    enum cwmp_method asked = delivery_find(text_or_empty(record->intent));

    if (message->method == CWMP_FAULT) {
        *ret = move_fail_by_fault(record, facts, arena, &message->body.fault);
        ret->save.result = write_answer(message, arena);
    } else if (message->method != cwmp_response_to(asked)) {
        *ret = move_fail_by_answer(record, facts, arena, message);
    } else {
        *ret = move_succeed(record, facts, write_answer(message, arena),
                            arena_printf(arena, "{\"answer\":\"%s\"}", cwmp_method_name(message->method)));
        ret->learnt = learn_methods(facts, message, arena);
        if (message->method == CWMP_GET_PARAMETER_VALUES_RESPONSE)
            ret->values = &message->body.get_parameter_values_response.parameters;
        if (message->method == CWMP_GET_PARAMETER_NAMES_RESPONSE)
            ret->infos = &message->body.get_parameter_names_response.parameters;
    }
    return ERR_OK;
}

/* ---- the device came back, the answer did not ---- */

/* "M Reboot" with our CommandKey, or our ParameterKey: it was carried out. */
static const char *find_proof(const struct action_record *record, const struct action_facts *facts,
                              struct arena *arena)
{
    const char *event = arena_printf(arena, "M %s", text_or_empty(record->intent));

    if (cwmp_find_event(facts->inform, event, record->id) != NULL)
        return arena_printf(arena, "{\"event\":\"%s\",\"command_key\":\"%s\"}", event, record->id);
    if (move_key_is(facts, record->id))
        return arena_printf(arena, "{\"parameter_key\":\"%s\"}", record->id);
    return NULL;
}

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    const struct delivery *delivery = delivery_of(delivery_find(text_or_empty(record->intent)));
    const char *proof = find_proof(record, facts, arena);

    if (proof != NULL)
        *ret = move_succeed(record, facts, NULL, proof);
    else if (delivery->tries > 1)
        *ret = move_resend(record, facts, arena, delivery->tries);
    else
        *ret = move_stay(record, facts);
    return ERR_OK;
}

const struct action_kind action_rpc = {
    .name = "rpc",
    .label_pt = "Enviar um método CWMP",
    .label_en = "Send a CWMP method",
    .warning_pt = "O pedido vai ao aparelho como está; o efeito depende do método.",
    .warning_en = "The request goes to the device as it is; what it does depends on the method.",
    .ttl_s = TTL_S,
    .method_of = method_of,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
