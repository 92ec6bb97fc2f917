#include "db/kill_switch.h"

enum err kill_switch_list(struct db *db, struct arena *arena, struct shown_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_KILL_SWITCH_LIST, NO_BINDS, arena, &rows));
    *ret = rows_shown(&rows, arena);
    return ERR_OK;
}

enum err kill_switch_put(struct db *db, const struct kill_switch_order *order, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_KILL_SWITCH_PUT,
                     BINDS(bind_text("scope", order->scope), bind_text("reason", order->reason),
                           bind_text("by", order->by), bind_i64("actor_id", order->actor_id)),
                     arena, &rows);
}

enum err kill_switch_release(struct db *db, const struct kill_switch_order *order, struct arena *arena)
{
    struct rows rows;
    int64_t releaser;

    TRY(query_run(db, SQL_KILL_SWITCH_HOLD, BINDS(bind_text("scope", order->scope)), arena, &rows));
    releaser = rows_i64(&rows, 0, "releaser");
    if (releaser == order->actor_id)
        return err_set(ERR_CONFLICT, "somebody else must confirm it");
    if (releaser == 0)
        return query_run(db, SQL_KILL_SWITCH_ASK,
                         BINDS(bind_text("scope", order->scope), bind_text("by", order->by),
                               bind_i64("actor_id", order->actor_id)),
                         arena, &rows);
    return query_run(db, SQL_KILL_SWITCH_OFF, BINDS(bind_text("scope", order->scope)), arena, &rows);
}

enum err kill_switch_covers(struct db *db, const char *kind, struct arena *arena, bool *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_KILL_SWITCH_COVERS, BINDS(bind_text("kind", kind)), arena, &rows));
    *ret = rows_bool(&rows, 0, "covers");
    return ERR_OK;
}
