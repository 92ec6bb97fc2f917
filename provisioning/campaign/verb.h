/*
 * The life of a campaign: its states, and what people may do to it in which. Pure.
 */
#pragma once

#include <stdbool.h>

#define CAMPAIGN_STATES(X)                                                     \
    X(DRAFT, "draft")     /* being written */                                  \
    X(LISTING, "listing") /* the dry run: its devices are being looked up */   \
    X(LISTED, "listed")   /* it waits to be approved, and started */           \
    X(RUNNING, "running")                                                      \
    X(HELD, "held") /* the next wave waits for a person */                     \
    X(PAUSED, "paused")                                                        \
    X(HALTED, "halted") /* by itself or by a person: it needs approval anew */ \
    X(FINISHED, "finished")                                                    \
    X(CANCELLED, "cancelled")

enum campaign_state {
#define X(id, name) CAMPAIGN_##id,
    CAMPAIGN_STATES(X)
#undef X
        CAMPAIGN_STATES_COUNT
};

enum campaign_verb {
#define VERB(id, name, from, to) CAMPAIGN_DO_##id,
#include "provisioning/campaign/verb.def"
#undef VERB
    CAMPAIGN_VERB_COUNT
};

const char *campaign_state_name(enum campaign_state state);
bool campaign_state_by_name(const char *name, enum campaign_state *ret);
const char *campaign_verb_name(enum campaign_verb verb);
bool campaign_may(enum campaign_verb verb, enum campaign_state state);
/* What it is after that. */
enum campaign_state campaign_after(enum campaign_verb verb, enum campaign_state state);
