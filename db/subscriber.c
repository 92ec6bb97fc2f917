#include "db/subscriber.h"

enum err subscriber_add(struct db *db, const char *doc, const char *by, struct arena *arena, int64_t *ret_id)
{
    struct rows rows;

    TRY(query_run(db, SQL_SUBSCRIBER_ADD, BINDS(bind_text("doc", doc), bind_text("changed_by", by)), arena,
                  &rows));
    *ret_id = rows_i64(&rows, 0, "id");
    return ERR_OK;
}

enum err subscriber_patch(struct db *db, int64_t id, const char *doc, const char *by, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_SUBSCRIBER_PATCH,
                     BINDS(bind_i64("id", id), bind_text("doc", doc), bind_text("changed_by", by)), arena,
                     &rows);
}

enum err subscriber_lock(struct db *db, int64_t id, struct arena *arena, int64_t *ret_revision)
{
    struct rows rows;

    TRY(query_run(db, SQL_SUBSCRIBER_LOCK, BINDS(bind_i64("id", id)), arena, &rows));
    *ret_revision = rows_i64(&rows, 0, "revision");
    return ERR_OK;
}

static struct subscriber_row read_row(const struct rows *rows, size_t i)
{
    return (struct subscriber_row){rows_i64(rows, i, "id"), rows_i64(rows, i, "revision"),
                                   rows_text(rows, i, "shown")};
}

enum err subscriber_show(struct db *db, int64_t id, struct arena *arena, struct subscriber_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_SUBSCRIBER_SHOW, BINDS(bind_i64("id", id)), arena, &rows));
    *ret = read_row(&rows, 0);
    return ERR_OK;
}

enum err subscriber_list(struct db *db, const struct subscriber_filter *filter, struct arena *arena,
                         struct subscriber_rows *ret)
{
    struct rows rows;

    TRY(query_run_inside(db, SQL_SUBSCRIBER_LIST,
                         BINDS(bind_id("after", filter->after), bind_text("external_id", filter->external_id),
                               BIND_SCOPE(filter->scope), bind_i64("most", filter->most)),
                         filter->scope, arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct subscriber_row, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = read_row(&rows, i);
    return ERR_OK;
}

enum err subscriber_delete(struct db *db, int64_t id, struct arena *arena)
{
    struct rows rows;
    int64_t revision;

    TRY(subscriber_lock(db, id, arena, &revision));
    TRY(query_run(db, SQL_SUBSCRIBER_HAS_DEVICE, BINDS(bind_i64("id", id)), arena, &rows));
    if (rows_bool(&rows, 0, "has"))
        return err_set(ERR_CONFLICT, "a device is bound to it");
    return query_run(db, SQL_SUBSCRIBER_DELETE, BINDS(bind_i64("id", id)), arena, &rows);
}

enum err subscriber_reveal(struct db *db, int64_t id, const struct subscriber_viewer *viewer,
                           struct arena *arena, struct subscriber_secrets *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_SUBSCRIBER_REVEAL,
                  BINDS(bind_i64("id", id), bind_text("field", viewer->field), bind_text("by", viewer->by),
                        bind_text("reason", viewer->reason)),
                  arena, &rows));
    *ret = (struct subscriber_secrets){rows_text(&rows, 0, "document"), rows_text(&rows, 0, "phones")};
    return ERR_OK;
}

/* ---- whose device ---- */

static enum err end_binding(struct db *db, int64_t device_id, int64_t subscriber_id, const char *by,
                            struct arena *arena, int64_t *ret_ended)
{
    struct rows rows;

    TRY(query_run(
        db, SQL_BINDING_END,
        BINDS(bind_i64("device_id", device_id), bind_text("by", by), bind_id("subscriber_id", subscriber_id)),
        arena, &rows));
    *ret_ended = rows.affected;
    return ERR_OK;
}

enum err binding_end(struct db *db, int64_t device_id, int64_t subscriber_id, const char *by,
                     struct arena *arena)
{
    int64_t ended;

    TRY(end_binding(db, device_id, subscriber_id, by, arena, &ended));
    return ended > 0 ? ERR_OK : err_set(ERR_NOT_FOUND, "the device is not theirs");
}

static enum err find_holder(struct db *db, int64_t device_id, struct arena *arena, int64_t *ret_id,
                            const char **ret_holder)
{
    struct rows rows;

    TRY(query_run(db, SQL_BINDING_OF_DEVICE, BINDS(bind_i64("device_id", device_id)), arena, &rows));
    *ret_id = rows.count == 0 ? 0 : rows_i64(&rows, 0, "subscriber_id");
    *ret_holder = rows.count == 0 ? NULL
                                  : arena_printf(arena, "%s %s", rows_text(&rows, 0, "subscriber"),
                                                 rows_text(&rows, 0, "name"));
    return ERR_OK;
}

enum err binding_is_bound(struct db *db, int64_t device_id, struct arena *arena, bool *ret)
{
    const char *holder;
    int64_t id;

    TRY(find_holder(db, device_id, arena, &id, &holder));
    *ret = id != 0;
    return ERR_OK;
}

enum err binding_make(struct db *db, const struct binding_order *order, struct arena *arena,
                      const char **ret_holder)
{
    struct rows rows;
    int64_t holder_id, ended;

    TRY(query_run(
        db, SQL_BINDING_SUBJECT,
        BINDS(bind_i64("subscriber_id", order->subscriber_id), bind_i64("device_id", order->device_id)),
        arena, &rows));
    TRY(find_holder(db, order->device_id, arena, &holder_id, ret_holder));
    if (holder_id == order->subscriber_id)
        return ERR_OK;
    if (holder_id != 0 && !order->take)
        return err_set(ERR_CONFLICT, "another subscriber has it");
    if (order->replaces_id != 0)
        TRY(binding_end(db, order->replaces_id, order->subscriber_id, order->by, arena));
    TRY(end_binding(db, order->device_id, 0, order->by, arena, &ended));
    return query_run(db, SQL_BINDING_MAKE,
                     BINDS(bind_i64("device_id", order->device_id),
                           bind_i64("subscriber_id", order->subscriber_id), bind_text("by", order->by)),
                     arena, &rows);
}

enum err binding_list(struct db *db, int64_t subscriber_id, unsigned most, struct arena *arena,
                      struct shown_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_BINDING_LIST,
                  BINDS(bind_i64("subscriber_id", subscriber_id), bind_i64("most", most)), arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct shown_row, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = (struct shown_row){.shown = rows_text(&rows, i, "shown")};
    return ERR_OK;
}

enum err candidate_list(struct db *db, const struct subscriber_filter *filter, struct arena *arena,
                        struct shown_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CANDIDATE_LIST,
                  BINDS(bind_id("after", filter->after), bind_bool("scoped", filter->scope != NULL),
                        bind_i64("most", filter->most)),
                  arena, &rows));
    *ret = rows_shown(&rows, arena);
    return ERR_OK;
}
