/*
 * A file of a device. It goes to the disk as it comes; once it is there whole, one transaction gives it its
 * name, makes its row and moves the action that has asked for it. Only then the device is told that we have
 * it.
 */
#include "acs/files/file_service.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/files/intake.h"
#include "db/action.h"
#include "db/file.h"
#include "db/transfer.h"
#include "provisioning/transfer.h"

enum { NO_ROOM = 507 };

struct upload {
    const char *action_id;
    struct intake intake;
};

/* ---- before the body ---- */

static void refuse_for_room(struct http_exchange *exchange, const char *why)
{
    metric_count(METRIC_FILES_REFUSED);
    log_warn("file of a device refused", log_s("from", http_peer_text(exchange)), log_s("why", why));
    http_reply(exchange, &(struct http_reply){.status = NO_ROOM, .close = true});
}

static void on_piece(void *ctx, const char *bytes, size_t len)
{
    struct upload *upload = ctx;

    intake_take(&upload->intake, bytes, len);
}

static void on_broken_off(void *ctx)
{
    struct upload *upload = ctx;

    log_warn("file of a device broke off", log_s("action", upload->action_id));
    intake_drop(&upload->intake);
}

static enum err find_action(const struct file_service *service, struct http_exchange *exchange,
                            const struct ticket *ticket, struct transfer_send *ret)
{
    AUTO_DB db = NULL;

    TRY(db_borrow(service->pool, &db));
    return transfer_send(db, ticket->action_id, file_from(service, exchange), http_request(exchange)->arena,
                         ret);
}

static void open_upload(const struct file_service *service, struct http_exchange *exchange,
                        const struct ticket *ticket, uint64_t max)
{
    struct arena *arena = http_request(exchange)->arena;
    struct upload *upload = ARENA_NEW(arena, struct upload);

    upload->action_id = arena_strdup(arena, ticket->action_id);
    if (intake_begin(service->files->depot, max, arena, &upload->intake) != ERR_OK) {
        refuse_for_room(exchange, err_message());
        return;
    }
    http_take_body(exchange,
                   &(struct http_sink){.max = max, .take = on_piece, .gone = on_broken_off, .ctx = upload});
}

static bool has_body(const struct http_exchange *exchange)
{
    const char *method = http_request(exchange)->method;

    return strcmp(method, "PUT") == 0 || strcmp(method, "POST") == 0;
}

void file_admit(const struct file_service *service, struct http_exchange *exchange)
{
    const struct config *config = service->files->config;
    struct transfer_send wanted;
    struct ticket ticket;
    enum err err;

    if (!has_body(exchange) || !file_ticket(service, exchange, TICKET_SEND, &ticket))
        return; /* the handler refuses it; no body to speak of is read */
    if (!file_proves(service, exchange, &ticket))
        return;
    err = find_action(service, exchange, &ticket, &wanted);
    if (err != ERR_OK)
        file_refuse(exchange, err);
    else if ((uint64_t)wanted.used >= config->files_device_quota)
        refuse_for_room(exchange, "the device has used up its quota: delete older files of it");
    else if (config->files_device_quota - (uint64_t)wanted.used < config->files_upload_max)
        open_upload(service, exchange, &ticket, config->files_device_quota - (uint64_t)wanted.used);
    else
        open_upload(service, exchange, &ticket, config->files_upload_max);
}

/* ---- all of it is there ---- */

/* What people see it under: "config-backup-2026-11-29T12-00-00Z". */
static const char *choose_name(const char *kind, int64_t now_us, struct arena *arena)
{
    char time[TEXT_TIME_MAX];
    char *name = arena_printf(arena, "%.32s-%s", kind, text_write_time(time, now_us, false));

    for (char *c = name; *c != '\0'; c++)
        if (strchr(".:", *c) != NULL)
            *c = '-';
    return name;
}

static enum err move_action(struct db *db, const struct action_record *record,
                            const struct action_upload *file, struct arena *arena)
{
    struct action_facts facts = {.now_us = clock_now_us(), .uptime_s = -1};
    struct action_move move;

    TRY(action_uploaded(record, &facts, file, arena, &move));
    if (!move.changed)
        return ERR_OK;
    if (action_has_ended(move.save.state))
        metric_count(move.save.state == ACTION_SUCCEEDED ? METRIC_ACTIONS_SUCCEEDED : METRIC_ACTIONS_FAILED);
    return action_save(db, &move.save, arena);
}

static enum err add_row(struct db *db, const struct transfer_send *wanted, const struct action_record *record,
                        const struct action_upload *file, const struct depot_content *content)
{
    AUTO_ARENA arena = arena_new(1024);
    struct file_order order = {
        .id = file->file_id,
        .name = choose_name(record->kind, clock_now_us(), arena),
        .kind = strcmp(record->kind, "config.backup") == 0 ? "config" : "log",
        .sha256 = content->sha256,
        .size = (int64_t)content->size,
        .device_id = record->device_id,
        .action_id = record->id,
        .created_by = wanted->created_by,
    };

    return file_add(db, &order, arena);
}

/* The writer is gone after this, whatever comes of it. */
static enum err keep(const struct file_service *service, struct http_exchange *exchange, struct db *db,
                     struct upload *upload, struct action_upload *file)
{
    struct arena *arena = upload->intake.arena;
    struct action_record record;
    struct transfer_send wanted;
    struct depot_content content;
    char id[ID_MAX];
    char hex[SHA256_HEX];

    TRY(intake_finish(&upload->intake, &content));
    TRY(db_begin(db));
    TRY(transfer_send(db, upload->action_id, file_from(service, exchange), arena, &wanted));
    TRY(action_hold(db, upload->action_id, arena, &record));
    TRY(file_hold(db, arena));
    TRY(intake_place(&upload->intake));
    crypto_new_id("fil_", id);
    crypto_hex(content.sha256, sizeof(content.sha256), hex);
    *file = (struct action_upload){arena_strdup(arena, id), arena_strdup(arena, hex), (int64_t)content.size};
    TRY(add_row(db, &wanted, &record, file, &content));
    TRY(move_action(db, &record, file, arena));
    return db_commit(db);
}

static enum err store(const struct file_service *service, struct http_exchange *exchange,
                      struct upload *upload, struct action_upload *file)
{
    AUTO_DB db = NULL;
    enum err err = db_borrow(service->pool, &db);

    if (err == ERR_OK)
        err = keep(service, exchange, db, upload, file);
    intake_drop(&upload->intake);
    return err;
}

void file_receive(const struct file_service *service, struct http_exchange *exchange)
{
    struct upload *upload = http_body_taken(exchange);
    struct action_upload file;
    enum err err;

    if (upload->intake.writer == NULL) {
        refuse_for_room(exchange, upload->intake.why);
        return;
    }
    err = store(service, exchange, upload, &file);
    if (err != ERR_OK) {
        file_refuse(exchange, err);
        return;
    }
    metric_add(METRIC_FILES_RECEIVED_BYTES, file.size);
    log_info("file of a device stored", log_s("file", file.file_id), log_s("action", upload->action_id),
             log_i("bytes", file.size));
    http_reply(exchange,
               &(struct http_reply){.status = 200}); /* 201 would be as true, but not every device knows it */
}
