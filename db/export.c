#include "db/export.h"

#include <string.h>

enum err export_add(struct db *db, const struct export_order *order, struct arena *arena, int64_t *ret_id)
{
    struct rows rows;

    TRY(query_run(db, SQL_EXPORT_ADD,
                  BINDS(bind_text("what", order->what), bind_text("format", order->format),
                        bind_i64("campaign", order->campaign_id), bind_text("state", order->state),
                        bind_i64("wave", order->wave), bind_text("cause", order->cause),
                        bind_text("by", order->by), bind_i64("by_id", order->by_id),
                        bind_i64("most", EXPORTS_MAX)),
                  arena, &rows));
    *ret_id = rows_i64(&rows, 0, "id");
    return ERR_OK;
}

enum err export_show(struct db *db, int64_t id, int64_t by_id, struct arena *arena, struct export_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_EXPORT_SHOW, BINDS(bind_i64("id", id), bind_i64("by_id", by_id)), arena, &rows));
    *ret = (struct export_row){.id = id,
                               .pieces = rows_i64(&rows, 0, "pieces"),
                               .format = rows_text(&rows, 0, "format"),
                               .done = strcmp(rows_text(&rows, 0, "state"), "done") == 0,
                               .shown = rows_text(&rows, 0, "shown")};
    return ERR_OK;
}

enum err export_read(struct db *db, int64_t id, int64_t number, struct arena *arena, const char **ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_EXPORT_READ, BINDS(bind_i64("id", id), bind_i64("number", number)), arena, &rows));
    *ret = rows_text(&rows, 0, "content");
    return ERR_OK;
}

/* ---- worked on ---- */

enum err export_claim(struct db *db, struct arena *arena, struct export_work *ret)
{
    struct rows rows;

    *ret = (struct export_work){0};
    TRY(query_run(db, SQL_EXPORT_CLAIM, NO_BINDS, arena, &rows));
    if (rows.count == 0)
        return ERR_OK;
    *ret = (struct export_work){.id = rows_i64(&rows, 0, "id"),
                                .format = rows_text(&rows, 0, "format"),
                                .campaign_id = rows_i64(&rows, 0, "campaign_id"),
                                .state = rows_text(&rows, 0, "target_state"),
                                .cause = rows_text(&rows, 0, "cause"),
                                .wave = rows_i64(&rows, 0, "wave"),
                                .up_to = rows_i64(&rows, 0, "up_to"),
                                .rows = rows_i64(&rows, 0, "rows"),
                                .bytes = rows_i64(&rows, 0, "bytes"),
                                .pieces = rows_i64(&rows, 0, "pieces")};
    return ERR_OK;
}

enum err export_keep(struct db *db, const struct export_work *work, const char *content, bool is_last,
                     struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_EXPORT_KEEP,
                     BINDS(bind_i64("id", work->id), bind_i64("number", work->pieces),
                           bind_text("content", content), bind_bool("is_last", is_last),
                           bind_i64("up_to", work->up_to), bind_i64("rows", work->rows),
                           bind_i64("bytes", work->bytes)),
                     arena, &rows);
}

enum err export_fail(struct db *db, int64_t id, const char *error, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_EXPORT_FAIL, BINDS(bind_i64("id", id), bind_text("error", error)), arena, &rows);
}

enum err export_trim(struct db *db)
{
    AUTO_ARENA arena = arena_new(1024);
    struct rows rows;

    return query_run(db, SQL_EXPORT_TRIM, NO_BINDS, arena, &rows);
}
