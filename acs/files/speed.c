#include "acs/files/speed.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/base/text.h"
#include "db/transfer.h"

enum { PLACES_MAX = 64, TRANSFERS_OF_AN_ACTION = 3 };

struct speed {
    const struct config *config;
    int fd; /* as many bytes as one transfer may have, all of them holes: they take no memory */
    pthread_mutex_t lock;
    int64_t since_us[PLACES_MAX]; /* 0: free */
};

enum err speed_new(const struct config *config, struct speed **ret)
{
    int fd = memfd_create("speed", MFD_CLOEXEC);
    struct speed *speed;

    if (fd < 0 || ftruncate(fd, (off_t)config->files_speed_max) != 0) {
        if (fd >= 0)
            close(fd);
        return err_set(ERR_UNAVAILABLE, "no bytes for speed tests: %s", strerror(errno));
    }
    speed = HEAP_NEW(struct speed);
    speed->config = config;
    speed->fd = fd;
    pthread_mutex_init(&speed->lock, NULL);
    *ret = speed;
    return ERR_OK;
}

void speed_free(struct speed *speed)
{
    if (speed == NULL)
        return;
    close(speed->fd);
    pthread_mutex_destroy(&speed->lock);
    heap_free(speed);
}

/* ---- places ---- */

bool speed_take(struct speed *speed, int64_t now_us, struct speed_place *ret)
{
    int64_t oldest_us = now_us - (int64_t)speed->config->files_speed_ms * US_PER_MS;
    bool taken = false;

    pthread_mutex_lock(&speed->lock);
    for (unsigned i = 0; i < PLACES_MAX && i < speed->config->files_speed_tests && !taken; i++) {
        taken = speed->since_us[i] < oldest_us;
        if (taken) {
            speed->since_us[i] = now_us;
            *ret = (struct speed_place){i, now_us};
        }
    }
    pthread_mutex_unlock(&speed->lock);
    return taken;
}

void speed_leave(struct speed *speed, const struct speed_place *place)
{
    pthread_mutex_lock(&speed->lock);
    if (speed->since_us[place->index] == place->since_us)
        speed->since_us[place->index] = 0;
    pthread_mutex_unlock(&speed->lock);
}

/* ---- paths ---- */

bool speed_is_path(const char *path)
{
    return text_starts_with(path, "/s/");
}

bool speed_read_size(const char *path, uint64_t most, uint64_t *ret)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL && text_read_u64(slash + 1, ret) == ERR_OK && *ret > 0 && *ret <= most;
}

/* ---- refusing ---- */

static void refuse(struct http_exchange *exchange, unsigned status, const char *why)
{
    static const struct http_header_field later[] = {
        {"Retry-After", "30"}
    };
    bool busy = status == 503;

    metric_count(METRIC_SPEED_REFUSED);
    log_warn("speed test refused", log_s("from", http_peer_text(exchange)), log_s("why", why));
    http_reply(exchange, &(struct http_reply){.status = status,
                                              .content_type = "text/plain; charset=utf-8",
                                              .body = why,
                                              .len = strlen(why),
                                              .headers = busy ? later : NULL,
                                              .header_count = busy ? 1 : 0,
                                              .close = true});
}

/* ---- a transfer ---- */

struct run {
    const struct file_service *service;
    int64_t began_us; /* monotonic: of what comes the first piece; 0: none came yet */
    struct speed_place place;
    struct transfer_charge charge;
    int64_t carried;
};

/* Who asks may have so many bytes now; else it was refused. */
static bool begin(const struct file_service *service, struct http_exchange *exchange, uint64_t bytes,
                  struct run **ret)
{
    struct arena *arena = http_request(exchange)->arena;
    struct run *run = ARENA_NEW(arena, struct run);
    struct transfer_send wanted;
    struct ticket ticket;
    AUTO_DB db = NULL;
    enum err err;

    *ret = NULL;
    if (!file_ticket(service, exchange, TICKET_SPEED, &ticket)) {
        refuse(exchange, 404, "this address is none, or not good any more");
        return false;
    }
    err = db_borrow(service->pool, &db);
    if (err == ERR_OK)
        err = transfer_send(db, ticket.action_id, file_from(service, exchange), arena, &wanted);
    if (err != ERR_OK || !text_starts_with(wanted.kind, "diag.")) {
        refuse(exchange, err == ERR_UNAVAILABLE ? 503 : 404, "no open action makes a speed test here");
        return false;
    }
    *run = (struct run){
        .service = service,
        .charge = {wanted.device_id, arena_strdup(arena, ticket.action_id), (int64_t)bytes,
                   (int64_t)service->files->config->files_speed_max * TRANSFERS_OF_AN_ACTION},
    };
    if (transfer_charge(db, &run->charge, arena) != ERR_OK) {
        refuse(exchange, 413, "this test has carried all the bytes that one may");
        return false;
    }
    if (!speed_take(service->speed, clock_now_us(), &run->place)) {
        if (transfer_refund(db, &run->charge, arena) != ERR_OK)
            log_warn("a speed test that was refused stays charged", log_s("why", err_message()));
        refuse(exchange, 503, "too many speed tests at once: come again in half a minute");
        return false;
    }
    *ret = run;
    return true;
}

