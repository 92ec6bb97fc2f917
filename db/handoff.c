#include "db/handoff.h"

enum err handoff_home(struct db *db, int64_t device_id, struct arena *arena, struct handoff_home *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_HANDOFF_HOME, BINDS(bind_i64("device_id", device_id)), arena, &rows));
    *ret = (struct handoff_home){.device = rows_text(&rows, 0, "device"),
                                 .sessions = rows_text(&rows, 0, "sessions"),
                                 .events = rows_text(&rows, 0, "events"),
                                 .series = rows_text(&rows, 0, "series")};
    return ERR_OK;
}

enum err handoff_add(struct db *db, const struct handoff_order *order, struct arena *arena, int64_t *ret_id)
{
    struct rows rows;

    TRY(query_run(db, SQL_HANDOFF_ADD,
                  BINDS(bind_i64("case_id", order->case_id), bind_text("key", order->key),
                        bind_text("made_by", order->made_by),
                        bind_time_us("expires_at", order->expires_at_us),
                        bind_text("document", order->document), bind_text("page", order->page)),
                  arena, &rows));
    *ret_id = rows_i64(&rows, 0, "id");
    return ERR_OK;
}

static void read_row(const struct rows *rows, struct handoff_row *ret)
{
    *ret = (struct handoff_row){0};
    if (rows->count == 0)
        return;
    *ret = (struct handoff_row){.id = rows_i64(rows, 0, "id"),
                                .key = rows_text(rows, 0, "key"),
                                .made_at_us = rows_time_us(rows, 0, "made_at"),
                                .expires_at_us = rows_time_us(rows, 0, "expires_at"),
                                .document = rows_text(rows, 0, "document"),
                                .page = rows_text(rows, 0, "page")};
}

enum err handoff_newest(struct db *db, int64_t case_id, struct arena *arena, struct handoff_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_HANDOFF_NEWEST, BINDS(bind_i64("case_id", case_id)), arena, &rows));
    read_row(&rows, ret);
    return ERR_OK;
}

enum err handoff_by_key(struct db *db, const char *key, struct arena *arena, struct handoff_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_HANDOFF_BY_KEY, BINDS(bind_text("key", key)), arena, &rows));
    read_row(&rows, ret);
    return ERR_OK;
}
