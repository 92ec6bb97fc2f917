#include "db/case_home.h"

struct case_home case_home_read(const struct rows *rows, size_t row)
{
    return (struct case_home){rows_i64(rows, row, "subscriber_id"), rows_i64(rows, row, "device_id")};
}

enum err case_home(struct db *db, const struct case_home *asked, struct arena *arena, struct case_home *ret)
{
    struct rows rows;

    TRY(query_run(
        db, SQL_CASE_HOME,
        BINDS(bind_id("subscriber_id", asked->subscriber_id), bind_id("device_id", asked->device_id)), arena,
        &rows));
    if (rows.count == 0)
        return err_set(ERR_NOT_FOUND, "there is no such home");
    *ret = case_home_read(&rows, 0);
    return ERR_OK;
}

enum err case_covers(struct db *db, int64_t id, int64_t device_id, struct arena *arena, bool *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CASE_COVERS, BINDS(bind_i64("id", id), bind_i64("device_id", device_id)), arena,
                  &rows));
    *ret = rows_bool(&rows, 0, "covers");
    return ERR_OK;
}
