#include "db/upkeep.h"

enum err actions_expire(struct db *db, unsigned most, int64_t *ret_count)
{
    AUTO_ARENA arena = arena_new(0);
    struct rows rows;

    TRY(query_run(db, SQL_ACTIONS_EXPIRE, BINDS(bind_i64("most", most)), arena, &rows));
    *ret_count = rows_i64(&rows, 0, "count");
    return ERR_OK;
}

enum err upkeep_trim(struct db *db, const enum sql *statements, size_t statement_count, int64_t before_us,
                     unsigned most, int64_t *ret_count)
{
    AUTO_ARENA arena = arena_new(0);
    int64_t count = 0;

    for (size_t i = 0; i < statement_count; i++) {
        struct rows rows;

        TRY(query_run(db, statements[i], BINDS(bind_time_us("before", before_us), bind_i64("most", most)),
                      arena, &rows));
        count += rows.affected;
    }
    *ret_count = count;
    return ERR_OK;
}

enum err history_trim(struct db *db, int64_t before_us, unsigned most, int64_t *ret_count)
{
    static const enum sql statements[] = {
        SQL_HISTORY_TRIM_EVENTS,        SQL_HISTORY_TRIM_SESSIONS,
        SQL_HISTORY_TRIM_TRACES,        SQL_HISTORY_TRIM_ACTIONS,
        SQL_HISTORY_TRIM_ACTION_EVENTS, SQL_HISTORY_TRIM_VERDICTS,
        SQL_HISTORY_TRIM_RUNS,          SQL_LIMIT_TRIM,
    };

    return upkeep_trim(db, statements, sizeof(statements) / sizeof(*statements), before_us, most, ret_count);
}

enum err action_forget_secrets(struct db *db, unsigned most, int64_t *ret_count)
{
    AUTO_ARENA arena = arena_new(0);
    struct rows rows;

    TRY(query_run(db, SQL_ACTION_FORGET_SECRETS, BINDS(bind_i64("most", most)), arena, &rows));
    *ret_count = rows.affected;
    return ERR_OK;
}
