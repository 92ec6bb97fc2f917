/*
 * A reply that goes on. libmicrohttpd asks for bytes by a callback; when there are none the connection is
 * suspended, and whoever brings the next resumes it. Both under one lock, or a connection would be resumed
 * before it sleeps, and then sleep for good.
 *
 * While mhd is set the connection exists and its socket is open: libmicrohttpd drops the response, and so
 * calls on_gone(), before it closes either.
 */
#include "acs/http/listener.h"

#include <netinet/tcp.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/http/answer.h"

enum {
    BLOCK_BYTES = 4 * 1024,
    UNREAD_MS =
        60 * MS_PER_S /* a client that acknowledges nothing for so long is gone; there is no deadline here */
};

struct http_stream {
    pthread_mutex_t lock;
    unsigned holders; /* the caller and libmicrohttpd */
    struct MHD_Connection *mhd;
    int fd;
    bool suspended;
    bool closed;      /* by the caller: it ends once the buffer is sent */
    bool overflowed;  /* it ends at once */
    bool interrupted; /* as well */
    char *buffer;
    size_t len;
    size_t capacity;
    size_t max;
};

/* With the lock held, which it releases. */
static void drop(struct http_stream *stream)
{
    bool last = --stream->holders == 0;

    pthread_mutex_unlock(&stream->lock);
    if (!last)
        return;
    pthread_mutex_destroy(&stream->lock);
    heap_free(stream->buffer);
    heap_free(stream);
}

/* With the lock held. */
static void wake(struct http_stream *stream)
{
    if (!stream->suspended)
        return;
    stream->suspended = false;
    MHD_resume_connection(stream->mhd);
}

static void on_gone(void *cls)
{
    struct http_stream *stream = cls;

    pthread_mutex_lock(&stream->lock);
    stream->mhd = NULL;
    drop(stream);
}

/* With the lock held. */
static ssize_t take(struct http_stream *stream, char *bytes, size_t max)
{
    size_t len = stream->len < max ? stream->len : max;

    if (stream->interrupted)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (len > 0) {
        memcpy(bytes, stream->buffer, len);
        stream->len -= len;
        memmove(stream->buffer, stream->buffer + len, stream->len);
        return (ssize_t)len;
    }
    if (stream->closed)
        return MHD_CONTENT_READER_END_OF_STREAM;
    stream->suspended = true;
    MHD_suspend_connection(stream->mhd);
    return 0;
}

static ssize_t on_read(void *cls, uint64_t position, char *bytes, size_t max)
{
    struct http_stream *stream = cls;
    ssize_t len;

    (void)position;
    pthread_mutex_lock(&stream->lock);
    len = take(stream, bytes, max);
    pthread_mutex_unlock(&stream->lock);
    return len;
}

static struct http_stream *stream_new(const struct http_exchange *exchange, size_t buffer_max)
{
    struct http_stream *stream = HEAP_NEW(struct http_stream);
    unsigned unread_ms = UNREAD_MS;

    pthread_mutex_init(&stream->lock, NULL);
    stream->holders = 2;
    stream->max = buffer_max;
    stream->mhd = exchange->mhd;
    if (exchange->connection != NULL) {
        stream->fd = exchange->connection->fd;
        setsockopt(stream->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unread_ms, sizeof(unread_ms));
    }
    return stream;
}

struct http_stream *http_reply_stream(struct http_exchange *exchange, const char *content_type,
                                      size_t buffer_max)
{
    struct http_stream *stream = stream_new(exchange, buffer_max);
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, on_read, stream, on_gone);

    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    MHD_add_response_header(response, "X-Accel-Buffering", "no"); /* or nginx in front keeps the events */
    exchange_answer(exchange, MHD_HTTP_OK, response, stream);
    return stream;
}

/* With the lock held. */
static bool append(struct http_stream *stream, const char *bytes, size_t len)
{
    if (len > stream->max - stream->len) {
        stream->overflowed = true;
        return false;
    }
    if (stream->len + len > stream->capacity) {
        stream->capacity = stream->len + len;
        stream->buffer = heap_grow(stream->buffer, stream->capacity);
    }
    memcpy(stream->buffer + stream->len, bytes, len);
    stream->len += len;
    return true;
}

bool http_stream_send(struct http_stream *stream, const char *bytes, size_t len)
{
    bool sent;

    pthread_mutex_lock(&stream->lock);
    sent = stream->mhd != NULL && append(stream, bytes, len);
    if (sent)
        wake(stream);
    pthread_mutex_unlock(&stream->lock);
    return sent;
}

void http_stream_close(struct http_stream *stream)
{
    pthread_mutex_lock(&stream->lock);
    stream->closed = true;
    if (stream->mhd != NULL && stream->overflowed)
        socket_end(stream->fd, true);
    wake(stream);
    drop(stream);
}

void stream_interrupt(struct http_stream *stream)
{
    pthread_mutex_lock(&stream->lock);
    stream->interrupted = true;
    wake(stream);
    pthread_mutex_unlock(&stream->lock);
}
