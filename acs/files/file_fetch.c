#include "acs/files/file_service.h"

#include <string.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/base/text.h"
#include "acs/files/pump.h"
#include "acs/files/range.h"
#include "db/file.h"
#include "db/transfer.h"

/* ---- for both directions ---- */

bool file_ticket(const struct file_service *service, const struct http_exchange *exchange,
                 enum ticket_kind kind, struct ticket *ret)
{
    return ticket_read(http_request(exchange)->path, depot_key(service->files->depot), ret) &&
           ret->kind == kind && clock_now_us() / US_PER_S < ret->expires_s;
}

static bool is_from_proxy(const struct file_service *service, const struct http_exchange *exchange)
{
    const struct networks *proxies = service->files->proxies;

    return !networks_are_none(proxies) && networks_hold_peer(proxies, &http_request(exchange)->peer);
}

/* A proxy of ours that does not say whose request it is asks in its own name, and so for no device. */
const char *file_from(const struct file_service *service, const struct http_exchange *exchange)
{
    const char *said = NULL;

    if (service->files->config->files_same_address == 0)
        return NULL;
    if (is_from_proxy(service, exchange))
        said = networks_last_address(
            text_or_empty(http_header(exchange, service->files->config->address_header)),
            http_request(exchange)->arena);
    return said != NULL ? said : http_peer_text(exchange);
}

void file_refuse(struct http_exchange *exchange, enum err err)
{
    static const struct http_header_field later[] = {
        {"Retry-After", "30"}
    };
    bool away = err == ERR_UNAVAILABLE;

    metric_count(METRIC_FILES_REFUSED);
    log_warn("file request refused", log_s("from", http_peer_text(exchange)), log_s("why", err_message()));
    http_reply(exchange, &(struct http_reply){.status = away ? 503 : 404,
                                              .headers = away ? later : NULL,
                                              .header_count = away ? 1 : 0,
                                              .close = away});
}

/* ---- giving out ---- */

/* A part of so much is worth no copy past libmicrohttpd, and its connection goes on: devices that fetch a
 * file in such parts do it on one. */
enum { SMALL_PART = 64 * 1024 };

struct fetch {
    const struct file_service *service;
    struct transfer_charge charge;
    struct pump_order order;
    int fd; /* of the content; -1 once the pump has it */
};

static void on_over(void *ctx, bool whole)
{
    http_handed_back(ctx, whole);
}

/* fd -1: a small part, which waits for its turns. */
static void on_head_sent(void *ctx, int fd, struct http_handed *handed)
{
    struct fetch *fetch = ctx;

    fetch->order.to = fd;
    fetch->order.from = fd < 0 ? -1 : fetch->fd;
    fetch->order.over = on_over;
    fetch->order.ctx = handed;
    if (fd >= 0)
        fetch->fd = -1;
    pump_add(fetch->service->pump, &fetch->order);
}

/* What was charged and did not leave is given back. If that cannot be stored, the budget is a little smaller.
 */
static void on_sent(void *ctx, uint64_t bytes)
{
    struct fetch *fetch = ctx;
    AUTO_ARENA arena = arena_new(512);
    AUTO_DB db = NULL;

    if (fetch->fd >= 0)
        close(fetch->fd);
    metric_add(METRIC_FILES_SERVED_BYTES, (int64_t)bytes);
    fetch->charge.bytes -= (int64_t)bytes;
    if (fetch->charge.bytes <= 0)
        return;
    if (db_borrow(fetch->service->pool, &db) != ERR_OK ||
        transfer_refund(db, &fetch->charge, arena) != ERR_OK)
        log_warn("a broken transfer stays charged as a whole", log_s("action", fetch->charge.action_id),
                 log_s("why", err_message()));
}

/* Opens the content; damaged content is noted with every file that has it, so that people see it. */
static enum err open_content(const struct file_service *service, struct db *db,
                             const struct transfer_fetch *wanted, struct arena *arena, int *ret_fd)
{
    struct depot_content content = {.size = (uint64_t)wanted->size};
    enum err err;

    memcpy(content.sha256, wanted->sha256, sizeof(content.sha256));
    err = depot_read(service->files->depot, &content, ret_fd);
    if (err == ERR_OK)
        return ERR_OK;
    log_error("a file cannot be given out", log_s("file", wanted->file_id), log_s("why", err_message()));
    if (err != ERR_UNAVAILABLE) {
        metric_count(METRIC_FILES_DAMAGED);
        if (file_checked(db, wanted->sha256, true, arena) != ERR_OK)
            log_warn("damage to a file not noted", log_s("why", err_message()));
        return err_set(ERR_NOT_FOUND, "the content of file %s is damaged or gone", wanted->file_id);
    }
    return err;
}

static const char *etag_of(const struct transfer_fetch *wanted, struct arena *arena)
{
    char hex[SHA256_HEX];

    crypto_hex(wanted->sha256, SHA256_BYTES, hex);
    return arena_printf(arena, "\"%s\"", hex);
}

