/* Read named parameters or partial paths now, from the device itself. */
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

    TRY(json_read(record->args, __builtin_strlen(record->args), &args));
    names_read(json_get(args, "names"), arena, &move.request.body.get_parameter_values.names);
    *ret = move;
    return ERR_OK;
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    const struct cwmp_parameter_values *values = &message->body.get_parameter_values_response.parameters;

    if (message->method == CWMP_FAULT) {
        *ret = move_fail_by_fault(record, facts, arena, &message->body.fault);
    } else if (message->method != CWMP_GET_PARAMETER_VALUES_RESPONSE) {
        *ret = move_fail_by_answer(record, facts, arena, message);
    } else {
        *ret = move_succeed(record, facts, move_write_values(values, arena),
                            "{\"read\":\"GetParameterValues\"}");
        ret->values = values;
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
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
