/*
 * Which devices somebody looks at: when something that is known of one of those changes, the database says so
 * with the commit (on_facts of db/notify.h). Of the others it says nothing, so that a fleet at work costs
 * nothing.
 *
 * A watch is a lease: who goes on looking renews it.
 */
#pragma once

#include "db/query.h"

enum { WATCH_LEASE_S = 60 };

/* Any order, and the same one more than once. */
enum err watch_renew(struct db *db, const int64_t *device_ids, size_t count, struct arena *arena) MUST_CHECK;
