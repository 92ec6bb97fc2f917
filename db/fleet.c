#include "db/fleet.h"

#include "db/scope.h"

/* ---- a round ---- */

struct turn {
    const char *scope; /* as it is kept: "" is the whole fleet */
    const struct filter *filter;
    int64_t reached;
};

static enum err take_turn(struct db *db, const struct fleet_pace *pace, struct arena *arena, struct turn *ret,
                          bool *ret_any)
{
    struct rows rows;
    bool readable;

    TRY(query_run(db, SQL_FLEET_TURN, BINDS(bind_i64("every_s", pace->every_s)), arena, &rows));
    *ret_any = rows.count > 0;
    if (!*ret_any)
        return ERR_OK;
    *ret = (struct turn){.scope = rows_text(&rows, 0, "scope"), .reached = rows_i64(&rows, 0, "reached")};
    return *ret->scope == '\0' ? ERR_OK : scope_filter(ret->scope, arena, &ret->filter, &readable);
}

static enum err count_slice(struct db *db, const struct turn *turn, int64_t last, struct arena *arena)
{
    struct rows rows;

    TRY(query_run_inside(
        db, SQL_FLEET_COUNT,
        BINDS(bind_i64("after", turn->reached), bind_i64("last", last), BIND_SCOPE(turn->filter)),
        turn->filter, arena, &rows));
    return query_run(db, SQL_FLEET_ADD,
                     BINDS(bind_i64("last", last), bind_text("counts", rows_text(&rows, 0, "counts")),
                           bind_text("scope", turn->scope)),
                     arena, &rows);
}

static enum err end_round(struct db *db, const struct turn *turn, struct arena *arena)
{
    struct rows rows;

    TRY(query_run_inside(db, SQL_FLEET_CASES, BINDS(BIND_SCOPE(turn->filter)), turn->filter, arena, &rows));
    return query_run(db, SQL_FLEET_SHOW,
                     BINDS(bind_text("scope", turn->scope), bind_text("cases", rows_text(&rows, 0, "cases"))),
                     arena, &rows);
}

static enum err go_on(struct db *db, const struct fleet_pace *pace, const struct turn *turn,
                      struct arena *arena)
{
    struct rows rows;
    int64_t last, count;

    TRY(query_run(db, SQL_FLEET_SLICE, BINDS(bind_i64("after", turn->reached), bind_i64("most", pace->slice)),
                  arena, &rows));
    last = rows_i64(&rows, 0, "last");
    count = rows_i64(&rows, 0, "count");
    TRY(count_slice(db, turn, last, arena));
    return count < pace->slice ? end_round(db, turn, arena) : ERR_OK;
}

static enum err step(struct db *db, const struct fleet_pace *pace, struct arena *arena, struct turn *turn)
{
    bool any;

    TRY(db_begin(db));
    TRY(take_turn(db, pace, arena, turn, &any));
    if (any)
        TRY(go_on(db, pace, turn, arena));
    return db_commit(db);
}

/* One that cannot be counted, say because its scope takes too long, holds up no other. */
static enum err give_up(struct db *db, const char *scope, struct arena *arena)
{
    struct rows rows;

    db_rollback(db);
    return query_run(db, SQL_FLEET_GIVE_UP, BINDS(bind_text("scope", scope)), arena, &rows);
}

enum err fleet_step(struct db *db, const struct fleet_pace *pace)
{
    AUTO_ARENA arena = arena_new(4096);
    struct turn turn = {0};
    enum err err = step(db, pace, arena, &turn);

    if (err != ERR_OK && turn.scope != NULL)
        TRY(give_up(db, turn.scope, arena));
    return err;
}

/* ---- by the clock ---- */

enum err fleet_note_contacts(struct db *db, int64_t count)
{
    AUTO_ARENA arena = arena_new(0);
    struct rows rows;

    return query_run(db, SQL_FLEET_CONTACTS, BINDS(bind_i64("count", count)), arena, &rows);
}

enum err fleet_note_hours(struct db *db, bool *ret_behind)
{
    AUTO_ARENA arena = arena_new(0);
    struct rows rows;

    TRY(query_run(db, SQL_FLEET_HOURS, NO_BINDS, arena, &rows));
    *ret_behind = rows_bool(&rows, 0, "behind");
    return query_run(db, SQL_FLEET_FORGET, NO_BINDS, arena, &rows);
}

/* ---- shown ---- */

enum err fleet_figures(struct db *db, const char *scope, bool cases, struct arena *arena,
                       struct fleet_figures *ret)
{
    struct rows rows;

    *ret = (struct fleet_figures){0};
    if (scope != NULL)
        TRY(query_run(db, SQL_FLEET_ASK, BINDS(bind_text("scope", scope)), arena, &rows));
    TRY(query_run(db, SQL_FLEET_VIEW,
                  BINDS(bind_bool("cases", cases), bind_text("scope", text_or_empty(scope))), arena, &rows));
    if (rows.count > 0)
        *ret = (struct fleet_figures){rows_text(&rows, 0, "at"), rows_text(&rows, 0, "shown")};
    return ERR_OK;
}

enum err fleet_series(struct db *db, int64_t from_us, unsigned step_s, struct arena *arena,
                      struct fleet_series *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_FLEET_SERIES, BINDS(bind_i64("step_s", step_s), bind_time_us("from", from_us)),
                  arena, &rows));
    *ret = (struct fleet_series){rows_text(&rows, 0, "contacts"), rows_text(&rows, 0, "actions")};
    return ERR_OK;
}
