#include "db/watch.h"

enum err watch_renew(struct db *db, const int64_t *device_ids, size_t count, struct arena *arena)
{
    struct rows rows;

    return query_run(
        db, SQL_WATCH_RENEW,
        BINDS(bind_i64("lease_s", WATCH_LEASE_S), bind_i64s("device_ids", device_ids, count, arena)), arena,
        &rows);
}
