/*
 * What a home has to tell the ACS, until it was told (TR-069 3.7.1.5, Table 8).
 *
 * An event that went out with an Inform is delivered only by the right answer; until then it stays, over
 * failed sessions and, where the table says so, over restarts.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "soap/cwmp.h"

enum event_code {
    EVENT_BOOTSTRAP,
    EVENT_BOOT,
    EVENT_PERIODIC,
    EVENT_SCHEDULED,
    EVENT_VALUE_CHANGE,
    EVENT_CONNECTION_REQUEST,
    EVENT_TRANSFER_COMPLETE,
    EVENT_DIAGNOSTICS_COMPLETE,
    EVENT_M_REBOOT,
    EVENT_M_SCHEDULE_INFORM,
    EVENT_M_DOWNLOAD,
    EVENT_M_SCHEDULE_DOWNLOAD,
    EVENT_M_UPLOAD,
    EVENT_DU_STATE_CHANGE,
    EVENT_M_CHANGE_DU_STATE,
    EVENT_CODE_COUNT
};

struct event {
    enum event_code code;
    bool sent; /* with the Inform of the session that is open */
    char *key; /* CommandKey on the heap, "" for single events */
};

struct events {
    struct event *items; /* heap */
    size_t count;
};

typedef void event_fn(const struct event *event, void *ctx);

const char *event_name(enum event_code code); /* "0 BOOTSTRAP" */

/* A single event is there once; events "multiple" of the table are there once per key. BOOTSTRAP drops all
 * others. */
void events_add(struct events *events, enum event_code code, const char *key);
bool events_have(const struct events *events, enum event_code code);
/* The list for an Inform, in arena; marks all of them sent. */
struct cwmp_events events_to_send(struct events *events, struct arena *arena);
/*
 * This answer came: calls told() for each event that was sent and that it delivers, then forgets it. key
 * NULL: all of them; else only "multiple" events with this key.
 */
void events_delivered(struct events *events, enum cwmp_method answer, const char *key, event_fn *told,
                      void *ctx);
/* What was sent and not delivered is to be sent again, or is given up. True: something waits that was never
 * sent. */
bool events_session_over(struct events *events);
void events_restarted(struct events *events); /* drops what does not outlive a restart */
void events_remove(struct events *events, enum event_code code, const char *key);
void events_free(struct events *events);
