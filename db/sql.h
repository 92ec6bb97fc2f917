/*
 * Every statement and every migration, as tables made at build time from db/sql and db/migrations
 * (embed_sql.py).
 */
#pragma once

#include "db/sql_names.h" /* made at build time: enum sql, SQL_PARAMETERS_MAX, SQL_MIGRATION_COUNT */

/* How many rows an answer has. Another shape than the statement's is ERR_INTERNAL; no row where one must be
 * is ERR_NOT_FOUND. */
enum sql_shape { SQL_ONE, SQL_MANY, SQL_EXEC };

struct sql_statement {
    const char *name; /* of its "-- name:" line, and of the prepared statement */
    const char *text; /* with $1 … */
    enum sql_shape shape;
    unsigned parameter_count;
    const char *parameters[SQL_PARAMETERS_MAX]; /* parameters[0] is the name of $1 */
};

struct sql_migration {
    int number; /* 1, 2, 3 … */
    const char *name;
    const char *text;   /* any number of statements */
    const char *sha256; /* of the text, 64 hex digits */
};

extern const struct sql_statement sql_statements[]; /* by enum sql; SQL_COUNT of them */
extern const struct sql_migration sql_migrations[]; /* in order; SQL_MIGRATION_COUNT of them */
