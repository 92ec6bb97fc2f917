#include "db/limit.h"

enum err limit_lock(struct db *db, int64_t actor_id, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_LIMIT_LOCK, BINDS(bind_i64("actor_id", actor_id)), arena, &rows);
}

enum err limit_room(struct db *db, const struct limit_question *question, struct arena *arena,
                    int64_t *ret_frees_s)
{
    struct bind token = bind_id("actor_id", question->actor_id);
    struct bind device = bind_id("device_id", question->device_id);
    struct bind kinds = bind_text("kinds", question->kinds);
    struct bind window = bind_i64("window_s", question->window_s);
    struct bind most = bind_i64("most", question->most);
    struct rows rows;

    if (question->devices)
        TRY(query_run(db, SQL_LIMIT_ROOM_DEVICES, BINDS(token, device, kinds, window, most), arena, &rows));
    else
        TRY(query_run(db, SQL_LIMIT_ROOM, BINDS(token, device, kinds, window, most), arena, &rows));
    *ret_frees_s = rows_i64(&rows, 0, "frees_s");
    return ERR_OK;
}

enum err limit_use(struct db *db, int64_t actor_id, int64_t device_id, const char *kind, struct arena *arena)
{
    struct rows rows;

    return query_run(
        db, SQL_LIMIT_USE,
        BINDS(bind_i64("actor_id", actor_id), bind_i64("device_id", device_id), bind_text("kind", kind)),
        arena, &rows);
}
