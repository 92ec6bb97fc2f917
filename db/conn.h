/*
 * One connection to PostgreSQL: how it is opened, and how it waits for an answer without ever waiting for
 * ever.
 *
 * Only for db/: callers borrow a struct db from the pool (db/pool.h) and run statements on it (db/query.h).
 * The worker's store and the listener take the settings from here and drive libpq in their own loop
 * (db/link.h).
 */
#pragma once

#include <libpq-fe.h>

#include "db/sql.h"

#include "acs/base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct db_pool;

struct db {
    PGconn *conn; /* NULL: closed */
    bool prepared[SQL_COUNT];
    int wait_ms; /* conn_use's */
    struct db_pool *pool;
    struct db *next; /* the pool's own */
};

/* How a connection is used; becomes settings of the server's session. */
struct conn_use {
    const char *name;    /* seen in pg_stat_activity */
    const char *options; /* "-c name=value …" */
    int wait_ms;         /* for one answer, where the caller blocks; -1: as long as it takes */
};

extern const struct conn_use conn_use_pool, conn_use_migrate, conn_use_store, conn_use_listen;

/* Begins to connect. url: a connection string, or "" and NULL for what PGHOST and its sisters say. Never
 * NULL. */
PGconn *conn_start(const char *url, const struct conn_use *use) MUST_CHECK;

/* What failed, as an error with PostgreSQL's own words; result may be NULL. */
enum err conn_error(const PGconn *conn, const PGresult *result);
enum err conn_error_code(const char *sqlstate); /* "" and NULL: the connection was lost */

/* The blocking kind. On ERR_UNAVAILABLE the connection may be gone: db_is_lost() tells. */
enum err db_open(struct db *db, const char *url, const struct conn_use *use) MUST_CHECK;
void db_close(struct db *db);
bool db_is_lost(const struct db *db);
enum err db_await(struct db *db,
                  PGresult **ret) MUST_CHECK; /* the answer to what was sent; the caller clears it */

/* query.c: sends a statement, whose answer (format 0 text, 1 binary) db_await() then gets. */
struct parameters;
enum err query_send(struct db *db, enum sql statement, const struct parameters *parameters,
                    int format) MUST_CHECK;

static inline void result_cleanup(PGresult **result)
{
    PQclear(*result);
}
#define AUTO_RESULT __attribute__((cleanup(result_cleanup))) PGresult *
