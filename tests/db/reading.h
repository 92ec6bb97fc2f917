/*
 * For tests of what the API reads and writes: a connection, an arena, and devices made by SQL.
 */
#pragma once

#include "db/pool.h"
#include "tests/support/check.h"
#include "tests/support/database.h"

struct reading {
    struct db_pool *pool;
    struct db *db;
    struct arena *arena;
};

int reading_set_up(void **state); /* empty tables; state is a struct reading */
int reading_tear_down(void **state);

/* Its id. It came contact_ago_s ago, and comes every 300 s. */
int64_t reading_add_device(const char *serial, long long contact_ago_s);
/* In the state queued. id: "act_…" */
void reading_add_action(int64_t device_id, const char *id);
