/*
 * Puts back what a change of the desk has replaced: its old values are the writes of a new action, which is
 * proved like any other. A port forward that was added is taken out, one that was removed is added again. The
 * API makes it of an action that succeeded within a day.
 */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/change/steps.h"
#include "provisioning/forward/work.h"
#include "provisioning/move.h"

enum { TTL_S = 15 * 60 };

static enum err check(const struct json *args)
{
    (void)args;
    return err_set(ERR_INVALID, "an action is undone by its own address");
}

static bool is_new(const struct action_record *record)
{
    return record->step == CHANGE_LOOK;
}

static bool wants_home(const struct action_record *record)
{
    enum forward_job job;

    return forward_is_undo(record, &job) && forward_wants_home(record);
}

/* {"of":action,"writes":…}: the memo of the change that it is. */
static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    struct change_memo memo;
    enum forward_job job;

    if (forward_is_undo(record, &job))
        return forward_next(job, record, facts, arena, ret);
    if (!is_new(record))
        return change_next(record, facts, arena, ret);
    TRY(change_memo_read(record->args, arena, &memo));
    *ret = move_to(record, facts, CHANGE_SET, ACTION_RUNNING);
    ret->save.memo = change_memo_write(&memo, arena);
    return ERR_OK;
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    enum forward_job job;

    if (forward_is_undo(record, &job))
        return forward_take(job, record, facts, message, arena, ret);
    return change_answer(record, facts, message, arena, ret);
}

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    enum forward_job job;

    if (forward_is_undo(record, &job))
        return forward_inform(job, record, facts, arena, ret);
    return change_inform(record, facts, arena, ret);
}

static void plan(struct change_plan *plan, const struct json *args)
{
    (void)args;
    change_refuse(plan, "an undo has its writes already");
}

static const struct change_kind change = {.plan = plan};

const struct action_kind action_undo = {
    .name = "undo",
    .label_pt = "Desfazer",
    .label_en = "Undo",
    .ttl_s = TTL_S,
    .internal = true,
    .change = &change,
    .method = CWMP_SET_PARAMETER_VALUES,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
    .wants_home = wants_home,
};
