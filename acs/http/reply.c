#include "acs/http/listener.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acs/http/answer.h"

static bool is_plain(const struct http_reply *reply)
{
    return reply->len == 0 && reply->header_count == 0 && !reply->close &&
           (reply->content_type == NULL || reply->status == MHD_HTTP_NO_CONTENT);
}

bool reply_add_headers(struct MHD_Response *response, const struct http_reply *reply)
{
    if (reply->content_type != NULL && reply->status != MHD_HTTP_NO_CONTENT &&
        !MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->content_type))
        return false;
    for (size_t i = 0; i < reply->header_count; i++)
        if (!MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value))
            return false;
    return !reply->close || MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
}

/* The body stays where it is. libmicrohttpd takes a pointer that is not const, and only reads. */
static struct MHD_Response *new_response(const struct http_reply *reply)
{
    union {
        const char *given;
        void *taken;
    } body = {.given = reply->body};

    return MHD_create_response_from_buffer(reply->len, body.taken, MHD_RESPMEM_PERSISTENT);
}

/* Most sessions end with an empty reply: the response for it is shared. A header that cannot be sent is our
 * bug. */
void http_reply(struct http_exchange *exchange, const struct http_reply *reply)
{
    struct MHD_Response *nothing = exchange->listener->nothing;
    struct MHD_Response *response;

    if (is_plain(reply)) {
        exchange_answer(exchange, reply->status, nothing, NULL);
        return;
    }
    response = new_response(reply);
    if (reply_add_headers(response, reply)) {
        exchange_answer(exchange, reply->status, response, NULL);
        return;
    }
    MHD_destroy_response(response);
    exchange_answer(exchange, MHD_HTTP_INTERNAL_SERVER_ERROR, nothing, NULL);
}

struct source {
    struct http_source given;
    const char *bytes; /* of the piece, what is not sent yet */
    size_t len;
};

static ssize_t read_source(void *cls, uint64_t position, char *bytes, size_t max)
{
    struct source *source = cls;
    size_t len;

    (void)position;
    if (source->len == 0 && !source->given.next(source->given.ctx, &source->bytes, &source->len))
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (source->len == 0)
        return MHD_CONTENT_READER_END_OF_STREAM;
    len = source->len < max ? source->len : max;
    memcpy(bytes, source->bytes, len);
    source->bytes += len;
    source->len -= len;
    return (ssize_t)len;
}

static void end_source(void *cls)
{
    struct source *source = cls;

    source->given.done(source->given.ctx);
    heap_free(source);
}

void http_reply_source(struct http_exchange *exchange, const struct http_reply *reply,
                       const struct http_source *given)
{
    enum { BLOCK_BYTES = 32 * 1024 };
    struct source *source = HEAP_NEW(struct source);
    struct MHD_Response *response;

    source->given = *given;
    response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, read_source, source, end_source);
    if (reply_add_headers(response, reply)) {
        exchange_answer(exchange, reply->status, response, NULL);
        return;
    }
    MHD_destroy_response(response);
    exchange_answer(exchange, MHD_HTTP_INTERNAL_SERVER_ERROR, exchange->listener->nothing, NULL);
}

/* A part of no length needs no file, and libmicrohttpd takes none for it. */
static struct MHD_Response *new_file_response(const struct http_file *file)
{
    if (file->len > 0)
        return MHD_create_response_from_fd_at_offset64(file->len, file->fd, file->offset);
    close(file->fd);
    return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
}

/* Where the kernel cannot, it goes faster. */
static void pace(int fd, uint64_t rate)
{
    uint32_t most = rate < UINT32_MAX ? (uint32_t)rate : UINT32_MAX;

    (void)setsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, &most, sizeof(most));
}

void http_reply_file(struct http_exchange *exchange, const struct http_reply *reply,
                     const struct http_file *file)
{
    struct MHD_Response *response = new_file_response(file);

    exchange->file = *file;
    if (file->rate > 0)
        pace(exchange->connection->fd, file->rate);
    if (!socket_sent(exchange->connection->fd, &exchange->sent_before))
        exchange->sent_before = 0;
    if (response != NULL && reply_add_headers(response, reply)) {
        exchange_answer(exchange, reply->status, response, NULL);
        return;
    }
    if (response != NULL)
        MHD_destroy_response(response);
    else
        close(file->fd);
    exchange->file.len = 0;
    exchange_answer(exchange, MHD_HTTP_INTERNAL_SERVER_ERROR, exchange->listener->nothing, NULL);
}