/* Bytes a second of one test. */
static uint64_t share_of(const struct config *config)
{
    return config->files_speed_rate * 1000000 / 8 / config->files_speed_tests;
}

/* ---- bytes that go out ---- */

static void on_sent(void *ctx, uint64_t bytes)
{
    struct run *run = ctx;

    metric_add(METRIC_SPEED_SENT_BYTES, (int64_t)bytes);
    speed_leave(run->service->speed, &run->place);
}

static void give(const struct file_service *service, struct http_exchange *exchange)
{
    static const struct http_header_field headers[] = {
        {"Cache-Control", "no-store, no-transform"}
    };
    const struct config *config = service->files->config;
    uint64_t bytes = 0;
    struct ticket ticket;
    struct run *run;
    int fd;

    if (file_ticket(service, exchange, TICKET_SPEED, &ticket) &&
        !speed_read_size(http_request(exchange)->path, config->files_speed_max, &bytes)) {
        refuse(exchange, 413, "so many bytes are not given out in one transfer");
        return;
    }
    if (!begin(service, exchange, bytes, &run))
        return;
    fd = dup(service->speed->fd);
    if (fd < 0) {
        speed_leave(service->speed, &run->place);
        refuse(exchange, 503, "no more files can be opened now");
        return;
    }
    http_reply_file(
        exchange,
        &(struct http_reply){
            .status = 200, .content_type = "application/octet-stream", .headers = headers, .header_count = 1},
        &(struct http_file){.fd = fd, .len = bytes, .rate = share_of(config), .sent = on_sent, .ctx = run});
}

/* ---- bytes that come ---- */

int64_t speed_pause_us(uint64_t carried, uint64_t rate, int64_t elapsed_us)
{
    double due_us = rate > 0 ? (double)carried * US_PER_S / (double)rate : 0;
    double ahead_us = due_us - (double)elapsed_us;

    if (ahead_us < US_PER_MS)
        return 0;
    return ahead_us < SPEED_PAUSE_MAX_US ? (int64_t)ahead_us : SPEED_PAUSE_MAX_US;
}

/* What is not read yet fills the device's window, and it goes no faster than it is taken. */
static void on_piece(void *ctx, const char *bytes, size_t len)
{
    struct run *run = ctx;
    int64_t now_us = clock_mono_us(), pause_us;

    (void)bytes;
    run->began_us = run->began_us == 0 ? now_us : run->began_us;
    run->carried += (int64_t)len;
    pause_us =
        speed_pause_us((uint64_t)run->carried, share_of(run->service->files->config), now_us - run->began_us);
    if (pause_us > 0)
        usleep((useconds_t)pause_us);
}

static void on_broken_off(void *ctx)
{
    struct run *run = ctx;

    metric_add(METRIC_SPEED_RECEIVED_BYTES, run->carried);
    speed_leave(run->service->speed, &run->place);
}

static bool is_method(const struct http_exchange *exchange, const char *a, const char *b)
{
    const char *method = http_request(exchange)->method;

    return strcmp(method, a) == 0 || strcmp(method, b) == 0;
}

void speed_admit(const struct file_service *service, struct http_exchange *exchange)
{
    uint64_t most = service->files->config->files_speed_max, length;
    const char *told = http_header(exchange, "Content-Length");
    struct run *run;

    if (!is_method(exchange, "PUT", "POST"))
        return;
    if (told == NULL || text_read_u64(told, &length) != ERR_OK)
        length = most;
    if (length > most) {
        refuse(exchange, 413, "so many bytes are not taken in one transfer");
        return;
    }
    if (begin(service, exchange, length, &run))
        http_take_body(exchange,
                       &(struct http_sink){.max = most, .take = on_piece, .gone = on_broken_off, .ctx = run});
}

void speed_serve(const struct file_service *service, struct http_exchange *exchange)
{
    struct run *run = http_body_taken(exchange);

    if (run != NULL) {
        on_broken_off(run); /* it is over all the same */
        http_reply(exchange, &(struct http_reply){.status = 200});
    } else if (is_method(exchange, "GET", "HEAD")) {
        give(service, exchange);
    } else {
        refuse(exchange, 404, "nothing is done here in this way");
    }
}
