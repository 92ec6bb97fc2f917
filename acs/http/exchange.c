#include "acs/http/listener.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "acs/http/answer.h"
#include "acs/http/audit.h"

enum {
    ARENA_FIRST = 32 * 1024,  /* an Inform, what is made of it and its answer, without a second block */
    SPARE_MAX = 256,          /* exchanges kept for the next requests */
    BODY_AT_ONCE = 64 * 1024, /* reserved on the word of Content-Length alone */
    BODY_FIRST = 4 * 1024     /* of a chunked one */
};

/* ---- life ---- */

static struct http_exchange *exchange_new(struct http_listener *listener)
{
    struct http_exchange *exchange = listener->spare;
    struct arena *arena;

    if (exchange == NULL) {
        exchange = HEAP_NEW(struct http_exchange);
        exchange->request.arena = arena_new(ARENA_FIRST);
        return exchange;
    }
    listener->spare = exchange->next;
    listener->spare_count--;
    arena = exchange->request.arena;
    *exchange = (struct http_exchange){.request.arena = arena};
    return exchange;
}

struct http_exchange *exchange_take(struct http_listener *listener)
{
    struct http_exchange *exchange;

    listener_lock(listener);
    exchange = exchange_new(listener);
    exchange->listener = listener;
    exchange->next = listener->live;
    if (listener->live != NULL)
        listener->live->prev = exchange;
    listener->live = exchange;
    listener->holders++;
    listener_unlock(listener);
    return exchange;
}

static void exchange_free(struct http_exchange *exchange)
{
    arena_free(exchange->request.arena);
    heap_free(exchange);
}

void exchanges_free(struct http_exchange *spare)
{
    while (spare != NULL) {
        struct http_exchange *next = spare->next;

        exchange_free(spare);
        spare = next;
    }
}

static void unlink_live(struct http_exchange *exchange)
{
    if (exchange->prev != NULL)
        exchange->prev->next = exchange->next;
    else
        exchange->listener->live = exchange->next;
    if (exchange->next != NULL)
        exchange->next->prev = exchange->prev;
}

static void drop_response(const struct http_exchange *exchange, struct MHD_Response *response)
{
    if (response != NULL && response != exchange->listener->nothing)
        MHD_destroy_response(response);
}

void exchange_give_back(struct http_exchange *exchange)
{
    struct http_listener *listener = exchange->listener;

    unlink_live(exchange);
    drop_response(exchange, exchange->response);
    if (listener->stopping || listener->spare_count == SPARE_MAX) {
        exchange_free(exchange);
    } else {
        arena_reset(exchange->request.arena);
        exchange->next = listener->spare;
        listener->spare = exchange;
        listener->spare_count++;
    }
    listener_drop(listener);
}

static void resume(struct http_exchange *exchange)
{
    exchange->suspended = false;
    exchange->listener->resumed = true;
    MHD_resume_connection(exchange->mhd);
}

void exchange_interrupt(struct http_exchange *exchange)
{
    if (exchange->suspended)
        resume(exchange);
    if (exchange->stream != NULL)
        stream_interrupt(exchange->stream);
    if (exchange->handed != NULL)
        handed_interrupt(exchange->handed);
}

/* ---- the request arrives ---- */

static enum MHD_Result send_response(struct http_exchange *exchange, unsigned status,
                                     struct MHD_Response *response)
{
    enum MHD_Result result = MHD_queue_response(exchange->mhd, status, response);

    exchange->state = EXCHANGE_SENT;
    drop_response(exchange, response);
    return result;
}

/* Queued before the body was read, it makes libmicrohttpd close the connection: nothing of the rest is read.
 */
static enum MHD_Result refuse(struct http_exchange *exchange, struct refusal refusal)
{
    char *why = arena_printf(exchange->request.arena, "%s\n", refusal.why);
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(why), why, MHD_RESPMEM_PERSISTENT);

    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    if (refusal.status == MHD_HTTP_UNSUPPORTED_MEDIA_TYPE) /* RFC 9110 12.5.3 */
        MHD_add_response_header(response, MHD_HTTP_HEADER_ACCEPT_ENCODING,
                                exchange->listener->limits.decode ? "gzip, deflate" : "identity");
    connection_wait_written(exchange->connection);
    return send_response(exchange, refusal.status, response);
}

/* "/acs?x=1", or the form that is meant for proxies: "http://acs.example/acs?x=1" (RFC 9112 3.2.2). */
static bool split_target(struct http_request *request, char *target)
{
    char *query = strchr(target, '?');
    char *authority;

    request->query = "";
    if (query != NULL) {
        *query = '\0';
        request->query = query + 1;
    }
    if (strncasecmp(target, "http://", 7) == 0 || strncasecmp(target, "https://", 8) == 0) {
        authority = strstr(target, "//") + 2;
        request->path = strchr(authority, '/');
        if (request->path == NULL)
            request->path = "/";
        return true;
    }
    request->path = target;
    return target[0] == '/' || strcmp(target, "*") == 0;
}

