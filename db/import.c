#include "db/import.h"

enum { LEASE_S = 30 };

/* ---- in ---- */

enum err import_open(struct db *db, const char *by, struct arena *arena, int64_t *ret_id)
{
    struct rows rows;

    TRY(query_run(db, SQL_IMPORT_OPEN, BINDS(bind_text("by", by)), arena, &rows));
    *ret_id = rows_i64(&rows, 0, "id");
    return ERR_OK;
}

enum err import_part_add(struct db *db, int64_t id, int64_t number, const void *bytes, size_t len)
{
    AUTO_ARENA arena = arena_new(1024);
    struct rows rows;

    return query_run(db, SQL_IMPORT_PART_ADD,
                     BINDS(bind_i64("id", id), bind_i64("number", number), bind_bytes("bytes", bytes, len)),
                     arena, &rows);
}

enum err import_drop(struct db *db, int64_t id)
{
    AUTO_ARENA arena = arena_new(1024);
    struct rows rows;

    return query_run(db, SQL_IMPORT_DROP, BINDS(bind_i64("id", id)), arena, &rows);
}

enum err import_submit(struct db *db, int64_t id, const struct import_order *order, struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_IMPORT_SUBMIT,
                  BINDS(bind_i64("id", id), bind_text("name", order->name),
                        bind_text("format", order->format), bind_text("encoding", order->encoding),
                        bind_text("key", order->key), bind_text("mode", order->mode),
                        bind_bool("simulate", order->simulate), bind_text("columns", order->columns),
                        bind_text("language", order->language)),
                  arena, &rows));
    return rows.affected == 1 ? ERR_OK : err_set(ERR_UNAVAILABLE, "what was sent is no longer there");
}

/* ---- seen ---- */

enum err import_show(struct db *db, int64_t id, struct arena *arena, const char **ret_shown)
{
    struct rows rows;

    TRY(query_run(db, SQL_IMPORT_SHOW, BINDS(bind_i64("id", id)), arena, &rows));
    *ret_shown = rows_text(&rows, 0, "shown");
    return ERR_OK;
}

enum err import_list(struct db *db, int64_t after, unsigned most, struct arena *arena, struct shown_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_IMPORT_LIST, BINDS(bind_id("after", after), bind_i64("most", most)), arena, &rows));
    *ret = rows_shown(&rows, arena);
    return ERR_OK;
}

enum err import_error_list(struct db *db, int64_t id, int64_t after, unsigned most, struct arena *arena,
                           struct shown_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_IMPORT_ERROR_LIST,
                  BINDS(bind_i64("id", id), bind_id("after", after), bind_i64("most", most)), arena, &rows));
    *ret = rows_shown(&rows, arena);
    return ERR_OK;
}

/* ---- moved ---- */

static enum err move(struct db *db, int64_t id, const char *state, struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_IMPORT_MOVE, BINDS(bind_i64("id", id), bind_text("state", state)), arena, &rows));
    if (rows.affected == 1)
        return ERR_OK;
    TRY(query_run(db, SQL_IMPORT_SHOW, BINDS(bind_i64("id", id)), arena, &rows));
    return err_set(ERR_CONFLICT, "it is in another state");
}

static enum err forget(struct db *db, enum sql what, int64_t id, struct arena *arena)
{
    struct rows rows;

    return query_run(db, what, BINDS(bind_i64("id", id)), arena, &rows);
}

enum err import_start(struct db *db, int64_t id, struct arena *arena)
{
    TRY(move(db, id, "waiting", arena));
    return forget(db, SQL_IMPORT_FORGET_ERRORS, id, arena);
}

enum err import_cancel(struct db *db, int64_t id, struct arena *arena)
{
    TRY(move(db, id, "cancelled", arena));
    return forget(db, SQL_IMPORT_FORGET_PARTS, id, arena);
}

/* ---- worked on ---- */

static struct import_work read_work(const struct rows *rows, const char *by)
{
    return (struct import_work){
        .id = rows_i64(rows, 0, "id"),
        .by = by,
        .format = rows_text(rows, 0, "format"),
        .encoding = rows_text(rows, 0, "encoding"),
        .key = rows_text(rows, 0, "key"),
        .mode = rows_text(rows, 0, "mode"),
        .columns = rows_text(rows, 0, "columns"),
        .language = rows_text(rows, 0, "language"),
        .created_by = rows_text(rows, 0, "created_by"),
        .simulate = rows_bool(rows, 0, "simulate"),
        .counts = {.line = rows_i64(rows, 0, "line"),
                   .made = rows_i64(rows, 0, "made"),
                   .changed = rows_i64(rows, 0, "changed"),
                   .same = rows_i64(rows, 0, "same"),
                   .wrong = rows_i64(rows, 0, "wrong")}
    };
}

