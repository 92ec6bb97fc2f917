#include "tests/cpesim/http_out.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acs/base/arena.h"
#include "acs/base/clock.h"
#include "tests/cpesim/dial.h"

enum { READ_SIZE = 16 * 1024, CHUNK_SIZE = 700, WHY_MAX = 160 };

struct http_out {
    struct loop *loop;
    struct alarms *alarms;
    struct http_out_user user;
    const char *source;
    int fd;              /* -1: not connected */
    char authority[140]; /* where fd goes */
    bool connecting;
    struct bytes request; /* what is not yet sent */
    struct bytes in;      /* what is not yet read of the answer */
    struct bytes head_bytes;
    struct http_head head; /* points into head_bytes */
    bool has_head;
    struct http_body framing;
    struct bytes body;
    size_t most;   /* of it */
    size_t keep;   /* of its beginning */
    size_t passed; /* what came behind that and is gone */
    unsigned status;
    struct alarm alarm; /* 30 s of silence, or a failure that is to be told */
    int64_t heard_us;   /* when bytes last came or went; monotonic */
    char why[WHY_MAX];
};

static void close_connection(struct http_out *out)
{
    if (out->fd < 0)
        return;
    loop_unwatch(out->loop, out->fd);
    close(out->fd);
    out->fd = -1;
}

static void break_off(struct http_out *out, const char *why)
{
    char text[WHY_MAX];

    snprintf(text, sizeof(text), "%s", why);
    alarm_clear(out->alarms, &out->alarm);
    close_connection(out);
    out->user.broken(text, out->user.ctx);
}

static void on_silence(void *ctx)
{
    struct http_out *out = ctx;
    int64_t end_us = out->heard_us + (int64_t)HTTP_OUT_TIMEOUT_MS * US_PER_MS;

    if (clock_mono_us() < end_us)
        alarm_set(out->alarms, &out->alarm, end_us, on_silence, out);
    else
        break_off(out, "30 s without an answer");
}

static void on_failure(void *ctx)
{
    struct http_out *out = ctx;

    break_off(out, out->why);
}

/* From within http_out_post(): the user is told in the next turn of the loop. */
static void fail_later(struct http_out *out, const char *why)
{
    snprintf(out->why, sizeof(out->why), "%s", why);
    alarm_set(out->alarms, &out->alarm, clock_mono_us(), on_failure, out);
}

/* ---- reading ---- */

static struct http_answer answer_so_far(const struct http_out *out)
{
    return (struct http_answer){
        .status = out->status,
        .head = &out->head,
        .body = out->body.data,
        .len = out->body.len,
        .whole = out->body.len + out->passed,
        .more = out->in.len > 0,
    };
}

bool http_out_part(const struct http_out *out, struct http_answer *ret)
{
    *ret = answer_so_far(out);
    return out->has_head;
}

static void finish(struct http_out *out)
{
    struct http_answer answer = answer_so_far(out);

    bool half_sent =
        out->request.len > 0; /* an answer that came too early: nobody knows what the peer read */

    alarm_clear(out->alarms, &out->alarm);
    if (half_sent || out->framing.framing == HTTP_TO_END || http_head_closes(&out->head, out->head.line[0]))
        close_connection(out);
    else
        loop_unwatch(out->loop, out->fd);
    out->user.answered(&answer, out->user.ctx);
}

static enum err read_head(struct http_out *out, size_t len)
{
    out->head_bytes.len = 0;
    bytes_add(&out->head_bytes, out->in.data, len);
    bytes_drop(&out->in, len);
    TRY(http_head_split(out->head_bytes.data, len, &out->head));
    return http_head_status(&out->head, &out->status);
}

/* Answers of the class 1xx are not the answer. */
static enum err take_head(struct http_out *out)
{
    do {
        size_t len = http_head_length(out->in.data, out->in.len);

        if (len == 0 && out->in.len > HTTP_HEAD_MAX)
            return err_set(ERR_TOO_LARGE, "a head of more than %d bytes", HTTP_HEAD_MAX);
        if (len == 0)
            return ERR_OK;
        TRY(read_head(out, len));
    } while (out->status / 100 == 1);
    out->has_head = true;
    return http_body_begin(&out->head, out->status, &out->framing);
}

/* Five hundred homes that fetch a firmware do not keep five hundred of them. */
static void let_pass(struct http_out *out)
{
    if (out->body.len <= out->keep)
        return;
    out->passed += out->body.len - out->keep;
    out->body.len = out->keep;
}

static enum err take_body(struct http_out *out)
{
    size_t used;

    TRY(http_body_take(&out->framing, out->in.data, out->in.len, &out->body, &used));
    bytes_drop(&out->in, used);
    let_pass(out);
    if (out->body.len + out->passed > out->most)
        return err_set(ERR_TOO_LARGE, "a body of more than %zu bytes", out->most);
    return ERR_OK;
}

static enum err take_bytes(struct http_out *out)
{
    if (!out->has_head)
        TRY(take_head(out));
    return out->has_head ? take_body(out) : ERR_OK;
}

static void on_end(struct http_out *out)
{
    bool begun = out->has_head || out->in.len > 0;

    if (out->has_head && out->framing.framing == HTTP_TO_END)
        finish(out);
    else
        break_off(out, begun ? "the connection ended inside the answer"
                             : "the connection ended without an answer");
}

