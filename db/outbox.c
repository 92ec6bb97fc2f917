#include "db/outbox.h"

/* ---- webhooks ---- */

enum err outlet_new_id(struct db *db, struct arena *arena, int64_t *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_OUTLET_NEW_ID, NO_BINDS, arena, &rows));
    *ret = rows_i64(&rows, 0, "id");
    return ERR_OK;
}

enum err webhook_add(struct db *db, const struct webhook_order *order, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_WEBHOOK_ADD,
                     BINDS(bind_i64("id", order->id), bind_text("name", order->name),
                           bind_text("url", order->url),
                           bind_texts("events", order->events, order->event_count, arena),
                           bind_text("secret", order->secret), bind_text("created_by", order->created_by)),
                     arena, &rows);
}

enum err webhook_list(struct db *db, int64_t after, unsigned most, struct arena *arena,
                      struct shown_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_WEBHOOK_LIST, BINDS(bind_id("after", after), bind_i64("most", most)), arena,
                  &rows));
    *ret = rows_shown(&rows, arena);
    return ERR_OK;
}

enum err webhook_show(struct db *db, int64_t id, struct arena *arena, struct shown_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_WEBHOOK_SHOW, BINDS(bind_i64("id", id)), arena, &rows));
    *ret = (struct shown_row){id, rows_text(&rows, 0, "shown")};
    return ERR_OK;
}

enum err outlet_delete(struct db *db, int64_t id, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_OUTLET_DELETE, BINDS(bind_i64("id", id)), arena, &rows);
}

enum err webhook_rotate(struct db *db, int64_t id, const char *secret, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_WEBHOOK_ROTATE, BINDS(bind_i64("id", id), bind_text("secret", secret)), arena,
                     &rows);
}

enum err webhook_patch(struct db *db, int64_t id, const struct webhook_change *change, struct arena *arena)
{
    struct rows rows;

    return query_run(
        db, SQL_WEBHOOK_PATCH,
        BINDS(bind_i64("id", id), bind_text("name", change->name), bind_text("url", change->url),
              change->events == NULL ? bind_null("events")
                                     : bind_texts("events", change->events, change->event_count, arena),
              change->enabled == NULL ? bind_null("enabled") : bind_bool("enabled", *change->enabled)),
        arena, &rows);
}

enum err delivery_list(struct db *db, const struct delivery_page *page, struct arena *arena,
                       struct shown_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_DELIVERY_LIST,
                  BINDS(bind_i64("outlet_id", page->outlet_id), bind_id("after", page->after),
                        bind_text("state", page->state), bind_i64("most", page->most)),
                  arena, &rows));
    *ret = rows_shown(&rows, arena);
    return ERR_OK;
}

enum err delivery_replay(struct db *db, int64_t outlet_id, int64_t delivery_id, struct arena *arena,
                         int64_t *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_DELIVERY_REPLAY,
                  BINDS(bind_i64("outlet_id", outlet_id), bind_id("delivery_id", delivery_id)), arena,
                  &rows));
    *ret = rows_i64(&rows, 0, "count");
    return ERR_OK;
}

enum err outbox_trim(struct db *db, int64_t before_us, int64_t most, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_OUTBOX_TRIM, BINDS(bind_time_us("before", before_us), bind_i64("most", most)),
                     arena, &rows);
}

/* ---- sending ---- */

struct outbox_target outbox_read_target(const struct rows *rows, size_t row)
{
    return (struct outbox_target){
        .outlet_id = rows_i64(rows, row, "id"),
        .kind = rows_text(rows, row, "kind"),
        .name = rows_text(rows, row, "name"),
        .url = rows_text(rows, row, "url"),
        .secret = rows_text(rows, row, "secret"),
        .settings = rows_text(rows, row, "settings"),
    };
}

enum err outbox_claim(struct db *db, struct arena *arena, struct outbox_target *ret)
{
    struct rows rows;

    *ret = (struct outbox_target){0};
    TRY(query_run(db, SQL_OUTBOX_CLAIM, NO_BINDS, arena, &rows));
    if (rows.count == 0)
        return ERR_OK;
    *ret = outbox_read_target(&rows, 0);
    ret->old_secret = rows_text(&rows, 0, "old_secret");
    return ERR_OK;
}

enum err outbox_release(struct db *db, int64_t outlet_id, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_OUTBOX_RELEASE, BINDS(bind_i64("id", outlet_id)), arena, &rows);
}

enum err outbox_next(struct db *db, int64_t outlet_id, struct arena *arena, struct outbox_item *ret)
{
    struct rows rows;

    *ret = (struct outbox_item){0};
    TRY(query_run(db, SQL_OUTBOX_NEXT, BINDS(bind_i64("outlet_id", outlet_id)), arena, &rows));
    if (rows.count > 0)
        *ret = (struct outbox_item){rows_i64(&rows, 0, "id"),    rows_text(&rows, 0, "event"),
                                    rows_text(&rows, 0, "type"), rows_text(&rows, 0, "at"),
                                    rows_text(&rows, 0, "data"), rows_i64(&rows, 0, "tries")};
    return ERR_OK;
}

enum err outbox_delivered(struct db *db, int64_t id, unsigned status, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_OUTBOX_DELIVERED, BINDS(bind_i64("id", id), bind_i64("status", status)), arena,
                     &rows);
}

enum err outbox_failed(struct db *db, const struct outbox_failure *failure, struct arena *arena,
                       bool *ret_enabled)
{
    struct rows rows;

    TRY(query_run(db, SQL_OUTBOX_FAILED,
                  BINDS(bind_i64("id", failure->id), bind_i64("status", failure->status),
                        bind_text("detail", failure->detail), bind_bool("gone", failure->gone),
                        failure->delay_s < 0 ? bind_null("delay_s") : bind_i64("delay_s", failure->delay_s)),
                  arena, &rows));
    *ret_enabled = rows_bool(&rows, 0, "enabled");
    return ERR_OK;
}