/* An IPv4 client of a socket for both families is given its IPv4 address back. */
static void read_peer(struct http_exchange *exchange)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)info->client_addr;
    struct sockaddr_in *in = (struct sockaddr_in *)&exchange->request.peer;

    if (info->client_addr->sa_family == AF_INET) {
        memcpy(in, info->client_addr, sizeof(*in));
    } else if (info->client_addr->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
        *in = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = in6->sin6_port};
        memcpy(&in->sin_addr, in6->sin6_addr.s6_addr + 12, sizeof(in->sin_addr));
    } else if (info->client_addr->sa_family == AF_INET6) {
        memcpy(&exchange->request.peer, in6, sizeof(*in6));
    }
}

static enum MHD_Result send_answer(struct http_exchange *exchange)
{
    struct MHD_Response *response = exchange->response;

    exchange->response = NULL;
    if (exchange->stream == NULL && exchange->handed == NULL)
        connection_wait_written(exchange->connection);
    return send_response(exchange, exchange->status, response);
}

static uint64_t body_max(const struct http_exchange *exchange)
{
    return exchange->filling ? exchange->sink.max : exchange->listener->limits.body_max;
}

/* Those who may take a large body are asked before it comes. */
static void ask_for_admission(struct http_exchange *exchange)
{
    const struct http_listener *listener = exchange->listener;

    if (listener->limits.admit == NULL)
        return;
    read_peer(exchange);
    listener->limits.admit(exchange, listener->ctx);
}

static enum MHD_Result expect_body(struct http_exchange *exchange, const struct framing *framing)
{
    const struct http_limits *limits = &exchange->listener->limits;

    if (exchange->state == EXCHANGE_ANSWERED)
        return send_answer(exchange);
    if (framing->content_length > body_max(exchange))
        return refuse(exchange, (struct refusal){413, "the body is larger than this server accepts"});
    if (framing->chunked || framing->content_length > 0)
        connection_wait(exchange->connection, exchange->filling ? limits->stall_ms : limits->body_ms);
    return MHD_YES;
}

static enum MHD_Result begin(struct http_exchange *exchange, const char *method, const char *version)
{
    struct http_request *request = &exchange->request;
    struct framing framing;
    struct refusal refusal = audit_request(exchange->mhd, method, exchange->target, version, &framing);

    if (refusal.status != 0)
        return refuse(exchange, refusal);
    if (!split_target(request, exchange->target))
        return refuse(exchange, (struct refusal){400, "the request target is not a path"});
    if (framing.coding != HTTP_CODING_NONE && !exchange->listener->limits.decode)
        return refuse(exchange,
                      (struct refusal){415, "a compressed body is not accepted here; send it as it is"});
    request->method = arena_strdup(request->arena, method);
    exchange->coding = framing.coding;
    exchange->content_length = framing.content_length;
    exchange->state = EXCHANGE_READING;
    ask_for_admission(exchange);
    return expect_body(exchange, &framing);
}

/*
 * libmicrohttpd has no way to answer in the middle of a body. None of our answer to this request is on its
 * way yet, so these few bytes can go straight to the socket before it is closed.
 */
static enum MHD_Result refuse_rest(struct http_exchange *exchange)
{
    static const char reply[] =
        "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

