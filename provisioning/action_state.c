#include "provisioning/action_state.h"

#include <string.h>

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
