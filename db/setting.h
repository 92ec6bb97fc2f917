/*
 * What people have set for all homes by the API, in place of what is built in: thresholds and texts, each
 * revision with who, when and why.
 */
#pragma once

#include "db/query.h"

struct setting_key {
    const char *kind;       /* "threshold" or "text" */
    const char *name;       /* "optical.rx_low_dbm", "optical_bad.say" */
    const char *technology; /* "gpon" …; "*": every home; of texts always that */
};

struct setting_row {
    struct setting_key key;
    int64_t revision;   /* from 1; 0: it was never set */
    const char *value;  /* JSON; NULL: set back to what is built in */
    const char *reason; /* NULL: none was given */
    const char *changed_by;
    int64_t changed_at_us;
};

struct setting_rows {
    struct setting_row *items;
    size_t count;
};

/* kind NULL: of both. */
enum err setting_list(struct db *db, const char *kind, struct arena *arena,
                      struct setting_rows *ret) MUST_CHECK;
/* One that was never set has revision 0. hold: in a transaction, until its end nobody else changes it. */
enum err setting_show(struct db *db, const struct setting_key *key, bool hold, struct arena *arena,
                      struct setting_row *ret) MUST_CHECK;
/* Newest first. */
enum err setting_history(struct db *db, const struct setting_key *key, unsigned most, struct arena *arena,
                         struct setting_rows *ret) MUST_CHECK;
/* row->revision: the one that was read; then the new one. ERR_CONFLICT: somebody else was the first to set
 * it.
 */
enum err setting_save(struct db *db, struct setting_row *row, struct arena *arena) MUST_CHECK;
