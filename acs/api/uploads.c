/* Uploads in pieces: begin, where they stand, a piece, finish, cancel. */
#include <stdlib.h>
#include <string.h>

#include "acs/api/routes.h"
#include "acs/api/upload.h"
#include "acs/base/clock.h"
#include "acs/files/files.h"
#include "db/file.h"

static void write_upload(struct call *call, const struct pending *pending)
{
    int64_t keep_us = (int64_t)call->config->files->config->files_pending_ms * US_PER_MS;
    struct json_writer *json = &call->json;
    char hex[SHA256_HEX];

    crypto_hex(pending->order.sha256, SHA256_BYTES, hex);
    json_open_object(json);
    json_field_string(json, "id", pending->id);
    json_field_string(json, "name", pending->order.name);
    json_field_string(json, "kind", pending->order.kind);
    json_field_string(json, "version", pending->order.version);
    json_field_string(json, "manufacturer", pending->order.manufacturer);
    json_field_string(json, "product_class", pending->order.product_class);
    json_field_int(json, "size", (int64_t)pending->order.size);
    json_field_string(json, "sha256", hex);
    json_field_int(json, "offset", (int64_t)pending->offset);
    json_field_time(json, "expires_at", pending->touched_us + keep_us);
    json_close_object(json);
}

/* NULL: this server keeps no files. */
static struct depot *depot_of(const struct call *call)
{
    return call->config->files == NULL ? NULL : call->config->files->depot;
}

/* ---- begin ---- */

static const char *text_of(const struct call *call, const char *member)
{
    return json_string(json_get(call->body, member), NULL);
}

static enum err read_order(struct call *call, struct pending_order *ret)
{
    uint64_t most = call->config->files->config->files_file_max;

    *ret = (struct pending_order){
        .name = text_of(call, "name"),
        .kind = text_of(call, "kind"),
        .version = text_of(call, "version"),
        .manufacturer = text_of(call, "manufacturer"),
        .product_class = text_of(call, "product_class"),
        .size = (uint64_t)json_int(json_get(call->body, "size"), 0),
        .caller_id = call->caller.id,
    };
    if (!crypto_unhex(text_of(call, "sha256"), ret->sha256, SHA256_BYTES))
        return call_refuse_body(call, "/sha256", "format", "SHA-256");
    if (ret->size <= most)
        return ERR_OK;
    return call_refuse(call, PROBLEM_TOO_LARGE,
                       arena_printf(call->arena, "%s %llu MiB.",
                                    call_say(call, "Um arquivo pode ter", "A file may have"),
                                    (unsigned long long)(most >> 20)));
}

enum err api_upload_create(struct call *call)
{
    struct pending_order order;
    struct pending pending;
    struct depot *depot = depot_of(call);
    enum err err;

    if (depot == NULL)
        return call_refuse(call, PROBLEM_FILES_OFF, NULL);
    TRY(read_order(call, &order));
    err = pending_create(depot, &order,
                         &(struct pending_limits){(unsigned)call->config->files->config->files_pending,
                                                  call->config->files->config->files_pending_size},
                         call->arena, &pending);
    if (err == ERR_CONFLICT)
        return call_refuse(call, PROBLEM_UPLOAD_LIMIT, NULL);
    if (err == ERR_UNAVAILABLE)
        return call_refuse(call, PROBLEM_NO_ROOM, arena_strdup(call->arena, err_message()));
    TRY(err);
    call->status = 201;
    call_add_header(call, "Location", arena_printf(call->arena, "/api/v1/uploads/%s", pending.id));
    write_upload(call, &pending);
    return ERR_OK;
}

/* ---- where they stand ---- */

/* Ids begin with the time. */
static int by_id_descending(const void *a, const void *b)
{
    return strcmp(((const struct pending *)b)->id, ((const struct pending *)a)->id);
}

enum err api_upload_list(struct call *call)
{
    struct pendings found;
    struct depot *depot = depot_of(call);

