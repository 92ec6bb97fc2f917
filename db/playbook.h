/*
 * Playbooks as they are kept, and the runs through them (provisioning/playbook/). Those that come with the
 * program are here only once a run has begun with them.
 */
#pragma once

#include "db/query.h"

struct playbook_row {
    const char *id;
    int64_t version;
    const char *source;
    bool built_in;
    const char *created_by;
    int64_t created_at_us; /* 0: never, it is in the program only */
};

struct playbook_rows {
    struct playbook_row *items;
    size_t count;
};

/* ret->id NULL: none is kept. version 0: the newest. */
enum err playbook_find(struct db *db, const char *id, int64_t version, struct arena *arena,
                       struct playbook_row *ret) MUST_CHECK;
/* The newest version of each, by id. */
enum err playbook_list(struct db *db, unsigned most, struct arena *arena,
                       struct playbook_rows *ret) MUST_CHECK;
/* In a transaction: until its end nobody else adds a version of this id. */
enum err playbook_lock(struct db *db, const char *id, struct arena *arena) MUST_CHECK;
enum err playbook_add(struct db *db, const struct playbook_row *row, struct arena *arena) MUST_CHECK;
enum err playbook_keep(struct db *db, const struct playbook_row *row, struct arena *arena) MUST_CHECK;
/* ret: JSON object of runs, ends and times since then; since_us 0: of all. */
struct playbook_period {
    int64_t since_us;           /* 0: from the first run on */
    const struct filter *scope; /* only runs for homes of it; NULL: all */
};

enum err playbook_statistics(struct db *db, const char *id, struct playbook_period period,
                             struct arena *arena, const char **ret) MUST_CHECK;

/* ---- runs ---- */

struct playbook_run_row {
    const char *id; /* "run_…" */
    int64_t device_id;
    const char *playbook;
    int64_t version;
    const char *source; /* of that version */
    const char *state;  /* JSON object: run_write() */
    int64_t revision;
    const char *started_by;
    int64_t actor_id; /* playbook_run_add() only: who that was */
    int64_t
        case_id; /* under which its actions are asked for; 0: none. To add: his unclosed one of this device */
    int64_t started_at_us, ended_at_us;
};

/* What is written of a run beside its state, so that it can be counted and found. */
struct playbook_run_save {
    const char *id;
    int64_t revision; /* the one that was read */
    const char *state;
    const char *phase, *step;
    const char *outcome; /* of one that has ended; else NULL */
    bool ended;          /* or was cancelled */
};

/* row: everything but state and times. */
enum err playbook_run_add(struct db *db, const struct playbook_run_row *row, bool dry,
                          const struct playbook_run_save *save, struct arena *arena) MUST_CHECK;
/* hold: in a transaction, until its end nobody else moves it. ERR_NOT_FOUND. */
enum err playbook_run_load(struct db *db, const char *id, bool hold, struct arena *arena,
                           struct playbook_run_row *ret) MUST_CHECK;
/* ERR_CONFLICT: somebody else has moved it. */
enum err playbook_run_save(struct db *db, const struct playbook_run_save *save,
                           struct arena *arena) MUST_CHECK;

struct playbook_run_filter { /* joined by "and"; NULL and 0: any */
    int64_t device_id;
    const char *playbook;
    const char *state; /* "open" or "ended" */
    const char *after; /* id of the last row of the page before */
    const struct filter *scope;
    unsigned most;
};

struct playbook_run_shown {
    const char *id;
    int64_t device_id;
    const char *shown; /* JSON object of everything but the device */
};

struct playbook_run_list {
    struct playbook_run_shown *items;
    size_t count;
};

/* Newest first. */
enum err playbook_run_list(struct db *db, const struct playbook_run_filter *filter, struct arena *arena,
                           struct playbook_run_list *ret) MUST_CHECK;

struct playbook_run_result {
    bool ended; /* or is not there any more */
    bool succeeded;
    const char *detail; /* why not; NULL: nobody says */
    int64_t ended_us;
};

/* What one of a run's actions has found out. */
struct playbook_result {
    const char *kind;
    const char *result; /* JSON */
    int64_t ended_us;
};
struct playbook_results {
    struct playbook_result *items;
    size_t count;
};
/* Of these actions those that succeeded. */
enum err playbook_run_results(struct db *db, const char *const *actions, size_t count, struct arena *arena,
                              struct playbook_results *ret) MUST_CHECK;

enum err playbook_run_result(struct db *db, const char *action_id, struct arena *arena,
                             struct playbook_run_result *ret) MUST_CHECK;
