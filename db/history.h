/*
 * What devices have told and how their sessions went, newest first.
 */
#pragma once

#include "db/query.h"

struct session_row {
    int64_t session_no;
    int64_t started_at_us, ended_at_us;
    const char *result;
    const char *detail; /* NULL: nothing to add */
    int64_t rpc_count;
    const char *events; /* JSON array of codes */
};

struct session_rows {
    struct session_row *items;
    size_t count;
};

/* after: session_no of the last row of the page before; 0: from the start. */
enum err history_sessions(struct db *db, int64_t device_id, int64_t after, unsigned most, struct arena *arena,
                          struct session_rows *ret) MUST_CHECK;

struct event_place {
    int64_t session_no;
    int64_t place; /* in the list of the Inform */
};

struct event_row {
    struct event_place place;
    int64_t at_us;
    const char *code;
    const char *command_key;
    const char *detail; /* JSON object; NULL: there is none */
};

struct event_rows {
    struct event_row *items;
    size_t count;
};

/* after: NULL: from the start. */
enum err history_events(struct db *db, int64_t device_id, const struct event_place *after, unsigned most,
                        struct arena *arena, struct event_rows *ret) MUST_CHECK;