    send(exchange->connection->fd, reply, sizeof(reply) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    return MHD_NO;
}

static void make_room(struct http_exchange *exchange, size_t need)
{
    size_t capacity = exchange->capacity * 2;

    if (need <= exchange->capacity)
        return;
    if (exchange->capacity == 0)
        capacity = exchange->content_length == 0             ? BODY_FIRST
                   : exchange->content_length < BODY_AT_ONCE ? (size_t)exchange->content_length + 1
                                                             : BODY_AT_ONCE;
    if (capacity < need)
        capacity = need;
    exchange->body = arena_grow(exchange->request.arena, exchange->body, exchange->capacity, capacity);
    exchange->capacity = capacity;
}

static void keep_piece(struct http_exchange *exchange, const char *bytes, size_t len)
{
    make_room(exchange, exchange->request.len + len + 1);
    memcpy(exchange->body + exchange->request.len, bytes, len);
}

/*
 * libmicrohttpd reads what is there and looks again when more comes: an end that was there with those bytes
 * comes no more, and the body would be waited for until it stalls. A chunked body may be whole without our
 * knowing it, so that one waits.
 */
static void end_if_broken_off(const struct http_exchange *exchange, size_t got)
{
    char next;

    if (got < exchange->content_length &&
        recv(exchange->connection->fd, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
        socket_end(exchange->connection->fd, false);
}

static void give_piece(struct http_exchange *exchange, const char *bytes, size_t len)
{
    exchange->sink.take(exchange->sink.ctx, bytes, len);
    end_if_broken_off(exchange, exchange->request.len + len);
    exchange->progress += len;
    if (exchange->progress < PROGRESS_BYTES)
        return;
    exchange->progress = 0;
    connection_wait(exchange->connection, exchange->listener->limits.stall_ms);
}

static enum MHD_Result take_body(struct http_exchange *exchange, const char *bytes, size_t *len)
{
    struct http_request *request = &exchange->request;

    if (*len > body_max(exchange) - request->len)
        return refuse_rest(exchange);
    if (exchange->filling)
        give_piece(exchange, bytes, *len);
    else
        keep_piece(exchange, bytes, *len);
    request->len += *len;
    *len = 0;
    return MHD_YES;
}

void http_take_body(struct http_exchange *exchange, const struct http_sink *sink)
{
    exchange->sink = *sink;
    exchange->filling = true;
}

void *http_body_taken(const struct http_exchange *exchange)
{
    return exchange->sink.ctx;
}

/* ---- the handler ---- */

/* After the handler has returned, or when the connection was resumed. */
static enum MHD_Result settle(struct http_exchange *exchange)
{
    struct http_listener *listener = exchange->listener;
    bool answered;
    bool stopping;

    listener_lock(listener);
    answered = exchange->state == EXCHANGE_ANSWERED;
    stopping = listener->stopping;
    if (!answered && !stopping) {
        exchange->suspended = true;
        MHD_suspend_connection(exchange->mhd);
    }
    listener_unlock(listener);
    if (answered)
        return send_answer(exchange);
    return stopping ? MHD_NO : MHD_YES;
}

/* An empty body is empty in every coding: devices send the header of their last message with it. */
static struct refusal decode_body(struct http_exchange *exchange)
{
    struct http_request *request = &exchange->request;
    enum err err;

    if (exchange->coding == HTTP_CODING_NONE || request->len == 0)
        return (struct refusal){0};
    err = coding_decode(exchange->coding, (struct coded_body){exchange->body, request->len},
                        exchange->listener->limits.body_max, request->arena, &exchange->body, &request->len);
    if (err == ERR_OK)
        return (struct refusal){0};
    return (struct refusal){err == ERR_TOO_LARGE ? 413 : 400, err_message()};
}

static enum MHD_Result hand_over(struct http_exchange *exchange)
{
    struct http_request *request = &exchange->request;
    struct refusal refusal = decode_body(exchange);

    if (refusal.status != 0)
        return refuse(exchange, refusal);
    connection_rest(exchange->connection);
    if (exchange->body != NULL)
        exchange->body[request->len] = '\0';
    request->body = exchange->body != NULL ? exchange->body : "";
    read_peer(exchange);
    exchange->filling = false;
    exchange->state = EXCHANGE_HANDLED;
    exchange->listener->handler(exchange, exchange->listener->ctx);
    return settle(exchange);
}

enum MHD_Result exchange_run(struct http_exchange *exchange, const char *method, const char *version,
                             const char *upload, size_t *upload_size)
{
    if (exchange->state == EXCHANGE_STARTED)
        return begin(exchange, method, version);
    if (*upload_size > 0)
        return take_body(exchange, upload, upload_size);
    return exchange->state == EXCHANGE_READING ? hand_over(exchange) : settle(exchange);
}

/* What may have reached the client: all that was written, or what the socket had sent when it broke off. */
static uint64_t sent_of_file(const struct http_exchange *exchange, bool whole)
{
    uint64_t sent;

    if (strcmp(exchange->request.method, "HEAD") == 0)
        return 0;
    if (whole || !socket_sent(exchange->connection->fd, &sent) ||
        sent - exchange->sent_before > exchange->file.len)
        return exchange->file.len;
    return sent - exchange->sent_before;
}

void exchange_over(struct http_exchange *exchange, bool whole)
{
    struct http_file file = exchange->file;

    if (exchange->filling)
        exchange->sink.gone(exchange->sink.ctx);
    exchange->filling = false;
    exchange->file.sent = NULL;
    if (file.sent != NULL)
        file.sent(file.ctx, sent_of_file(exchange, whole));
}

/* Not to be touched any more after this: another thread may have sent it and given it back. */
void exchange_answer(struct http_exchange *exchange, unsigned status, struct MHD_Response *response,
                     struct http_stream *stream)
{
    listener_lock(exchange->listener);
    exchange->status = status;
    exchange->response = response;
    exchange->stream = stream;
    exchange->state = EXCHANGE_ANSWERED;
    if (exchange->mhd == NULL) {
        exchange_give_back(exchange);
        return;
    }
    if (exchange->suspended)
        resume(exchange);
    listener_unlock(exchange->listener);
}