static void read_more(struct http_out *out)
{
    ssize_t got = recv(out->fd, bytes_reserve(&out->in, READ_SIZE), READ_SIZE, 0);

    if (got == 0) {
        on_end(out);
        return;
    }
    if (got < 0) {
        if (errno != EAGAIN && errno != EINTR)
            break_off(out, strerror(errno));
        return;
    }
    out->heard_us = clock_mono_us();
    out->in.len += (size_t)got;
    if (take_bytes(out) != ERR_OK)
        break_off(out, err_message());
    else if (out->has_head && out->framing.done)
        finish(out);
}

/* ---- writing ---- */

/* False: it failed, and out may be gone. */
static bool send_more(struct http_out *out)
{
    ssize_t sent = send(out->fd, out->request.data, out->request.len, MSG_NOSIGNAL);

    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        break_off(out, strerror(errno));
        return false;
    }
    out->heard_us = clock_mono_us();
    if (sent > 0)
        bytes_drop(&out->request, (size_t)sent);
    return true;
}

static bool end_connecting(struct http_out *out)
{
    if (dial_end(out->fd) != ERR_OK) {
        break_off(out, err_message());
        return false;
    }
    out->connecting = false;
    return true;
}

static void on_ready(uint32_t events, void *ctx)
{
    struct http_out *out = ctx;

    if (out->connecting && !end_connecting(out))
        return;
    if (events & EPOLLIN || !(events & EPOLLOUT)) {
        read_more(out);
        return;
    }
    if (send_more(out))
        loop_watch(out->loop, out->fd, out->request.len > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN, on_ready, out);
}

/* ---- connecting ---- */

static enum err open_connection(struct http_out *out, const struct url *url)
{
    TRY(dial(url, out->source, &out->fd));
    out->connecting = true;
    snprintf(out->authority, sizeof(out->authority), "%s", url->authority);
    loop_watch(out->loop, out->fd, EPOLLOUT, on_ready, out);
    return ERR_OK;
}

/* Between two requests nothing may come but the end of the connection. */
static bool is_alive(const struct http_out *out)
{
    char byte;

    return recv(out->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

static bool can_reuse(const struct http_out *out, const struct http_call *call)
{
    return out->fd >= 0 && !call->fresh && strcmp(out->authority, call->url->authority) == 0 && is_alive(out);
}

/* ---- the request ---- */

static void put_chunks(struct bytes *to, const char *body, size_t len)
{
    char line[16];

    for (size_t at = 0; at < len; at += CHUNK_SIZE) {
        size_t size = len - at < CHUNK_SIZE ? len - at : (size_t)CHUNK_SIZE;

        snprintf(line, sizeof(line), "%zx\r\n", size);
        bytes_puts(to, line);
        bytes_add(to, body + at, size);
        bytes_puts(to, "\r\n");
    }
    bytes_puts(to, "0\r\n\r\n");
}

static void put_request(struct bytes *to, const struct http_call *call)
{
    char line[512];

    snprintf(line, sizeof(line), "%s %s HTTP/1.1\r\nHost: %s\r\n", call->method ? call->method : "POST",
             call->url->target, call->url->authority);
    bytes_puts(to, line);
    bytes_puts(to, call->fields);
    if (call->chunked && call->len > 0) {
        bytes_puts(to, "Transfer-Encoding: chunked\r\n\r\n");
        put_chunks(to, call->body, call->len);
        return;
    }
    if (call->method == NULL || call->len > 0 || strcmp(call->method, "GET") != 0) {
        snprintf(line, sizeof(line), "Content-Length: %zu\r\n", call->len);
        bytes_puts(to, line);
    }
    bytes_puts(to, "\r\n");
    bytes_add(to, call->body, call->len);
}

void http_out_post(struct http_out *out, const struct http_call *call)
{
    out->request.len = out->in.len = out->body.len = out->passed = 0;
    out->has_head = false;
    out->most = call->most > 0 ? call->most : (size_t)HTTP_OUT_BODY_MAX;
    out->keep = call->keep > 0 ? call->keep : SIZE_MAX;
    put_request(&out->request, call);
    out->heard_us = clock_mono_us();
    alarm_set(out->alarms, &out->alarm, out->heard_us + (int64_t)HTTP_OUT_TIMEOUT_MS * US_PER_MS, on_silence,
              out);
    if (can_reuse(out, call)) {
        loop_watch(out->loop, out->fd, EPOLLIN | EPOLLOUT, on_ready, out);
        return;
    }
    close_connection(out);
    if (open_connection(out, call->url) != ERR_OK)
        fail_later(out, err_message());
}

struct http_out *http_out_new(struct loop *loop, struct alarms *alarms, const char *source,
                              const struct http_out_user *user)
{
    struct http_out *out = HEAP_NEW(struct http_out);

    out->loop = loop;
    out->alarms = alarms;
    out->source = source;
    out->user = *user;
    out->fd = -1;
    return out;
}

void http_out_free(struct http_out *out)
{
    if (out == NULL)
        return;
    alarm_clear(out->alarms, &out->alarm);
    close_connection(out);
    bytes_free(&out->request);
    bytes_free(&out->in);
    bytes_free(&out->head_bytes);
    bytes_free(&out->body);
    heap_free(out);
}
