#include "acs/files/file_server.h"

#include "acs/files/speed.h"

enum { BODY_MAX = 1024, IDLE_MS = 60000 };

static const char nonces[] = "nonces"; /* what the key that is made of the depot's is for */

struct file_server {
    struct file_service service;
    struct http_listener *listener;
};

static void handle(struct http_exchange *exchange, void *ctx)
{
    struct file_server *server = ctx;

    if (speed_is_path(http_request(exchange)->path))
        speed_serve(&server->service, exchange);
    else if (http_body_taken(exchange) != NULL)
        file_receive(&server->service, exchange);
    else
        file_fetch(&server->service, exchange);
}

static void admit(struct http_exchange *exchange, void *ctx)
{
    struct file_server *server = ctx;

    if (speed_is_path(http_request(exchange)->path))
        speed_admit(&server->service, exchange);
    else
        file_admit(&server->service, exchange);
}

enum err file_server_new(const struct files *files, struct db_pool *pool, struct file_server **ret)
{
    const struct config *config = files->config;
    struct http_limits limits = {
        .body_max = BODY_MAX,
        .header_ms = (uint32_t)config->header_ms,
        .body_ms = (uint32_t)config->body_ms,
        .idle_ms = IDLE_MS,
        .connections = (unsigned)config->files_connections,
        .connections_per_address = (unsigned)config->connections_per_address,
        .admit = admit,
    };
    struct file_server *server;
    struct speed *speed;
    enum err err;
    int fd;

    TRY(speed_new(config, &speed));
    err = http_bind(config->listen_files, false, &fd);
    if (err != ERR_OK) {
        speed_free(speed);
        return err;
    }
    server = HEAP_NEW(struct file_server);
    server->service = (struct file_service){.files = files, .pool = pool, .speed = speed};
    crypto_hmac_sha256(depot_key(files->depot), SHA256_BYTES, nonces, sizeof(nonces),
                       server->service.nonce_key);
    *ret = server;
    return http_listener_with_threads((unsigned)config->files_threads, fd, &limits, handle, server,
                                      &server->listener);
}

void file_server_free(struct file_server *server)
{
    if (server == NULL)
        return;
    if (server->listener != NULL)
        http_listener_free(server->listener);
    speed_free(server->service.speed);
    heap_free(server);
}
