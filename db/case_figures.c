#include "db/case_figures.h"

enum err case_kpis(struct db *db, const struct case_period *period, struct arena *arena, const char **ret)
{
    struct rows rows;

    TRY(query_run_inside(db, SQL_CASE_KPIS,
                         BINDS(bind_time_us("from", period->from_us), bind_time_us("until", period->until_us),
                               bind_i64("days", period->days), bind_i64("visit_days", period->visit_days),
                               BIND_SCOPE(period->scope)),
                         period->scope, arena, &rows));
    *ret = rows_text(&rows, 0, "shown");
    return ERR_OK;
}
