/* Read named parameters or partial paths now, from the device itself. */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/move.h"

enum { STEP_READ };

enum { TTL_S = 15 * 60, TRIES = 3 };

static enum err check(const struct json *args)
{
    TRY(names_check_keys(args, "names", NULL));
    return names_check(json_get(args, "names"), "names");
}

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    struct action_move move = move_send(record, facts, STEP_READ, CWMP_GET_PARAMETER_VALUES);
    AUTO_JSON args = NULL;

    TRY(json_read(record->args, strlen(record->args), &args));
    names_read(json_get(args, "names"), arena, &move.request.body.get_parameter_values.names);
    *ret = move;
    return ERR_OK;
}

static bool is_object(const struct cwmp_parameter_value *value)
{
    return text_ends_with(value->name, ".");
}

/* A table may well be empty (P-15); but some answer any path with the object itself, whatever is below it. */
static bool is_path_answered(const char *path, const struct cwmp_parameter_values *values)
{
    bool told_as_object = false;

    for (size_t i = 0; i < values->count; i++) {
        if (!is_object(&values->items[i]) && text_starts_with(values->items[i].name, path))
            return true;
        told_as_object |= strcmp(values->items[i].name, path) == 0;
    }
    return !told_as_object;
}

static bool is_answered(const char *name, const struct cwmp_parameter_values *values)
{
    if (text_ends_with(name, "."))
        return is_path_answered(name, values);
    return cwmp_value_of(values, name) != NULL;
}

static bool has_a_value(const struct cwmp_parameter_values *values)
{
    for (size_t i = 0; i < values->count; i++)
        if (!is_object(&values->items[i]))
            return true;
    return false;
}

/* Some answer an unknown name by leaving it out, which is no Fault to them. */
static struct cwmp_strings find_missing(const struct cwmp_strings *asked,
                                        const struct cwmp_parameter_values *values, struct arena *arena)
{
    struct cwmp_strings missing = {.items = ARENA_ARRAY(arena, const char *, asked->count)};

    for (size_t i = 0; i < asked->count; i++)
        if (!is_answered(asked->items[i], values))
            missing.items[missing.count++] = asked->items[i];
    return missing;
}

static struct action_move take_values(const struct action_record *record, const struct action_facts *facts,
                                      const struct cwmp_strings *asked,
                                      const struct cwmp_parameter_values *values, struct arena *arena)
{
    struct cwmp_strings missing = find_missing(asked, values, arena);
    struct action_move move;

    if (missing.count > 0 && !has_a_value(values))
        move = move_fail(record, facts, arena, "no_value",
                         arena_printf(arena, "the device did not answer for %s", missing.items[0]), 0);
    else
        move = move_succeed(record, facts, move_write_reading(values, &missing, arena),
                            "{\"read\":\"GetParameterValues\"}");
    move.values = values;
    return move;
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    struct cwmp_strings asked;
    AUTO_JSON args = NULL;

    if (message->method == CWMP_FAULT) {
        *ret = move_fail_by_fault(record, facts, arena, &message->body.fault);
    } else if (message->method != CWMP_GET_PARAMETER_VALUES_RESPONSE) {
        *ret = move_fail_by_answer(record, facts, arena, message);
    } else {
        TRY(json_read(record->args, strlen(record->args), &args));
        names_read(json_get(args, "names"), arena, &asked);
        *ret = take_values(record, facts, &asked, &message->body.get_parameter_values_response.parameters,
                           arena);
    }
    return ERR_OK;
}

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    *ret = move_resend(record, facts, arena, TRIES);
    return ERR_OK;
}

const struct action_kind action_params_get = {
    .name = "params.get",
    .label_pt = "Ler parâmetros",
    .label_en = "Read parameters",
    .ttl_s = TTL_S,
    .method = CWMP_GET_PARAMETER_VALUES,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
