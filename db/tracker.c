#include "db/tracker.h"

/* ---- where they are ---- */

enum err connector_add(struct db *db, const struct connector_order *order, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CONNECTOR_ADD,
                     BINDS(bind_i64("id", order->id), bind_text("kind", order->kind),
                           bind_text("name", order->name), bind_text("url", order->url),
                           bind_text("secret", order->secret), bind_text("settings", order->settings),
                           bind_text("created_by", order->created_by)),
                     arena, &rows);
}

enum err connector_list(struct db *db, int64_t after, unsigned most, struct arena *arena,
                        struct shown_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CONNECTOR_LIST, BINDS(bind_id("after", after), bind_i64("most", most)), arena,
                  &rows));
    *ret = rows_shown(&rows, arena);
    return ERR_OK;
}

enum err connector_show(struct db *db, int64_t id, struct arena *arena, struct shown_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CONNECTOR_SHOW, BINDS(bind_i64("id", id)), arena, &rows));
    *ret = (struct shown_row){id, rows_text(&rows, 0, "shown")};
    return ERR_OK;
}

enum err connector_kind(struct db *db, int64_t id, struct arena *arena, const char **ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CONNECTOR_KIND, BINDS(bind_i64("id", id)), arena, &rows));
    *ret = rows_text(&rows, 0, "kind");
    return ERR_OK;
}

enum err connector_patch(struct db *db, int64_t id, const struct connector_change *change,
                         struct arena *arena)
{
    struct rows rows;

    return query_run(
        db, SQL_CONNECTOR_PATCH,
        BINDS(bind_i64("id", id), bind_text("name", change->name), bind_text("url", change->url),
              bind_text("secret", change->secret), bind_text("settings", change->settings),
              change->enabled == NULL ? bind_null("enabled") : bind_bool("enabled", *change->enabled)),
        arena, &rows);
}

/* ---- told ---- */

enum err tracker_order(struct db *db, int64_t delivery_id, struct arena *arena, struct tracker_order *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_TRACKER_ORDER, BINDS(bind_i64("delivery_id", delivery_id)), arena, &rows));
    *ret = (struct tracker_order){
        .case_id = rows_i64(&rows, 0, "case_id"),
        .type = rows_text(&rows, 0, "type"),
        .case_name = rows_text(&rows, 0, "case_name"),
        .device = rows_text(&rows, 0, "device"),
        .customer = rows_text(&rows, 0, "customer"),
        .protocol = rows_text(&rows, 0, "protocol"),
        .agent = rows_text(&rows, 0, "agent"),
        .serial = rows_text(&rows, 0, "serial"),
        .queue = rows_text(&rows, 0, "queue"),
        .priority = rows_text(&rows, 0, "priority"),
        .summary = rows_text(&rows, 0, "summary"),
        .outcome = rows_text(&rows, 0, "outcome"),
        .handoff = rows_text(&rows, 0, "handoff"),
        .page = rows_text(&rows, 0, "page"),
        .by = rows_text(&rows, 0, "by"),
        .text = rows_text(&rows, 0, "text"),
        .visit_for = rows_text(&rows, 0, "visit_for"),
        .their_queue = rows_text(&rows, 0, "their_queue"),
        .key = rows_text(&rows, 0, "key"),
        .number = rows_text(&rows, 0, "number"),
    };
    return ERR_OK;
}

enum err tracker_made(struct db *db, struct tracker_key key, const struct tracker_made *made, int64_t look_s,
                      struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_TRACKER_MADE,
                     BINDS(bind_i64("case_id", key.case_id), bind_i64("outlet_id", key.outlet_id),
                           bind_text("number", made->number), bind_text("url", made->url),
                           bind_text("text", made->text), bind_i64("look_s", look_s)),
                     arena, &rows);
}

enum err tracker_told(struct db *db, struct tracker_key key, int64_t look_s, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_TRACKER_TOLD,
                     BINDS(bind_i64("case_id", key.case_id), bind_i64("outlet_id", key.outlet_id),
                           bind_i64("look_s", look_s)),
                     arena, &rows);
}

enum err tracker_refused(struct db *db, struct tracker_key key, unsigned status, const char *text,
                         struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_TRACKER_REFUSED,
                     BINDS(bind_i64("case_id", key.case_id), bind_i64("outlet_id", key.outlet_id),
                           bind_i64("status", status), bind_text("text", text)),
                     arena, &rows);
}

/* ---- read ---- */

enum err tracker_claim(struct db *db, struct arena *arena, struct tracker_due *ret)
{
    struct rows rows;

    *ret = (struct tracker_due){0};
    TRY(query_run(db, SQL_TRACKER_CLAIM, NO_BINDS, arena, &rows));
    if (rows.count > 0)
        *ret = (struct tracker_due){
            .case_id = rows_i64(&rows, 0, "case_id"),
            .target = outbox_read_target(&rows, 0),
            .number = rows_text(&rows, 0, "number"),
            .state = rows_text(&rows, 0, "state"),
            .seen = rows_i64(&rows, 0, "seen"),
            .idle = rows_i64(&rows, 0, "idle"),
        };
    return ERR_OK;
}

enum err tracker_speak(struct db *db, int64_t outlet_id, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_TRACKER_SPEAK, BINDS(bind_i64("outlet_id", outlet_id)), arena, &rows);
}

enum err tracker_news(struct db *db, struct tracker_key key, const struct tracker_entry *entry,
                      struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_TRACKER_NEWS,
                     BINDS(bind_i64("case_id", key.case_id), bind_i64("outlet_id", key.outlet_id),
                           bind_text("by", entry->by), bind_text("kind", entry->kind),
                           bind_text("text", entry->text), bind_text("what", entry->what),
                           bind_text("number", entry->number), bind_text("state", entry->state)),
                     arena, &rows);
}

enum err tracker_read(struct db *db, struct tracker_key key, const struct tracker_seen *seen,
                      struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_TRACKER_READ,
                     BINDS(bind_i64("case_id", key.case_id), bind_i64("outlet_id", key.outlet_id),
                           bind_text("state", seen->state), bind_i64("seen", seen->seen),
                           bind_i64("idle", seen->idle), bind_i64("look_s", seen->look_s)),
                     arena, &rows);
}

enum err tracker_unread(struct db *db, int64_t outlet_id, const char *trouble, int64_t look_s,
                        struct arena *arena)
{
    struct rows rows;

    return query_run(
        db, SQL_TRACKER_UNREAD,
        BINDS(bind_i64("outlet_id", outlet_id), bind_text("trouble", trouble), bind_i64("look_s", look_s)),
        arena, &rows);
}

enum err tracker_lost(struct db *db, struct tracker_key key, const char *trouble, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_TRACKER_LOST,
                     BINDS(bind_i64("case_id", key.case_id), bind_i64("outlet_id", key.outlet_id),
                           bind_text("trouble", trouble)),
                     arena, &rows);
}
