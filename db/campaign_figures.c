#include "db/campaign_figures.h"

enum err campaign_samples(struct db *db, int64_t id, int64_t since_us, unsigned most, struct arena *arena,
                          struct shown_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_SAMPLES,
                  BINDS(bind_i64("id", id), bind_time_us("since", since_us), bind_i64("most", most)), arena,
                  &rows));
    *ret = rows_shown(&rows, arena);
    return ERR_OK;
}

enum err campaign_samples_thin(struct db *db, unsigned most)
{
    AUTO_ARENA arena = arena_new(1024);
    struct rows rows;

    return query_run(db, SQL_CAMPAIGN_SAMPLES_THIN, BINDS(bind_i64("most", most)), arena, &rows);
}

enum err campaign_repeat_failures(struct db *db, int64_t after, unsigned most, struct arena *arena,
                                  struct shown_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_REPEAT_FAILURES, BINDS(bind_id("after", after), bind_i64("most", most)),
                  arena, &rows));
    *ret = rows_shown(&rows, arena);
    return ERR_OK;
}
