#include "db/case.h"

enum err case_own(struct db *db, const struct case_home *home, int64_t actor_id, struct arena *arena,
                  struct case_held *ret)
{
    struct rows rows;

    *ret = (struct case_held){0};
    TRY(query_run(db, SQL_CASE_OWN,
                  BINDS(bind_id("subscriber_id", home->subscriber_id), bind_id("device_id", home->device_id),
                        bind_i64("actor_id", actor_id)),
                  arena, &rows));
    if (rows.count > 0)
        *ret = (struct case_held){rows_i64(&rows, 0, "id"), *home, actor_id, rows_text(&rows, 0, "state")};
    return ERR_OK;
}

enum err case_hold(struct db *db, int64_t id, struct arena *arena, struct case_held *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CASE_HOLD, BINDS(bind_i64("id", id)), arena, &rows));
    *ret = (struct case_held){rows_i64(&rows, 0, "id"), case_home_read(&rows, 0),
                              rows_i64(&rows, 0, "actor_id"), rows_text(&rows, 0, "state")};
    return ERR_OK;
}

enum err case_number(struct db *db, const char *day, struct arena *arena, int64_t *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CASE_NUMBER, BINDS(bind_text("day", day)), arena, &rows));
    *ret = rows_i64(&rows, 0, "last");
    return ERR_OK;
}

enum err case_open(struct db *db, const struct case_opening *opening, struct arena *arena, int64_t *ret_id)
{
    struct rows rows;

    TRY(query_run(db, SQL_CASE_OPEN,
                  BINDS(bind_id("device_id", opening->home.device_id),
                        bind_id("subscriber_id", opening->home.subscriber_id),
                        bind_text("protocol", opening->protocol), bind_i64("actor_id", opening->actor_id),
                        bind_text("agent", opening->agent), bind_text("found_by", opening->found_by),
                        bind_text("call_id", opening->call_id), bind_text("verdict", opening->verdict),
                        bind_text("family", opening->family), bind_bool("visit_prone", opening->visit_prone)),
                  arena, &rows));
    *ret_id = rows.count > 0 ? rows_i64(&rows, 0, "id") : 0;
    return ERR_OK;
}

enum err case_meet(struct db *db, const struct case_meeting *meeting, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CASE_MEET,
                     BINDS(bind_i64("case_id", meeting->case_id), bind_i64("actor_id", meeting->actor_id),
                           bind_text("by", meeting->by), bind_text("found_by", meeting->found_by),
                           bind_text("call_id", meeting->call_id)),
                     arena, &rows);
}

/* ---- shown ---- */

static struct case_row read_row(const struct rows *rows, size_t i)
{
    return (struct case_row){
        .id = rows_i64(rows, i, "id"),
        .home = case_home_read(rows, i),
        .actor_id = rows_i64(rows, i, "actor_id"),
        .state = rows_text(rows, i, "state"),
        .shown = rows_text(rows, i, "shown"),
    };
}

enum err case_show(struct db *db, int64_t id, unsigned days, struct arena *arena, struct case_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CASE_SHOW, BINDS(bind_i64("id", id), bind_i64("days", days)), arena, &rows));
    *ret = read_row(&rows, 0);
    ret->contacts = rows_i64(&rows, 0, "contacts");
    ret->entries = rows_text(&rows, 0, "entries");
    ret->done = rows_text(&rows, 0, "done");
    ret->verdict = rows_text(&rows, 0, "verdict");
    ret->headline = rows_text(&rows, 0, "headline");
    ret->summary = rows_text(&rows, 0, "summary");
    ret->customer = rows_text(&rows, 0, "customer");
    return ERR_OK;
}

enum err case_list(struct db *db, const struct case_filter *filter, struct arena *arena,
                   struct case_rows *ret)
{
    struct rows rows;

    TRY(query_run_inside(db, SQL_CASE_LIST,
                         BINDS(bind_id("device_id", filter->device_id),
                               bind_id("subscriber_id", filter->subscriber_id),
                               bind_id("actor_id", filter->actor_id), bind_id("after", filter->after),
                               bind_text("queue", filter->queue), bind_text("state", filter->state),
                               BIND_SCOPE(filter->scope), bind_i64("most", filter->most)),
                         filter->scope, arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct case_row, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = read_row(&rows, i);
    return ERR_OK;
}

/* ---- changed ---- */

enum err case_note(struct db *db, const struct case_note *note, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CASE_NOTE,
                     BINDS(bind_i64("case_id", note->case_id), bind_i64("actor_id", note->actor_id),
                           bind_text("by", note->by), bind_text("kind", note->kind),
                           bind_text("text", note->text), bind_text("data", note->data)),
                     arena, &rows);
}

enum err case_patch(struct db *db, int64_t id, const char *protocol, struct case_callback callback,
                    struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CASE_PATCH,
                     BINDS(bind_i64("id", id), bind_text("protocol", protocol),
                           bind_bool("has_callback", callback.given),
                           bind_time_us("callback_at", callback.at_us)),
                     arena, &rows);
}

enum err case_close(struct db *db, const struct case_closing *closing, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CASE_CLOSE,
                     BINDS(bind_i64("id", closing->id), bind_text("by", closing->by),
                           bind_text("reason", closing->reason), bind_text("fix", closing->fix),
                           bind_text("outcome", closing->outcome), bind_text("family", closing->family),
                           bind_bool("has_callback", closing->callback.given),
                           bind_time_us("callback_at", closing->callback.at_us)),
                     arena, &rows);
}

enum err case_escalate(struct db *db, const struct case_escalation *escalation, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CASE_ESCALATE,
                     BINDS(bind_i64("id", escalation->id), bind_text("by", escalation->by),
                           bind_text("queue", escalation->queue), bind_text("priority", escalation->priority),
                           bind_text("summary", escalation->summary)),
                     arena, &rows);
}

enum err case_return(struct db *db, int64_t id, const char *by, bool lacked_data, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CASE_RETURN,
                     BINDS(bind_i64("id", id), bind_text("by", by), bind_bool("lacked_data", lacked_data)),
                     arena, &rows);
}

enum err case_visit(struct db *db, const struct case_visit *visit, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CASE_VISIT,
                     BINDS(bind_i64("id", visit->id), bind_text("by", visit->by),
                           bind_text("queue", visit->queue), bind_time_us("visit_for", visit->for_us)),
                     arena, &rows);
}
