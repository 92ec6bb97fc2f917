#include "provisioning/move.h"

#include <string.h>

#include "provisioning/parameter.h"

enum { METHOD_NOT_SUPPORTED = 9000 };

struct action_move move_stay(const struct action_record *record, const struct action_facts *facts)
{
    return (struct action_move){
        .kind = ACTION_WAIT,
        .save =
            {
                   .action_id = record->id,
                   .revision = record->revision,
                   .state = record->state,
                   .step = record->step,
                   .intent = record->intent,
                   .intent_at_us = record->intent_at_us,
                   .sends = record->sends,
                   .boots = record->boots,
                   .at_us = facts->now_us,
                   },
    };
}

struct action_move move_send(const struct action_record *record, const struct action_facts *facts,
                             int32_t step, enum cwmp_method method)
{
    struct action_move move = move_stay(record, facts);

    move.kind = ACTION_SEND;
    move.changed = true;
    move.request.method = method;
    move.save.sends = step == record->step ? record->sends + 1 : 1;
    move.save.boots = step == record->step ? record->boots : 0;
    move.save.state = record->state == ACTION_VERIFYING ? ACTION_VERIFYING : ACTION_RUNNING;
    move.save.step = step;
    move.save.intent = cwmp_method_name(method);
    move.save.intent_at_us = facts->now_us;
    return move;
}

struct action_move move_to(const struct action_record *record, const struct action_facts *facts, int32_t step,
                           enum action_state state)
{
    struct action_move move = move_stay(record, facts);

    move.changed = true;
    move.save.state = state;
    move.save.sends = step == record->step ? record->sends : 0;
    move.save.boots = step == record->step ? record->boots : 0;
    move.save.step = step;
    move.save.intent = NULL;
    return move;
}

static struct action_move move_end(const struct action_record *record, const struct action_facts *facts,
                                   enum action_state state)
{
    struct action_move move = move_to(record, facts, record->step, state);

    move.kind = ACTION_END;
    return move;
}

struct action_move move_succeed(const struct action_record *record, const struct action_facts *facts,
                                const char *result, const char *evidence)
{
    struct action_move move = move_end(record, facts, ACTION_SUCCEEDED);

    move.save.result = result;
    move.save.evidence = evidence;
    return move;
}

static void open_failure(struct json_writer *json, const char *code, const char *detail, uint32_t fault)
{
    json_open_object(json);
    json_field_string(json, "code", code);
    json_field_string(json, "detail", detail);
    if (fault != 0)
        json_field_int(json, "cwmp_fault", fault);
}

struct action_move move_fail(const struct action_record *record, const struct action_facts *facts,
                             struct arena *arena, const char *code, const char *detail, uint32_t fault)
{
    struct action_move move = move_end(record, facts, ACTION_FAILED);
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    open_failure(&json, code, detail, fault);
    json_close_object(&json);
    move.save.failure = text_string(&out);
    return move;
}

static const char *fault_sentence(const struct cwmp_fault *fault, struct arena *arena)
{
    const char *meaning = cwmp_fault_meaning(fault->code);

    if (fault->code == 0)
        return arena_printf(arena, "the device refused: %s", fault->soap_string);
    if (meaning == NULL)
        return arena_printf(arena, "the device refused with fault %u: %s", fault->code, fault->text);
    return arena_printf(arena, "the device refused: %s (fault %u: %s)", meaning, fault->code, fault->text);
}

/* "the parameter is read-only (fault 9008: not writable)" */
static const char *parameter_sentence(const struct cwmp_parameter_fault *fault, struct arena *arena)
{
    const char *meaning = cwmp_fault_meaning(fault->code);

    if (meaning == NULL)
        return arena_printf(arena, "fault %u: %s", fault->code, fault->text);
    return arena_printf(arena, "%s (fault %u: %s)", meaning, fault->code, fault->text);
}

/* Each parameter that was refused, and why; some list all that they were sent, those without a fault by code
 * 0. */
static void put_parameter_faults(struct json_writer *json, const struct cwmp_parameter_faults *faults,
                                 struct arena *arena)
{
    json_key(json, "parameters");
    json_open_array(json);
    for (size_t i = 0; i < faults->count; i++) {
        const struct cwmp_parameter_fault *fault = &faults->items[i];

        if (fault->code == 0)
            continue;
        json_open_object(json);
        json_field_string(json, "name", fault->name);
        json_field_int(json, "cwmp_fault", fault->code);
        json_field_string(json, "text", fault->text);
        json_field_string(json, "detail", parameter_sentence(fault, arena));
        json_close_object(json);
    }
    json_close_array(json);
}

