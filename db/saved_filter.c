#include "db/saved_filter.h"

static struct saved_filter_row read_row(const struct rows *rows, size_t row)
{
    return (struct saved_filter_row){.id = rows_i64(rows, row, "id"),
                                     .shown = rows_text(rows, row, "shown"),
                                     .mine = rows_bool(rows, row, "mine"),
                                     .shared = rows_bool(rows, row, "shared")};
}

enum err saved_filter_list(struct db *db, int64_t owner_id, struct arena *arena,
                           struct saved_filter_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_SAVED_FILTER_LIST, BINDS(bind_i64("owner_id", owner_id)), arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct saved_filter_row, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = read_row(&rows, i);
    return ERR_OK;
}

enum err saved_filter_show(struct db *db, int64_t id, int64_t owner_id, struct arena *arena,
                           struct saved_filter_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_SAVED_FILTER_SHOW, BINDS(bind_i64("id", id), bind_i64("owner_id", owner_id)), arena,
                  &rows));
    *ret = read_row(&rows, 0);
    return ERR_OK;
}

enum err saved_filter_count(struct db *db, int64_t owner_id, struct arena *arena,
                            struct saved_filter_count *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_SAVED_FILTER_TURN, NO_BINDS, arena, &rows));
    TRY(query_run(db, SQL_SAVED_FILTER_COUNT, BINDS(bind_i64("owner_id", owner_id)), arena, &rows));
    *ret = (struct saved_filter_count){rows_i64(&rows, 0, "mine"), rows_i64(&rows, 0, "shared")};
    return ERR_OK;
}

enum err saved_filter_add(struct db *db, const struct saved_filter_order *order, struct arena *arena,
                          int64_t *ret_id)
{
    struct rows rows;

    TRY(query_run(db, SQL_SAVED_FILTER_ADD,
                  BINDS(bind_i64("owner_id", order->owner_id), bind_text("owner", order->owner),
                        bind_text("name", order->name), bind_text("q", order->q),
                        bind_bool("shared", order->shared)),
                  arena, &rows));
    *ret_id = rows_i64(&rows, 0, "id");
    return ERR_OK;
}

enum err saved_filter_patch(struct db *db, int64_t id, const struct saved_filter_change *change,
                            struct arena *arena)
{
    struct rows rows;

    return query_run(
        db, SQL_SAVED_FILTER_PATCH,
        BINDS(bind_i64("id", id), bind_text("name", change->name), bind_text("q", change->q),
              change->shared == NULL ? bind_null("shared") : bind_bool("shared", *change->shared)),
        arena, &rows);
}

enum err saved_filter_delete(struct db *db, int64_t id, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_SAVED_FILTER_DELETE, BINDS(bind_i64("id", id)), arena, &rows);
}
