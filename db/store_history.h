/*
 * What a worker's sessions leave behind for those who ask later: history, transfers, attributes. Parts of a
 * unit (store.h).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "soap/types.h"

/* What a device reported that deserves a row of its history, each. */
struct store_history {
    const struct cwmp_events *events;
    int64_t at_us;
    const char *detail; /* JSON object, of every one of them; NULL: there is no more to say */
};

/* History of sessions: one row for a session that did more than say "2 PERIODIC" and leave. */
struct store_session {
    int64_t started_us, ended_us;
    const char *result; /* "completed", "abandoned", "superseded", "failed" */
    const char *detail; /* NULL, or why */
    uint32_t rpc_count;
    uint32_t event_bits;
};

/* A TransferComplete, kept once however often it comes. An action that has ended already learns of it. */
struct store_transfer {
    const struct cwmp_transfer_complete *told;
    const char
        *action_id; /* an open one that it is about; NULL: the one whose id is its CommandKey, if any */
    int64_t at_us;
};

/* Attributes that a device was proved to have, by an action: kept until a later one sets others. */
struct store_attributes {
    const struct cwmp_attribute_changes *has;
    const char *action_id;
    int64_t at_us;
};
