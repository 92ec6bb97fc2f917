/* Imports of subscribers: add, list, show, start, cancel. The work is done by acs/imports. */
#include <strings.h>

#include "acs/api/routes.h"
#include "acs/api/upload.h"
#include "db/import.h"

static enum err read_id(struct call *call, int64_t *ret)
{
    if (crypto_read_number_id("imp_", call->captures[0], ret))
        return ERR_OK;
    return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
}

static const char *write_id(struct call *call, int64_t id)
{
    char text[NUMBER_ID_MAX];

    crypto_write_number_id("imp_", id, text);
    return arena_strdup(call->arena, text);
}

static enum err show(struct call *call, int64_t id)
{
    const char *shown;

    TRY(import_show(call->db, id, call->arena, &shown));
    json_put_raw(&call->json, shown);
    return ERR_OK;
}

/* ---- add ---- */

/* "text/csv; charset=windows-1252" */
static const char *encoding_of(const char *type)
{
    return strcasestr(type, "charset=windows-1252") != NULL || strcasestr(type, "charset=iso-8859-1") != NULL
               ? "windows-1252"
               : "utf-8";
}

enum err api_import_add(struct call *call)
{
    const char *type = text_or_empty(call_header(call, "Content-Type"));
    const struct import_order order = {
        .name = call_query(call, "name"),
        .format = text_starts_with(type, "text/csv") ? "csv" : "ndjson",
        .encoding = encoding_of(type),
        .key = call_query(call, "key"),
        .mode = call_query(call, "mode"),
        .simulate = call_query_flag(call, "dry_run"),
        .columns = call_query(call, "columns"),
        .language = language_tag(call->language),
    };
    int64_t id;

    TRY(upload_find_import(call, &id));
    TRY(import_submit(call->db, id, &order, call->arena));
    call->status = 202;
    call_add_header(call, "Location", arena_printf(call->arena, "/api/v1/imports/%s", write_id(call, id)));
    return show(call, id);
}

/* ---- list and show ---- */

enum err api_import_list(struct call *call)
{
    struct shown_rows rows;
    int64_t after;

    TRY(call_query_after(call, "imp_", &after));
    TRY(import_list(call->db, after, call_query_number(call, "limit") + 1, call->arena, &rows));
    call_write_page(call, "imp_", &rows);
    return ERR_OK;
}

enum err api_import_show(struct call *call)
{
    int64_t id;

    TRY(read_id(call, &id));
    return show(call, id);
}

enum err api_import_error_list(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct shown_rows rows;
    const char *shown;
    int64_t id, after;

    TRY(read_id(call, &id));
    TRY(call_query_after(call, "ime_", &after));
    TRY(import_show(call->db, id, call->arena, &shown));
    TRY(import_error_list(call->db, id, after, limit + 1, call->arena, &rows));
    call_write_page(call, "ime_", &rows);
    return ERR_OK;
}

/* ---- start and cancel ---- */

static enum err move(struct call *call, enum err (*change)(struct db *db, int64_t id, struct arena *arena))
{
    enum err err;
    int64_t id;

    TRY(read_id(call, &id));
    err = change(call->db, id, call->arena);
    if (err == ERR_CONFLICT)
        return call_refuse(call, PROBLEM_IMPORT_STATE, NULL);
    TRY(err);
    return show(call, id);
}

enum err api_import_start(struct call *call)
{
    call->status = 202;
    return move(call, import_start);
}

enum err api_import_cancel(struct call *call)
{
    return move(call, import_cancel);
}
