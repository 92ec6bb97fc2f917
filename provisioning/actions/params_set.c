/*
 * Set parameters, and prove that the device has them.
 *
 * Three requests: read them first (the device's own types are sent back to it, P-27; an unknown name fails
 * before anything changed), set them all at once with our id as ParameterKey, read them again. A lost answer
 * is resolved by the ParameterKey of the next Inform (P-11): ours means applied, then they are read again;
 * else they are sent again.
 *
 * One SetParameterValues is all or nothing (P-02), and so is the action, unless its caller says "atomic":
 * false. Then more values than one request holds are set in parts, one after the other; the failure of a part
 * tells how many were set.
 */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/actions/values.h"
#include "provisioning/move.h"

/* Of each part in turn: a step is PHASES times the part, and the phase. */
enum { LEARN, SET, READ_BACK, AWAIT_RESTART, PHASES };

enum { TTL_S = 15 * 60, READ_TRIES = 3, SET_TRIES = 2, VALUES_IN_PARTS_MAX = 1000 };

/* ---- the part that is being set ---- */

struct part {
    size_t number;
    int phase;
    size_t first; /* of its values */
    bool last;
    struct cwmp_parameter_values wanted;
    const char *key; /* its ParameterKey */
};

static size_t part_size(const struct action_facts *facts)
{
    size_t most = facts->quirks != NULL ? facts->quirks->sets_max : 0;

    return most > 0 && most < VALUES_MAX ? most : VALUES_MAX;
}

static const char *part_key(const struct action_record *record, size_t number, struct arena *arena)
{
    return number == 0 ? record->id : arena_printf(arena, "%s/%zu", record->id, number);
}

static enum err read_part(const struct action_record *record, const struct action_facts *facts,
                          struct arena *arena, struct part *ret)
{
    size_t size = part_size(facts);
    AUTO_JSON args = NULL;
    AUTO_JSON memo = NULL;
    const struct json *values;

    TRY(json_read(record->args, strlen(record->args), &args));
    TRY(json_read(record->memo, strlen(record->memo), &memo));
    values = json_get(args, "values");
    ret->number = (size_t)record->step / PHASES;
    ret->phase = record->step % PHASES;
    if (json_bool(json_get(args, "atomic"), true) && json_count(values) > size)
        size = json_count(values); /* all or nothing, whatever the device can hold */
    ret->first = ret->number * size;
    if (ret->first >= json_count(values))
        return err_set(ERR_INTERNAL, "there is no part %zu of these values", ret->number);
    ret->last = ret->first + size >= json_count(values);
    ret->key = part_key(record, ret->number, arena);
    values_read(&(struct values_choice){values, "", ret->first, size, json_get(memo, "types")}, arena,
                &ret->wanted);
    return ERR_OK;
}

static int32_t step_of(const struct part *part, int phase)
{
    return (int32_t)(part->number * PHASES) + phase;
}

/* ---- arguments: {"values":[{"name","value","type"?}…],"atomic"?} ---- */

static enum err check(const struct json *args)
{
    const struct json *atomic = json_get(args, "atomic");
    bool whole = json_bool(atomic, true);

    TRY(names_check_keys(args, "values", "atomic", NULL));
    if (atomic != NULL && json_kind(atomic) != JSON_BOOL)
        return err_set(ERR_INVALID, "atomic: true or false is expected");
    if (whole && json_count(json_get(args, "values")) > VALUES_MAX)
        return err_set(
            ERR_INVALID,
            "values: one request holds %d values; more are set in parts, not all or nothing, if you "
            "say \"atomic\": false",
            VALUES_MAX);
    return values_check(json_get(args, "values"), "", whole ? VALUES_MAX : VALUES_IN_PARTS_MAX);
}

/* ---- our turn ---- */

static struct action_move set(const struct action_record *record, const struct action_facts *facts,
                              const struct part *part)
{
    struct action_move move = move_send(record, facts, record->step, CWMP_SET_PARAMETER_VALUES);

    move.request.body.set_parameter_values.parameters = part->wanted;
    move.request.body.set_parameter_values.parameter_key = move_parameter_key(facts, part->key);
    return move;
}

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    struct part part;

    TRY(read_part(record, facts, arena, &part));
    if (part.phase == AWAIT_RESTART) {
        *ret = move_stay(record, facts);
    } else if (part.phase == SET) {
        *ret = set(record, facts, &part);
    } else {
        *ret = move_send(record, facts, record->step, CWMP_GET_PARAMETER_VALUES);
        values_names(&part.wanted, arena, &ret->request.body.get_parameter_values.names);
    }
    return ERR_OK;
}

/* ---- the device answers ---- */

static struct action_move take_types(const struct action_record *record, const struct action_facts *facts,
                                     const struct part *part, const struct cwmp_parameter_values *now,
                                     struct arena *arena)
{
    struct action_move move = move_to(record, facts, step_of(part, SET), ACTION_RUNNING);
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    values_write_types(&json, &part->wanted, now);
    json_close_object(&json);
    move.save.memo = text_string(&out);
    move.values = now;
    return move;
}

