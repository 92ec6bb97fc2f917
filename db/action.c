#include "db/action.h"

#include <string.h>

enum err action_create(struct db *db, const struct action_order *order, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_ACTION_CREATE,
                     BINDS(bind_i64("device_id", order->device_id), bind_text("action_id", order->action_id),
                           bind_text("kind", order->kind), bind_text("args", order->args),
                           bind_text("created_by", order->created_by), bind_text("reason", order->reason),
                           bind_text("on_offline", order->fail_offline ? "fail" : "queue"),
                           bind_time_us("expires_at", order->expires_at_us),
                           bind_text("sealed", order->sealed), bind_bool("lets_go", order->lets_go),
                           bind_i64("case_id", order->case_id), bind_i64("actor_id", order->actor_id)),
                     arena, &rows);
}

static struct action_row read_action(const struct rows *rows, size_t i)
{
    return (struct action_row){
        .id = rows_text(rows, i, "id"),
        .device_id = rows_i64(rows, i, "device_id"),
        .kind = rows_text(rows, i, "kind"),
        .state = rows_text(rows, i, "state"),
        .ended = rows_bool(rows, i, "ended"),
        .cancellable = rows_bool(rows, i, "cancellable"),
        .shown = rows_text(rows, i, "shown"),
        .wake_tries = rows_i64(rows, i, "wake_tries"),
        .wake_detail = rows_text(rows, i, "wake_detail"),
        .next_wake_at_us = rows_time_us(rows, i, "next_wake_at"),
        .next_contact_us = rows_time_us(rows, i, "next_contact"),
        .waits_for_contact = rows_bool(rows, i, "waits_for_contact"),
    };
}

enum err action_show(struct db *db, const char *action_id, struct arena *arena, struct action_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_ACTION_SHOW, BINDS(bind_text("action_id", action_id)), arena, &rows));
    *ret = read_action(&rows, 0);
    return ERR_OK;
}

enum err action_list(struct db *db, int64_t device_id, const struct action_page *page, struct arena *arena,
                     struct action_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_ACTION_LIST,
                  BINDS(bind_i64("device_id", device_id), bind_text("after", page->after),
                        bind_text("state", page->state), bind_i64("most", page->most)),
                  arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct action_row, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = read_action(&rows, i);
    return ERR_OK;
}

enum err action_of_others(struct db *db, int64_t device_id, const char *by, struct arena *arena,
                          struct action_others *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_ACTION_OF_OTHERS, BINDS(bind_i64("device_id", device_id), bind_text("by", by)),
                  arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct action_other, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = (struct action_other){.id = rows_text(&rows, i, "id"),
                                              .kind = rows_text(&rows, i, "kind"),
                                              .by = rows_text(&rows, i, "created_by"),
                                              .since_us = rows_time_us(&rows, i, "created_at")};
    return ERR_OK;
}

enum err action_cancel(struct db *db, const char *action_id, const char *cancelled_by, const char *reason,
                       struct arena *arena, bool *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_ACTION_CANCEL,
                  BINDS(bind_text("action_id", action_id), bind_text("cancelled_by", cancelled_by),
                        bind_text("reason", reason)),
                  arena, &rows));
    *ret = rows.count > 0;
    return ERR_OK;
}

enum err action_take_undo(struct db *db, const char *action_id, struct action_order *undo,
                          struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_ACTION_UNDO,
                  BINDS(bind_text("action_id", action_id), bind_text("undone_by", undo->action_id)), arena,
                  &rows));
    if (rows.count == 0)
        return err_set(
            ERR_CONFLICT,
            "it cannot be undone: it did not succeed, changed nothing that is known, or a day is over");
    undo->device_id = rows_i64(&rows, 0, "device_id");
    undo->args = rows_text(&rows, 0, "args");
    undo->sealed = rows_text(&rows, 0, "sealed");
    return ERR_OK;
}

/* ---- moves outside of sessions ---- */

