#include "tests/cpesim/meter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acs/base/arena.h"
#include "acs/base/clock.h"
#include "tests/cpesim/dial.h"
#include "tests/cpesim/http_wire.h"

enum { PIECE = 16 * 1024, HEAD_SIZE = 1024, AHEAD_US = 1000 };

struct meter {
    struct loop *loop;
    struct alarms *alarms;
    meter_fn *done;
    void *ctx;
    int fd; /* -1: none */
    bool connecting, uploads;
    uint64_t kbps;
    int64_t longest_us;
    char request[HEAD_SIZE]; /* what of it is not yet sent is at request_at */
    size_t request_len, request_at;
    uint64_t left; /* of the content that is to be sent */
    struct bytes in;
    struct http_head head;
    struct bytes head_bytes;
    struct http_body framing;
    bool has_head;
    int64_t offset_us; /* from the monotonic to the wall clock */
    int64_t first_us;  /* monotonic: when bytes began to count */
    struct alarm deadline, pace;
    struct meter_result result;
};

static int64_t now(const struct meter *meter)
{
    return clock_mono_us() + meter->offset_us;
}

static void hang_up(struct meter *meter)
{
    alarm_clear(meter->alarms, &meter->deadline);
    alarm_clear(meter->alarms, &meter->pace);
    if (meter->fd < 0)
        return;
    loop_unwatch(meter->loop, meter->fd);
    close(meter->fd);
    meter->fd = -1;
}

static void end(struct meter *meter, enum meter_end how)
{
    hang_up(meter);
    meter->result.end = how;
    meter->done(&meter->result, meter->ctx);
}

static void on_deadline(void *ctx)
{
    struct meter *meter = ctx;

    meter->result.eom_us = now(meter);
    end(meter, meter->uploads || meter->result.bom_us == 0 ? METER_NO_ANSWER : METER_DONE);
}

static void set_deadline(struct meter *meter, int64_t us)
{
    alarm_set(meter->alarms, &meter->deadline, clock_mono_us() + us, on_deadline, meter);
}

/* ---- the line's rate ---- */

static void on_ready(uint32_t events, void *ctx);

static void watch(struct meter *meter)
{
    bool sends = meter->request_at < meter->request_len || meter->left > 0;

    loop_watch(meter->loop, meter->fd, sends ? EPOLLIN | EPOLLOUT : EPOLLIN, on_ready, meter);
}

static void on_pace(void *ctx)
{
    watch(ctx);
}

/* True: more bytes have gone through than the line carries by now; it goes on when they would have. */
static bool is_ahead(struct meter *meter)
{
    int64_t due_us = meter->first_us + (int64_t)(meter->result.bytes * 8 * 1000 / meter->kbps);

    if (due_us <= clock_mono_us() + AHEAD_US)
        return false;
    loop_unwatch(meter->loop, meter->fd);
    alarm_set(meter->alarms, &meter->pace, due_us, on_pace, meter);
    return true;
}

static void count(struct meter *meter, size_t bytes)
{
    if (meter->result.bom_us == 0) {
        meter->first_us = clock_mono_us();
        meter->result.bom_us = now(meter);
        if (!meter->uploads)
            set_deadline(meter, meter->longest_us);
    }
    meter->result.bytes += bytes;
}

/* ---- the answer ---- */

static bool is_good(unsigned status)
{
    return status == 200 || status == 201 || status == 204;
}

/* One head, of len bytes. */
static enum err take_head(struct meter *meter, size_t len, unsigned *ret_status)
{
    meter->head_bytes.len = 0;
    bytes_add(&meter->head_bytes, meter->in.data, len);
    bytes_drop(&meter->in, len);
    TRY(http_head_split(meter->head_bytes.data, len, &meter->head));
    return http_head_status(&meter->head, ret_status);
}

/* Those of the class 1xx are not the answer. ERR_DENIED: it is no good one. */
static enum err read_head(struct meter *meter)
{
    unsigned status;

    do {
        size_t len = http_head_length(meter->in.data, meter->in.len);

        if (len == 0)
            return meter->in.len > HTTP_HEAD_MAX ? err_set(ERR_TOO_LARGE, "a head without an end") : ERR_OK;
        TRY(take_head(meter, len, &status));
    } while (status / 100 == 1);
    if (!is_good(status))
        return err_set(ERR_DENIED, "%u", status);
    meter->has_head = true;
    return http_body_begin(&meter->head, status, &meter->framing);
}

/* What was read, without keeping it. */
static enum err take(struct meter *meter)
{
    struct bytes content = {0};
    size_t used = 0;
    enum err result = ERR_OK;

    if (!meter->has_head)
        TRY(read_head(meter));
    if (!meter->has_head)
        return ERR_OK;
    result = http_body_take(&meter->framing, meter->in.data, meter->in.len, &content, &used);
    bytes_drop(&meter->in, used);
    bytes_free(&content);
    return result;
}

static bool is_whole(const struct meter *meter)
{
    if (!meter->has_head)
        return false;
    return meter->uploads || meter->framing.done || meter->result.bytes >= METER_MOST;
}

static void end_of_connection(struct meter *meter)
{
    bool whole = meter->has_head && meter->framing.framing == HTTP_TO_END && meter->left == 0;

    meter->result.eom_us = now(meter);
    end(meter, whole ? METER_DONE : METER_BROKEN);
}