static void reply_nothing_there(struct http_exchange *exchange, const struct transfer_fetch *wanted)
{
    struct arena *arena = http_request(exchange)->arena;
    const struct http_header_field range[] = {
        {"Content-Range", arena_printf(arena, "bytes */%lld", (long long)wanted->size)}
    };

    http_reply(exchange, &(struct http_reply){.status = 416, .headers = range, .header_count = 1});
}

static void reply_part(struct http_exchange *exchange, const struct transfer_fetch *wanted,
                       const struct range *range, struct fetch *fetch)
{
    struct arena *arena = http_request(exchange)->arena;
    struct http_header_field headers[4] = {
        {"Accept-Ranges", "bytes"  },
        {"Cache-Control", "private"}, /* the address is one device's; the content goes by its ETag */
    };
    struct http_reply reply = {.status = 200, .content_type = "application/octet-stream", .headers = headers};

    headers[2] = (struct http_header_field){"ETag", etag_of(wanted, arena)};
    reply.header_count = 3;
    if (range->kind == RANGE_PART) {
        headers[3].name = "Content-Range";
        headers[3].value =
            arena_printf(arena, "bytes %llu-%llu/%lld", (unsigned long long)range->first,
                         (unsigned long long)(range->first + range->len - 1), (long long)wanted->size);
        reply.header_count = 4;
        reply.status = 206;
    }
    if (range->len == 0) { /* an empty file */
        http_reply(exchange, &reply);
        on_sent(fetch, 0);
        return;
    }
    http_reply_handover(exchange, &reply,
                        &(struct http_handover){.len = range->len,
                                                .file = range->len <= SMALL_PART ? fetch->fd : -1,
                                                .offset = range->first,
                                                .begin = on_head_sent,
                                                .sent = on_sent,
                                                .ctx = fetch});
}

/* Whose share of the rate it is (files.group). Nobody has said where the device is: of none. */
static const char *group_of(const struct file_service *service, const struct transfer_fetch *wanted)
{
    const char *group[] = {[FILES_GROUP_PON] = wanted->pon,
                           [FILES_GROUP_OLT] = wanted->olt,
                           [FILES_GROUP_MODEL] = wanted->model};

    return group[service->files->group];
}

/* With whom it shares which rates: those of its place, and those of its campaign. */
static void share(const struct file_service *service, const struct transfer_fetch *wanted,
                  struct pump_share ret[PUMP_SHARES])
{
    ret[0] = (struct pump_share){group_of(service, wanted),
                                 service->files->config->files_group_rate * FILE_BYTES_PER_MBIT};
    ret[1] = (struct pump_share){wanted->campaign, (uint64_t)wanted->campaign_rate};
}

static enum err give_out(const struct file_service *service, struct http_exchange *exchange, struct db *db,
                         const struct ticket *ticket)
{
    const struct http_request *request = http_request(exchange);
    struct fetch *fetch = ARENA_NEW(request->arena, struct fetch);
    struct transfer_fetch wanted;
    struct range range;
    enum err err;

    TRY(transfer_fetch(db, ticket->action_id, file_from(service, exchange), request->arena, &wanted));
    range = range_read(http_header(exchange, "Range"), http_header(exchange, "If-Range"),
                       etag_of(&wanted, request->arena), (uint64_t)wanted.size);
    if (range.kind == RANGE_NONE) {
        reply_nothing_there(exchange, &wanted);
        return ERR_OK;
    }
    *fetch = (struct fetch){
        .service = service,
        .charge = {.device_id = wanted.device_id,
                   .action_id = arena_strdup(request->arena,                               ticket->action_id),
                   .bytes = strcmp(request->method, "HEAD") == 0 ? 0 : (int64_t)range.len,
                   .budget = wanted.size * (int64_t)service->files->config->files_budget},
        .order = {.offset = range.first, .len = range.len},
    };
    share(service, &wanted, fetch->order.shares);
    TRY(open_content(service, db, &wanted, request->arena, &fetch->fd));
    err = transfer_charge(db, &fetch->charge, request->arena);
    if (err != ERR_OK) {
        close(fetch->fd);
        return err;
    }
    log_info("file given out", log_s("file", wanted.file_id), log_s("action", ticket->action_id),
             log_i("device", wanted.device_id), log_i("from_byte", (int64_t)range.first),
             log_i("bytes", (int64_t)range.len));
    reply_part(exchange, &wanted, &range, fetch);
    return ERR_OK;
}

void file_fetch(const struct file_service *service, struct http_exchange *exchange)
{
    const char *method = http_request(exchange)->method;
    struct ticket ticket;
    enum err err = ERR_OK;
    AUTO_DB db = NULL;

    if ((strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) ||
        !file_ticket(service, exchange, TICKET_FETCH, &ticket))
        err = err_set(ERR_NOT_FOUND, "no valid ticket");
    else if (!file_proves(service, exchange, &ticket))
        return;
    if (err == ERR_OK)
        err = db_borrow(service->pool, &db);
    if (err == ERR_OK)
        err = give_out(service, exchange, db, &ticket);
    if (err != ERR_OK)
        file_refuse(exchange, err);
}
