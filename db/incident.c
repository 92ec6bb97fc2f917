#include "db/incident.h"

/* ---- by the rule ---- */

static enum err sweep(struct db *db, const struct incident_rule *rule, struct arena *arena,
                      int64_t *ret_opened)
{
    struct rows rows;

    TRY(query_run(db, SQL_INCIDENT_BACK, NO_BINDS, arena, &rows));
    TRY(query_run(db, SQL_INCIDENT_CLOSE_BY_RULE, BINDS(bind_i64("back_percent", rule->back_percent)), arena,
                  &rows));
    TRY(query_run(db, SQL_INCIDENT_OPEN_BY_RULE,
                  BINDS(bind_i64("least", rule->least), bind_i64("percent", rule->percent),
                        bind_i64("window_s", rule->window_s), bind_i64("grace_s", rule->grace_s)),
                  arena, &rows));
    *ret_opened = rows_i64(&rows, 0, "count");
    return ERR_OK;
}

enum err incident_sweep(struct db *db, const struct incident_rule *rule, int64_t *ret_opened)
{
    AUTO_ARENA arena = arena_new(1024);
    struct rows rows;

    *ret_opened = 0;
    TRY(db_begin(db));
    TRY(query_run(db, SQL_INCIDENT_TURN, NO_BINDS, arena, &rows));
    if (rows_bool(&rows, 0, "ours"))
        TRY(sweep(db, rule, arena, ret_opened));
    return db_commit(db);
}

enum err incident_load(struct db *db, int64_t device_id, int64_t now_us, struct fact_list *list)
{
    struct rows rows;

    TRY(query_run(db, SQL_INCIDENT_OF_DEVICE, BINDS(bind_i64("device_id", device_id)), list->arena, &rows));
    if (rows.count == 0)
        return ERR_OK;
    fact_add_number(list, "incident.homes", rows_real(&rows, 0, "homes"), now_us);
    fact_add_text(list, "incident.place", rows_text(&rows, 0, "place"), now_us);
    fact_add_text(list, "incident.since", rows_text(&rows, 0, "since"), now_us);
    return ERR_OK;
}

/* ---- shown ---- */

static struct incident_row read_row(const struct rows *rows, size_t i)
{
    return (struct incident_row){rows_i64(rows, i, "id"), rows_text(rows, i, "shown")};
}

enum err incident_list(struct db *db, const struct incident_filter *filter, struct arena *arena,
                       struct incident_rows *ret)
{
    struct rows rows;

    TRY(query_run_inside(db, SQL_INCIDENT_LIST,
                         BINDS(bind_bool("open_only", filter->open_only), bind_id("after", filter->after),
                               BIND_SCOPE(filter->scope), bind_i64("most", filter->most)),
                         filter->scope, arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct incident_row, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = read_row(&rows, i);
    return ERR_OK;
}

enum err incident_show(struct db *db, int64_t id, const struct filter *scope, struct arena *arena,
                       struct incident_row *ret)
{
    struct rows rows;

    TRY(query_run_inside(db, SQL_INCIDENT_SHOW, BINDS(bind_i64("id", id), BIND_SCOPE(scope)), scope, arena,
                         &rows));
    *ret = read_row(&rows, 0);
    return ERR_OK;
}

/* ---- by hand ---- */

enum err incident_open(struct db *db, const char *kind, const char *place,
                       const struct incident_change *change, struct arena *arena, int64_t *ret_id)
{
    struct rows rows;

    TRY(query_run(db, SQL_INCIDENT_GROUP_SIZE, BINDS(bind_text("kind", kind), bind_text("place", place)),
                  arena, &rows));
    if (rows_i64(&rows, 0, "count") == 0)
        return err_set(ERR_NOT_FOUND, "no device is in this group");
    TRY(query_run(db, SQL_INCIDENT_OPEN,
                  BINDS(bind_text("kind", kind), bind_text("place", place), bind_text("by", change->by),
                        bind_text("text", change->text), bind_time_us("forecast", change->forecast_us)),
                  arena, &rows));
    *ret_id = rows_i64(&rows, 0, "id");
    return ERR_OK;
}

enum err incident_patch(struct db *db, int64_t id, const struct incident_change *change, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_INCIDENT_PATCH,
                     BINDS(bind_i64("id", id), bind_text("by", change->by),
                           bind_bool("has_text", change->has_text), bind_text("text", change->text),
                           bind_bool("has_forecast", change->has_forecast),
                           bind_time_us("forecast", change->forecast_us)),
                     arena, &rows);
}

enum err incident_close(struct db *db, int64_t id, const char *by, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_INCIDENT_CLOSE, BINDS(bind_i64("id", id), bind_text("by", by)), arena, &rows);
}
