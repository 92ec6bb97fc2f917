#include "db/audit.h"

static struct audit_shown read_row(const struct rows *rows, size_t i)
{
    return (struct audit_shown){
        .seq = rows_i64(rows, i, "seq"),
        .at_us = rows_time_us(rows, i, "at"),
        .actor_id = rows_i64(rows, i, "actor_id"),
        .case_id = rows_i64(rows, i, "case_id"),
        .devices = rows_text(rows, i, "devices"),
        .subscribers = rows_text(rows, i, "subscribers"),
        .actor_kind = rows_text(rows, i, "actor_kind"),
        .actor = rows_text(rows, i, "actor"),
        .session = rows_text(rows, i, "session"),
        .source = rows_text(rows, i, "source"),
        .request = rows_text(rows, i, "request"),
        .action = rows_text(rows, i, "action"),
        .decision = rows_text(rows, i, "decision"),
        .object = rows_text(rows, i, "object"),
        .reason = rows_text(rows, i, "reason"),
        .query = rows_text(rows, i, "query"),
        .before = rows_text(rows, i, "before"),
        .after = rows_text(rows, i, "after"),
        .h = rows_text(rows, i, "h"),
    };
}

#define FILTER_BINDS(filter)                                                                          \
    bind_id("actor_id", (filter)->actor_id), bind_text("actor", (filter)->actor),                     \
        bind_id("device_id", (filter)->device_id), bind_id("subscriber_id", (filter)->subscriber_id), \
        bind_id("case_id", (filter)->case_id), bind_text("action", (filter)->action),                 \
        bind_text("object", (filter)->object), bind_text("decision", (filter)->decision),             \
        bind_time_us("from", (filter)->from_us), bind_time_us("to", (filter)->to_us),                 \
        bind_i64("most", (filter)->most)

static enum err ask_list(struct db *db, const struct audit_filter *filter, struct arena *arena,
                         struct rows *ret)
{
    if (filter->oldest_first)
        return query_run(db, SQL_AUDIT_EXPORT, BINDS(FILTER_BINDS(filter), bind_i64("since", filter->since)),
                         arena, ret);
    return query_run_inside(
        db, SQL_AUDIT_LIST,
        BINDS(FILTER_BINDS(filter), bind_id("before", filter->before), BIND_SCOPE(filter->scope)),
        filter->scope, arena, ret);
}

enum err audit_list(struct db *db, const struct audit_filter *filter, struct arena *arena,
                    struct audit_list *ret)
{
    struct rows rows;

    TRY(ask_list(db, filter, arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct audit_shown, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = read_row(&rows, i);
    return ERR_OK;
}

static enum err ask_seen(struct db *db, const struct audit_seen_question *question, struct arena *arena,
                         struct rows *ret)
{
    if (question->actor_id != 0)
        return query_run_inside(
            db, SQL_AUDIT_SEEN_BY,
            BINDS(bind_i64("actor_id", question->actor_id), bind_time_us("from", question->from_us),
                  bind_time_us("to", question->to_us), bind_text("after", question->after),
                  BIND_SCOPE(question->scope), bind_i64("most", question->most)),
            question->scope, arena, ret);
    return query_run(db, SQL_AUDIT_SEEN_OF,
                     BINDS(bind_id("device_id", question->device_id),
                           bind_id("subscriber_id", question->subscriber_id),
                           bind_time_us("from", question->from_us), bind_time_us("to", question->to_us),
                           bind_text("after", question->after), bind_i64("most", question->most)),
                     arena, ret);
}

enum err audit_seen(struct db *db, const struct audit_seen_question *question, struct arena *arena,
                    struct audit_seen_list *ret)
{
    struct rows rows;

    TRY(ask_seen(db, question, arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct audit_seen, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = (struct audit_seen){
            .whose = rows_text(&rows, i, "whose"),
            .actor_kind = rows_text(&rows, i, "actor_kind"),
            .actor = rows_text(&rows, i, "actor"),
            .first_us = rows_time_us(&rows, i, "first_at"),
            .last_us = rows_time_us(&rows, i, "last_at"),
            .count = rows_i64(&rows, i, "count"),
            .actions = rows_text(&rows, i, "actions"),
        };
    return ERR_OK;
}