    if (depot == NULL)
        return call_refuse(call, PROBLEM_FILES_OFF, NULL);
    TRY(pending_list(depot, call->caller.id, call->arena, &found));
    if (found.count > 1)
        qsort(found.items, found.count, sizeof(*found.items), by_id_descending);
    call_open_list(call);
    for (size_t i = 0; i < found.count; i++)
        write_upload(call, &found.items[i]);
    call_close_list(call, NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_upload_show(struct call *call)
{
    struct pending pending;
    struct depot *depot = depot_of(call);

    if (depot == NULL)
        return call_refuse(call, PROBLEM_FILES_OFF, NULL);
    TRY(pending_show(depot, call->captures[0], call->caller.id, call->arena, &pending));
    write_upload(call, &pending);
    return ERR_OK;
}

enum err api_upload_append(struct call *call)
{
    struct pending pending;

    TRY(upload_find_piece(call, &pending));
    pending.touched_us = clock_now_us();
    write_upload(call, &pending);
    return ERR_OK;
}

/* ---- an end ---- */

/* Held until the call ends, however it does. */
struct held {
    struct upload upload;
    struct pending pending;
    struct pending_work *work;
};

static void end_held(struct upload *upload)
{
    struct held *held = container_of(upload, struct held, upload);

    pending_end(held->work);
    held->work = NULL;
}

static const struct upload_way way_held = {.end = end_held};

/* NULL: it cannot be; ret_err says why. */
static struct held *hold(struct call *call, enum err *ret_err)
{
    struct held *held = ARENA_NEW(call->arena, struct held);
    struct depot *depot = depot_of(call);

    held->upload.way = &way_held;
    *ret_err = depot == NULL ? call_refuse(call, PROBLEM_FILES_OFF, NULL)
                             : pending_begin(depot, call->captures[0], call->caller.id, call->arena,
                                             &held->pending, &held->work);
    if (*ret_err == ERR_CONFLICT)
        *ret_err = call_refuse(call, PROBLEM_UPLOAD_BUSY, NULL);
    if (held->work == NULL)
        return NULL;
    call->upload = &held->upload;
    return held;
}

/* After the commit. If it cannot be removed now it goes in a day; to finish it again changes nothing. */
static void remove_and_reply(struct call *call)
{
    struct pending pending;
    struct pending_work *work;

    if (pending_begin(call->config->files->depot, call->captures[0], call->caller.id, call->arena, &pending,
                      &work) == ERR_OK) {
        pending_remove(work);
        pending_end(work);
    }
    call_reply(call);
}

static enum err check_content(struct call *call, struct held *held)
{
    unsigned char sha256[SHA256_BYTES];
    char hex[SHA256_HEX];
    enum err err;

    if (held->pending.offset < held->pending.order.size)
        return call_refuse(
            call, PROBLEM_UPLOAD_INCOMPLETE,
            arena_printf(call->arena, "offset: %llu", (unsigned long long)held->pending.offset));
    err = pending_check(held->work, sha256);
    if (err != ERR_INVALID)
        return err;
    crypto_hex(sha256, SHA256_BYTES, hex);
    return call_refuse(call, PROBLEM_CHECKSUM,
                       arena_printf(call->arena, "%s %s",
                                    call_say(call, "O que chegou tem SHA-256", "What arrived has SHA-256"),
                                    hex));
}

static enum err place(void *ctx)
{
    return pending_place(ctx);
}

enum err api_upload_finish(struct call *call)
{
    struct file_order order;
    enum err err;
    struct held *held = hold(call, &err);

    if (held == NULL)
        return err;
    TRY(check_content(call, held));
    order = (struct file_order){
        .name = held->pending.order.name,
        .kind = held->pending.order.kind,
        .version = held->pending.order.version,
        .manufacturer = held->pending.order.manufacturer,
        .product_class = held->pending.order.product_class,
        .created_by = call->caller.name,
        .sha256 = held->pending.order.sha256,
        .size = (int64_t)held->pending.order.size,
    };
    TRY(upload_keep_file(call, &order, place, held->work));
    call->later = remove_and_reply;
    return ERR_OK;
}

enum err api_upload_cancel(struct call *call)
{
    enum err err;

    if (hold(call, &err) == NULL)
        return err;
    call->status = 204;
    call->content_type = NULL;
    call->later = remove_and_reply;
    return ERR_OK;
}
