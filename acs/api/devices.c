/* Devices: list, show, find by serial number. */
#include <string.h>

#include "acs/api/devices.h"
#include "acs/api/routes.h"
#include "acs/api/trail.h"
#include "db/device.h"
#include "db/filter.h"

enum { ESTIMATE_MOST = 10000 };

static void write_device(struct call *call, const struct device_row *row)
{
    json_open_object(&call->json);
    json_field_string(&call->json, "id", call_write_device_id(call, row->id));
    call_put_members(call, row->shown);
    json_close_object(&call->json);
}

static void write_member(struct call *call, const struct device_row *row, const struct json *shown,
                         const struct device_more *more, const char *name)
{
    if (strcmp(name, "id") == 0)
        json_put_string(&call->json, call_write_device_id(call, row->id));
    else if (strcmp(name, "subscriber") == 0)
        json_put_raw(&call->json, more->subscriber);
    else if (strcmp(name, "optical_rx_dbm") == 0)
        json_put_raw(&call->json, more->optical_rx_dbm);
    else
        json_put_value(&call->json, json_get(shown, name));
}

/* Only the members that "fields" names, in its order. */
static enum err write_chosen(struct call *call, const struct device_row *row, const struct device_more *more,
                             const char *fields)
{
    AUTO_JSON shown = NULL;

    TRY(json_read(row->shown, strlen(row->shown), &shown));
    json_open_object(&call->json);
    for (size_t len; *fields != '\0'; fields += len + (fields[len] == ',')) {
        const char *name;

        len = strcspn(fields, ",");
        name = arena_memdup(call->arena, fields, len);
        json_key(&call->json, name);
        write_member(call, row, shown, more, name);
    }
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- list ---- */

static enum err read_filter(struct call *call, struct device_filter *ret)
{
    const char *model = call_query(call, "model");
    struct device_filter filter = {
        .serial = call_query(call, "serial"),
        .oui = call_query(call, "oui"),
        .product_class = call_query(call, "product_class"),
        .software_version = call_query(call, "software_version"),
        .contact_before_us = call_query_time(call, "last_contact_before"),
        .contact_after_us = call_query_time(call, "last_contact_after"),
        .scope = call->scope,
    };

    TRY(call_query_device(call, "id", &filter.device_id));
    if (model != NULL && filter.product_class != NULL)
        return call_refuse_query(
            call, "model", "conflict",
            call_say(call, "é o mesmo que product_class", "is the same as product_class"));
    if (model != NULL)
        filter.product_class = model;
    *ret = filter;
    return ERR_OK;
}

/* Nothing was asked for; whoever has a scope is held to it all the same. */
static bool is_empty(const struct device_filter *filter)
{
    const struct device_filter none = {.scope = filter->scope};

    return memcmp(filter, &none, sizeof(none)) == 0;
}

static void write_total(struct call *call, int64_t value, const char *kind)
{
    json_key(&call->json, "total");
    json_open_object(&call->json);
    json_field_int(&call->json, "value", value);
    json_field_string(&call->json, "kind", kind);
    json_close_object(&call->json);
}

static enum err count_devices(struct call *call, const struct device_filter *filter)
{
    const char *how = call_query(call, "count");
    int64_t count;

    if (how == NULL)
        return ERR_OK;
    if (strcmp(how, "exact") == 0) {
        TRY(device_count(call->db, filter, 0, call->arena, &count));
        write_total(call, count, "exact");
        return ERR_OK;
    }
    TRY(device_count(call->db, filter, ESTIMATE_MOST, call->arena, &count));
    if (count == ESTIMATE_MOST && is_empty(filter) && call->scope == NULL) {
        TRY(device_estimate(call->db, call->arena, &count));
        write_total(call, count < ESTIMATE_MOST ? ESTIMATE_MOST : count, "estimate");
        return ERR_OK;
    }
    write_total(call, count, count == ESTIMATE_MOST ? "at_least" : "exact");
    return ERR_OK;
}

/* "fields" names it. No name is part of another that it is asked with. */
static bool is_chosen(const char *fields, const char *name)
{
    return strstr(fields, name) != NULL;
}

/* What is only shown to those who ask for it; whose a device is, only to those who may see subscribers. */
static enum err read_more(struct call *call, const struct device_rows *rows, size_t count, const char *fields,
                          struct device_more **ret)
{
    int64_t *ids = ARENA_ARRAY(call->arena, int64_t, count);

    *ret = ARENA_ARRAY(call->arena, struct device_more, count);
    if (is_chosen(fields, "subscriber") && !caller_may(&call->caller, CAPABILITY_SUBSCRIBERS_READ))
        return call_refuse_capability(call, CAPABILITY_SUBSCRIBERS_READ);
    if (!is_chosen(fields, "subscriber") && !is_chosen(fields, "optical_rx_dbm"))
        return ERR_OK;
    for (size_t i = 0; i < count; i++)
        ids[i] = rows->items[i].id;
    return device_more(call->db, ids, count, call->arena, ret);
}

static enum err write_rows(struct call *call, const struct device_rows *rows, size_t count)
{
    const char *fields = call_query(call, "fields");
    struct device_more *more = NULL;

    if (fields != NULL)
        TRY(read_more(call, rows, count, fields, &more));
    for (size_t i = 0; i < count; i++) {
        trail_device(call, rows->items[i].id);
        if (fields != NULL)
            TRY(write_chosen(call, &rows->items[i], &more[i], fields));
        else
            write_device(call, &rows->items[i]);
    }
    return ERR_OK;
}

static enum err list_by_id(struct call *call, const struct device_filter *filter)
{
    unsigned limit = call_query_number(call, "limit");
    struct device_page page = {.newest = strcmp(call_query(call, "sort"), "-id") == 0, .most = limit + 1};
    struct device_rows rows;
    bool more;

    TRY(call_query_after(call, "dev_", &page.after));
    TRY(device_list(call->db, filter, &page, call->arena, &rows));
    more = rows.count > limit;
    call_open_list(call);
    TRY(write_rows(call, &rows, more ? limit : rows.count));
    call_close_list(call, more ? call_write_device_id(call, rows.items[limit - 1].id) : NULL);
    TRY(count_devices(call, filter));
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- by the filter language ---- */

enum err device_read_filter(struct call *call, const char *text, struct filter_place place,
                            const struct filter **ret)
{
    const struct filter_rules rules = {.parameters = caller_may(&call->caller, CAPABILITY_PARAMETERS_RAW)};
    struct filter_error error;

    if (filter_parse(text, &rules, call->arena, ret, &error) == ERR_OK)
        return ERR_OK;
    complain(call_complaints(call),
             &(struct complaint){.parameter = place.parameter,
                                 .pointer = place.pointer,
                                 .code = filter_fault_code(error.fault),
                                 .detail = filter_say(&error, call->language == LANGUAGE_PT, call->arena),
                                 .line = 1,
                                 .column = error.column});
    return call_refuse(call, PROBLEM_INVALID, NULL);
}

/* "dev_…" and, where it is sorted by something else, "." and what that was of the last row. */
static enum err read_cursor(struct call *call, struct device_find *find)
{
    const char *after = call_query(call, "after");
    const char *dot;

    if (after == NULL)
        return ERR_OK;
    dot = strchr(after, '.');
    find->after_key = dot == NULL ? "" : dot + 1;
    if (crypto_read_number_id("dev_",
                              dot == NULL ? after : arena_memdup(call->arena, after, (size_t)(dot - after)),
                              &find->after))
        return ERR_OK;
    return call_refuse_cursor(call);
}

static const char *write_cursor(struct call *call, const struct device_row *row)
{
    const char *id = call_write_device_id(call, row->id);

    return *row->key == '\0' ? id : arena_printf(call->arena, "%s.%s", id, row->key);
}

static enum err count_found(struct call *call, const struct filter *filter)
{
    const char *how = call_query(call, "count");
    bool exact = strcmp(text_or_empty(how), "exact") == 0;
    int64_t count;

    if (how == NULL)
        return ERR_OK;
    TRY(device_find_count(call->db, filter, exact ? 0 : ESTIMATE_MOST, call->arena, &count));
    write_total(call, count, !exact && count == ESTIMATE_MOST ? "at_least" : "exact");
    return ERR_OK;
}

static enum err find(struct call *call)
{
    const char *q = call_query(call, "q"), *sort = call_query(call, "sort");
    unsigned limit = call_query_number(call, "limit");
    struct device_find find = {.sort = sort + (*sort == '-'), .descending = *sort == '-', .most = limit + 1};
    struct device_rows rows;
    bool more;

    if (q != NULL)
        TRY(device_read_filter(call, q, (struct filter_place){.parameter = "q"}, &find.filter));
    find.filter = filter_both(find.filter, call->scope, call->arena);
    TRY(read_cursor(call, &find));
    TRY(device_find(call->db, &find, call->arena, &rows));
    more = rows.count > limit;
    call_open_list(call);
    TRY(write_rows(call, &rows, more ? limit : rows.count));
    call_close_list(call, more ? write_cursor(call, &rows.items[limit - 1]) : NULL);
    TRY(count_found(call, find.filter));
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_device_list(struct call *call)
{
    const char *q = call_query(call, "q"), *sort = call_query(call, "sort");
    struct device_filter filter;

    TRY(read_filter(call, &filter));
    if (q == NULL && strcmp(sort + (*sort == '-'), "id") == 0)
        return list_by_id(call, &filter);
    if (!is_empty(&filter))
        return call_refuse_query(call, q != NULL ? "q" : "sort", "conflict",
                                 call_say(call, "não se junta aos outros filtros: diga tudo em q",
                                          "does not go with the other filters: say all of it in q"));
    return find(call);
}

/* ---- one ---- */

enum err device_write(struct call *call, int64_t id)
{
    struct device_row row;

    TRY(device_show(call->db, id, call->arena, &row));
    write_device(call, &row);
    return ERR_OK;
}

enum err api_device_show(struct call *call)
{
    int64_t id;

    TRY(call_device_id(call, &id));
    return device_write(call, id);
}

enum err api_device_by_serial(struct call *call)
{
    int64_t id;
    enum err err = device_by_serial(call->db, call->captures[0], call->arena, &id);

    if (err == ERR_CONFLICT)
        return call_refuse(call, PROBLEM_AMBIGUOUS, NULL);
    TRY(err);
    trail_device(call, id);
    call->status = 303;
    call->content_type = NULL;
    call_add_header(call, "Location",
                    arena_printf(call->arena, "/api/v1/devices/%s", call_write_device_id(call, id)));
    return ERR_OK;
}
