#include "db/history.h"

enum err history_sessions(struct db *db, int64_t device_id, int64_t after, unsigned most, struct arena *arena,
                          struct session_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_SESSION_LIST,
                  BINDS(bind_i64("device_id", device_id), bind_id("after", after), bind_i64("most", most)),
                  arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct session_row, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        ret->items[i] = (struct session_row){
            .session_no = rows_i64(&rows, i, "session_no"),
            .started_at_us = rows_time_us(&rows, i, "started_at"),
            .ended_at_us = rows_time_us(&rows, i, "ended_at"),
            .result = rows_text(&rows, i, "result"),
            .detail = rows_text(&rows, i, "detail"),
            .rpc_count = rows_i64(&rows, i, "rpc_count"),
            .events = rows_text(&rows, i, "events"),
        };
    }
    return ERR_OK;
}

enum err history_events(struct db *db, int64_t device_id, const struct event_place *after, unsigned most,
                        struct arena *arena, struct event_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_EVENT_LIST,
                  BINDS(bind_i64("device_id", device_id),
                        after == NULL ? bind_null("session_no") : bind_i64("session_no", after->session_no),
                        after == NULL ? bind_null("place") : bind_i64("place", after->place),
                        bind_i64("most", most)),
                  arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct event_row, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        ret->items[i] = (struct event_row){
            .place = {rows_i64(&rows, i, "session_no"), rows_i64(&rows, i, "place")},
            .at_us = rows_time_us(&rows, i, "at"),
            .code = rows_text(&rows, i, "code"),
            .command_key = rows_text(&rows, i, "command_key"),
            .detail = rows_text(&rows, i, "detail"),
        };
    }
    return ERR_OK;
}
