/*
 * Set parameters, and prove that the device has them.
 *
 * Three requests: read them first (the device's own types are sent back to it, P-27; an unknown name fails
 * before anything changed), set them all at once with our id as ParameterKey, read them again. A lost answer
 * is resolved by the ParameterKey of the next Inform (P-11): ours means applied, then they are read again;
 * else they are sent again.
 */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/move.h"
#include "provisioning/parameter.h"

enum { STEP_LEARN, STEP_SET, STEP_READ_BACK, STEP_AWAIT_RESTART };

enum { TTL_S = 15 * 60, READ_TRIES = 3, SET_TRIES = 2, VALUE_MAX = 32 * 1024 };

/* ---- arguments: {"values":[{"name","value","type"?}…]} ---- */

/* "boolean", or "xsd:boolean" as values are shown. */
static enum cwmp_type read_type(const char *name)
{
    return cwmp_type_by_name(text_starts_with(name, "xsd:") ? name + strlen("xsd:") : name);
}

static enum err check_value(const struct json *values, size_t index)
{
    const struct json *item = json_at(values, index);
    const char *name = json_string(json_get(item, "name"), "");
    const char *value = json_string(json_get(item, "value"), NULL);
    const char *type = json_string(json_get(item, "type"), NULL);

    TRY(err_while(names_check_keys(item, "name", "value", "type", NULL), "values[%zu]", index));
    if (!parameter_is_full_name(name))
        return err_set(ERR_INVALID, "values[%zu].name: '%.64s' is not a full parameter name", index, name);
    if (value == NULL || strlen(value) > VALUE_MAX)
        return err_set(ERR_INVALID, "values[%zu].value: a text of at most %d bytes is expected", index,
                       VALUE_MAX);
    if (type != NULL && read_type(type) == CWMP_UNKNOWN_TYPE)
        return err_set(ERR_INVALID,
                       "values[%zu].type: '%.32s' is none of string, int, unsignedInt, long, "
                       "unsignedLong, boolean, dateTime, base64Binary, hexBinary",
                       index, type);
    if (parameter_is_secret(name))
        return err_set(ERR_INVALID,
                       "values[%zu].name: %.128s holds a secret, which params.set would keep in the open",
                       index, name);
    for (size_t i = 0; i < index; i++)
        if (strcmp(json_string(json_get(json_at(values, i), "name"), ""), name) == 0)
            return err_set(ERR_INVALID, "values[%zu].name: %.128s is set twice", index, name);
    return ERR_OK;
}

static enum err check(const struct json *args)
{
    const struct json *values = json_get(args, "values");
    size_t count = json_count(values);

    TRY(names_check_keys(args, "values", NULL));
    if (json_kind(values) != JSON_ARRAY || count == 0 || count > NAMES_MAX)
        return err_set(ERR_INVALID, "values: a list of 1 to %d parameters is expected", NAMES_MAX);
    for (size_t i = 0; i < count; i++)
        TRY(check_value(values, i));
    return ERR_OK;
}

/* The wanted values, with the types that the device told (memo) or else the caller (args). */
static enum err read_wanted(const struct action_record *record, struct arena *arena,
                            struct cwmp_parameter_values *ret)
{
    AUTO_JSON args = NULL;
    AUTO_JSON memo = NULL;
    const struct json *values;

    TRY(json_read(record->args, strlen(record->args), &args));
    TRY(json_read(record->memo, strlen(record->memo), &memo));
    values = json_get(args, "values");
    ret->count = json_count(values);
    ret->items = ARENA_ARRAY(arena, struct cwmp_parameter_value, ret->count);
    for (size_t i = 0; i < ret->count; i++) {
        const struct json *item = json_at(values, i);
        const char *asked = json_string(json_get(item, "type"), "string");
        const char *learnt = json_string(json_at(json_get(memo, "types"), i), asked);

        ret->items[i].name = arena_strdup(arena, json_string(json_get(item, "name"), ""));
        ret->items[i].value = arena_strdup(arena, json_string(json_get(item, "value"), ""));
        ret->items[i].type = read_type(learnt);
    }
    return ERR_OK;
}

static const struct cwmp_parameter_value *find(const struct cwmp_parameter_values *values, const char *name)
{
    for (size_t i = 0; i < values->count; i++)
        if (strcmp(values->items[i].name, name) == 0)
            return &values->items[i];
    return NULL;
}

/* ---- our turn ---- */

static struct action_move ask(const struct action_record *record, const struct action_facts *facts,
                              const struct cwmp_parameter_values *wanted, struct arena *arena)
{
    struct action_move move = move_send(record, facts, record->step, CWMP_GET_PARAMETER_VALUES);
    struct cwmp_strings *names = &move.request.body.get_parameter_values.names;

    names->count = wanted->count;
    names->items = ARENA_ARRAY(arena, const char *, wanted->count);
    for (size_t i = 0; i < wanted->count; i++)
        names->items[i] = wanted->items[i].name;
    return move;
}

static struct action_move set(const struct action_record *record, const struct action_facts *facts,
                              const struct cwmp_parameter_values *wanted)
{
    struct action_move move = move_send(record, facts, STEP_SET, CWMP_SET_PARAMETER_VALUES);

    move.request.body.set_parameter_values.parameters = *wanted;
    move.request.body.set_parameter_values.parameter_key = record->id;
    return move;
}

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    struct cwmp_parameter_values wanted;

    TRY(read_wanted(record, arena, &wanted));
    if (record->step == STEP_AWAIT_RESTART)
        *ret = move_stay(record, facts);
    else if (record->step == STEP_SET)
        *ret = set(record, facts, &wanted);
    else
        *ret = ask(record, facts, &wanted, arena);
    return ERR_OK;
}

