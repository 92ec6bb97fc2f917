#include "db/scope.h"

/* Parameters are values of single devices, and no part of who looks after which. */
const struct filter_rules scope_rules = {.parameters = false};

enum err scope_filter(const char *scope, struct arena *arena, const struct filter **ret, bool *ret_readable)
{
    static const char nowhere[] = "-serial:*";
    struct filter_error error;

    *ret_readable = filter_parse(scope, &scope_rules, arena, ret, &error) == ERR_OK;
    return *ret_readable ? ERR_OK : filter_parse(nowhere, &scope_rules, arena, ret, &error);
}

enum err scope_inside(struct db *db, const struct filter *scope, struct scope_ids devices,
                      struct scope_ids subscribers, struct arena *arena, bool *ret)
{
    struct rows rows;

    TRY(query_run_where(db, SQL_SCOPE_INSIDE,
                        BINDS(bind_i64s("device_ids", devices.items, devices.count, arena),
                              bind_i64s("subscriber_ids", subscribers.items, subscribers.count, arena),
                              bind_bool("filter", true)),
                        scope, arena, &rows));
    *ret = (size_t)rows_i64(&rows, 0, "devices") == devices.count &&
           (size_t)rows_i64(&rows, 0, "subscribers") == subscribers.count;
    return ERR_OK;
}

static struct bind bind_ids(const char *name, struct scope_ids ids, struct arena *arena)
{
    return bind_i64s(name, ids.items, ids.count, arena);
}

enum err scope_homes_of(struct db *db, const struct scope_things *things, struct arena *arena,
                        struct scope_home **ret, size_t *ret_count)
{
    struct rows rows;

    TRY(query_run(db, SQL_SCOPE_HOMES_OF,
                  BINDS(bind_texts("texts", things->texts, things->text_count, arena),
                        bind_ids("verdict_ids", things->verdicts, arena),
                        bind_ids("case_ids", things->cases, arena),
                        bind_ids("alarm_ids", things->alarms, arena)),
                  arena, &rows));
    *ret = ARENA_ARRAY(arena, struct scope_home, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        (*ret)[i] = (struct scope_home){rows_i64(&rows, i, "device_id"), rows_i64(&rows, i, "subscriber_id")};
    *ret_count = rows.count;
    return ERR_OK;
}
