/*
 * Campaigns as people make, look at and move them; what the runner does with them is db/campaign_run.h, what
 * they mean provisioning/campaign/.
 */
#pragma once

#include "db/query.h"
#include "provisioning/campaign/verb.h"

struct campaign_order { /* JSON texts are checked; of a change: NULL, as it is */
    const char *name;
    const char *kind; /* of the action */
    const char *args; /* of it, JSON object */
    const char *filter;
    const char *excludes;     /* JSON object */
    const char *plan;         /* whole (campaign_plan_write) */
    const char *reason;       /* NULL: none */
    int64_t after_id;         /* the one that it undoes, or tries again; 0: none */
    const char *after_states; /* of its devices, joined by blanks; "" with after_id 0 */
    const char *by;
    int64_t actor_id;
};

enum err campaign_create(struct db *db, const struct campaign_order *order, struct arena *arena,
                         int64_t *ret_id) MUST_CHECK;
/* What was listed and approved is void. ERR_CONFLICT: it is another revision by now, or no draft any more. */
enum err campaign_change(struct db *db, int64_t id, int64_t revision, const struct campaign_order *order,
                         struct arena *arena) MUST_CHECK;

/* Whether there is such a time zone. */
enum err campaign_zone_is_known(struct db *db, const char *zone, struct arena *arena, bool *ret) MUST_CHECK;

/* Of an answer with the column state. */
enum campaign_state campaign_read_state(const struct rows *rows, size_t row);

struct campaign_row {
    int64_t id, revision;
    enum campaign_state state;
    const char *shown; /* JSON object */
};

enum err campaign_show(struct db *db, int64_t id, struct arena *arena, struct campaign_row *ret) MUST_CHECK;
/* Newest first. state NULL: any; "open": neither finished nor cancelled. */
enum err campaign_list(struct db *db, const char *state, int64_t after, unsigned most, struct arena *arena,
                       struct shown_rows *ret) MUST_CHECK;

/* What is told of these that there are to whoever follows them: id, and JSON object. */
enum err campaign_news(struct db *db, const int64_t *ids, size_t count, struct arena *arena,
                       struct shown_rows *ret) MUST_CHECK;

struct campaign_target_filter { /* NULL and -1: any */
    const char *state, *cause;
    int64_t wave;     /* from 0 */
    int64_t failures; /* so many or more */
    int64_t after;
    unsigned most;
};

/* Devices of its list, by id. */
enum err campaign_targets(struct db *db, int64_t id, const struct campaign_target_filter *filter,
                          struct arena *arena, struct shown_rows *ret) MUST_CHECK;
/* JSON array of {"state","cause","devices","again"}, most first. */
enum err campaign_causes(struct db *db, int64_t id, struct arena *arena, const char **ret) MUST_CHECK;
/* Newest first. */
enum err campaign_events(struct db *db, int64_t id, int64_t after, unsigned most, struct arena *arena,
                         struct shown_rows *ret) MUST_CHECK;

/* ---- moved, in a transaction ---- */

struct campaign_held {
    int64_t id, revision, total;
    enum campaign_state state;
    const char *kind, *plan;
    const char *list_hash; /* NULL: it has no list */
    bool list_is_new;      /* of the last 24 hours */
    bool is_approved;
    bool is_approver; /* the actor is who approved it, or a program of his */
    bool is_changer;  /* the actor made it, or changed it, or a program of his did */
};

struct campaign_actor {
    int64_t id;
    const char *name;
};

/* Until the end nobody else moves it. */
enum err campaign_hold(struct db *db, int64_t id, const struct campaign_actor *actor, struct arena *arena,
                       struct campaign_held *ret) MUST_CHECK;

struct campaign_turn {
    int64_t id;
    enum campaign_verb verb; /* that campaign_may() allows */
    const char *by;
    int64_t actor_id;
    const char *data; /* JSON object for the timeline; NULL: none */
};

enum err campaign_do(struct db *db, const struct campaign_turn *turn, struct arena *arena) MUST_CHECK;
/* At the start. */
enum err campaign_open_waves(struct db *db, int64_t id, int64_t flight_cap, const int64_t *sizes,
                             size_t count, struct arena *arena) MUST_CHECK;
