/* The fleet as a file: page by page from the database to the client, no faster than he takes it. */
#include <string.h>

#include "acs/api/devices.h"
#include "acs/api/routes.h"
#include "acs/base/csv.h"
#include "acs/base/csv_row.h"
#include "acs/base/log.h"
#include "acs/http/body.h"
#include "db/device.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

enum { PAGE_ROWS = 500, PAGE_BYTES = 256 * 1024 };

/* In this order; those of people are left out where they may not be seen. */
static const char *const columns[] = {
    "id",
    "serial",
    "model",
    "manufacturer",
    "oui",
    "online",
    "last_contact",
    "optical_rx_dbm",
    "software_version",
    "hardware_version",
    "olt",
    "pon",
    "cto",
    "city",
    "technology",
    "plan_down_mbps",
    "plan_up_mbps",
    "source_address",
    "uptime_s",
    "open_actions",
    "enrolment",
    "first_contact",
};
static const char *const people_columns[] = {"subscriber", "name", "login", "contract"};

struct sending {
    struct db_pool *pool;
    struct device_export page; /* the next; its filter is of the request's arena, which lives as long as
                                  anything is asked for */
    bool csv;
    bool bom;
    char separator;
    bool begun; /* its first line is written */
    bool ended;
    struct arena *arena; /* of what is being sent */
};

/* ---- lines ---- */

static void put_names(const struct sending *sending, const char *const *names, size_t count,
                      struct text *text)
{
    for (size_t i = 0; i < count; i++) {
        text_puts(text, names[i]);
        text_putc(text, sending->separator);
    }
}

static void put_head(const struct sending *sending, struct text *text)
{
    if (sending->bom)
        text_puts(text, "\xef\xbb\xbf");
    put_names(sending, columns, COUNT_OF(columns), text);
    if (sending->page.people)
        put_names(sending, people_columns, COUNT_OF(people_columns), text);
    csv_end(text);
}

static enum err put_cells(const struct sending *sending, const char *object, const char *const *names,
                          size_t count, struct text *text)
{
    AUTO_JSON json = NULL;

    TRY(json_read(object, strlen(object), &json));
    for (size_t i = 0; i < count; i++)
        csv_row_put_cell(json_get(json, names[i]), sending->separator, text);
    return ERR_OK;
}

static enum err put_csv(const struct sending *sending, const struct device_line *line, struct text *text)
{
    TRY(put_cells(sending, line->shown, columns, COUNT_OF(columns), text));
    if (sending->page.people)
        TRY(put_cells(sending, line->person, people_columns, COUNT_OF(people_columns), text));
    csv_end(text);
    return ERR_OK;
}

/* Two objects become one. */
static void put_ndjson(const struct sending *sending, const struct device_line *line, struct text *text)
{
    size_t len = strlen(line->shown);

    text_add(text, line->shown, sending->page.people ? len - 1 : len);
    if (sending->page.people) {
        text_putc(text, ',');
        text_puts(text, line->person + 1);
    }
    text_putc(text, '\n');
}

/* ---- pages ---- */

static enum err read_page(struct sending *sending, struct device_lines *ret)
{
    AUTO_DB db = NULL;

    TRY(db_borrow(sending->pool, &db));
    TRY(device_export(db, &sending->page, sending->arena, ret));
    sending->ended = ret->count < PAGE_ROWS;
    if (ret->count > 0)
        sending->page.after = ret->items[ret->count - 1].id;
    return ERR_OK;
}

static enum err write_page(struct sending *sending, struct text *text)
{
    struct device_lines lines;

    if (sending->csv && !sending->begun)
        put_head(sending, text);
    sending->begun = true;
    TRY(read_page(sending, &lines));
    for (size_t i = 0; i < lines.count; i++) {
        if (sending->csv)
            TRY(put_csv(sending, &lines.items[i], text));
        else
            put_ndjson(sending, &lines.items[i], text);
    }
    return ERR_OK;
}

static bool next_page(void *ctx, const char **ret_bytes, size_t *ret_len)
{
    struct sending *sending = ctx;
    struct text text = TEXT_IN(sending->arena);

    *ret_len = 0;
    if (sending->ended)
        return true;
    arena_reset(sending->arena);
    if (write_page(sending, &text) != ERR_OK) {
        log_error("an export broke off", log_s("error", err_message()));
        return false;
    }
    *ret_bytes = text_string(&text);
    *ret_len = text.len;
    return true;
}

static void end_sending(void *ctx)
{
    struct sending *sending = ctx;

    arena_free(sending->arena);
    heap_free(sending);
}

/* ---- the call ---- */

static void reply(struct call *call)
{
    const struct sending *meant = call->later_ctx;
    struct sending *sending = HEAP_NEW(struct sending);

    *sending = *meant;
    sending->arena = arena_new(PAGE_BYTES);
    call_reply_source(call, &(struct http_source){next_page, end_sending, sending});
}

enum err api_device_export(struct call *call)
{
    struct sending *sending = ARENA_NEW(call->arena, struct sending);
    const char *q = call_query(call, "q");

    sending->pool = call->config->pool;
    sending->page.most = PAGE_ROWS;
    sending->page.people = caller_may(&call->caller, CAPABILITY_SUBSCRIBERS_READ);
    sending->csv = strcmp(call_query(call, "format"), "csv") == 0;
    sending->separator = strcmp(call_query(call, "separator"), "comma") == 0 ? ',' : ';';
    sending->bom = sending->csv && call_query_flag(call, "bom");
    if (q != NULL)
        TRY(device_read_filter(call, q, (struct filter_place){.parameter = "q"}, &sending->page.filter));
    sending->page.filter = filter_both(sending->page.filter, call->scope, call->arena);
    call->content_type = sending->csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
    call_add_header(
        call, "Content-Disposition",
        arena_printf(call->arena, "attachment; filename=\"devices.%s\"", sending->csv ? "csv" : "ndjson"));
    call->later = reply;
    call->later_ctx = sending;
    return ERR_OK;
}
