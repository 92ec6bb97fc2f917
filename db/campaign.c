#include "db/campaign.h"

#include <assert.h>

#include "acs/base/json.h"

/* ---- what it says ---- */

enum err campaign_create(struct db *db, const struct campaign_order *order, struct arena *arena,
                         int64_t *ret_id)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_CREATE,
                  BINDS(bind_text("name", order->name), bind_text("kind", order->kind),
                        bind_text("args", order->args), bind_text("filter", order->filter),
                        bind_text("excludes", order->excludes), bind_text("plan", order->plan),
                        bind_text("reason", order->reason), bind_id("after_id", order->after_id),
                        bind_text("after_states", order->after_states), bind_text("by", order->by),
                        bind_i64("actor_id", order->actor_id)),
                  arena, &rows));
    *ret_id = rows_i64(&rows, 0, "id");
    return ERR_OK;
}

enum err campaign_change(struct db *db, int64_t id, int64_t revision, const struct campaign_order *order,
                         struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_CHANGE,
                  BINDS(bind_i64("id", id), bind_i64("revision", revision), bind_text("name", order->name),
                        bind_text("kind", order->kind), bind_text("args", order->args),
                        bind_text("filter", order->filter), bind_text("excludes", order->excludes),
                        bind_text("plan", order->plan), bind_text("reason", order->reason),
                        bind_id("after_id", order->after_id), bind_text("after_states", order->after_states),
                        bind_text("by", order->by), bind_i64("actor_id", order->actor_id)),
                  arena, &rows));
    return rows.count == 1 ? ERR_OK
                           : err_set(ERR_CONFLICT, "somebody was faster, or it is no draft any more");
}

enum err campaign_zone_is_known(struct db *db, const char *zone, struct arena *arena, bool *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_ZONE, BINDS(bind_text("zone", zone)), arena, &rows));
    *ret = rows_bool(&rows, 0, "known");
    return ERR_OK;
}

/* ---- shown ---- */

enum campaign_state campaign_read_state(const struct rows *rows, size_t row)
{
    enum campaign_state state = CAMPAIGN_DRAFT;
    bool known = campaign_state_by_name(rows_text(rows, row, "state"), &state);

    assert(known); /* the table checks it */
    (void)known;
    return state;
}

enum err campaign_show(struct db *db, int64_t id, struct arena *arena, struct campaign_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_SHOW, BINDS(bind_i64("id", id)), arena, &rows));
    *ret = (struct campaign_row){.id = id,
                                 .revision = rows_i64(&rows, 0, "revision"),
                                 .state = campaign_read_state(&rows, 0),
                                 .shown = rows_text(&rows, 0, "shown")};
    return ERR_OK;
}

enum err campaign_list(struct db *db, const char *state, int64_t after, unsigned most, struct arena *arena,
                       struct shown_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_LIST,
                  BINDS(bind_text("state", state), bind_id("after", after), bind_i64("most", most)), arena,
                  &rows));
    *ret = rows_shown(&rows, arena);
    return ERR_OK;
}

enum err campaign_news(struct db *db, const int64_t *ids, size_t count, struct arena *arena,
                       struct shown_rows *ret)
{
    struct array array = array_open(arena, ARRAY_BIGINT);
    struct rows rows;

    for (size_t i = 0; i < count; i++)
        array_put_i64(&array, ids[i]);
    TRY(query_run(db, SQL_CAMPAIGN_NEWS, BINDS(bind_array("ids", &array)), arena, &rows));
    *ret = rows_shown(&rows, arena);
    return ERR_OK;
}

enum err campaign_targets(struct db *db, int64_t id, const struct campaign_target_filter *filter,
                          struct arena *arena, struct shown_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_TARGETS,
                  BINDS(bind_i64("id", id), bind_text("state", filter->state),
                        bind_text("cause", filter->cause), bind_i64("wave", filter->wave),
                        bind_i64("failures", filter->failures), bind_id("after", filter->after),
                        bind_i64("most", filter->most)),
                  arena, &rows));
    *ret = rows_shown(&rows, arena);
    return ERR_OK;
}

