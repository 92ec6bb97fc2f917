#include "tests/acs/http_server.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>

#include "tests/acs/http_peer.h"

enum { LONG_BYTES = 16 * 1024 * 1024, THREADS = 3 };

struct server {
    struct loop *loop; /* NULL: with threads */
    struct http_listener *listener;
    pthread_t thread;
    atomic_uint echoes;
    char address[64];
};

const struct http_limits generous = {
    .body_max = (size_t)1024 * 1024,
    .header_ms = 10000,
    .body_ms = 10000,
    .idle_ms = 10000,
    .connections = 1000,
};

void reply_text(struct http_exchange *exchange, unsigned status, const char *text)
{
    http_reply(exchange,
               &(struct http_reply){
                   .status = status, .content_type = "text/plain", .body = text, .len = strlen(text)});
}

static void reply_echo(void *ctx)
{
    struct http_exchange *exchange = ctx;
    const struct http_request *request = http_request(exchange);

    reply_text(exchange, 200,
               arena_printf(request->arena, "%s %s?%s\n%s", request->method, request->path, request->query,
                            request->body));
}

static void reply_long(struct http_exchange *exchange)
{
    static const char zeros[LONG_BYTES];

    http_reply(exchange, &(struct http_reply){.status = 200, .body = zeros, .len = LONG_BYTES});
}

void echo(struct http_exchange *exchange, void *ctx)
{
    struct server *server = ctx;
    const char *path = http_request(exchange)->path;

    server->echoes++;
    if (strcmp(path, "/nothing") == 0)
        http_reply(exchange, &(struct http_reply){.status = 204, .content_type = "text/plain"});
    else if (strcmp(path, "/close") == 0)
        http_reply(exchange, &(struct http_reply){.status = 200, .close = true});
    else if (strcmp(path, "/later") == 0)
        loop_post(server->loop, reply_echo, exchange);
    else if (strcmp(path, "/long") == 0)
        reply_long(exchange);
    else
        reply_echo(exchange);
}

unsigned server_echoes(const struct server *server)
{
    return server->echoes;
}

static struct server *server_new(int *ret_fd)
{
    struct server *server = HEAP_NEW(struct server);

    assert_int_equal(http_bind("127.0.0.1:0", false, ret_fd), ERR_OK);
    assert_int_equal(http_bound_address(*ret_fd, server->address, sizeof(server->address)), ERR_OK);
    return server;
}

static void *run(void *ctx)
{
    loop_run(ctx);
    return NULL;
}

struct server *server_in_loop(const struct http_limits *limits, http_handler *handler)
{
    int fd;
    struct server *server = server_new(&fd);

    server->loop = loop_new();
    assert_int_equal(
        http_listener_in_loop(server->loop, fd, limits, handler ? handler : echo, server, &server->listener),
        ERR_OK);
    assert_int_equal(pthread_create(&server->thread, NULL, run, server->loop), 0);
    return server;
}

struct server *server_with_threads(const struct http_limits *limits, http_handler *handler)
{
    int fd;
    struct server *server = server_new(&fd);

    assert_int_equal(
        http_listener_with_threads(THREADS, fd, limits, handler ? handler : echo, server, &server->listener),
        ERR_OK);
    return server;
}

void server_stop(struct server *server)
{
    if (server->loop != NULL) {
        loop_stop(server->loop);
        pthread_join(server->thread, NULL);
    }
    http_listener_free(server->listener);
    loop_free(server->loop);
    heap_free(server);
}

const char *server_address(const struct server *server)
{
    return server->address;
}

struct http_listener *server_listener(const struct server *server)
{
    return server->listener;
}

struct loop *server_loop(const struct server *server)
{
    return server->loop;
}

struct call {
    loop_fn *fn;
    void *ctx;
    sem_t done;
};

static void on_call(void *ctx)
{
    struct call *call = ctx;

    call->fn(call->ctx);
    sem_post(&call->done);
}

void server_call(struct server *server, loop_fn *fn, void *ctx)
{
    struct call call = {.fn = fn, .ctx = ctx};

    sem_init(&call.done, 0, 0);
    loop_post(server->loop, on_call, &call);
    sem_wait(&call.done);
    sem_destroy(&call.done);
}
