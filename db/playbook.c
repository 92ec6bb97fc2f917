#include "db/playbook.h"

#include <string.h>

/* ---- playbooks ---- */

static void read_row(const struct rows *rows, size_t i, const char *id, struct playbook_row *ret)
{
    *ret = (struct playbook_row){
        .id = id,
        .version = rows_i64(rows, i, "version"),
        .source = rows_text(rows, i, "source"),
        .built_in = rows_bool(rows, i, "built_in"),
        .created_by = rows_text(rows, i, "created_by"),
        .created_at_us = rows_time_us(rows, i, "created_at"),
    };
}

enum err playbook_find(struct db *db, const char *id, int64_t version, struct arena *arena,
                       struct playbook_row *ret)
{
    struct rows rows;

    if (version == 0)
        TRY(query_run(db, SQL_PLAYBOOK_NEWEST, BINDS(bind_text("id", id)), arena, &rows));
    else
        TRY(query_run(db, SQL_PLAYBOOK_SHOW, BINDS(bind_text("id", id), bind_i64("version", version)), arena,
                      &rows));
    *ret = (struct playbook_row){0};
    if (rows.count > 0)
        read_row(&rows, 0, id, ret);
    return ERR_OK;
}

enum err playbook_list(struct db *db, unsigned most, struct arena *arena, struct playbook_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_PLAYBOOK_LIST, BINDS(bind_i64("most", most)), arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct playbook_row, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        read_row(&rows, i, rows_text(&rows, i, "id"), &ret->items[i]);
    return ERR_OK;
}

enum err playbook_lock(struct db *db, const char *id, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_PLAYBOOK_LOCK, BINDS(bind_text("id", id)), arena, &rows);
}

enum err playbook_add(struct db *db, const struct playbook_row *row, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_PLAYBOOK_ADD,
                     BINDS(bind_text("id", row->id), bind_i64("version", row->version),
                           bind_text("source", row->source), bind_text("created_by", row->created_by)),
                     arena, &rows);
}

enum err playbook_keep(struct db *db, const struct playbook_row *row, struct arena *arena)
{
    struct rows rows;

    return query_run(
        db, SQL_PLAYBOOK_KEEP,
        BINDS(bind_text("id", row->id), bind_i64("version", row->version), bind_text("source", row->source)),
        arena, &rows);
}

enum err playbook_statistics(struct db *db, const char *id, struct playbook_period period,
                             struct arena *arena, const char **ret)
{
    struct rows rows;

    TRY(query_run_inside(
        db, SQL_PLAYBOOK_STATISTICS,
        BINDS(bind_text("id", id), bind_time_us("since", period.since_us), BIND_SCOPE(period.scope)),
        period.scope, arena, &rows));
    *ret = rows_text(&rows, 0, "shown");
    return ERR_OK;
}

/* ---- runs ---- */

enum err playbook_run_add(struct db *db, const struct playbook_run_row *row, bool dry,
                          const struct playbook_run_save *save, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_RUN_ADD,
                     BINDS(bind_text("id", row->id), bind_i64("device_id", row->device_id),
                           bind_text("playbook", row->playbook), bind_i64("version", row->version),
                           bind_bool("dry", dry), bind_text("phase", save->phase),
                           bind_text("step", save->step), bind_text("outcome", save->outcome),
                           bind_text("state", save->state), bind_text("started_by", row->started_by),
                           bind_bool("ended", save->ended), bind_i64("case_id", row->case_id),
                           bind_i64("actor_id", row->actor_id)),
                     arena, &rows);
}

enum err playbook_run_load(struct db *db, const char *id, bool hold, struct arena *arena,
                           struct playbook_run_row *ret)
{
    struct rows rows;

    if (hold)
        TRY(query_run(db, SQL_RUN_HOLD, BINDS(bind_text("id", id)), arena, &rows));
    TRY(query_run(db, SQL_RUN_SHOW, BINDS(bind_text("id", id)), arena, &rows));
    *ret = (struct playbook_run_row){
        .id = rows_text(&rows, 0, "id"),
        .device_id = rows_i64(&rows, 0, "device_id"),
        .playbook = rows_text(&rows, 0, "playbook"),
        .version = rows_i64(&rows, 0, "version"),
        .source = rows_text(&rows, 0, "source"),
        .state = rows_text(&rows, 0, "state"),
        .revision = rows_i64(&rows, 0, "revision"),
        .started_by = rows_text(&rows, 0, "started_by"),
        .case_id = rows_i64(&rows, 0, "case_id"),
        .started_at_us = rows_time_us(&rows, 0, "started_at"),
        .ended_at_us = rows_time_us(&rows, 0, "ended_at"),
    };
    return ERR_OK;
}

enum err playbook_run_save(struct db *db, const struct playbook_run_save *save, struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_RUN_SAVE,
                  BINDS(bind_text("id", save->id), bind_i64("revision", save->revision),
                        bind_text("phase", save->phase), bind_text("step", save->step),
                        bind_text("outcome", save->outcome), bind_text("state", save->state),
                        bind_bool("ended", save->ended)),
                  arena, &rows));
    return rows.affected == 1 ? ERR_OK : err_set(ERR_CONFLICT, "somebody else has moved this run");
}

enum err playbook_run_list(struct db *db, const struct playbook_run_filter *filter, struct arena *arena,
                           struct playbook_run_list *ret)
{
    struct rows rows;

    TRY(query_run_inside(db, SQL_RUN_LIST,
                         BINDS(bind_text("after", filter->after), bind_id("device_id", filter->device_id),
                               bind_text("playbook", filter->playbook),
                               filter->state == NULL ? bind_null("open")
                                                     : bind_bool("open", strcmp(filter->state, "open") == 0),
                               BIND_SCOPE(filter->scope), bind_i64("most", filter->most)),
                         filter->scope, arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct playbook_run_shown, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = (struct playbook_run_shown){.id = rows_text(&rows, i, "id"),
                                                    .device_id = rows_i64(&rows, i, "device_id"),
                                                    .shown = rows_text(&rows, i, "shown")};
    return ERR_OK;
}

enum err playbook_run_results(struct db *db, const char *const *actions, size_t count, struct arena *arena,
                              struct playbook_results *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_RUN_RESULTS, BINDS(bind_texts("ids", actions, count, arena)), arena, &rows));
    *ret = (struct playbook_results){.items = ARENA_ARRAY(arena, struct playbook_result, rows.count + 1),
                                     .count = rows.count};
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = (struct playbook_result){.kind = rows_text(&rows, i, "kind"),
                                                 .result = rows_text(&rows, i, "result"),
                                                 .ended_us = rows_time_us(&rows, i, "ended_at")};
    return ERR_OK;
}

enum err playbook_run_result(struct db *db, const char *action_id, struct arena *arena,
                             struct playbook_run_result *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_RUN_ACTION, BINDS(bind_text("id", action_id)), arena, &rows));
    *ret = (struct playbook_run_result){.ended = true, .detail = "the action is not there any more"};
    if (rows.count == 0)
        return ERR_OK;
    ret->ended = rows_bool(&rows, 0, "ended");
    ret->succeeded = strcmp(rows_text(&rows, 0, "state"), "succeeded") == 0;
    ret->detail =
        rows_is_null(&rows, 0, "detail") ? rows_text(&rows, 0, "state") : rows_text(&rows, 0, "detail");
    ret->ended_us = rows_time_us(&rows, 0, "ended_at");
    return ERR_OK;
}
