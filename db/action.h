/*
 * Actions as the API makes, shows and cancels them, and their events. What workers do to them is db/store.h.
 */
#pragma once

#include "db/query.h"
#include "provisioning/action.h"

struct action_order {
    const char *action_id; /* new, by crypto_new_id("act_") */
    int64_t device_id;
    const char *kind;
    const char *args;   /* JSON object, checked */
    const char *sealed; /* JSON object of its secrets; NULL: none */
    const char *created_by;
    const char *reason; /* NULL: none */
    bool fail_offline;  /* give up when the first call finds nobody */
    int64_t expires_at_us;
    bool lets_go;    /* action_kind's */
    int64_t case_id; /* 0: the unclosed one that actor_id has of this device, if he has one */
    int64_t actor_id;
};

/* With its first event; whoever listens hears of it at the commit. */
enum err action_create(struct db *db, const struct action_order *order, struct arena *arena) MUST_CHECK;

struct action_row {
    const char *id;
    int64_t device_id;
    const char *kind;
    const char *state;
    bool ended;
    bool cancellable;
    const char *shown; /* JSON object of everything but the device, the wake and the links */
    int64_t wake_tries;
    const char *wake_detail; /* code of the newest call's outcome; NULL: none was made */
    int64_t next_wake_at_us;
    int64_t next_contact_us;
    bool waits_for_contact; /* no further call is planned */
};

struct action_rows {
    struct action_row *items;
    size_t count;
};

enum err action_show(struct db *db, const char *action_id, struct arena *arena,
                     struct action_row *ret) MUST_CHECK;

struct action_page {
    const char *after; /* id of the last row of the page before; NULL: from the start */
    const char *state; /* name of a state, "open" or "ended"; NULL: any */
    unsigned most;
};

/* Newest first. */
enum err action_list(struct db *db, int64_t device_id, const struct action_page *page, struct arena *arena,
                     struct action_rows *ret) MUST_CHECK;

struct action_other {
    const char *id, *kind, *by;
    int64_t since_us;
};

struct action_others {
    struct action_other *items;
    size_t count;
};

/* What others than by have under way at a device that is locked (device_lock), newest first. */
enum err action_of_others(struct db *db, int64_t device_id, const char *by, struct arena *arena,
                          struct action_others *ret) MUST_CHECK;

/*
 * ret: false when nothing was changed, because it has ended, is not there, or something of it may have
 * reached the device.
 */
enum err action_cancel(struct db *db, const char *action_id, const char *cancelled_by, const char *reason,
                       struct arena *arena, bool *ret) MUST_CHECK;

/*
 * In a transaction: what would make an action as it was is ordered as the action undo->action_id, which fills
 * device_id, args and sealed of the order. ERR_CONFLICT: it cannot be undone, or was already.
 */
enum err action_take_undo(struct db *db, const char *action_id, struct action_order *undo,
                          struct arena *arena) MUST_CHECK;
/* ---- moves outside of sessions ---- */

/* In a transaction: until its end nobody else moves it. ERR_NOT_FOUND: there is none, or it has ended. */
enum err action_hold(struct db *db, const char *action_id, struct arena *arena,
                     struct action_record *ret) MUST_CHECK;
/* Of an action that is held. */
enum err action_save(struct db *db, const struct action_save *save, struct arena *arena) MUST_CHECK;

/* ---- events ---- */

struct action_event {
    int64_t id;
    int64_t device_id;
    const char *action_id;
    int64_t at_us;
    const char *state;
    const char *detail; /* JSON object or NULL */
};

struct action_events {
    struct action_event *items; /* by id */
    size_t count;
};

enum err action_event_list(struct db *db, const char *action_id, int64_t after, unsigned most,
                           struct arena *arena, struct action_events *ret) MUST_CHECK;

/* The events of these ids, each beside its device. */
enum err action_event_fetch(struct db *db, const int64_t *device_ids, const int64_t *ids, size_t count,
                            struct arena *arena, struct action_events *ret) MUST_CHECK;

struct action_topics {
    const int64_t *device_ids;
    size_t device_count;
    const char *const *action_ids;
    size_t action_count;
};

struct action_since {
    int64_t after;    /* an event's id */
    int64_t since_us; /* those of this time and later come again: see the statement */
    unsigned most;
};

enum err action_event_replay(struct db *db, const struct action_topics *topics,
                             const struct action_since *since, struct arena *arena,
                             struct action_events *ret) MUST_CHECK;
