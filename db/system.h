/*
 * What the database knows of how the installation is.
 */
#pragma once

#include "db/query.h"

struct system_row {
    int64_t schema;                                 /* number of the newest migration */
    int64_t bytes;                                  /* of the database */
    int64_t waiting, running;                       /* actions that are open */
    int64_t outbox_waiting, outbox_late_s, failing; /* messages, for how long the first is due, outlets */
    int64_t unsigned_rows, signed_at_us, unsigned_since_us; /* of the audit trail; 0: never, none */
    int64_t figures_at_us;                                  /* of the dashboard; 0: never counted */
    int64_t contacts; /* of the last minute that is over; -1: not known */
};

enum err system_show(struct db *db, struct arena *arena, struct system_row *ret) MUST_CHECK;
