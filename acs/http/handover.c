/*
 * A reply whose body is written past libmicrohttpd. It sends the head and asks for the body by a callback:
 * the connection is suspended then and its socket goes, as a descriptor of its own, to whoever writes the
 * body. Once that one gives it back the callback says that there is no more, and libmicrohttpd closes the
 * connection; so neither of the two ever writes to a descriptor that the other has closed.
 *
 * While mhd is set the connection exists (stream.c).
 */
#include "acs/http/listener.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "acs/http/answer.h"

enum { BLOCK_BYTES = 32 * 1024, NO_BLOCK = 16 /* never filled */ };

struct http_handed {
    pthread_mutex_t lock;
    unsigned holders; /* libmicrohttpd, and who writes the body */
    struct MHD_Connection *mhd;
    struct http_connection *connection;
    int fd;
    bool suspended;
    bool out;         /* somebody has it */
    bool back;        /* or had it */
    bool whole;       /* and wrote all of it */
    bool interrupted; /* it ends at once */
    struct http_handover given;
};

/* With the lock held, which it releases. */
static void drop(struct http_handed *handed)
{
    bool last = --handed->holders == 0;

    pthread_mutex_unlock(&handed->lock);
    if (!last)
        return;
    pthread_mutex_destroy(&handed->lock);
    heap_free(handed);
}

/* With the lock held. */
static void wake(struct http_handed *handed)
{
    if (!handed->suspended)
        return;
    handed->suspended = false;
    MHD_resume_connection(handed->mhd);
}

static void on_gone(void *cls)
{
    struct http_handed *handed = cls;

    pthread_mutex_lock(&handed->lock);
    handed->mhd = NULL;
    drop(handed);
}

/* With the lock held. False: there is no descriptor left. */
static bool hand_over(struct http_handed *handed)
{
    int fd = handed->given.file >= 0 ? -1 : fcntl(handed->fd, F_DUPFD_CLOEXEC, 0);

    if (fd < 0 && handed->given.file < 0)
        return false;
    handed->out = true;
    handed->holders++;
    handed->given.begin(handed->given.ctx, fd, handed);
    return true;
}

/* What the callback gets. */
struct block {
    uint64_t position;
    char *bytes;
    size_t max;
};

static ssize_t read_part(const struct http_handed *handed, const struct block *block)
{
    uint64_t left = handed->given.len - block->position;
    size_t len = left < block->max ? (size_t)left : block->max;
    ssize_t got =
        pread(handed->given.file, block->bytes, len, (off_t)(handed->given.offset + block->position));

    return got > 0 ? got : MHD_CONTENT_READER_END_WITH_ERROR;
}

/* With the lock held. */
static ssize_t go_on(struct http_handed *handed, const struct block *block)
{
    if (handed->interrupted || (handed->back && !handed->whole))
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (handed->back)
        return handed->given.file >= 0 ? read_part(handed, block) : MHD_CONTENT_READER_END_OF_STREAM;
    if (!handed->out && !hand_over(handed))
        return MHD_CONTENT_READER_END_WITH_ERROR;
    handed->suspended = true;
    MHD_suspend_connection(handed->mhd);
    return 0;
}

/* What we send is waited for like any reply. */
static ssize_t on_read(void *cls, uint64_t position, char *bytes, size_t max)
{
    struct http_handed *handed = cls;
    ssize_t len;

    pthread_mutex_lock(&handed->lock);
    len = go_on(handed, &(struct block){position, bytes, max});
    pthread_mutex_unlock(&handed->lock);
    if (len > 0)
        connection_wait_written(handed->connection);
    return len;
}

static struct http_handed *handed_new(const struct http_exchange *exchange,
                                      const struct http_handover *handover)
{
    struct http_handed *handed = HEAP_NEW(struct http_handed);

    *handed = (struct http_handed){.holders = 1,
                                   .mhd = exchange->mhd,
                                   .connection = exchange->connection,
                                   .fd = exchange->connection->fd,
                                   .given = *handover};
    pthread_mutex_init(&handed->lock, NULL);
    return handed;
}

void http_reply_handover(struct http_exchange *exchange, const struct http_reply *reply,
                         const struct http_handover *handover)
{
    struct http_handed *handed = handed_new(exchange, handover);
    bool by_us = handover->file >= 0;
    struct http_reply last = *reply;
    struct MHD_Response *response = MHD_create_response_from_callback(
        handover->len, by_us ? BLOCK_BYTES : NO_BLOCK, on_read, handed, on_gone);

    last.close = !by_us && strcmp(exchange->request.method, "HEAD") != 0;
    exchange->file = (struct http_file){.len = handover->len, .sent = handover->sent, .ctx = handover->ctx};
    if (!socket_sent(exchange->connection->fd, &exchange->sent_before))
        exchange->sent_before = 0;
    if (reply_add_headers(response, &last)) {
        exchange->handed = handed;
        exchange_answer(exchange, reply->status, response, NULL);
        return;
    }
    MHD_destroy_response(response);
    exchange->file.len = 0;
    exchange_answer(exchange, MHD_HTTP_INTERNAL_SERVER_ERROR, exchange->listener->nothing, NULL);
}

void http_handed_back(struct http_handed *handed, bool whole)
{
    pthread_mutex_lock(&handed->lock);
    handed->back = true;
    handed->whole = whole;
    if (!whole && handed->mhd != NULL)
        socket_end(handed->fd, true);
    wake(handed);
    drop(handed);
}

/* Who has the socket sees that it is shut down, and gives it back. */
void handed_interrupt(struct http_handed *handed)
{
    pthread_mutex_lock(&handed->lock);
    handed->interrupted = true;
    if (handed->mhd != NULL)
        socket_end(handed->fd, true);
    wake(handed);
    pthread_mutex_unlock(&handed->lock);
}
