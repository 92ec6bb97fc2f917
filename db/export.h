/*
 * Lists as files, made beside everything else (acs/exports/) and kept for a day.
 */
#pragma once

#include "db/query.h"

enum { EXPORTS_MAX = 5 }; /* of one person: the newest */

struct export_order {
    const char *what, *format;
    int64_t campaign_id;
    const char *state, *cause; /* of its devices; NULL: any */
    int64_t wave;              /* from 0; -1: any */
    const char *by;
    int64_t by_id;
};

enum err export_add(struct db *db, const struct export_order *order, struct arena *arena,
                    int64_t *ret_id) MUST_CHECK;

struct export_row {
    int64_t id, pieces;
    const char *format;
    bool done;
    const char *shown; /* JSON object */
};

/* ERR_NOT_FOUND: there is none, or it is somebody else's. */
enum err export_show(struct db *db, int64_t id, int64_t by_id, struct arena *arena,
                     struct export_row *ret) MUST_CHECK;
/* The number-th piece of its file. ERR_NOT_FOUND: it is gone. */
enum err export_read(struct db *db, int64_t id, int64_t number, struct arena *arena,
                     const char **ret) MUST_CHECK;

/* ---- worked on, in a transaction ---- */

struct export_work {
    int64_t id; /* 0: nothing is to be done */
    const char *format;
    int64_t campaign_id;
    const char *state, *cause;
    int64_t wave;
    int64_t up_to, rows, bytes, pieces; /* so far */
};

/* Nobody else works on it until the end. */
enum err export_claim(struct db *db, struct arena *arena, struct export_work *ret) MUST_CHECK;
/* The next piece, with which it has come so far as `work` says. */
enum err export_keep(struct db *db, const struct export_work *work, const char *content, bool is_last,
                     struct arena *arena) MUST_CHECK;
enum err export_fail(struct db *db, int64_t id, const char *error, struct arena *arena) MUST_CHECK;
/* Those whose day is over; some at a time. */
enum err export_trim(struct db *db) MUST_CHECK;
