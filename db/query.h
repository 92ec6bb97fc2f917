/*
 * Runs a named statement of db/sql: binds, checks the shape of the answer, reads columns by name.
 *
 *     struct rows rows;
 *
 *     TRY(query_run(db, SQL_DEVICE_SHOW, BINDS(bind_i64("device_id", id)), arena, &rows));
 *     serial = rows_text(&rows, 0, "serial");
 *
 * The answer is copied into the arena; there is nothing to release. How PostgreSQL's refusals come out: a
 * unique key that is taken is ERR_CONFLICT, data it cannot take ERR_INVALID, a limit ERR_TOO_LARGE;
 * ERR_UNAVAILABLE when the connection is lost, the server stops, the statement took too long or was the
 * victim of a deadlock; the rest is our bug, ERR_INTERNAL. Inside a transaction every error ends it: roll
 * back.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "db/bind.h"
#include "db/pool.h"

struct rows_cell;

struct rows {
    size_t count;
    int64_t affected; /* rows that INSERT, UPDATE or DELETE touched */
    /* the rest is query.c's own */
    unsigned columns;
    const char **names;
    const struct rows_cell *cells;
};

/*
 * The shape is the statement's: ":one" answers one row (ERR_NOT_FOUND: there is none), ":many" any number,
 * ":exec" only how many were affected.
 */
enum err query_run(struct db *db, enum sql statement, struct binds binds, struct arena *arena,
                   struct rows *ret) MUST_CHECK;

/*
 * The same of a statement that has a parameter "filter": where it stands, the condition that a filter is
 * (db/filter.h) takes its place. NULL: all. Such a statement is not prepared, since it is another one each
 * time.
 */
struct filter;
enum err query_run_where(struct db *db, enum sql statement, struct binds binds, const struct filter *filter,
                         struct arena *arena, struct rows *ret) MUST_CHECK;

/* The same of a statement whose parameter "scoped" says whether the condition counts. NULL: as query_run().
 */
enum err query_run_inside(struct db *db, enum sql statement, struct binds binds, const struct filter *scope,
                          struct arena *arena, struct rows *ret) MUST_CHECK;

/* Rows that are shown as the database made them: of an answer with the columns id and shown. */
struct shown_rows {
    struct shown_row {
        int64_t id;        /* also where the next page begins */
        const char *shown; /* JSON object */
    } * items;
    size_t count;
};
struct shown_rows rows_shown(const struct rows *rows, struct arena *arena) MUST_CHECK;

/* A row or column that is not there is our bug and asserts. NULL reads as NULL, 0 and false. */
bool rows_is_null(const struct rows *rows, size_t row, const char *column);
const char *rows_text(const struct rows *rows, size_t row,
                      const char *column); /* any type, as PostgreSQL writes it */
int64_t rows_i64(const struct rows *rows, size_t row, const char *column);
double rows_real(const struct rows *rows, size_t row, const char *column);
bool rows_bool(const struct rows *rows, size_t row, const char *column);
int64_t rows_time_us(const struct rows *rows, size_t row, const char *column); /* timestamptz, since 1970 */
/* bytea; the length comes back beside it. */
const void *rows_bytes(const struct rows *rows, size_t row, const char *column, struct arena *arena,
                       size_t *ret_len);
