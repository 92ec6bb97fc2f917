/*
 * Files of subscribers: taken in piece by piece, kept until they have been gone through, and worked on by one
 * server at a time, which holds a lease on it that it renews with each transaction.
 */
#pragma once

#include "db/query.h"

/* ---- in ---- */

enum err import_open(struct db *db, const char *by, struct arena *arena, int64_t *ret_id) MUST_CHECK;
/* number: 1, 2, 3 … */
enum err import_part_add(struct db *db, int64_t id, int64_t number, const void *bytes, size_t len) MUST_CHECK;
enum err import_drop(struct db *db, int64_t id) MUST_CHECK;

struct import_order {
    const char *name; /* of the file; NULL: none */
    const char *format, *encoding;
    const char *key, *mode;
    bool simulate;
    const char *columns; /* NULL: nothing is said of them */
    const char *language;
};

/* All of it is there: it waits to be worked on. */
enum err import_submit(struct db *db, int64_t id, const struct import_order *order,
                       struct arena *arena) MUST_CHECK;

/* ---- seen ---- */

enum err import_show(struct db *db, int64_t id, struct arena *arena, const char **ret_shown) MUST_CHECK;
enum err import_list(struct db *db, int64_t after, unsigned most, struct arena *arena,
                     struct shown_rows *ret) MUST_CHECK;
/* What was wrong with which line, in their order; the ids are where the next page begins. */
enum err import_error_list(struct db *db, int64_t id, int64_t after, unsigned most, struct arena *arena,
                           struct shown_rows *ret) MUST_CHECK;

/* ---- moved ---- */

/* In a transaction. ERR_CONFLICT: it was not simulated, or is over. */
enum err import_start(struct db *db, int64_t id, struct arena *arena) MUST_CHECK;
enum err import_cancel(struct db *db, int64_t id, struct arena *arena) MUST_CHECK;

/* ---- worked on ---- */

struct import_counts {
    int64_t line; /* all up to this one has been gone through */
    int64_t made, changed, same, wrong;
};

struct import_work {
    int64_t id;
    const char *by; /* of the lease: names this server */
    const char *format, *encoding, *key, *mode, *columns, *language, *created_by;
    bool simulate;
    struct import_counts counts;
};

/* id 0: there is nothing to do. */
enum err import_claim(struct db *db, const char *by, struct arena *arena, struct import_work *ret) MUST_CHECK;
/* len 0: there is no piece of this number. */
enum err import_part_read(struct db *db, int64_t id, int64_t number, struct arena *arena,
                          const char **ret_bytes, size_t *ret_len) MUST_CHECK;

struct import_outcomes {
    struct import_outcome {
        int64_t line;
        const char *what; /* new, changed, same; or what is wrong: ambiguous, exists, unknown, nameless */
    } * items;
    size_t count;
};

/*
 * In a transaction. records: [{"line":2,"key":"C1","doc":{…}}], doc as in db/subscriber.h, each key once.
 * ERR_CONFLICT, ERR_INVALID: one of them cannot be; which one shows when they are tried one by one.
 */
enum err import_apply(struct db *db, const struct import_work *work, const char *records, struct arena *arena,
                      struct import_outcomes *ret) MUST_CHECK;
/* serials: as devices may write them. */
enum err import_bind(struct db *db, const char *const *serials, size_t count, const char *by,
                     struct arena *arena) MUST_CHECK;
/* errors: [{"line":2,"pointer":"/name","code":"required","message":"…","input":"…"}] */
enum err import_error_add(struct db *db, const struct import_work *work, const char *errors,
                          struct arena *arena) MUST_CHECK;
/* The counts as they are now, and the lease anew. ERR_NOT_FOUND: it is no longer ours. */
enum err import_progress(struct db *db, const struct import_work *work, struct arena *arena) MUST_CHECK;
enum err import_note_header(struct db *db, const struct import_work *work, const char *header,
                            struct arena *arena) MUST_CHECK;
/* state: done, simulated or failed; why: NULL unless it failed. */
enum err import_end(struct db *db, const struct import_work *work, const char *state, const char *why,
                    struct arena *arena) MUST_CHECK;
/* It is left where it is, and whoever looks next goes on. */
enum err import_release(struct db *db, const struct import_work *work, struct arena *arena) MUST_CHECK;

/* ---- forgotten ---- */

/* What broke off on its way in, files that are not needed any more, errors of a week ago. */
enum err import_trim(struct db *db) MUST_CHECK;
