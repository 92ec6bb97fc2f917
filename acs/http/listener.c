#include "acs/http/listener.h"

#include <errno.h>
#include <linux/tcp.h>
#include <string.h>
#include <unistd.h>

#include "acs/base/clock.h"

enum {
    POOL_BYTES =
        16 * 1024, /* per connection, resident after its first request: the knee of memory and speed */
    QUERY_FIELDS_MAX = 64, /* libmicrohttpd makes a record of each in that pool, and spins if they fill it */
    STALL_MS = 20 * MS_PER_S,
    SWEEP_US = DEADLINE_TICK_MS * US_PER_MS
};

/* ---- lock and deadlines ---- */

void listener_lock(struct http_listener *listener)
{
    if (listener->threaded)
        pthread_mutex_lock(&listener->lock);
}

void listener_unlock(struct http_listener *listener)
{
    if (listener->threaded)
        pthread_mutex_unlock(&listener->lock);
}

static int64_t now_ms(const struct http_listener *listener)
{
    return listener->threaded ? clock_mono_ms() : listener->now_ms;
}

static void wait_for(struct http_connection *connection, uint32_t ms, bool writing)
{
    struct http_listener *listener = connection->listener;

    listener_lock(listener);
    connection->writing = writing;
    deadline_set(&listener->deadlines, &connection->deadline, now_ms(listener) + ms);
    listener_unlock(listener);
}

void connection_wait(struct http_connection *connection, uint32_t ms)
{
    wait_for(connection, ms, false);
}

void connection_wait_written(struct http_connection *connection)
{
    wait_for(connection, connection->listener->limits.stall_ms, true);
}

void connection_rest(struct http_connection *connection)
{
    listener_lock(connection->listener);
    deadline_clear(&connection->deadline);
    listener_unlock(connection->listener);
}

/* Since it was last asked; the first time, since the connection began. A socket that cannot tell has made
 * none. */
static bool makes_progress(struct http_connection *connection)
{
    uint64_t before = connection->acked;

    return http_socket_acked(connection->fd, &connection->acked) &&
           connection->acked - before >= PROGRESS_BYTES;
}

bool http_socket_acked(int fd, uint64_t *ret)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof(info);

    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
        return false;
    *ret = info.tcpi_bytes_acked;
    return true;
}

bool socket_sent(int fd, uint64_t *ret)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof(info);

    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
        return false;
    *ret = info.tcpi_bytes_sent + info.tcpi_notsent_bytes;
    return true;
}

void socket_end(int fd, bool unread)
{
    const struct linger at_once = {.l_onoff = 1};

    if (unread)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    shutdown(fd, SHUT_RDWR);
}

static void on_expired(struct deadline *deadline, void *ctx)
{
    struct http_connection *connection = (struct http_connection *)deadline;
    struct http_listener *listener = ctx;

    if (connection->writing && makes_progress(connection))
        deadline_set(&listener->deadlines, deadline, now_ms(listener) + listener->limits.stall_ms);
    else
        socket_end(connection->fd, connection->writing);
}

static void on_sweep(void *ctx)
{
    listener_sweep(ctx);
}

/* In the thread of listener->loop, which with threads is not that of the daemon. */
void listener_sweep(struct http_listener *listener)
{
    listener_lock(listener);
    if (!listener->threaded)
        listener->now_ms = clock_mono_ms();
    deadlines_sweep(&listener->deadlines, now_ms(listener), on_expired, listener);
    listener_unlock(listener);
    loop_timer_set(listener->loop, &listener->sweep_timer, clock_mono_us() + SWEEP_US, on_sweep, listener);
}

/* ---- what libmicrohttpd tells ---- */

static enum MHD_Result on_accept(void *cls, const struct sockaddr *address, socklen_t len)
{
    struct http_listener *listener = cls;

    (void)address;
    (void)len;
    return http_listener_open_connections(listener) < listener->limits.connections + listener->limits.crowd
               ? MHD_YES
               : MHD_NO;
}

static struct http_connection *connection_open(struct http_listener *listener, struct MHD_Connection *mhd)
{
    struct http_connection *connection = HEAP_NEW(struct http_connection);

    connection->listener = listener;
    connection->idle_ms = listener->limits.idle_ms;
    connection->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    connection->crowded = listener->open >= listener->limits.connections;
    listener->open++;
    connection_wait(connection, listener->limits.header_ms);
    return connection;
}

static void connection_close(struct http_connection *connection)
{
    struct http_listener *listener = connection->listener;

    http_connection_set_user(connection, NULL, NULL);
    listener_lock(listener);
    deadline_clear(&connection->deadline);
    listener_unlock(listener);
    listener->open--;
    heap_free(connection);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        *context = connection_open(cls, mhd);
    else
        connection_close(*context);
}

static unsigned query_fields(const char *target)
{
    unsigned count = 0;

    for (const char *next = strchr(target, '?'); next != NULL; next = strchr(next + 1, '&'))
        count++;
    return count;
}

