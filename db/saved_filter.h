/*
 * Filters of the fleet (db/filter.h) that somebody has given a name, for himself or for everybody.
 */
#pragma once

#include "db/query.h"

struct saved_filter_row {
    int64_t id;
    const char *shown; /* JSON object */
    bool mine;         /* of the actor that asks */
    bool shared;
};

struct saved_filter_rows {
    struct saved_filter_row *items;
    size_t count;
};

/* An actor's own, and those that are shared; by name. */
enum err saved_filter_list(struct db *db, int64_t owner_id, struct arena *arena,
                           struct saved_filter_rows *ret) MUST_CHECK;
/* ERR_NOT_FOUND: there is none, or it is another's own. */
enum err saved_filter_show(struct db *db, int64_t id, int64_t owner_id, struct arena *arena,
                           struct saved_filter_row *ret) MUST_CHECK;

struct saved_filter_count {
    int64_t mine, shared;
};

/* In a transaction: until its end nobody else adds or shares one. */
enum err saved_filter_count(struct db *db, int64_t owner_id, struct arena *arena,
                            struct saved_filter_count *ret) MUST_CHECK;

struct saved_filter_order {
    int64_t owner_id;
    const char *owner;
    const char *name;
    const char *q;
    bool shared;
};

/* ERR_CONFLICT: the actor has one of that name. */
enum err saved_filter_add(struct db *db, const struct saved_filter_order *order, struct arena *arena,
                          int64_t *ret_id) MUST_CHECK;

struct saved_filter_change { /* NULL: stays */
    const char *name;
    const char *q;
    const bool *shared;
};

/* ERR_CONFLICT: its owner has another of that name. */
enum err saved_filter_patch(struct db *db, int64_t id, const struct saved_filter_change *change,
                            struct arena *arena) MUST_CHECK;
enum err saved_filter_delete(struct db *db, int64_t id, struct arena *arena) MUST_CHECK;
