#include "db/firmware.h"

#include <string.h>

static const char *text_or_null(const struct rows *rows, size_t i, const char *column)
{
    return rows_is_null(rows, i, column) ? NULL : rows_text(rows, i, column);
}

static struct firmware_rows read_shown(const struct rows *rows, bool refusals, struct arena *arena)
{
    struct firmware_rows ret = {.items = ARENA_ARRAY(arena, struct firmware_row, rows->count + 1),
                                .count = rows->count};

    for (size_t i = 0; i < rows->count; i++) {
        ret.items[i].id = rows_text(rows, i, "id");
        ret.items[i].shown = rows_text(rows, i, "shown");
        if (refusals)
            ret.items[i].refusal = text_or_null(rows, i, "refusal");
    }
    return ret;
}

enum err firmware_list(struct db *db, const struct firmware_page *page, struct arena *arena,
                       struct firmware_rows *ret)
{
    struct rows rows;

    TRY(query_run(
        db, SQL_FIRMWARE_LIST,
        BINDS(bind_text("after", page->after), bind_text("state", page->state), bind_i64("most", page->most)),
        arena, &rows));
    *ret = read_shown(&rows, false, arena);
    return ERR_OK;
}

enum err firmware_show(struct db *db, const char *id, struct arena *arena, struct firmware_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_FIRMWARE_SHOW, BINDS(bind_text("id", id)), arena, &rows));
    *ret = (struct firmware_row){.id = rows_text(&rows, 0, "id"),
                                 .shown = rows_text(&rows, 0, "shown"),
                                 .revision = rows_i64(&rows, 0, "revision"),
                                 .state = rows_text(&rows, 0, "state"),
                                 .file = rows_text(&rows, 0, "file_id")};
    return ERR_OK;
}

enum err firmware_for_device(struct db *db, int64_t device_id, bool all, struct arena *arena,
                             struct firmware_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_FIRMWARE_FOR_DEVICE, BINDS(bind_i64("device_id", device_id), bind_bool("all", all)),
                  arena, &rows));
    *ret = read_shown(&rows, true, arena);
    return ERR_OK;
}

enum err firmware_loose_files(struct db *db, int64_t device_id, struct arena *arena,
                              struct firmware_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_FIRMWARE_LOOSE_FILES, BINDS(bind_i64("device_id", device_id)), arena, &rows));
    *ret = read_shown(&rows, false, arena);
    return ERR_OK;
}

/* ---- taken to be changed, or to be handed out ---- */

static enum err read_rules(const char *text, struct arena *arena, struct firmware_rules *ret)
{
    AUTO_JSON rules = NULL;

    TRY(json_read(text, strlen(text), &rules));
    return firmware_rules_read(rules, arena, ret);
}

static enum err read_says(const struct rows *rows, struct arena *arena, struct firmware_manifest *ret)
{
    size_t len = 0;
    const void *bytes = rows_bytes(rows, 0, "sha256", arena, &len);

    if (len != SHA256_BYTES)
        return err_set(ERR_INTERNAL, "a hash of %zu bytes", len);
    memcpy(ret->sha256, bytes, SHA256_BYTES);
    ret->size = rows_i64(rows, 0, "size");
    ret->version = rows_text(rows, 0, "version");
    ret->counter = rows_i64(rows, 0, "counter");
    ret->expires_at_us = rows_time_us(rows, 0, "expires_at");
    return read_rules(rows_text(rows, 0, "rules"), arena, &ret->rules);
}

enum err firmware_look(struct db *db, const char *id, struct arena *arena, struct firmware_taken *ret)
{
    struct firmware_taken taken = {0};
    struct rows rows;

    TRY(query_run(db, SQL_FIRMWARE_LOOK, BINDS(bind_text("id", id)), arena, &rows));
    if (rows.count == 0)
        return err_set(ERR_NOT_FOUND, "there is no firmware '%.32s'", id);
    taken.id = rows_text(&rows, 0, "id");
    taken.revision = rows_i64(&rows, 0, "revision");
    taken.state = rows_text(&rows, 0, "state");
    taken.file = rows_text(&rows, 0, "file_id");
    taken.expired = rows_bool(&rows, 0, "expired");
    taken.damaged = rows_bool(&rows, 0, "damaged");
    taken.manifest = text_or_null(&rows, 0, "manifest");
    taken.signatures = rows_text(&rows, 0, "signatures");
    TRY(read_says(&rows, arena, &taken.says));
    *ret = taken;
    return ERR_OK;
}

enum err firmware_use(struct db *db, const char *id, struct arena *arena, struct firmware_taken *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_FIRMWARE_SHARE, BINDS(bind_text("id", id)), arena, &rows));
    return firmware_look(db, id, arena, ret);
}

enum err firmware_take(struct db *db, const char *id, struct arena *arena, struct firmware_taken *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_FIRMWARE_HOLD, BINDS(bind_text("id", id)), arena, &rows));
    return firmware_look(db, id, arena, ret);
}

