#include "provisioning/campaign/verb.h"

#include <string.h>

static const char *const states[] = {
#define X(id, name) name,
    CAMPAIGN_STATES(X)
#undef X
};

#define OF(id) 1u << CAMPAIGN_##id

static const struct verb {
    const char *name;
    unsigned from;
    enum campaign_state to; /* CAMPAIGN_STATES_COUNT: it stays what it is */
} verbs[] = {
#define VERB(id, name, from, to) {name, from, CAMPAIGN_##to},
#include "provisioning/campaign/verb.def"
#undef VERB
};

const char *campaign_state_name(enum campaign_state state)
{
    return states[state];
}

bool campaign_state_by_name(const char *name, enum campaign_state *ret)
{
    for (int i = 0; i < CAMPAIGN_STATES_COUNT; i++)
        if (strcmp(states[i], name) == 0) {
            *ret = (enum campaign_state)i;
            return true;
        }
    return false;
}

const char *campaign_verb_name(enum campaign_verb verb)
{
    return verbs[verb].name;
}

bool campaign_may(enum campaign_verb verb, enum campaign_state state)
{
    return (verbs[verb].from >> state & 1) != 0;
}

enum campaign_state campaign_after(enum campaign_verb verb, enum campaign_state state)
{
    return verbs[verb].to == CAMPAIGN_STATES_COUNT ? state : verbs[verb].to;
}
