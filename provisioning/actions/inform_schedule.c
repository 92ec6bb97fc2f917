/*
 * Have the device call in after a while (ScheduleInform). Sent at most once: another one would only be noise.
 * Proof is the event M ScheduleInform with our CommandKey.
 */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/move.h"

enum { STEP_ASK, STEP_PROVE };

enum { TTL_S = 15 * 60, DELAY_MAX_S = 30 * 86400 };

static enum err check(const struct json *args)
{
    int64_t delay_s = json_int(json_get(args, "delay_s"), 0);

    TRY(names_check_keys(args, "delay_s", NULL));
    if (delay_s < 1 || delay_s > DELAY_MAX_S) /* O-22: never 0 */
        return err_set(ERR_INVALID, "delay_s: a number of seconds from 1 to %d is expected", DELAY_MAX_S);
    return ERR_OK;
}

/* It cannot be proven before the delay is over. */
static uint32_t ttl_of(const struct json *args)
{
    return (uint32_t)json_int(json_get(args, "delay_s"), 0) + TTL_S;
}

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    AUTO_JSON args = NULL;

    (void)arena;
    if (record->step == STEP_PROVE) {
        *ret = move_stay(record, facts);
        return ERR_OK;
    }
    TRY(json_read(record->args, strlen(record->args), &args));
    *ret = move_send(record, facts, STEP_ASK, CWMP_SCHEDULE_INFORM);
    ret->request.body.schedule_inform.delay_s = (uint32_t)json_int(json_get(args, "delay_s"), 1);
    ret->request.body.schedule_inform.command_key = record->id;
    return ERR_OK;
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    if (message->method == CWMP_FAULT)
        *ret = move_fail_by_fault(record, facts, arena, &message->body.fault);
    else if (message->method != CWMP_SCHEDULE_INFORM_RESPONSE)
        *ret = move_fail_by_answer(record, facts, arena, message);
    else
        *ret = move_to(record, facts, STEP_PROVE, ACTION_VERIFYING);
    return ERR_OK;
}

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    if (cwmp_find_event(facts->inform, "M ScheduleInform", record->id) != NULL)
        *ret = move_succeed(
            record, facts, NULL,
            arena_printf(arena, "{\"event\":\"M ScheduleInform\",\"command_key\":\"%s\"}", record->id));
    else
        *ret = move_stay(record, facts);
    return ERR_OK;
}

const struct action_kind action_inform_schedule = {
    .name = "inform.schedule",
    .label_pt = "Agendar um contato",
    .label_en = "Schedule a contact",
    .ttl_of = ttl_of,
    .method = CWMP_SCHEDULE_INFORM,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
