#include "db/device.h"

#define FILTER_BINDS(filter)                                                                  \
    bind_id("device_id", (filter)->device_id), bind_text("serial", (filter)->serial),         \
        bind_text("oui", (filter)->oui), bind_text("product_class", (filter)->product_class), \
        bind_text("software_version", (filter)->software_version),                            \
        bind_time_us("contact_before", (filter)->contact_before_us),                          \
        bind_time_us("contact_after", (filter)->contact_after_us), BIND_SCOPE((filter)->scope)

enum err device_list(struct db *db, const struct device_filter *filter, const struct device_page *page,
                     struct arena *arena, struct device_rows *ret)
{
    struct rows rows;

    TRY(query_run_inside(db, SQL_DEVICE_LIST,
                         BINDS(FILTER_BINDS(filter), bind_id("after", page->after),
                               bind_bool("newest", page->newest), bind_i64("most", page->most)),
                         filter->scope, arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct device_row, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] =
            (struct device_row){.id = rows_i64(&rows, i, "id"), .shown = rows_text(&rows, i, "shown")};
    return ERR_OK;
}

enum err device_count(struct db *db, const struct device_filter *filter, int64_t most, struct arena *arena,
                      int64_t *ret)
{
    struct rows rows;

    TRY(query_run_inside(db, SQL_DEVICE_COUNT, BINDS(FILTER_BINDS(filter), bind_id("most", most)),
                         filter->scope, arena, &rows));
    *ret = rows_i64(&rows, 0, "count");
    return ERR_OK;
}

enum err device_find(struct db *db, const struct device_find *find, struct arena *arena,
                     struct device_rows *ret)
{
    struct rows rows;

    TRY(query_run_where(db, SQL_DEVICE_FIND,
                        BINDS(bind_text("sort", find->sort), bind_bool("descending", find->descending),
                              bind_id("after", find->after), bind_text("after_key", find->after_key),
                              bind_bool("filter", true), bind_i64("most", find->most)),
                        find->filter, arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct device_row, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = (struct device_row){.id = rows_i64(&rows, i, "id"),
                                            .shown = rows_text(&rows, i, "shown"),
                                            .key = rows_text(&rows, i, "key")};
    return ERR_OK;
}

enum err device_find_count(struct db *db, const struct filter *filter, int64_t most, struct arena *arena,
                           int64_t *ret)
{
    struct rows rows;

    TRY(query_run_where(db, SQL_DEVICE_FIND_COUNT, BINDS(bind_bool("filter", true), bind_id("most", most)),
                        filter, arena, &rows));
    *ret = rows_i64(&rows, 0, "count");
    return ERR_OK;
}

enum err device_models(struct db *db, const struct filter *filter, int64_t most, unsigned rows,
                       struct arena *arena, struct device_models *ret)
{
    struct rows found;

    TRY(query_run_where(db, SQL_DEVICE_MODELS,
                        BINDS(bind_bool("filter", true), bind_i64("most", most), bind_i64("rows", rows)),
                        filter, arena, &found));
    ret->count = found.count;
    ret->total = found.count == 0 ? 0 : rows_i64(&found, 0, "total");
    ret->shown = ARENA_ARRAY(arena, const char *, found.count);
    for (size_t i = 0; i < found.count; i++)
        ret->shown[i] = rows_text(&found, i, "shown");
    return ERR_OK;
}

static const char *json_or_null(const struct rows *rows, size_t row, const char *column)
{
    return rows_is_null(rows, row, column) ? "null" : rows_text(rows, row, column);
}

enum err device_more(struct db *db, const int64_t *ids, size_t count, struct arena *arena,
                     struct device_more **ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_DEVICE_MORE, BINDS(bind_i64s("ids", ids, count, arena)), arena, &rows));
    *ret = ARENA_ARRAY(arena, struct device_more, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        (*ret)[i] = (struct device_more){json_or_null(&rows, i, "subscriber"),
                                         json_or_null(&rows, i, "optical_rx_dbm")};
    return ERR_OK;
}

enum err device_export(struct db *db, const struct device_export *export, struct arena *arena,
                       struct device_lines *ret)
{
    struct rows rows;

