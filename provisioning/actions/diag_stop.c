/*
 * The end of a test that was given up: cancelled, or out of time. The action that had ordered it is over, so
 * this one comes behind it (db: action_cancel, actions_expire) and sees to it that the device is not left
 * testing: the next test would find it busy.
 *
 * It looks first: a test that has ended by itself, or that somebody else has ordered meanwhile, is left
 * alone.
 */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/actions.h"
#include "provisioning/actions/diag_stop.h"
#include "provisioning/actions/names.h"
#include "provisioning/parameter.h"

#define STATE "DiagnosticsState"

enum { TTL_S = 15 * 60, TRIES = 3 };

/* LOOK reads the object; then each way in turn; PROVE reads it again. */
enum { STEP_LOOK, STEP_STOP, STEP_PROVE };

/* ---- ways, for the tests' own program too ---- */

static enum diag_way by_argument(uint32_t set_count)
{
    return set_count > 0 ? DIAG_BY_ARGUMENT : DIAG_BY_NOTHING;
}

enum diag_way diag_first_way(const char *object, uint32_t set_count)
{
    return text_starts_with(object, "Device.") ? DIAG_BY_CANCELED : by_argument(set_count);
}

enum diag_way diag_next_way(enum diag_way way, uint32_t set_count)
{
    return way == DIAG_BY_CANCELED ? by_argument(set_count) : DIAG_BY_NOTHING;
}

/* A number, which every device takes; else the first. */
static const struct diag_set *argument_of(const struct diag_set *sets, uint32_t set_count)
{
    uint32_t number;

    for (uint32_t i = 0; i < set_count; i++)
        if (text_read_u32(sets[i].value, &number) == ERR_OK && number > 1)
            return &sets[i];
    return &sets[0];
}

/* One less is as good a number; an address with a "?" behind it is as good an address. */
static const char *changed(const struct diag_set *set, struct arena *arena)
{
    uint32_t number;

    if (text_read_u32(set->value, &number) == ERR_OK && number > 1)
        return arena_printf(arena, "%u", number - 1);
    return arena_printf(arena, strstr(set->value, "://") != NULL ? "%s?" : "%s", set->value);
}

void diag_fill_stop(enum diag_way way, const char *object, const struct diag_set *sets, uint32_t set_count,
                    struct arena *arena, struct cwmp_set_parameter_values *ret)
{
    struct cwmp_parameter_value *value = ARENA_NEW(arena, struct cwmp_parameter_value);

    *value = (struct cwmp_parameter_value){
        .name = arena_printf(arena, "%s" STATE, object), .value = "Canceled", .type = CWMP_STRING};
    if (way == DIAG_BY_ARGUMENT) {
        const struct diag_set *set = argument_of(sets, set_count);

        *value = (struct cwmp_parameter_value){.name = arena_printf(arena, "%s%s", object, set->leaf),
                                               .value = changed(set, arena),
                                               .type = set->type};
    }
    ret->parameters = (struct cwmp_parameter_values){.items = value, .count = 1};
}

/* ---- the action ---- */

struct stopping {
    struct arena *arena;
    const char *object;
    struct diag_set sets[DIAG_SETS_MAX];
    uint32_t set_count;
    enum diag_way way;
};

static enum err check(const struct json *args)
{
    TRY(names_check_keys(args, "of", "object", "sets", NULL));
    if (!text_ends_with(json_string(json_get(args, "object"), ""), "."))
        return err_set(ERR_INVALID, "object: the path of an object is expected");
    return ERR_OK;
}

static enum err load(const struct action_record *record, struct arena *arena, struct stopping *ret)
{
    AUTO_JSON args = NULL;
    AUTO_JSON memo = NULL;

    *ret = (struct stopping){.arena = arena};
    TRY(json_read(record->args, strlen(record->args), &args));
    TRY(json_read(record->memo, strlen(record->memo), &memo));
    ret->object = arena_strdup(arena, json_string(json_get(args, "object"), ""));
    diag_read_sets(json_get(args, "sets"), arena, ret->sets, &ret->set_count);
    ret->way = (enum diag_way)json_int(json_get(memo, "way"), DIAG_BY_CANCELED);
    return ERR_OK;
}

static struct action_move read_object(const struct action_record *record, const struct action_facts *facts,
                                      const struct stopping *stopping)
{
    struct action_move move = move_send(record, facts, record->step, CWMP_GET_PARAMETER_VALUES);
    struct cwmp_strings *names = &move.request.body.get_parameter_values.names;

    names->items = ARENA_ARRAY(stopping->arena, const char *, 1);
    names->items[0] = stopping->object;
    names->count = 1;
    return move;
}

