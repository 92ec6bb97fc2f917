/*
 * A database of the test program's own, on the server that PGHOST and its sisters name
 * (contrib/with-postgres).
 *
 *     cmocka_run_group_tests(tests, database_create_migrated, database_drop)
 *
 * Without a server the group fails and says how to get one: nothing is skipped.
 */
#pragma once

#include "acs/base/err.h"

int database_create(void **state); /* empty */
int database_create_migrated(void **state);
int database_drop(void **state);

const char *database_url(void); /* for whatever connects */
const char *database_name(void);

/*
 * Runs SQL on a connection of its own, outside of what is tested. The first value of the first row as text,
 * "" when there is none; good until the next call. An SQL error fails the test.
 */
const char *database_value(const char *format, ...) PRINTF_LIKE(1, 2);
long long database_number(const char *format, ...) PRINTF_LIKE(1, 2);

/* Ends every other connection to the database. */
void database_cut_connections(void);
