/* Files: list, add, show, delete, read. */
#include <string.h>
#include <unistd.h>

#include "acs/api/routes.h"
#include "acs/api/trail.h"
#include "acs/api/upload.h"
#include "acs/base/log.h"
#include "acs/files/files.h"
#include "acs/http/body.h"
#include "db/file.h"

static void write_file(struct call *call, const struct file_row *row)
{
    json_open_object(&call->json);
    call_put_members(call, row->shown);
    json_field_string(&call->json, "device",
                      row->device_id != 0 ? call_write_device_id(call, row->device_id) : NULL);
    json_close_object(&call->json);
}

/* ---- list and show ---- */

enum err api_file_list(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct file_page page = {.after = call_query(call, "after"), .most = limit + 1};
    struct file_filter filter = {
        .kind = call_query(call, "kind"),
        .name = call_query(call, "name"),
        .product_class = call_query(call, "product_class"),
        .scope = call->scope,
    };
    struct file_rows rows;
    bool more;

    TRY(call_query_device(call, "device", &filter.device_id));
    TRY(file_list(call->db, &filter, &page, call->arena, &rows));
    more = rows.count > limit;
    call_open_list(call);
    for (size_t i = 0; i < (more ? limit : rows.count); i++)
        write_file(call, &rows.items[i]);
    call_close_list(call, more ? rows.items[limit - 1].id : NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_file_show(struct call *call)
{
    struct file_row row;

    TRY(file_show(call->db, call->captures[0], call->arena, &row));
    write_file(call, &row);
    return ERR_OK;
}

/* ---- add and delete ---- */

/* The id of the file: of a new row, or of the one that says the same. */
static enum err add_row(struct call *call, struct file_order *order, enum err (*place)(void *ctx), void *ctx)
{
    const char *same;
    char id[ID_MAX];

    TRY(file_hold(call->db, call->arena));
    TRY(place(ctx)); /* also if it is there: it may be damaged */
    TRY(file_same(call->db, order, call->arena, &same));
    call->status = same != NULL ? 200 : 201;
    if (same != NULL) {
        order->id = same;
        return ERR_OK;
    }
    crypto_new_id("fil_", id);
    order->id = arena_strdup(call->arena, id);
    call_add_header(call, "Location", arena_printf(call->arena, "/api/v1/files/%s", order->id));
    return file_add(call->db, order, call->arena);
}

enum err upload_keep_file(struct call *call, struct file_order *order, enum err (*place)(void *ctx),
                          void *ctx)
{
    struct file_row row;

    TRY(add_row(call, order, place, ctx));
    TRY(file_show(call->db, order->id, call->arena, &row));
    write_file(call, &row);
    return ERR_OK;
}

static enum err place_upload(void *ctx)
{
    return upload_place(ctx);
}

enum err api_file_add(struct call *call)
{
    struct file_order order = {
        .name = call_query(call, "name"),
        .kind = call_query(call, "kind"),
        .version = call_query(call, "version"),
        .manufacturer = call_query(call, "manufacturer"),
        .product_class = call_query(call, "product_class"),
        .created_by = call->caller.name,
    };
    struct file_upload *upload;

    TRY(upload_find_file(call, &upload));
    order.sha256 = upload->content.sha256;
    order.size = (int64_t)upload->content.size;
    return upload_keep_file(call, &order, place_upload, upload);
}

enum err api_file_delete(struct call *call)
{
    enum err err = file_delete(call->db, call->captures[0], call->arena);

    if (err == ERR_CONFLICT)
        return call_refuse(call, PROBLEM_FILE_IN_USE, NULL);
    TRY(err);
    call->status = 204;
    call->content_type = NULL;
    return ERR_OK;
}

/* ---- read ---- */

static enum err open_content(struct call *call, const struct file_row *row, int *ret_fd)
{
    struct depot_content content = {.size = (uint64_t)row->size};
    enum err err;

    memcpy(content.sha256, row->sha256, sizeof(content.sha256));
    err = depot_read(call->config->files->depot, &content, ret_fd);
    if (err != ERR_CONFLICT && err != ERR_NOT_FOUND)
        return err;
    log_error("a file cannot be read", log_s("file", row->id), log_s("why", err_message()));
    TRY(file_checked(call->db, row->sha256, true, call->arena));
    return call_refuse(call, PROBLEM_FILE_DAMAGED, NULL);
}

static void reply_content(struct call *call)
{
    call_reply_file(call, call->later_ctx);
}

enum err api_file_content(struct call *call)
{
    struct http_file *file = ARENA_NEW(call->arena, struct http_file);
    struct file_row row;

    if (call->config->files == NULL)
        return call_refuse(call, PROBLEM_FILES_OFF, NULL);
    TRY(file_show(call->db, call->captures[0], call->arena, &row));
    if (row.damaged)
        return call_refuse(call, PROBLEM_FILE_DAMAGED, NULL);
    if (row.device_id != 0)
        trail_device(call, row.device_id);
    TRY(open_content(call, &row, &file->fd));
    file->len = (uint64_t)row.size;
    call->content_type = "application/octet-stream";
    call_add_header(call, "Content-Disposition",
                    arena_printf(call->arena, "attachment; filename=\"%s\"", row.name));
    call->later = reply_content;
    call->later_ctx = file;
    return ERR_OK;
}
