#include "acs/files/file_server.h"

#include "acs/files/pump.h"
#include "acs/files/speed.h"

enum { BODY_MAX = 1024, IDLE_MS = 60000, STALL_MS = 20000 };

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

static enum err make_parts(struct file_server *server, const struct config *config)
{
    const struct pump_limits limits = {
        .rate = config->files_rate * FILE_BYTES_PER_MBIT,
        .stall_ms = STALL_MS,
    };

    TRY(speed_new(config, &server->service.speed));
    return pump_new(&limits, &server->service.pump);
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
    struct file_server *server = HEAP_NEW(struct file_server);
    enum err err;
    int fd;

    server->service = (struct file_service){.files = files, .pool = pool};
    err = make_parts(server, config);
    if (err == ERR_OK)
        err = http_bind(config->listen_files, false, &fd);
    if (err != ERR_OK) {
        file_server_free(server);
        return err;
    }
    crypto_hmac_sha256(depot_key(files->depot), SHA256_BYTES, nonces, sizeof(nonces),
                       server->service.nonce_key);
    *ret = server;
    return http_listener_with_threads((unsigned)config->files_threads, fd, &limits, handle, server,
                                      &server->listener);
}

void file_server_set_rate(struct file_server *server, uint64_t bytes_per_s)
{
    pump_set_rate(server->service.pump, bytes_per_s);
}

void file_server_free(struct file_server *server)
{
    if (server == NULL)
        return;
    if (server->listener != NULL)
        http_listener_free(server->listener);
    pump_free(server->service.pump); /* what it has is given back to who is gone */
    speed_free(server->service.speed);
    heap_free(server);
}
