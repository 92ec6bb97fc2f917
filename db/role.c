#include "db/role.h"

static struct role_row read_role(const struct rows *rows, size_t i)
{
    return (struct role_row){
        .name = rows_text(rows, i, "name"),
        .title = rows_text(rows, i, "title"),
        .copy_of = rows_text(rows, i, "copy_of"),
        .capabilities = rows_text(rows, i, "capabilities"),
        .revision = rows_i64(rows, i, "revision"),
    };
}

enum err role_list(struct db *db, struct arena *arena, struct role_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_ROLE_LIST, NO_BINDS, arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct role_row, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = read_role(&rows, i);
    return ERR_OK;
}

enum err role_find(struct db *db, const char *name, bool hold, struct arena *arena, const char **ret)
{
    struct rows rows;

    TRY(query_run(db, hold ? SQL_ROLE_HOLD : SQL_ROLE_FIND, BINDS(bind_text("name", name)), arena, &rows));
    if (rows.count == 0)
        return err_set(ERR_NOT_FOUND, "there is no such role");
    *ret = rows_text(&rows, 0, "capabilities");
    return ERR_OK;
}

enum err role_take(struct db *db, const char *name, struct arena *arena, struct role_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_ROLE_TAKE, BINDS(bind_text("name", name)), arena, &rows));
    *ret = read_role(&rows, 0);
    return ERR_OK;
}

enum err role_add(struct db *db, const struct role_order *order, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_ROLE_ADD,
                     BINDS(bind_text("name", order->name), bind_text("title", order->title),
                           bind_text("copy_of", order->copy_of),
                           bind_texts("capabilities", order->capabilities, order->capability_count, arena),
                           bind_text("created_by", order->created_by)),
                     arena, &rows);
}

enum err role_patch(struct db *db, const struct role_order *order, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_ROLE_PATCH,
                     BINDS(bind_text("name", order->name), bind_text("title", order->title),
                           bind_texts("capabilities", order->capabilities, order->capability_count, arena)),
                     arena, &rows);
}

enum err role_delete(struct db *db, const char *name, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_ROLE_DELETE, BINDS(bind_text("name", name)), arena, &rows);
}

enum err role_use_list(struct db *db, const char *name, struct arena *arena, struct role_uses *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_ROLE_USES, BINDS(bind_text("name", name)), arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct role_use, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = (struct role_use){rows_text(&rows, i, "role"), rows_i64(&rows, i, "people"),
                                          rows_i64(&rows, i, "tokens")};
    return ERR_OK;
}