enum err campaign_causes(struct db *db, int64_t id, struct arena *arena, const char **ret)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_CAUSES, BINDS(bind_i64("id", id)), arena, &rows));
    json_open_array(&json);
    for (size_t i = 0; i < rows.count; i++) {
        json_open_object(&json);
        json_field_string(&json, "state", rows_text(&rows, i, "state"));
        json_field_string(&json, "cause", rows_text(&rows, i, "cause"));
        json_field_int(&json, "devices", rows_i64(&rows, i, "devices"));
        json_field_int(&json, "again", rows_i64(&rows, i, "again"));
        json_close_object(&json);
    }
    json_close_array(&json);
    *ret = text_string(&out);
    return ERR_OK;
}

enum err campaign_events(struct db *db, int64_t id, int64_t after, unsigned most, struct arena *arena,
                         struct shown_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_EVENTS,
                  BINDS(bind_i64("id", id), bind_id("after", after), bind_i64("most", most)), arena, &rows));
    *ret = rows_shown(&rows, arena);
    return ERR_OK;
}

/* ---- moved ---- */

enum err campaign_hold(struct db *db, int64_t id, const struct campaign_actor *actor, struct arena *arena,
                       struct campaign_held *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_HOLD,
                  BINDS(bind_i64("id", id), bind_i64("actor_id", actor->id), bind_text("by", actor->name)),
                  arena, &rows));
    *ret = (struct campaign_held){
        .id = id,
        .revision = rows_i64(&rows, 0, "revision"),
        .total = rows_i64(&rows, 0, "total"),
        .state = campaign_read_state(&rows, 0),
        .kind = rows_text(&rows, 0, "kind"),
        .plan = rows_text(&rows, 0, "plan"),
        .list_hash = rows_text(&rows, 0, "list_hash"),
        .list_is_new = rows_bool(&rows, 0, "list_is_new"),
        .is_approved = rows_bool(&rows, 0, "is_approved"),
        .is_approver = rows_bool(&rows, 0, "is_approver"),
        .is_changer = rows_bool(&rows, 0, "is_changer"),
    };
    return ERR_OK;
}

static enum err set_state(struct db *db, const struct campaign_turn *turn, enum campaign_state state,
                          struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CAMPAIGN_SET_STATE,
                     BINDS(bind_i64("id", turn->id), bind_text("state", campaign_state_name(state)),
                           bind_text("verb", campaign_verb_name(turn->verb)), bind_text("by", turn->by),
                           bind_text("data", turn->data)),
                     arena, &rows);
}

static enum err approve(struct db *db, const struct campaign_turn *turn, struct arena *arena)
{
    struct rows rows;

    return query_run(
        db, SQL_CAMPAIGN_APPROVE,
        BINDS(bind_i64("id", turn->id), bind_text("by", turn->by), bind_i64("actor_id", turn->actor_id)),
        arena, &rows);
}

static enum err start_list(struct db *db, const struct campaign_turn *turn, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CAMPAIGN_START_LIST, BINDS(bind_i64("id", turn->id)), arena, &rows);
}

static enum err note(struct db *db, const struct campaign_turn *turn, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CAMPAIGN_NOTE,
                     BINDS(bind_i64("id", turn->id), bind_text("by", turn->by),
                           bind_text("kind", campaign_verb_name(turn->verb)), bind_text("data", turn->data)),
                     arena, &rows);
}

enum err campaign_do(struct db *db, const struct campaign_turn *turn, struct arena *arena)
{
    if (turn->verb == CAMPAIGN_DO_APPROVE)
        TRY(approve(db, turn, arena));
    else if (turn->verb == CAMPAIGN_DO_LIST)
        TRY(start_list(db, turn, arena));
    else
        TRY(set_state(db, turn, campaign_after(turn->verb, CAMPAIGN_DRAFT), arena));
    return note(db, turn, arena);
}

enum err campaign_open_waves(struct db *db, int64_t id, int64_t flight_cap, const int64_t *sizes,
                             size_t count, struct arena *arena)
{
    struct array array = array_open(arena, ARRAY_BIGINT);
    struct rows rows;

    for (size_t i = 0; i < count; i++)
        array_put_i64(&array, sizes[i]);
    return query_run(
        db, SQL_CAMPAIGN_OPEN_WAVES,
        BINDS(bind_i64("id", id), bind_i64("flight_cap", flight_cap), bind_array("sizes", &array)), arena,
        &rows);
}
