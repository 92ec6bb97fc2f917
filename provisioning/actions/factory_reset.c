/*
 * Put the device back to what it was when it left the factory.
 *
 * FactoryReset has no argument that would tell whose it was, destroys, and so is sent at most once and never
 * by itself again (6.2). What the ParameterKey was is read first: proof that it was carried out is 0
 * BOOTSTRAP, or a key that was there and is empty now; a key that is still the same after a lost answer,
 * or an UpTime longer than the time since, proves that it was not, and a person decides.
 */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/move.h"

enum { STEP_LOOK, STEP_RESET, STEP_PROVE };

enum { TTL_S = 30 * 60, READ_TRIES = 3 };

static enum err check(const struct json *args)
{
    if (json_count(args) != 0)
        return err_set(ERR_INVALID, "factory_reset takes no parameters");
    return ERR_OK;
}

static struct action_move look(const struct action_record *record, const struct action_facts *facts,
                               struct arena *arena)
{
    struct action_move move = move_send(record, facts, STEP_LOOK, CWMP_GET_PARAMETER_VALUES);
    struct cwmp_strings *names = &move.request.body.get_parameter_values.names;

    names->items = ARENA_ARRAY(arena, const char *, 1);
    names->items[0] = arena_printf(arena, "%sManagementServer.ParameterKey", facts->root);
    names->count = 1;
    return move;
}

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    if (record->step == STEP_PROVE)
        *ret = move_stay(record, facts);
    else if (record->step == STEP_LOOK && facts->root != NULL)
        *ret = look(record, facts, arena);
    else
        *ret = move_send(record, facts, STEP_RESET, CWMP_FACTORY_RESET);
    return ERR_OK;
}

/* A device that does not tell its key is reset all the same: 0 BOOTSTRAP is proof enough. */
static struct action_move take_key(const struct action_record *record, const struct action_facts *facts,
                                   const struct cwmp_message *message, struct arena *arena)
{
    struct action_move move = move_to(record, facts, STEP_RESET, ACTION_RUNNING);
    const struct cwmp_parameter_value *key = NULL;
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    if (message->method == CWMP_GET_PARAMETER_VALUES_RESPONSE)
        key = cwmp_find_value(&message->body.get_parameter_values_response.parameters, "ParameterKey");
    json_open_object(&json);
    json_field_string(&json, "key", key != NULL ? key->value : "");
    json_close_object(&json);
    move.save.memo = text_string(&out);
    return move;
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    if (record->step == STEP_LOOK)
        *ret = take_key(record, facts, message, arena);
    else if (message->method == CWMP_FAULT)
        *ret = move_fail_by_fault(record, facts, arena, &message->body.fault);
    else if (message->method != CWMP_FACTORY_RESET_RESPONSE)
        *ret = move_fail_by_answer(record, facts, arena, message);
    else
        *ret = move_to(record, facts, STEP_PROVE, ACTION_VERIFYING);
    return ERR_OK;
}

/* ---- the device came back ---- */

static const char *read_key(const struct action_record *record, struct arena *arena)
{
    AUTO_JSON memo = NULL;

    if (json_read(record->memo, strlen(record->memo), &memo) != ERR_OK)
        return "";
    return arena_strdup(arena, json_string(json_get(memo, "key"), ""));
}

/* The key is the one of before, or it has not restarted since. */
static bool is_as_before(const struct action_record *record, const struct action_facts *facts,
                         const char *key)
{
    enum { US_PER_S = 1000000, CLOCK_SLACK_S = 5 };
    int64_t since_s = (facts->now_us - record->intent_at_us) / US_PER_S;

    return (*key != '\0' && move_key_is(facts, key)) ||
           (facts->uptime_s >= 0 && facts->uptime_s > since_s + CLOCK_SLACK_S);
}

static struct action_move resolve(const struct action_record *record, const struct action_facts *facts,
                                  struct arena *arena)
{
    const char *key = read_key(record, arena);

    if (move_was_reset(facts))
        return move_succeed(record, facts, NULL, "{\"event\":\"0 BOOTSTRAP\"}");
    if (*key != '\0' && move_key_is(facts, ""))
        return move_succeed(record, facts, NULL, "{\"parameter_key\":\"\"}");
    if (record->step == STEP_PROVE || !is_as_before(record, facts, key))
        return move_stay(record,
                         facts); /* it said yes, or nothing is proven either way: the expiry ends the wait */
    return move_fail(record, facts, arena, "not_executed",
                     "the device broke off and was not reset; it is not told again by itself", 0);
}

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    *ret = record->step == STEP_LOOK ? move_resend(record, facts, arena, READ_TRIES)
                                     : resolve(record, facts, arena);
    return ERR_OK;
}

const struct action_kind action_factory_reset = {
    .name = "factory_reset",
    .label_pt = "Restaurar os padrões de fábrica",
    .label_en = "Reset to factory settings",
    .warning_pt = "O cliente perde toda a configuração: Wi-Fi, senhas e conexão voltam ao padrão de fábrica.",
    .warning_en = "The customer loses all settings: Wi-Fi, passwords and connection are as from the factory.",
    .ttl_s = TTL_S,
    .ends_session = true,
    .method = CWMP_FACTORY_RESET,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