/* Some devices repeat what they were sent: their words about a secret are not kept. */
static bool may_repeat_a_secret(const struct action_record *record, const struct cwmp_fault *fault)
{
    if (record->sealed != NULL)
        return true;
    for (size_t i = 0; i < fault->parameters.count; i++)
        if (parameter_is_secret(fault->parameters.items[i].name))
            return true;
    return false;
}

static void withhold_words(struct cwmp_fault *fault, struct arena *arena)
{
    static const char withheld[] = "its own words are not kept, for they may hold a secret";
    const struct cwmp_parameter_faults *said = &fault->parameters;
    struct cwmp_parameter_fault *items = ARENA_ARRAY(arena, struct cwmp_parameter_fault, said->count + 1);

    for (size_t i = 0; i < said->count; i++) {
        items[i] = said->items[i];
        items[i].text = withheld;
    }
    fault->text = fault->soap_string = withheld;
    fault->parameters.items = items;
}

struct action_move move_fail_by_fault(const struct action_record *record, const struct action_facts *facts,
                                      struct arena *arena, const struct cwmp_fault *fault)
{
    struct action_move move = move_end(record, facts, ACTION_FAILED);
    struct cwmp_fault told = *fault;
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    if (may_repeat_a_secret(record, fault))
        withhold_words(&told, arena);
    open_failure(&json, told.code == METHOD_NOT_SUPPORTED ? "not_supported" : "device_fault",
                 fault_sentence(&told, arena), told.code);
    put_parameter_faults(&json, &told.parameters, arena);
    json_close_object(&json);
    move.save.failure = text_string(&out);
    return move;
}

struct action_move move_fail_by_answer(const struct action_record *record, const struct action_facts *facts,
                                       struct arena *arena, const struct cwmp_message *answer)
{
    return move_fail(record, facts, arena, "wrong_answer",
                     arena_printf(arena, "the device answered %.64s, which does not fit what was asked",
                                  answer->method_name),
                     0);
}

struct action_move move_resend(const struct action_record *record, const struct action_facts *facts,
                               struct arena *arena, int32_t tries)
{
    if (record->sends < tries)
        return move_to(record, facts, record->step, ACTION_SESSION);
    return move_fail(record, facts, arena, "no_answer",
                     arena_printf(arena, "the device broke off %d times without an answer to %s",
                                  record->sends, text_or_empty(record->intent)),
                     0);
}

/* ---- what the Inform tells ---- */

bool move_was_reset(const struct action_facts *facts)
{
    bool means_nothing = facts->quirks != NULL && facts->quirks->bootstrap_always;

    return !means_nothing && cwmp_has_event(facts->inform, "0 BOOTSTRAP");
}

/* ---- ParameterKey ---- */

const char *move_parameter_key(const struct action_facts *facts, const char *key)
{
    return facts->quirks != NULL && facts->quirks->no_parameter_key ? "" : key;
}

static const char *told_key(const struct action_facts *facts)
{
    const struct cwmp_parameter_value *told =
        facts->inform != NULL ? cwmp_find_value(&facts->inform->parameters, "ManagementServer.ParameterKey")
                              : NULL;
    bool counts = facts->quirks == NULL || (!facts->quirks->no_parameter_key && !facts->quirks->key_not_kept);

    return told != NULL && counts ? told->value : NULL;
}

bool move_key_is(const struct action_facts *facts, const char *key)
{
    const char *told = told_key(facts);

    return told != NULL && strcmp(told, key) == 0;
}

bool move_key_is_not(const struct action_facts *facts, const char *key)
{
    const char *told = told_key(facts);

    return told != NULL && strcmp(told, key) != 0;
}

static void put_values(struct json_writer *json, const struct cwmp_parameter_values *values)
{
    json_key(json, "values");
    json_open_array(json);
    for (size_t i = 0; i < values->count; i++) {
        const struct cwmp_parameter_value *value = &values->items[i];

        if (text_ends_with(value->name, ".")) /* an object, which has none */
            continue;
        json_open_object(json);
        json_field_string(json, "name", value->name);
        json_field_string(json, "value", parameter_is_secret(value->name) ? NULL : value->value);
        json_field_string(json, "type", cwmp_type_name(value->type));
        json_close_object(json);
    }
    json_close_array(json);
}

const char *move_write_reading(const struct cwmp_parameter_values *values, const struct cwmp_strings *missing,
                               struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    put_values(&json, values);
    if (missing->count > 0) {
        json_key(&json, "missing");
        json_open_array(&json);
        for (size_t i = 0; i < missing->count; i++)
            json_put_string(&json, missing->items[i]);
        json_close_array(&json);
    }
    json_close_object(&json);
    return text_string(&out);
}

const char *move_write_values(const struct cwmp_parameter_values *values, struct arena *arena)
{
    static const struct cwmp_strings none;

    return move_write_reading(values, &none, arena);
}