static void receive(struct meter *meter)
{
    ssize_t got = recv(meter->fd, bytes_reserve(&meter->in, PIECE), PIECE, 0);
    enum err result;

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        end_of_connection(meter);
        return;
    }
    meter->in.len += (size_t)got;
    if (!meter->uploads)
        count(meter, (size_t)got);
    result = take(meter);
    meter->result.eom_us = now(meter);
    if (result != ERR_OK)
        end(meter, result == ERR_DENIED ? METER_REFUSED : METER_BROKEN);
    else if (is_whole(meter))
        end(meter, meter->left > 0 ? METER_BROKEN : METER_DONE);
    else if (!meter->uploads)
        (void)is_ahead(meter);
}

/* ---- the request ---- */

/* False: the connection is gone. */
static bool sent(struct meter *meter, ssize_t bytes)
{
    if (bytes >= 0) {
        if (meter->result.rom_us == 0)
            meter->result.rom_us = now(meter);
        return true;
    }
    if (errno == EAGAIN || errno == EINTR)
        return true;
    end_of_connection(meter);
    return false;
}

static void send_content(struct meter *meter)
{
    static const char zeros[PIECE];
    ssize_t bytes = send(meter->fd, zeros, meter->left < PIECE ? (size_t)meter->left : PIECE, MSG_NOSIGNAL);

    if (!sent(meter, bytes) || bytes <= 0)
        return;
    count(meter, (size_t)bytes);
    meter->left -= (uint64_t)bytes;
    if (!is_ahead(meter))
        watch(meter);
}

static void send_more(struct meter *meter)
{
    ssize_t bytes;

    if (meter->request_at == meter->request_len) {
        send_content(meter);
        return;
    }
    bytes = send(meter->fd, meter->request + meter->request_at, meter->request_len - meter->request_at,
                 MSG_NOSIGNAL);
    if (!sent(meter, bytes) || bytes <= 0)
        return;
    meter->request_at += (size_t)bytes;
    watch(meter);
}

static bool has_connected(struct meter *meter)
{
    if (dial_end(meter->fd) != ERR_OK) {
        end(meter, METER_NO_CONNECTION);
        return false;
    }
    meter->connecting = false;
    meter->result.opened_us = now(meter);
    return true;
}

static void on_ready(uint32_t events, void *ctx)
{
    struct meter *meter = ctx;

    if (meter->connecting && !has_connected(meter))
        return;
    if (events & EPOLLIN || !(events & EPOLLOUT))
        receive(meter);
    else
        send_more(meter);
}

/* ---- the beginning ---- */

static void on_no_host(void *ctx)
{
    end(ctx, METER_NO_HOST);
}

static void on_no_connection(void *ctx)
{
    end(ctx, METER_NO_CONNECTION);
}

static void write_request(struct meter *meter, const struct url *url)
{
    char length[40] = "";
    int len;

    if (meter->uploads)
        snprintf(length, sizeof(length), "Content-Length: %llu\r\n", (unsigned long long)meter->left);
    len = snprintf(meter->request, sizeof(meter->request),
                   "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: cpesim/" FAROL_VERSION
                   "\r\n%sConnection: close\r\n\r\n",
                   meter->uploads ? "PUT" : "GET", url->target, url->authority, length);
    meter->request_len = (size_t)len; /* a struct url is shorter than request */
}

static void open_connection(struct meter *meter, const struct meter_order *order)
{
    enum err result = dial(order->url, order->source, &meter->fd);

    if (result != ERR_OK) {
        alarm_set(meter->alarms, &meter->pace, clock_mono_us(),
                  result == ERR_NOT_FOUND ? on_no_host : on_no_connection, meter);
        return;
    }
    meter->connecting = true;
    loop_watch(meter->loop, meter->fd, EPOLLOUT, on_ready, meter);
}

struct meter *meter_new(struct loop *loop, struct alarms *alarms, const struct meter_order *order,
                        meter_fn *done, void *ctx)
{
    struct meter *meter = HEAP_NEW(struct meter);
    uint32_t longest =
        order->seconds > 0 && order->seconds < METER_LONGEST_S ? order->seconds : (uint32_t)METER_LONGEST_S;
    uint64_t fits = order->kbps * METER_LONGEST_S * 1000 / 8;

    meter->loop = loop;
    meter->alarms = alarms;
    meter->done = done;
    meter->ctx = ctx;
    meter->fd = -1;
    meter->kbps = order->kbps > 0 ? order->kbps : 1;
    meter->uploads = order->upload > 0;
    meter->left = order->upload < METER_MOST ? order->upload : (uint64_t)METER_MOST;
    meter->left = meter->left < fits ? meter->left : fits;
    meter->longest_us = (int64_t)longest * US_PER_S;
    meter->offset_us = clock_now_us() - clock_mono_us();
    meter->result.open_us = now(meter);
    write_request(meter, order->url);
    set_deadline(meter, (int64_t)METER_LONGEST_S * US_PER_S * (meter->uploads ? 2 : 1));
    open_connection(meter, order);
    return meter;
}

void meter_free(struct meter *meter)
{
    if (meter == NULL)
        return;
    hang_up(meter);
    bytes_free(&meter->in);
    bytes_free(&meter->head_bytes);
    heap_free(meter);
}