static struct action_move send_stop(const struct action_record *record, const struct action_facts *facts,
                                    const struct stopping *stopping)
{
    struct action_move move = move_send(record, facts, STEP_STOP, CWMP_SET_PARAMETER_VALUES);
    struct cwmp_set_parameter_values *body = &move.request.body.set_parameter_values;

    diag_fill_stop(stopping->way, stopping->object, stopping->sets, stopping->set_count, stopping->arena,
                   body);
    body->parameter_key = move_parameter_key(facts, record->id);
    return move;
}

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    struct stopping stopping;

    TRY(load(record, arena, &stopping));
    *ret = record->step == STEP_STOP ? send_stop(record, facts, &stopping)
                                     : read_object(record, facts, &stopping);
    return ERR_OK;
}

/* ---- the answer ---- */

static struct action_move succeed(const struct action_record *record, const struct action_facts *facts,
                                  struct arena *arena, const char *state, bool stopped)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    const char *text;

    json_open_object(&json);
    json_field_string(&json, "state", state);
    json_field_bool(&json, "stopped", stopped);
    json_close_object(&json);
    text = text_string(&out);
    return move_succeed(record, facts, text, text);
}

static struct action_move try_way(const struct action_record *record, const struct action_facts *facts,
                                  const struct stopping *stopping, enum diag_way way)
{
    struct action_move move = move_to(record, facts, STEP_STOP, ACTION_RUNNING);

    if (way == DIAG_BY_NOTHING)
        return move_fail(record, facts, stopping->arena, "cannot_be_stopped",
                         "this model has no way to end a test, or refused all of them", 0);
    move.save.sends = 0;
    move.save.memo = arena_printf(stopping->arena, "{\"way\":%d}", (int)way);
    return move;
}

static struct action_move take_values(const struct action_record *record, const struct action_facts *facts,
                                      const struct stopping *stopping,
                                      const struct cwmp_parameter_values *values)
{
    const struct diag_answer is = {values, stopping->object};
    const char *state = text_or_empty(diag_value(&is, STATE));
    bool under_way = diag_judge(NULL, state) == DIAG_UNDER_WAY;

    if (record->step == STEP_PROVE && under_way)
        return try_way(record, facts, stopping, diag_next_way(stopping->way, stopping->set_count));
    if (record->step == STEP_LOOK && under_way && diag_holds(&is, stopping->sets, stopping->set_count))
        return try_way(record, facts, stopping, diag_first_way(stopping->object, stopping->set_count));
    return succeed(record, facts, stopping->arena, state, record->step == STEP_PROVE);
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    struct stopping stopping;

    TRY(load(record, arena, &stopping));
    if (message->method == CWMP_FAULT && record->step == STEP_STOP) {
        *ret = try_way(record, facts, &stopping, diag_next_way(stopping.way, stopping.set_count));
    } else if (message->method == CWMP_FAULT) {
        *ret = move_fail_by_fault(record, facts, arena, &message->body.fault);
    } else if (message->method == CWMP_SET_PARAMETER_VALUES_RESPONSE && record->step == STEP_STOP) {
        *ret = move_to(record, facts, STEP_PROVE, ACTION_VERIFYING);
    } else if (message->method == CWMP_GET_PARAMETER_VALUES_RESPONSE && record->step != STEP_STOP) {
        *ret = take_values(record, facts, &stopping, &message->body.get_parameter_values_response.parameters);
        ret->values = &message->body.get_parameter_values_response.parameters;
    } else {
        *ret = move_fail_by_answer(record, facts, arena, message);
    }
    return ERR_OK;
}

/* Whatever was lost, it looks again: what it sees says what is still to be done. */
static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    if (record->intent != NULL && record->sends >= TRIES)
        *ret = move_resend(record, facts, arena, TRIES);
    else if (record->intent != NULL && record->step != STEP_STOP)
        *ret = move_to(record, facts, record->step, ACTION_SESSION);
    else if (record->intent != NULL)
        *ret = move_to(record, facts, STEP_LOOK, ACTION_SESSION);
    else
        *ret = move_stay(record, facts);
    return ERR_OK;
}

const struct action_kind action_diag_stop = {
    .name = "diag.stop",
    .label_pt = "Encerrar um teste no aparelho",
    .label_en = "End a test on the device",
    .ttl_s = TTL_S,
    .internal = true,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