/* The time for the first request's headers runs from accept, so that a silent connection has an end, too. */
static void *on_request_line(void *cls, const char *target, struct MHD_Connection *mhd)
{
    struct http_listener *listener = cls;
    struct http_exchange *exchange = exchange_take(listener);
    struct http_connection *connection;

    connection = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    exchange->mhd = mhd;
    exchange->connection = connection;
    exchange->target = arena_strdup(exchange->request.arena, target);
    if (connection->served)
        connection_wait(connection, listener->limits.header_ms);
    connection->served = true;
    if (query_fields(target) > QUERY_FIELDS_MAX)
        socket_end(connection->fd, false);
    return exchange;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_size,
                                  void **context)
{
    (void)cls;
    (void)mhd;
    (void)url;
    return exchange_run(*context, method, version, upload, upload_size);
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **context,
                         enum MHD_RequestTerminationCode code)
{
    struct http_listener *listener = cls;
    struct http_exchange *exchange = *context;

    (void)mhd;
    if (exchange == NULL)
        return;
    *context = NULL;
    exchange_over(exchange, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK)
        connection_wait(exchange->connection, exchange->connection->idle_ms);
    listener_lock(listener);
    exchange->mhd = NULL;
    exchange->connection = NULL;
    if (exchange->state == EXCHANGE_HANDLED) /* its reply is still to come */
        listener_unlock(listener);
    else
        exchange_give_back(exchange);
}

/* Paths and queries are decoded by who reads them. */
static size_t leave_escapes(void *cls, struct MHD_Connection *mhd, char *text)
{
    (void)cls;
    (void)mhd;
    return strlen(text);
}

/* ---- life ---- */

struct http_listener *listener_new(const struct http_limits *limits, http_handler *handler, void *ctx)
{
    struct http_listener *listener = HEAP_NEW(struct http_listener);

    listener->limits = *limits;
    if (listener->limits.stall_ms == 0)
        listener->limits.stall_ms = STALL_MS;
    listener->handler = handler;
    listener->ctx = ctx;
    listener->quiesced_fd = -1;
    listener->epoll_fd = -1;
    listener->holders = 1;
    listener->now_ms = clock_mono_ms();
    deadlines_init(&listener->deadlines, listener->now_ms);
    pthread_mutex_init(&listener->lock, NULL);
    listener->nothing = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    return listener;
}

/* Our limit refuses in on_accept(). libmicrohttpd's, which is divided by its threads, would let them wait. */
static struct MHD_Daemon *start_daemon(struct http_listener *listener, int fd, unsigned flags,
                                       unsigned threads)
{
    const struct http_limits *limits = &listener->limits;
    const intptr_t connections =
        ((intptr_t)limits->connections + limits->crowd + 1) * (threads ? threads : 1);
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_LISTEN_SOCKET,                                   fd,                              NULL    },
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT,                         POOL_BYTES,                      NULL    },
        {MHD_OPTION_CONNECTION_LIMIT,                                connections,                     NULL    },
        {MHD_OPTION_PER_IP_CONNECTION_LIMIT,                         limits->connections_per_address, NULL    },
        {MHD_OPTION_NOTIFY_CONNECTION,                               (intptr_t)on_connection,         listener},
        {MHD_OPTION_NOTIFY_COMPLETED,                                (intptr_t)on_completed,          listener},
        {MHD_OPTION_URI_LOG_CALLBACK,                                (intptr_t)on_request_line,       listener},
        {MHD_OPTION_UNESCAPE_CALLBACK,                               (intptr_t)leave_escapes,         NULL    },
        {threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, threads,                         NULL    },
        {MHD_OPTION_END,                                             0,                               NULL    },
    };

    return MHD_start_daemon(flags | MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, on_accept, listener,
                            on_request, listener, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

void http_listener_stop_accepting(struct http_listener *listener)
{
    if (listener->quiesced_fd < 0)
        listener->quiesced_fd = MHD_quiesce_daemon(listener->daemon);
    if (listener->quiesced_fd >= 0) /* not closed yet: a thread may be about to look at it */
        shutdown(listener->quiesced_fd, SHUT_RDWR);
}

unsigned http_listener_open_connections(const struct http_listener *listener)
{
    return listener->open;
}

void listener_drop(struct http_listener *listener)
{
    bool last = --listener->holders == 0;

    listener_unlock(listener);
    if (!last)
        return;
    exchanges_free(listener->spare);
    pthread_mutex_destroy(&listener->lock);
    heap_free(listener);
}

/* libmicrohttpd does not stop while a connection is suspended. */
static void let_go(struct http_listener *listener)
{
    listener_lock(listener);
    listener->stopping = true;
    for (struct http_exchange *exchange = listener->live; exchange != NULL; exchange = exchange->next)
        exchange_interrupt(exchange);
    listener_unlock(listener);
}

void listener_end(struct http_listener *listener)
{
    let_go(listener);
    if (listener->daemon != NULL)
        MHD_stop_daemon(listener->daemon);
    if (listener->quiesced_fd >= 0)
        close(listener->quiesced_fd);
    MHD_destroy_response(listener->nothing);
    listener_lock(listener);
    listener_drop(listener);
}

void http_listener_free(struct http_listener *listener)
{
    if (listener == NULL)
        return;
    if (listener->threaded)
        listener_stop_sweeper(listener);
    else
        listener_leave_loop(listener);
    listener_end(listener);
}

enum err listener_start(struct http_listener *listener, int fd, unsigned flags, unsigned threads)
{
    int number;

    listener->daemon = start_daemon(listener, fd, flags, threads);
    if (listener->daemon != NULL)
        return ERR_OK;
    number = errno;
    close(fd);
    http_listener_free(listener);
    return err_set(ERR_UNAVAILABLE, "cannot start the HTTP server: %s", strerror(number));
}
