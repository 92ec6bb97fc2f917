#include "db/attribute.h"

enum err attribute_list(struct db *db, int64_t device_id, const char *after, unsigned most,
                        struct arena *arena, struct attribute_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_ATTRIBUTE_LIST,
                  BINDS(bind_i64("device_id", device_id), bind_text("after", after), bind_i64("most", most)),
                  arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct attribute_row, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        ret->items[i] = (struct attribute_row){
            .path = rows_text(&rows, i, "path"),
            .notification = rows_is_null(&rows, i, "notification") ? -1 : rows_i64(&rows, i, "notification"),
            .access_list = rows_text(&rows, i, "access_list"),
            .since_us = rows_time_us(&rows, i, "since"),
            .action_id = rows_text(&rows, i, "action_id"),
        };
    }
    return ERR_OK;
}
