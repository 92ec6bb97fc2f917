/*
 * Connections for callers that may block: the API's threads, jobs, tools. Workers never come here
 * (db/store.h).
 *
 *     AUTO_DB db = NULL;
 *     TRY(db_borrow(pool, &db));
 *     TRY(db_begin(db));
 *     TRY(device_rename(db, …));
 *     return db_commit(db);
 *
 * Connections are made when they are first needed and again after they were lost; every wait has an end: 1 s
 * for a free connection, 2 s to connect, 2 s for an answer. While the server is away, borrowing fails at once
 * and only one attempt every few hundred milliseconds reaches out.
 */
#pragma once

#include <stdbool.h>

#include "acs/base/err.h"

struct db;
struct db_pool;

/* url: a libpq connection string or URI; NULL or "": what PGHOST, PGDATABASE … say. A host name blocks while
 * it is looked up: prefer a socket directory or an address. */
struct db_pool *db_pool_new(const char *url, unsigned size) MUST_CHECK;
void db_pool_free(struct db_pool *pool); /* all connections are back */

/* From any thread. ERR_UNAVAILABLE: all are in use, or the server is away. */
enum err db_borrow(struct db_pool *pool, struct db **ret) MUST_CHECK;
void db_return(struct db *db); /* NULL is allowed; an open transaction is rolled back */

void db_cleanup(struct db **db);
#define AUTO_DB __attribute__((cleanup(db_cleanup))) struct db *

/* Outside of these every statement is a transaction of its own. */
enum err db_begin(struct db *db) MUST_CHECK;
/* ERR_UNAVAILABLE: perhaps it was committed, perhaps not; look before doing it again. */
enum err db_commit(struct db *db) MUST_CHECK;
void db_rollback(struct db *db);
