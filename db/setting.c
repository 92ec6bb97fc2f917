#include "db/setting.h"

static struct setting_row read_row(const struct rows *rows, size_t i)
{
    return (struct setting_row){
        .key = {.kind = rows_text(rows, i, "kind"),
                .name = rows_text(rows, i, "name"),
                .technology = rows_text(rows, i, "technology")},
        .revision = rows_i64(rows, i, "revision"),
        .value = rows_is_null(rows, i, "value") ? NULL : rows_text(rows, i, "value"),
        .reason = rows_is_null(rows, i, "reason") ? NULL : rows_text(rows, i, "reason"),
        .changed_by = rows_text(rows, i, "changed_by"),
        .changed_at_us = rows_time_us(rows, i, "changed_at"),
    };
}

static void read_rows(const struct rows *rows, struct arena *arena, struct setting_rows *ret)
{
    ret->count = rows->count;
    ret->items = ARENA_ARRAY(arena, struct setting_row, rows->count + 1);
    for (size_t i = 0; i < rows->count; i++)
        ret->items[i] = read_row(rows, i);
}

enum err setting_list(struct db *db, const char *kind, struct arena *arena, struct setting_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_SETTING_LIST, BINDS(bind_text("kind", kind)), arena, &rows));
    read_rows(&rows, arena, ret);
    return ERR_OK;
}

enum err setting_show(struct db *db, const struct setting_key *key, bool hold, struct arena *arena,
                      struct setting_row *ret)
{
    struct rows rows;

    TRY(query_run(db, hold ? SQL_SETTING_HOLD : SQL_SETTING_SHOW,
                  BINDS(bind_text("kind", key->kind), bind_text("name", key->name),
                        bind_text("technology", key->technology)),
                  arena, &rows));
    *ret = rows.count > 0 ? read_row(&rows, 0) : (struct setting_row){.key = *key};
    return ERR_OK;
}

enum err setting_history(struct db *db, const struct setting_key *key, unsigned most, struct arena *arena,
                         struct setting_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_SETTING_HISTORY,
                  BINDS(bind_text("kind", key->kind), bind_text("name", key->name),
                        bind_text("technology", key->technology), bind_i64("most", most)),
                  arena, &rows));
    read_rows(&rows, arena, ret);
    return ERR_OK;
}

enum err setting_save(struct db *db, struct setting_row *row, struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_SETTING_SAVE,
                  BINDS(bind_text("kind", row->key.kind), bind_text("name", row->key.name),
                        bind_text("technology", row->key.technology), bind_text("value", row->value),
                        bind_text("reason", row->reason), bind_text("changed_by", row->changed_by),
                        bind_i64("revision", row->revision)),
                  arena, &rows));
    if (rows.count == 0)
        return err_set(ERR_CONFLICT, "somebody else has changed %s", row->key.name);
    row->revision = rows_i64(&rows, 0, "revision");
    return ERR_OK;
}