enum err firmware_of_file(struct db *db, const char *file, struct arena *arena, const char **ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_FIRMWARE_OF_FILE, BINDS(bind_text("file", file)), arena, &rows));
    *ret = rows.count > 0 ? rows_text(&rows, 0, "id") : NULL;
    return ERR_OK;
}

/* ---- added and changed ---- */

static enum err keep_rules(struct db *db, const struct firmware_order *order, struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_FIRMWARE_RULES_DROP, BINDS(bind_text("id", order->id)), arena, &rows));
    return query_run(db, SQL_FIRMWARE_RULES_ADD,
                     BINDS(bind_text("id", order->id),
                           bind_text("rules", firmware_rules_write(&order->says->rules, arena))),
                     arena, &rows);
}

enum err firmware_add(struct db *db, const struct firmware_order *order, struct arena *arena)
{
    struct rows rows;

    TRY(query_run(
        db, SQL_FIRMWARE_ADD,
        BINDS(bind_text("id", order->id), bind_text("file", order->file), bind_text("name", order->name),
              bind_text("version", order->says->version), bind_id("counter", order->says->counter),
              bind_time_us("expires_at", order->says->expires_at_us),
              bind_bool("disruptive", order->disruptive), bind_text("notes", order->notes),
              bind_text("known_issues", order->known_issues), bind_text("manifest", order->manifest),
              bind_text("signatures", text_or_empty(order->signatures)), bind_text("by", order->by.name),
              bind_i64("by_id", order->by.id)),
        arena, &rows));
    return keep_rules(db, order, arena);
}

enum err firmware_patch(struct db *db, const char *id, const struct firmware_words *words,
                        struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_FIRMWARE_PATCH,
                     BINDS(bind_text("id", id), bind_text("name", words->name),
                           words->disruptive == NULL ? bind_null("disruptive")
                                                     : bind_bool("disruptive", *words->disruptive),
                           bind_bool("gives_notes", words->gives_notes), bind_text("notes", words->notes),
                           bind_bool("gives_known_issues", words->gives_known_issues),
                           bind_text("known_issues", words->known_issues)),
                     arena, &rows);
}

enum err firmware_change(struct db *db, const struct firmware_order *order, const char *state,
                         struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_FIRMWARE_CHANGE,
                  BINDS(bind_text("id", order->id), bind_text("version", order->says->version),
                        bind_id("counter", order->says->counter),
                        bind_time_us("expires_at", order->says->expires_at_us),
                        bind_text("manifest", order->manifest),
                        bind_text("signatures", text_or_empty(order->signatures)), bind_text("state", state),
                        bind_text("by", order->by.name), bind_i64("by_id", order->by.id)),
                  arena, &rows));
    return keep_rules(db, order, arena);
}

enum err firmware_move_to(struct db *db, const char *id, const char *state, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_FIRMWARE_MOVE, BINDS(bind_text("id", id), bind_text("state", state)), arena,
                     &rows);
}

enum err firmware_withdraw(struct db *db, const char *file, const char *by, const char *reason,
                           struct arena *arena, int64_t *ret_count)
{
    struct rows rows;

    TRY(query_run(db, SQL_FIRMWARE_WITHDRAW,
                  BINDS(bind_text("file", file), bind_text("by", by), bind_text("reason", reason)), arena,
                  &rows));
    *ret_count = rows_i64(&rows, 0, "count");
    return ERR_OK;
}

enum err firmware_approve(struct db *db, const char *id, const struct firmware_actor *by, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_FIRMWARE_APPROVE,
                     BINDS(bind_text("id", id), bind_text("by", by->name), bind_i64("by_id", by->id)), arena,
                     &rows);
}

enum err firmware_is_own(struct db *db, const char *id, const struct firmware_actor *by, struct arena *arena,
                         bool *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_FIRMWARE_OWN,
                  BINDS(bind_text("id", id), bind_text("by", by->name), bind_i64("by_id", by->id)), arena,
                  &rows));
    *ret = rows_bool(&rows, 0, "own");
    return ERR_OK;
}

enum err firmware_turn(struct db *db, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_FIRMWARE_TURN, NO_BINDS, arena, &rows);
}

enum err firmware_newer(struct db *db, const char *id, struct arena *arena, struct firmware_newer *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_FIRMWARE_NEWER, BINDS(bind_text("id", id)), arena, &rows));
    *ret = (struct firmware_newer){0};
    if (rows.count > 0)
        *ret = (struct firmware_newer){rows_text(&rows, 0, "version"), rows_i64(&rows, 0, "counter")};
    return ERR_OK;
}

enum err firmware_refusal(struct db *db, const char *id, int64_t device_id, struct arena *arena,
                          const char **ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_FIRMWARE_REFUSAL, BINDS(bind_text("id", id), bind_i64("device_id", device_id)),
                  arena, &rows));
    *ret = text_or_null(&rows, 0, "refusal");
    return ERR_OK;
}
