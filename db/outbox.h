/*
 * Outlets: webhooks, and what is sent to them. Events are written by triggers, in the transaction of what
 * they are about (migrations/0030_outbox.sql); here they are sent on and shown.
 */
#pragma once

#include "db/query.h"

/* ---- outlets: webhooks ---- */

struct webhook_order {
    int64_t id; /* by outlet_new_id() */
    const char *name, *url;
    const char *const *events;
    size_t event_count;
    const char *secret; /* sealed */
    const char *created_by;
};

enum err outlet_new_id(struct db *db, struct arena *arena, int64_t *ret) MUST_CHECK;
enum err webhook_add(struct db *db, const struct webhook_order *order, struct arena *arena) MUST_CHECK;
enum err webhook_list(struct db *db, int64_t after, unsigned most, struct arena *arena,
                      struct shown_rows *ret) MUST_CHECK;
enum err webhook_show(struct db *db, int64_t id, struct arena *arena, struct shown_row *ret) MUST_CHECK;
enum err outlet_delete(struct db *db, int64_t id, struct arena *arena) MUST_CHECK;
/* The secret of now signs for another day beside the new one. */
enum err webhook_rotate(struct db *db, int64_t id, const char *secret, struct arena *arena) MUST_CHECK;

struct webhook_change { /* NULL: it stays */
    const char *name, *url;
    const char *const *events;
    size_t event_count;
    const bool *enabled;
};

enum err webhook_patch(struct db *db, int64_t id, const struct webhook_change *change,
                       struct arena *arena) MUST_CHECK;

struct delivery_page {
    int64_t outlet_id, after;
    const char *state; /* NULL: any */
    unsigned most;
};

/* Newest first. */
enum err delivery_list(struct db *db, const struct delivery_page *page, struct arena *arena,
                       struct shown_rows *ret) MUST_CHECK;
/* delivery_id 0: all that failed. ret: how many are sent again. */
enum err delivery_replay(struct db *db, int64_t outlet_id, int64_t delivery_id, struct arena *arena,
                         int64_t *ret) MUST_CHECK;

/* Events of before that nobody waits for any more, so many at most. */
enum err outbox_trim(struct db *db, int64_t before_us, int64_t most, struct arena *arena) MUST_CHECK;

/* ---- sending ---- */

struct outbox_target {
    int64_t outlet_id; /* 0: nothing is due */
    const char *kind, *name;
    const char *url;
    const char *secret, *old_secret; /* sealed; old_secret NULL: none signs beside it */
    const char *settings;            /* JSON object */
};

/* Of a row that has all of an outlet but its old secret. */
struct outbox_target outbox_read_target(const struct rows *rows, size_t row);

/* For a minute and a half nobody else sends to it: a turn and the longest timeout end before. */
enum err outbox_claim(struct db *db, struct arena *arena, struct outbox_target *ret) MUST_CHECK;
enum err outbox_release(struct db *db, int64_t outlet_id, struct arena *arena) MUST_CHECK;

struct outbox_item {
    int64_t id;        /* 0: nothing more is due */
    const char *event; /* "evt_…": the same whenever it is sent again */
    const char *type, *at, *data;
    int64_t tries; /* before this one */
};

enum err outbox_next(struct db *db, int64_t outlet_id, struct arena *arena,
                     struct outbox_item *ret) MUST_CHECK;
enum err outbox_delivered(struct db *db, int64_t id, unsigned status, struct arena *arena) MUST_CHECK;

struct outbox_failure {
    int64_t id;
    unsigned status; /* 0: there was no answer */
    const char *detail;
    int64_t delay_s; /* until it is tried again; negative: never */
    bool gone;       /* it wants nothing any more (410) */
};

/* ret_enabled: the outlet still is. Three days of failure disable a webhook. */
enum err outbox_failed(struct db *db, const struct outbox_failure *failure, struct arena *arena,
                       bool *ret_enabled) MUST_CHECK;
