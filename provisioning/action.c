#include "provisioning/action.h"

#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/move.h"

/* Every kind of action. A new one is a file in actions/, a line in actions.h and one here. */
static const struct action_kind *const kinds[] = {
    &action_refresh,
    &action_params_get,
    &action_params_set,
    &action_reboot,
};

static const char *const state_names[ACTION_STATE_COUNT] = {
#define X(id, name) [ACTION_##id] = (name),
    ACTION_STATES(X)
#undef X
};

const char *action_state_name(enum action_state state)
{
    return state_names[state];
}

bool action_state_by_name(const char *name, enum action_state *ret)
{
    for (unsigned i = 0; i < ACTION_STATE_COUNT; i++) {
        if (strcmp(state_names[i], name) == 0) {
            *ret = (enum action_state)i;
            return true;
        }
    }
    return false;
}

const struct action_kind *action_kind_at(size_t index)
{
    return index < sizeof(kinds) / sizeof(*kinds) ? kinds[index] : NULL;
}

const struct action_kind *action_kind_find(const char *name)
{
    const struct action_kind *kind;

    for (size_t i = 0; (kind = action_kind_at(i)) != NULL; i++)
        if (strcmp(kind->name, name) == 0)
            return kind;
    return NULL;
}

/* A record of a newer Farol, or of a kind that was taken away. */
static enum err end_unknown(const struct action_record *record, const struct action_facts *facts,
                            struct arena *arena, struct action_move *ret)
{
    *ret = move_fail(record, facts, arena, "unknown_kind",
                     arena_printf(arena, "this server does not know the action '%.64s'", record->kind), 0);
    return ERR_OK;
}

enum err action_next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    const struct action_kind *kind = action_kind_find(record->kind);

    if (kind == NULL)
        return end_unknown(record, facts, arena, ret);
    if (record->intent != NULL) { /* only the Inform of a later session can tell what became of it */
        *ret = move_stay(record, facts);
        return ERR_OK;
    }
    return kind->next(record, facts, arena, ret);
}

enum err action_answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *answer, struct arena *arena, struct action_move *ret)
{
    const struct action_kind *kind = action_kind_find(record->kind);

    return kind == NULL ? end_unknown(record, facts, arena, ret)
                        : kind->answer(record, facts, answer, arena, ret);
}

enum err action_inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    const struct action_kind *kind = action_kind_find(record->kind);

    if (kind == NULL)
        return end_unknown(record, facts, arena, ret);
    if (record->intent == NULL && record->state != ACTION_VERIFYING) {
        *ret = move_stay(record, facts);
        return ERR_OK;
    }
    return kind->inform(record, facts, arena, ret);
}

void action_apply(struct action_record *record, const struct action_save *save)
{
    record->revision = save->revision + 1;
    record->state = save->state;
    record->step = save->step;
    record->intent = save->intent;
    record->intent_at_us = save->intent_at_us;
    record->sends = save->sends;
    if (save->memo != NULL)
        record->memo = save->memo;
}