/* The memo with one thing more: it applies at a restart (P-03). */
static const char *note_restart(const struct action_record *record, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    AUTO_JSON memo = NULL;

    if (json_read(record->memo, strlen(record->memo), &memo) != ERR_OK)
        return NULL;
    json_open_object(&json);
    json_key(&json, "types");
    json_put_value(&json, json_get(memo, "types"));
    json_field_bool(&json, "needs_restart", true);
    json_close_object(&json);
    return text_string(&out);
}

static struct action_move take_status(const struct action_record *record, const struct action_facts *facts,
                                      const struct part *part, int32_t status, struct arena *arena)
{
    struct action_move move;

    if (status != 0 && status != 1)
        return move_fail(
            record, facts, arena, "wrong_answer",
            arena_printf(arena, "the device answered SetParameterValues with status %d; 0 or 1 is expected",
                         status),
            0);
    move = move_to(record, facts, step_of(part, READ_BACK), ACTION_VERIFYING);
    if (status == 1)
        move.save.memo = note_restart(record, arena);
    return move;
}

static bool needs_restart(const struct action_record *record)
{
    AUTO_JSON memo = NULL;

    return json_read(record->memo, strlen(record->memo), &memo) == ERR_OK &&
           json_bool(json_get(memo, "needs_restart"), false);
}

static const char *write_evidence(const struct part *part, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "read", "GetParameterValues");
    json_field_string(&json, "parameter_key", part->key);
    json_field_int(&json, "equal", (int64_t)(part->first + part->wanted.count));
    json_close_object(&json);
    return text_string(&out);
}

static struct action_move go_on(const struct action_record *record, const struct action_facts *facts,
                                const struct part *part, struct arena *arena)
{
    struct action_move move = move_to(record, facts, step_of(part, PHASES + LEARN), ACTION_RUNNING);

    move.save.memo = "{}";
    move.save.progress =
        arena_printf(arena, "{\"stage\":\"setting\",\"done\":%zu}", part->first + part->wanted.count);
    return move;
}

static struct action_move compare(const struct action_record *record, const struct action_facts *facts,
                                  const struct part *part, const struct cwmp_parameter_values *now,
                                  struct arena *arena)
{
    const struct cwmp_parameter_value *different = values_first_difference(&part->wanted, now);
    struct action_move move;

    if (different != NULL && needs_restart(record))
        move = move_to(record, facts, step_of(part, AWAIT_RESTART), ACTION_VERIFYING);
    else if (different != NULL)
        move = move_fail(
            record, facts, arena, "not_applied",
            arena_printf(arena, "the device accepted the change but does not report the new value of %s",
                         different->name),
            0);
    else if (!part->last)
        move = go_on(record, facts, part, arena);
    else
        move = move_succeed(record, facts, move_write_values(now, arena), write_evidence(part, arena));
    move.values = now;
    return move;
}

/* What was set before stays set: it is said. */
static struct action_move fail_part(const struct action_record *record, const struct action_facts *facts,
                                    const struct part *part, const struct cwmp_fault *fault,
                                    struct arena *arena)
{
    struct action_move move = move_fail_by_fault(record, facts, arena, fault);

    if (part->first > 0)
        move.save.result = arena_printf(arena, "{\"set\":%zu}", part->first);
    return move;
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    const struct cwmp_parameter_values *now = &message->body.get_parameter_values_response.parameters;
    struct part part;
    enum cwmp_method expected;

    TRY(read_part(record, facts, arena, &part));
    expected = part.phase == SET ? CWMP_SET_PARAMETER_VALUES_RESPONSE : CWMP_GET_PARAMETER_VALUES_RESPONSE;
    if (message->method == CWMP_FAULT)
        *ret = fail_part(record, facts, &part, &message->body.fault, arena);
    else if (message->method != expected)
        *ret = move_fail_by_answer(record, facts, arena, message);
    else if (part.phase == SET)
        *ret = take_status(record, facts, &part, message->body.set_parameter_values_response.status, arena);
    else if (part.phase == LEARN)
        *ret = take_types(record, facts, &part, now, arena);
    else
        *ret = compare(record, facts, &part, now, arena);
    return ERR_OK;
}

/* ---- the device came back ---- */

static struct action_move resolve_set(const struct action_record *record, const struct action_facts *facts,
                                      const struct part *part, struct arena *arena)
{
    if (move_key_is(facts, part->key))
        return move_to(record, facts, step_of(part, READ_BACK), ACTION_VERIFYING);
    if (values_are_momentary(&part->wanted))
        return move_fail(record, facts, arena, "unresolved",
                         "the answer was lost; what acts when it is written is not written again", 0);
    return move_resend(record, facts, arena, SET_TRIES);
}

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    struct part part;

    TRY(read_part(record, facts, arena, &part));
    if (part.phase == SET)
        *ret = resolve_set(record, facts, &part, arena);
    else if (part.phase == AWAIT_RESTART)
        *ret = cwmp_has_event(facts->inform, "1 BOOT")
                   ? move_to(record, facts, step_of(&part, READ_BACK), ACTION_VERIFYING)
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
