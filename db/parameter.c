#include "db/parameter.h"

enum err parameter_list(struct db *db, int64_t device_id, const struct parameter_from *page,
                        struct arena *arena, struct parameter_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_PARAMETER_LIST,
                  BINDS(bind_i64("device_id", device_id), bind_text("path", page->path),
                        bind_text("after", page->after), bind_i64("most", page->most)),
                  arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct parameter_row, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        ret->items[i] = (struct parameter_row){
            .name = rows_text(&rows, i, "name"),
            .value = rows_text(&rows, i, "value"),
            .type = rows_text(&rows, i, "type"),
            .writable_known = !rows_is_null(&rows, i, "writable"),
            .writable = rows_bool(&rows, i, "writable"),
            .read_at_us = rows_time_us(&rows, i, "read_at"),
        };
    }
    return ERR_OK;
}
