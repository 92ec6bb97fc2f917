#include "db/fact.h"

#include <string.h>

#include "acs/base/json.h"

enum err fact_load(struct db *db, int64_t device_id, struct fact_list *list)
{
    struct rows rows;
    AUTO_JSON doc = NULL;

    TRY(query_run(db, SQL_FACT_LOAD, BINDS(bind_i64("device_id", device_id)), list->arena, &rows));
    if (rows.count == 0)
        return ERR_OK;
    TRY(json_read(rows_text(&rows, 0, "doc"), strlen(rows_text(&rows, 0, "doc")), &doc));
    facts_read(doc, list);
    return ERR_OK;
}

enum err fact_series(struct db *db, int64_t device_id, const struct fact_range *range, struct arena *arena,
                     struct fact_points *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_FACT_SERIES,
                  BINDS(bind_i64("device_id", device_id), bind_text("name", range->name),
                        bind_time_us("from", range->from_us), bind_time_us("until", range->until_us),
                        bind_i64("step_s", range->step_s), bind_i64("most", range->most)),
                  arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct fact_point, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = (struct fact_point){
            .at_us = rows_time_us(&rows, i, "at"),
            .least = rows_real(&rows, i, "least"),
            .most = rows_real(&rows, i, "most"),
            .mean = rows_real(&rows, i, "mean"),
            .count = rows_i64(&rows, i, "count"),
        };
    return ERR_OK;
}

static enum err thin(struct db *db, enum sql statement, int64_t before_us, unsigned most, int64_t *count)
{
    AUTO_ARENA arena = arena_new(0);
    struct rows rows;

    TRY(query_run(db, statement, BINDS(bind_time_us("before", before_us), bind_i64("most", most)), arena,
                  &rows));
    *count += rows_i64(&rows, 0, "count");
    return ERR_OK;
}

enum err fact_thin(struct db *db, const struct fact_ages *ages, unsigned most, int64_t *ret_count)
{
    AUTO_ARENA arena = arena_new(0);
    struct rows rows;

    *ret_count = 0;
    TRY(thin(db, SQL_FACT_THIN, ages->samples_us, most, ret_count));
    TRY(thin(db, SQL_FACT_THIN_SPANS, ages->spans_us, most, ret_count));
    TRY(query_run(db, SQL_FACT_TRIM_SPANS,
                  BINDS(bind_time_us("before", ages->all_us), bind_i64("most", most)), arena, &rows));
    *ret_count += rows.affected;
    return ERR_OK;
}
