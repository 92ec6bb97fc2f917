#include "db/secret.h"

static struct secret_row read_row(const struct rows *rows, size_t i)
{
    return (struct secret_row){
        .name = rows_text(rows, i, "name"),
        .kind = rows_text(rows, i, "kind"),
        .sealed = rows_text(rows, i, "sealed"),
        .action_id = rows_text(rows, i, "action_id"),
        .since_us = rows_time_us(rows, i, "since"),
    };
}

enum err secret_list(struct db *db, int64_t device_id, struct arena *arena, struct secret_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_SECRET_LIST, BINDS(bind_i64("device_id", device_id)), arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct secret_row, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = read_row(&rows, i);
    return ERR_OK;
}

enum err secret_reveal(struct db *db, int64_t device_id, const char *name, const struct secret_reader *reader,
                       struct arena *arena, struct secret_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_SECRET_REVEAL,
                  BINDS(bind_i64("device_id", device_id), bind_text("name", name),
                        bind_text("by", reader->by), bind_text("reason", reader->reason)),
                  arena, &rows));
    *ret = read_row(&rows, 0);
    return ERR_OK;
}