static void read_record(const struct rows *rows, struct action_record *ret)
{
    const char *id = rows_text(rows, 0, "id");

    *ret = (struct action_record){
        .device_id = rows_i64(rows, 0, "device_id"),
        .kind = rows_text(rows, 0, "kind"),
        .args = rows_text(rows, 0, "args"),
        .step = (int32_t)rows_i64(rows, 0, "step"),
        .memo = rows_text(rows, 0, "memo"),
        .revision = (int32_t)rows_i64(rows, 0, "revision"),
        .intent = rows_text(rows, 0, "intent"),
        .intent_at_us = rows_time_us(rows, 0, "intent_at"),
        .sends = (int32_t)rows_i64(rows, 0, "sends"),
        .boots = (int32_t)rows_i64(rows, 0, "boots"),
        .created_at_us = rows_time_us(rows, 0, "created_at"),
        .expires_at_us = rows_time_us(rows, 0, "expires_at"),
    };
    memcpy(ret->id, id, strnlen(id, ID_MAX - 1));
    (void)action_state_by_name(rows_text(rows, 0, "state"),
                               &ret->state); /* the schema knows no other names */
}

enum err action_hold(struct db *db, const char *action_id, struct arena *arena, struct action_record *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_ACTION_HOLD, BINDS(bind_text("action_id", action_id)), arena, &rows));
    if (rows.count == 0)
        return err_set(ERR_NOT_FOUND, "there is no open action '%.32s'", action_id);
    read_record(&rows, ret);
    return ERR_OK;
}

enum err action_save(struct db *db, const struct action_save *save, struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_ACTION_SAVE,
                  BINDS(bind_text("action_id", save->action_id), bind_i64("revision", save->revision),
                        bind_text("state", action_state_name(save->state)),
                        bind_bool("has_ended", action_has_ended(save->state)), bind_i64("step", save->step),
                        bind_text("memo", save->memo), bind_text("intent", save->intent),
                        bind_time_us("intent_at", save->intent_at_us), bind_i64("sends", save->sends),
                        bind_i64("boots", save->boots), bind_text("progress", save->progress),
                        bind_text("result", save->result), bind_text("evidence", save->evidence),
                        bind_text("failure", save->failure), bind_time_us("at", save->at_us)),
                  arena, &rows));
    return rows.count == 0 ? err_set(ERR_CONFLICT, "somebody else moved the action '%s'", save->action_id)
                           : ERR_OK;
}

/* ---- events ---- */

static void read_events(const struct rows *rows, struct arena *arena, struct action_events *ret)
{
    ret->count = rows->count;
    ret->items = ARENA_ARRAY(arena, struct action_event, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        ret->items[i] = (struct action_event){
            .id = rows_i64(rows, i, "id"),
            .device_id = rows_i64(rows, i, "device_id"),
            .action_id = rows_text(rows, i, "action_id"),
            .at_us = rows_time_us(rows, i, "at"),
            .state = rows_text(rows, i, "state"),
            .detail = rows_text(rows, i, "detail"),
        };
    }
}

enum err action_event_list(struct db *db, const char *action_id, int64_t after, unsigned most,
                           struct arena *arena, struct action_events *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_ACTION_EVENT_LIST,
                  BINDS(bind_text("action_id", action_id), bind_i64("after", after), bind_i64("most", most)),
                  arena, &rows));
    read_events(&rows, arena, ret);
    return ERR_OK;
}

enum err action_event_fetch(struct db *db, const int64_t *device_ids, const int64_t *ids, size_t count,
                            struct arena *arena, struct action_events *ret)
{
    struct rows rows;

    TRY(query_run(
        db, SQL_ACTION_EVENT_FETCH,
        BINDS(bind_i64s("device_ids", device_ids, count, arena), bind_i64s("ids", ids, count, arena)), arena,
        &rows));
    read_events(&rows, arena, ret);
    return ERR_OK;
}

enum err action_event_replay(struct db *db, const struct action_topics *topics,
                             const struct action_since *since, struct arena *arena, struct action_events *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_ACTION_EVENT_REPLAY,
                  BINDS(bind_i64s("device_ids", topics->device_ids, topics->device_count, arena),
                        bind_texts("action_ids", topics->action_ids, topics->action_count, arena),
                        bind_i64("after", since->after), bind_time_us("since", since->since_us),
                        bind_i64("most", since->most)),
                  arena, &rows));
    read_events(&rows, arena, ret);
    return ERR_OK;
}
