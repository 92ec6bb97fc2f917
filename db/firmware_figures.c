#include "db/firmware_figures.h"

#include "db/filter.h"

enum err firmware_base(struct db *db, const char *id, const struct filter *scope, struct arena *arena,
                       struct firmware_bases *ret)
{
    struct rows rows;

    TRY(query_run_inside(db, SQL_FIRMWARE_BASE, BINDS(bind_text("id", id), BIND_SCOPE(scope)), scope, arena,
                         &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct firmware_base, rows.count + 1);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = (struct firmware_base){
            .manufacturer =
                rows_is_null(&rows, i, "manufacturer") ? NULL : rows_text(&rows, i, "manufacturer"),
            .product_class = rows_text(&rows, i, "product_class"),
            .devices = rows_i64(&rows, i, "devices"),
            .running = rows_i64(&rows, i, "running"),
        };
    return ERR_OK;
}

enum err firmware_outcomes(struct db *db, const char *file, const struct filter *scope, struct arena *arena,
                           struct firmware_outcomes *ret)
{
    struct rows rows;

    TRY(query_run_inside(db, SQL_FIRMWARE_OUTCOMES, BINDS(bind_text("file", file), BIND_SCOPE(scope)), scope,
                         arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct firmware_outcome, rows.count + 1);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = (struct firmware_outcome){
            .product_class = rows_text(&rows, i, "product_class"),
            .succeeded = rows_i64(&rows, i, "succeeded"),
            .failed = rows_i64(&rows, i, "failed"),
            .unknown = rows_i64(&rows, i, "unknown"),
            .median_s = rows_i64(&rows, i, "median_s"),
        };
    return ERR_OK;
}