enum err import_claim(struct db *db, const char *by, struct arena *arena, struct import_work *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_IMPORT_CLAIM, BINDS(bind_text("by", by), bind_i64("lease_s", LEASE_S)), arena,
                  &rows));
    *ret = rows.count == 0 ? (struct import_work){0} : read_work(&rows, by);
    return ERR_OK;
}

enum err import_part_read(struct db *db, int64_t id, int64_t number, struct arena *arena,
                          const char **ret_bytes, size_t *ret_len)
{
    struct rows rows;

    *ret_bytes = NULL;
    *ret_len = 0;
    TRY(query_run(db, SQL_IMPORT_PART_READ, BINDS(bind_i64("id", id), bind_i64("number", number)), arena,
                  &rows));
    if (rows.count == 1)
        *ret_bytes = rows_bytes(&rows, 0, "bytes", arena, ret_len);
    return ERR_OK;
}

enum err import_apply(struct db *db, const struct import_work *work, const char *records, struct arena *arena,
                      struct import_outcomes *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_IMPORT_APPLY,
                  BINDS(bind_text("records", records), bind_text("key", work->key),
                        bind_text("mode", work->mode), bind_text("by", work->created_by)),
                  arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct import_outcome, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = (struct import_outcome){rows_i64(&rows, i, "line"), rows_text(&rows, i, "what")};
    return ERR_OK;
}

enum err import_bind(struct db *db, const char *const *serials, size_t count, const char *by,
                     struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_IMPORT_BIND,
                     BINDS(bind_texts("serials", serials, count, arena), bind_text("by", by)), arena, &rows);
}

enum err import_error_add(struct db *db, const struct import_work *work, const char *errors,
                          struct arena *arena)
{
    struct rows rows;

    return query_run(
        db, SQL_IMPORT_ERROR_ADD,
        BINDS(bind_i64("id", work->id), bind_text("errors", errors), bind_i64("so_far", work->counts.wrong)),
        arena, &rows);
}

static enum err check_ours(const struct rows *rows)
{
    return rows->affected == 1 ? ERR_OK : err_set(ERR_NOT_FOUND, "the import is no longer this server's");
}

enum err import_progress(struct db *db, const struct import_work *work, struct arena *arena)
{
    const struct import_counts *counts = &work->counts;
    struct rows rows;

    TRY(query_run(db, SQL_IMPORT_PROGRESS,
                  BINDS(bind_i64("id", work->id), bind_text("by", work->by), bind_i64("line", counts->line),
                        bind_i64("made", counts->made), bind_i64("changed", counts->changed),
                        bind_i64("same", counts->same), bind_i64("wrong", counts->wrong),
                        bind_i64("lease_s", LEASE_S)),
                  arena, &rows));
    return check_ours(&rows);
}

enum err import_note_header(struct db *db, const struct import_work *work, const char *header,
                            struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_IMPORT_HEADER,
                  BINDS(bind_i64("id", work->id), bind_text("by", work->by), bind_text("header", header)),
                  arena, &rows));
    return check_ours(&rows);
}

enum err import_end(struct db *db, const struct import_work *work, const char *state, const char *why,
                    struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_IMPORT_END,
                  BINDS(bind_i64("id", work->id), bind_text("by", work->by), bind_text("state", state),
                        bind_text("why", why)),
                  arena, &rows));
    return check_ours(&rows);
}

enum err import_release(struct db *db, const struct import_work *work, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_IMPORT_RELEASE, BINDS(bind_i64("id", work->id), bind_text("by", work->by)),
                     arena, &rows);
}

/* ---- forgotten ---- */

enum err import_trim(struct db *db)
{
    static const enum sql statements[] = {SQL_IMPORT_TRIM_BROKEN, SQL_IMPORT_TRIM_SIMULATED,
                                          SQL_IMPORT_TRIM_PARTS, SQL_IMPORT_TRIM_ERRORS};
    AUTO_ARENA arena = arena_new(1024);
    struct rows rows;

    for (size_t i = 0; i < sizeof(statements) / sizeof(*statements); i++)
        TRY(query_run(db, statements[i], NO_BINDS, arena, &rows));
    return ERR_OK;
}
