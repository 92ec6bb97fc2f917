/*
 * The life of an action:
 *
 *     queued → waking → session → running → verifying → succeeded | failed | expired | cancelled
 */
#pragma once

#include <stdbool.h>

/* In the order of life; from ACTION_SUCCEEDED on it has ended. The names are those of the API and of the
 * database. */
#define ACTION_STATES(X)                                                  \
    X(QUEUED, "queued")       /* accepted; nothing was tried yet */       \
    X(WAKING, "waking")       /* the device is being called */            \
    X(SESSION, "session")     /* the device is here; its turn comes */    \
    X(RUNNING, "running")     /* a request was sent or is about to be */  \
    X(VERIFYING, "verifying") /* the device said yes; proof is awaited */ \
    X(SUCCEEDED, "succeeded")                                             \
    X(FAILED, "failed")                                                   \
    X(EXPIRED, "expired")                                                 \
    X(CANCELLED, "cancelled")

enum action_state {
#define X(id, name) ACTION_##id,
    ACTION_STATES(X)
#undef X
        ACTION_STATE_COUNT
};

const char *action_state_name(enum action_state state);
bool action_state_by_name(const char *name, enum action_state *ret);

static inline bool action_has_ended(enum action_state state)
{
    return state >= ACTION_SUCCEEDED;
}