/* ---- the device answers ---- */

static struct action_move take_types(const struct action_record *record, const struct action_facts *facts,
                                     const struct cwmp_parameter_values *wanted,
                                     const struct cwmp_parameter_values *now, struct arena *arena)
{
    struct action_move move = move_to(record, facts, STEP_SET, ACTION_RUNNING);
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_key(&json, "types");
    json_open_array(&json);
    for (size_t i = 0; i < wanted->count; i++) {
        const struct cwmp_parameter_value *found = find(now, wanted->items[i].name);
        enum cwmp_type type = found && found->type ? found->type : wanted->items[i].type;

        json_put_string(&json, cwmp_type_name(type) + strlen("xsd:"));
    }
    json_close_array(&json);
    json_close_object(&json);
    move.save.memo = text_string(&out);
    move.values = now;
    return move;
}

static struct action_move take_status(const struct action_record *record, const struct action_facts *facts,
                                      int32_t status, struct arena *arena)
{
    struct action_move move;

    if (status != 0 && status != 1)
        return move_fail(
            record, facts, arena, "wrong_answer",
            arena_printf(arena, "the device answered SetParameterValues with status %d; 0 or 1 is expected",
                         status),
            0);
    move = move_to(record, facts, STEP_READ_BACK, ACTION_VERIFYING);
    if (status == 1) { /* P-03: applied at a restart */
        AUTO_JSON memo = NULL;
        struct text out = TEXT_IN(arena);
        struct json_writer json = JSON_WRITER(&out);

        if (json_read(record->memo, strlen(record->memo), &memo) == ERR_OK) {
            json_open_object(&json);
            json_key(&json, "types");
            json_put_value(&json, json_get(memo, "types"));
            json_field_bool(&json, "needs_restart", true);
            json_close_object(&json);
            move.save.memo = text_string(&out);
        }
    }
    return move;
}

static bool needs_restart(const struct action_record *record)
{
    AUTO_JSON memo = NULL;

    return json_read(record->memo, strlen(record->memo), &memo) == ERR_OK &&
           json_bool(json_get(memo, "needs_restart"), false);
}

static const struct cwmp_parameter_value *first_difference(const struct cwmp_parameter_values *wanted,
                                                           const struct cwmp_parameter_values *now)
{
    for (size_t i = 0; i < wanted->count; i++) {
        const struct cwmp_parameter_value *found = find(now, wanted->items[i].name);

        if (found == NULL ||
            !parameter_values_equal(wanted->items[i].type, wanted->items[i].value, found->value))
            return &wanted->items[i];
    }
    return NULL;
}

static const char *write_evidence(const struct action_record *record, size_t count, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "read", "GetParameterValues");
    json_field_string(&json, "parameter_key", record->id);
    json_field_int(&json, "equal", (int64_t)count);
    json_close_object(&json);
    return text_string(&out);
}

static struct action_move compare(const struct action_record *record, const struct action_facts *facts,
                                  const struct cwmp_parameter_values *wanted,
                                  const struct cwmp_parameter_values *now, struct arena *arena)
{
    const struct cwmp_parameter_value *different = first_difference(wanted, now);
    struct action_move move;

    if (different == NULL)
        move = move_succeed(record, facts, move_write_values(now, arena),
                            write_evidence(record, wanted->count, arena));
    else if (needs_restart(record))
        move = move_to(record, facts, STEP_AWAIT_RESTART, ACTION_VERIFYING);
    else
        move = move_fail(
            record, facts, arena, "not_applied",
            arena_printf(arena, "the device accepted the change but does not report the new value of %s",
                         different->name),
            0);
    move.values = now;
    return move;
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    enum cwmp_method expected =
        record->step == STEP_SET ? CWMP_SET_PARAMETER_VALUES_RESPONSE : CWMP_GET_PARAMETER_VALUES_RESPONSE;
    const struct cwmp_parameter_values *now = &message->body.get_parameter_values_response.parameters;
    struct cwmp_parameter_values wanted;

    TRY(read_wanted(record, arena, &wanted));
    if (message->method == CWMP_FAULT)
        *ret = move_fail_by_fault(record, facts, arena, &message->body.fault);
    else if (message->method != expected)
        *ret = move_fail_by_answer(record, facts, arena, message);
    else if (record->step == STEP_SET)
        *ret = take_status(record, facts, message->body.set_parameter_values_response.status, arena);
    else if (record->step == STEP_LEARN)
        *ret = take_types(record, facts, &wanted, now, arena);
    else
        *ret = compare(record, facts, &wanted, now, arena);
    return ERR_OK;
}

/* ---- the device came back ---- */

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    const struct cwmp_parameter_value *key =
        cwmp_find_value(&facts->inform->parameters, "ManagementServer.ParameterKey");

    if (record->step == STEP_SET && key != NULL && strcmp(key->value, record->id) == 0)
        *ret = move_to(record, facts, STEP_READ_BACK, ACTION_VERIFYING);
    else if (record->step == STEP_SET)
        *ret = move_resend(record, facts, arena, SET_TRIES);
    else if (record->step == STEP_AWAIT_RESTART)
        *ret = cwmp_has_event(facts->inform, "1 BOOT")
                   ? move_to(record, facts, STEP_READ_BACK, ACTION_VERIFYING)
                   : move_stay(record, facts);
    else
        *ret = move_resend(record, facts, arena, READ_TRIES);
    return ERR_OK;
}

const struct action_kind action_params_set = {
    .name = "params.set",
    .label_pt = "Alterar parâmetros",
    .label_en = "Set parameters",
    .ttl_s = TTL_S,
    .method = CWMP_SET_PARAMETER_VALUES,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
