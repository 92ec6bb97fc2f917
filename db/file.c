#include "db/file.h"

#include <string.h>

static enum err read_sha256(const struct rows *rows, size_t i, struct arena *arena,
                            unsigned char ret[SHA256_BYTES])
{
    size_t len = 0;
    const void *bytes = rows_bytes(rows, i, "sha256", arena, &len);

    if (bytes == NULL || len != SHA256_BYTES)
        return err_set(ERR_INTERNAL, "a hash of %zu bytes", len);
    memcpy(ret, bytes, SHA256_BYTES);
    return ERR_OK;
}

static enum err none(const char *id)
{
    return err_set(ERR_NOT_FOUND, "there is no file '%.32s'", id);
}

enum err file_hold(struct db *db, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_FILE_HOLD, NO_BINDS, arena, &rows);
}

static enum err mend(struct db *db, const struct file_order *order, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_FILE_MENDED, BINDS(bind_bytes("sha256", order->sha256, SHA256_BYTES)), arena,
                     &rows);
}

enum err file_same(struct db *db, const struct file_order *order, struct arena *arena, const char **ret)
{
    struct rows rows;

    TRY(mend(db, order, arena));
    TRY(query_run(db, SQL_FILE_SAME,
                  BINDS(bind_bytes("sha256", order->sha256, SHA256_BYTES), bind_text("name", order->name),
                        bind_text("kind", order->kind), bind_text("version", order->version),
                        bind_text("manufacturer", order->manufacturer),
                        bind_text("product_class", order->product_class)),
                  arena, &rows));
    *ret = rows.count > 0 ? rows_text(&rows, 0, "id") : NULL;
    return ERR_OK;
}

enum err file_add(struct db *db, const struct file_order *order, struct arena *arena)
{
    struct rows rows;

    TRY(mend(db, order, arena));
    return query_run(db, SQL_FILE_ADD,
                     BINDS(bind_text("id", order->id), bind_text("name", order->name),
                           bind_text("kind", order->kind), bind_text("version", order->version),
                           bind_text("manufacturer", order->manufacturer),
                           bind_text("product_class", order->product_class),
                           bind_bytes("sha256", order->sha256, SHA256_BYTES), bind_i64("size", order->size),
                           bind_id("device_id", order->device_id), bind_text("action_id", order->action_id),
                           bind_text("created_by", order->created_by)),
                     arena, &rows);
}

enum err file_show(struct db *db, const char *id, struct arena *arena, struct file_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_FILE_SHOW, BINDS(bind_text("id", id)), arena, &rows));
    TRY(read_sha256(&rows, 0, arena, ret->sha256));
    ret->id = rows_text(&rows, 0, "id");
    ret->name = rows_text(&rows, 0, "name");
    ret->kind = rows_text(&rows, 0, "kind");
    ret->version = rows_text(&rows, 0, "version");
    ret->size = rows_i64(&rows, 0, "size");
    ret->device_id = rows_i64(&rows, 0, "device_id");
    ret->damaged = rows_bool(&rows, 0, "damaged");
    ret->shown = rows_text(&rows, 0, "shown");
    return ERR_OK;
}

enum err file_list(struct db *db, const struct file_filter *filter, const struct file_page *page,
                   struct arena *arena, struct file_rows *ret)
{
    struct rows rows;

    TRY(query_run_inside(db, SQL_FILE_LIST,
                         BINDS(bind_text("after", page->after), bind_text("kind", filter->kind),
                               bind_text("name", filter->name),
                               bind_text("product_class", filter->product_class),
                               bind_id("device_id", filter->device_id), BIND_SCOPE(filter->scope),
                               bind_i64("most", page->most)),
                         filter->scope, arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct file_row, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        ret->items[i].id = rows_text(&rows, i, "id");
        ret->items[i].device_id = rows_i64(&rows, i, "device_id");
        ret->items[i].shown = rows_text(&rows, i, "shown");
    }
    return ERR_OK;
}

enum err file_use(struct db *db, const char *id, struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_FILE_USE, BINDS(bind_text("id", id)), arena, &rows));
    return rows.count == 0 ? none(id) : ERR_OK;
}

enum err file_fits(struct db *db, const char *id, int64_t device_id, struct arena *arena, bool *ret,
                   const char **ret_model)
{
    struct rows rows;

    TRY(query_run(db, SQL_FILE_MODEL, BINDS(bind_text("id", id), bind_i64("device_id", device_id)), arena,
                  &rows));
    *ret = rows_bool(&rows, 0, "fits");
    *ret_model = rows_text(&rows, 0, "product_class");
    return ERR_OK;
}

enum err file_delete(struct db *db, const char *id, struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_FILE_LOCK, BINDS(bind_text("id", id)), arena, &rows));
    if (rows.count == 0)
        return none(id);
    TRY(query_run(db, SQL_FILE_OPEN_ACTIONS, BINDS(bind_text("id", id)), arena, &rows));
    if (rows_i64(&rows, 0, "count") > 0)
        return err_set(ERR_CONFLICT, "open actions need this file");
    TRY(query_run(db, SQL_FILE_FIRMWARE, BINDS(bind_text("id", id)), arena, &rows));
    if (rows_i64(&rows, 0, "count") > 0)
        return err_set(ERR_CONFLICT, "a firmware of the library is this file");
    return query_run(db, SQL_FILE_DELETE, BINDS(bind_text("id", id)), arena, &rows);
}

/* ---- upkeep ---- */

enum err file_to_remove(struct db *db, unsigned most, struct arena *arena, struct file_remains **ret,
                        size_t *ret_count)
{
    struct file_remains *items;
    struct rows rows;

    TRY(query_run(db, SQL_FILE_TO_REMOVE, BINDS(bind_i64("most", most)), arena, &rows));
    items = ARENA_ARRAY(arena, struct file_remains, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        TRY(read_sha256(&rows, i, arena, items[i].sha256));
        items[i].id = rows_text(&rows, i, "id");
        items[i].needed = rows_bool(&rows, i, "needed");
    }
    *ret = items;
    *ret_count = rows.count;
    return ERR_OK;
}

enum err file_removed(struct db *db, const char *id, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_FILE_REMOVED, BINDS(bind_text("id", id)), arena, &rows);
}

enum err file_to_check(struct db *db, int64_t before_us, struct arena *arena, struct file_row *ret)
{
    struct file_row row = {0};
    struct rows rows;

    TRY(query_run(db, SQL_FILE_TO_CHECK, BINDS(bind_time_us("before", before_us)), arena, &rows));
    if (rows.count == 0)
        return err_set(ERR_NOT_FOUND, "every file was looked at a short while ago");
    TRY(read_sha256(&rows, 0, arena, row.sha256));
    row.id = rows_text(&rows, 0, "id");
    row.size = rows_i64(&rows, 0, "size");
    *ret = row;
    return ERR_OK;
}

enum err file_checked(struct db *db, const unsigned char sha256[SHA256_BYTES], bool damaged,
                      struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_FILE_CHECKED,
                     BINDS(bind_bytes("sha256", sha256, SHA256_BYTES), bind_bool("damaged", damaged)), arena,
                     &rows);
}

enum err file_damaged_count(struct db *db, struct arena *arena, int64_t *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_FILE_DAMAGED_COUNT, NO_BINDS, arena, &rows));
    *ret = rows_i64(&rows, 0, "count");
    return ERR_OK;
}