    TRY(query_run_where(db, SQL_DEVICE_EXPORT,
                        BINDS(bind_bool("people", export->people), bind_id("after", export->after),
                              bind_bool("filter", true), bind_i64("most", export->most)),
                        export->filter, arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct device_line, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = (struct device_line){.id = rows_i64(&rows, i, "id"),
                                             .shown = rows_text(&rows, i, "shown"),
                                             .person = rows_text(&rows, i, "person")};
    return ERR_OK;
}

enum err device_estimate(struct db *db, struct arena *arena, int64_t *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_DEVICE_ESTIMATE, NO_BINDS, arena, &rows));
    *ret = rows_i64(&rows, 0, "count");
    return ERR_OK;
}

enum err device_show(struct db *db, int64_t device_id, struct arena *arena, struct device_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_DEVICE_SHOW, BINDS(bind_i64("device_id", device_id)), arena, &rows));
    *ret = (struct device_row){.id = rows_i64(&rows, 0, "id"), .shown = rows_text(&rows, 0, "shown")};
    return ERR_OK;
}

enum err device_by_serial(struct db *db, const char *serial, struct arena *arena, int64_t *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_DEVICE_BY_SERIAL, BINDS(bind_text("serial", serial)), arena, &rows));
    if (rows.count == 0)
        return err_set(ERR_NOT_FOUND, "no device has this serial number");
    if (rows.count > 1)
        return err_set(ERR_CONFLICT, "more than one device has this serial number");
    *ret = rows_i64(&rows, 0, "id");
    return ERR_OK;
}

enum err device_presence(struct db *db, int64_t device_id, struct arena *arena, struct device_presence *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_DEVICE_PRESENCE, BINDS(bind_i64("device_id", device_id)), arena, &rows));
    *ret = (struct device_presence){rows_bool(&rows, 0, "online"), rows_time_us(&rows, 0, "next_contact")};
    return ERR_OK;
}

enum err device_lock(struct db *db, int64_t device_id, struct arena *arena, int64_t *ret_open_actions)
{
    struct rows rows;

    TRY(query_run(db, SQL_DEVICE_LOCK, BINDS(bind_i64("device_id", device_id)), arena, &rows));
    TRY(query_run(db, SQL_DEVICE_OPEN_ACTIONS, BINDS(bind_i64("device_id", device_id)), arena, &rows));
    *ret_open_actions = rows_i64(&rows, 0, "count");
    return ERR_OK;
}

enum err device_ability(struct db *db, int64_t device_id, struct arena *arena, struct ability *ret,
                        enum cwmp_version *ret_version)
{
    struct rows rows;

    TRY(query_run(db, SQL_DEVICE_ABILITY, BINDS(bind_i64("device_id", device_id)), arena, &rows));
    *ret = (struct ability){.methods = rows_text(&rows, 0, "methods"),
                            .refused = rows_text(&rows, 0, "refused")};
    *ret_version = (enum cwmp_version)rows_i64(&rows, 0, "cwmp_version");
    return ERR_OK;
}

enum err device_calls(struct db *db, int64_t device_id, struct arena *arena, struct device_calls *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_DEVICE_CALLS, BINDS(bind_i64("device_id", device_id)), arena, &rows));
    *ret = (struct device_calls){
        .presence = {rows_bool(&rows, 0, "online"), rows_time_us(&rows, 0, "next_contact")},
        .last_contact_us = rows_time_us(&rows, 0, "last_contact"),
        .has_http = rows_bool(&rows, 0, "has_http"),
        .has_udp = rows_bool(&rows, 0, "has_udp"),
        .at_us = rows_time_us(&rows, 0, "at"),
        .way = rows_text(&rows, 0, "way"),
        .code = rows_text(&rows, 0, "code"),
        .reached = rows_bool(&rows, 0, "reached"),
        .since_us = rows_time_us(&rows, 0, "since"),
        .failed_at_us = rows_time_us(&rows, 0, "failed_at"),
        .failed_code = rows_text(&rows, 0, "failed_code"),
    };
    return ERR_OK;
}

enum err device_place_set(struct db *db, int64_t device_id, const char *patch, const char *changed_by,
                          struct arena *arena)
{
    struct rows rows;

    if (patch == NULL)
        return query_run(db, SQL_DEVICE_PLACE_REMOVE, BINDS(bind_i64("device_id", device_id)), arena, &rows);
    return query_run(db, SQL_DEVICE_PLACE_PATCH,
                     BINDS(bind_i64("device_id", device_id), bind_text("patch", patch),
                           bind_text("changed_by", changed_by)),
                     arena, &rows);
}
