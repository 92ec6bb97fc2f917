#include "tests/cpesim/cr_server.h"

#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "acs/base/crypto.h"
#include "acs/base/text.h"
#include "tests/cpesim/digest.h"
#include "tests/cpesim/http_wire.h"
#include "tests/cpesim/story.h"

enum {
    CONNECTIONS_MAX = 512,
    READ_SIZE = 2048,
    HEAD_MAX = 8 * 1024,
    IDLE_MS = 5000,
    NONCE_SECONDS = 300,
    NONCE_TIME_DIGITS = 16,
    NONCE_PROOF_BYTES = 16,
    NONCE_SIZE = NONCE_TIME_DIGITS + 2 * NONCE_PROOF_BYTES + 1
};

static const char realm[] = "home gateway";
static const char path_prefix[] = "/cr/";

struct cr_connection {
    struct cr_server *server;
    struct cr_connection *next;
    int fd;
    struct bytes in;
    struct alarm idle;
};

struct cr_server {
    struct fleet *fleet;
    int fd;
    char base[160];
    unsigned char key[32]; /* of the nonces */
    struct cr_connection *connections;
    unsigned count;
};

/* What is answered to one request. */
struct reply {
    unsigned status;
    const char *fields; /* each with its CR LF */
    bool close;
    bool vanish; /* close without a word */
    bool silent; /* not even that: it never came to the home */
};

/* ---- nonces: the time, and a proof that it is ours ---- */

static void write_nonce(const struct cr_server *server, int64_t time_us, char ret[NONCE_SIZE])
{
    unsigned char proof[SHA256_BYTES];

    snprintf(ret, NONCE_SIZE, "%0*" PRIx64, NONCE_TIME_DIGITS, (uint64_t)time_us);
    crypto_hmac_sha256(server->key, sizeof(server->key), ret, NONCE_TIME_DIGITS, proof);
    crypto_hex(proof, NONCE_PROOF_BYTES, ret + NONCE_TIME_DIGITS);
}

/* When it was made; 0: it is none of ours. */
static int64_t read_nonce(const struct cr_server *server, const char *nonce)
{
    char expected[NONCE_SIZE], digits[NONCE_TIME_DIGITS + 1];
    int64_t time_us;

    if (strlen(nonce) != NONCE_SIZE - 1)
        return 0;
    snprintf(digits, sizeof(digits), "%.*s", NONCE_TIME_DIGITS, nonce);
    time_us = (int64_t)strtoull(digits, NULL, 16);
    write_nonce(server, time_us, expected);
    return crypto_equal(expected, nonce, NONCE_SIZE - 1) ? time_us : 0;
}

/* Each nc is taken once (RFC 7616 3.4.5). */
static bool is_fresh(struct home *home, int64_t nonce_us, const char *nc)
{
    uint32_t count = (uint32_t)strtoul(nc, NULL, 16);

    if (clock_mono_us() - nonce_us > (int64_t)NONCE_SECONDS * US_PER_S)
        return false;
    if (home->cr_nonce == nonce_us && count <= home->cr_nc)
        return false;
    home->cr_nonce = nonce_us;
    home->cr_nc = count;
    return true;
}

/* ---- answering ---- */

static struct reply challenge(struct cr_server *server, bool stale)
{
    char nonce[NONCE_SIZE];

    write_nonce(server, clock_mono_us(), nonce);
    return (struct reply){
        .status = 401,
        .fields = arena_printf(
            server->fleet->scratch,
            "WWW-Authenticate: Digest realm=\"%s\", qop=\"auth\", nonce=\"%s\", opaque=\"%.8s\", "
            "algorithm=MD5%s\r\n",
            realm, nonce, nonce, stale ? ", stale=true" : ""),
    };
}

static enum err verify(struct home *home, const struct auth_claim *claim, const char *uri)
{
    struct arena *arena = home->fleet->scratch;
    const struct auth_credentials credentials = {
        tree_text(&home->tree, "ManagementServer.ConnectionRequestUsername", arena),
        tree_text(&home->tree, "ManagementServer.ConnectionRequestPassword", arena),
    };
    const struct auth_target target = {"GET", uri};

    if (*credentials.username == '\0')
        return err_set(ERR_DENIED, "the ACS has not yet set credentials");
    if (strcmp(claim->realm, realm) != 0)
        return err_set(ERR_DENIED, "the realm is not that of the challenge");
    return auth_verify(claim, &credentials, &target);
}

static struct reply accept_request(struct home *home)
{
    if (home_connection_request(home)) {
        tally_count(&home->fleet->tally, TALLY_CR_ACCEPTED);
        return (struct reply){.status = 200};
    }
    tally_count(&home->fleet->tally, TALLY_CR_BUSY);
    return (struct reply){.status = 503};
}

static struct reply answer_home(struct cr_server *server, struct home *home, const struct http_head *head)
{
    struct tally *tally = &server->fleet->tally;
    const char *authorization = http_head_find(head, "Authorization");
    struct auth_claim claim;
    int64_t nonce_us;

    if (authorization == NULL || auth_read_claim(authorization, server->fleet->scratch, &claim) != ERR_OK) {
        tally_count(tally, TALLY_CR_CHALLENGED);
        return challenge(server, false);
    }
    nonce_us = read_nonce(server, claim.nonce);
    if (nonce_us == 0 || verify(home, &claim, head->line[1]) != ERR_OK) {
        tally_count(tally, TALLY_CR_DENIED);
        return challenge(server, false);
    }
    if (!is_fresh(home, nonce_us, claim.nc)) {
        tally_count(tally, TALLY_CR_CHALLENGED);
        return challenge(server, true);
    }
    return accept_request(home);
}

static void check_request(struct cr_server *server, const char *serial, const struct http_head *head)
{
    const char *length = http_head_find(head, "Content-Length");
    const char *authorization = http_head_find(head, "Authorization");

    if ((length != NULL && strcmp(length, "0") != 0) || http_head_find(head, "Transfer-Encoding") != NULL)
        tally_violation(&server->fleet->tally, serial, "3.2.2", "a connection request with a body");
    if (authorization != NULL && strncasecmp(authorization, "Basic", 5) == 0)
        tally_violation(&server->fleet->tally, serial, "3.2.2",
                        "a connection request with Basic credentials");
    if (http_head_find(head, "Host") == NULL)
        tally_violation(&server->fleet->tally, serial, "3.2.2", "a connection request without Host");
}

static struct reply answer(struct cr_server *server, const struct http_head *head)
{
    const char *serial = head->line[1] + strlen(path_prefix);
    struct home *home = NULL;

    if (text_starts_with(head->line[1], path_prefix))
        home = fleet_find(server->fleet, serial);
    if (home == NULL || strcmp(head->line[0], "GET") != 0) {
        tally_count(&server->fleet->tally, TALLY_CR_UNKNOWN);
        return home == NULL ? (struct reply){.status = 404}
                            : (struct reply){.status = 405, .fields = "Allow: GET\r\n", .close = true};
    }
    if (story_is_deaf(home)) {
        tally_count(&server->fleet->tally, TALLY_CR_GONE);
        return (struct reply){.silent = true};
    }
    if (!home->on) {
        tally_count(&server->fleet->tally, TALLY_CR_GONE);
        return (struct reply){.vanish = true};
    }
    check_request(server, serial, head);
    return answer_home(server, home, head);
}

/* ---- connections ---- */

static void connection_free(struct cr_connection *connection)
{
    struct cr_server *server = connection->server;
    struct cr_connection **link = &server->connections;

    while (*link != connection)
        link = &(*link)->next;
    *link = connection->next;
    server->count--;
    alarm_clear(server->fleet->alarms, &connection->idle);
    loop_unwatch(server->fleet->loop, connection->fd);
    close(connection->fd);
    bytes_free(&connection->in);
    heap_free(connection);
}

static void on_idle(void *ctx)
{
    connection_free(ctx);
}

static const char *reason(unsigned status)
{
    return status == 200   ? "OK"
           : status == 401 ? "Unauthorized"
           : status == 503 ? "Service Unavailable"
                           : "No";
}

/* An answer always fits the socket's buffer; where it does not, the peer reads nothing and loses the
 * connection. */
static bool send_reply(struct cr_connection *connection, const struct reply *reply)
{
    struct text out = TEXT_IN(connection->server->fleet->scratch);

    text_printf(&out, "HTTP/1.1 %u %s\r\n%sContent-Length: 0\r\n%s\r\n", reply->status, reason(reply->status),
                text_or_empty(reply->fields), reply->close ? "Connection: close\r\n" : "");
    return send(connection->fd, out.data, out.len, MSG_NOSIGNAL) == (ssize_t)out.len && !reply->close;
}

/* One request. False: the connection is to be closed. */
static bool serve(struct cr_connection *connection, size_t head_len)
{
    struct http_head head;
    struct reply reply;

    arena_reset(connection->server->fleet->scratch);
    if (http_head_split(connection->in.data, head_len, &head) != ERR_OK)
        return false;
    reply = answer(connection->server, &head);
    if (reply.vanish)
        return false;
    if (reply.silent) {
        bytes_drop(&connection->in, head_len);
        return true; /* until it is closed as idle */
    }
    reply.close |= http_head_closes(&head, head.line[2]);
    if (!send_reply(connection, &reply))
        return false;
    bytes_drop(&connection->in, head_len);
    return true;
}

static bool serve_all(struct cr_connection *connection)
{
    size_t head_len;

    while ((head_len = http_head_length(connection->in.data, connection->in.len)) > 0)
        if (!serve(connection, head_len))
            return false;
    return connection->in.len <= HEAD_MAX;
}

static void on_readable(uint32_t events, void *ctx)
{
    struct cr_connection *connection = ctx;
    struct fleet *fleet = connection->server->fleet;
    ssize_t got = recv(connection->fd, bytes_reserve(&connection->in, READ_SIZE), READ_SIZE, 0);

    (void)events;
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0)
        connection->in.len += (size_t)got;
    if (got <= 0 || !serve_all(connection)) {
        connection_free(connection);
        return;
    }
    alarm_set(fleet->alarms, &connection->idle, clock_mono_us() + (int64_t)IDLE_MS * US_PER_MS, on_idle,
              connection);
}

static void on_arrival(uint32_t events, void *ctx)
{
    struct cr_server *server = ctx;
    int fd = accept4(server->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    struct cr_connection *connection;

    (void)events;
    if (fd < 0)
        return;
    if (server->count == CONNECTIONS_MAX) {
        close(fd);
        return;
    }
    connection = HEAP_NEW(struct cr_connection);
    *connection = (struct cr_connection){.server = server, .next = server->connections, .fd = fd};
    server->connections = connection;
    server->count++;
    loop_watch(server->fleet->loop, fd, EPOLLIN, on_readable, connection);
    alarm_set(server->fleet->alarms, &connection->idle, clock_mono_us() + (int64_t)IDLE_MS * US_PER_MS,
              on_idle, connection);
}

/* ---- the server ---- */

static enum err write_base(struct cr_server *server, const char *host)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof(address);
    char port[8];
    bool six = strchr(host, ':') != NULL;

    if (getsockname(server->fd, (struct sockaddr *)&address, &size) != 0 ||
        getnameinfo((struct sockaddr *)&address, size, NULL, 0, port, sizeof(port), NI_NUMERICSERV) != 0)
        return err_set(ERR_INTERNAL, "the bound port is not known");
    snprintf(server->base, sizeof(server->base), "http://%s%.100s%s:%s%s", six ? "[" : "", host,
             six ? "]" : "", port, path_prefix);
    return ERR_OK;
}

static void free_addresses(struct addrinfo **addresses)
{
    if (*addresses != NULL)
        freeaddrinfo(*addresses);
}

static enum err bind_socket(struct cr_server *server, const char *host, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    __attribute__((cleanup(free_addresses))) struct addrinfo *addresses = NULL;
    int found = getaddrinfo(host, port, &hints, &addresses);
    int on = 1;

    if (found != 0)
        return err_set(ERR_INVALID, "cannot listen on %s:%s: %s", host, port, gai_strerror(found));
    server->fd = socket(addresses->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (server->fd < 0)
        return err_set(ERR_UNAVAILABLE, "%s", strerror(errno));
    setsockopt(server->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(server->fd, addresses->ai_addr, addresses->ai_addrlen) != 0)
        return err_set(errno == EADDRINUSE ? ERR_CONFLICT : ERR_UNAVAILABLE, "cannot listen on %s:%s: %s",
                       host, port, strerror(errno));
    return write_base(server, host);
}

enum err cr_server_bind(const char *host, const char *port, struct cr_server **ret)
{
    struct cr_server *server = HEAP_NEW(struct cr_server);
    enum err result;

    server->fd = -1;
    crypto_random(server->key, sizeof(server->key));
    result = bind_socket(server, host, port);
    if (result != ERR_OK) {
        cr_server_free(server);
        return result;
    }
    *ret = server;
    return ERR_OK;
}

const char *cr_server_base(const struct cr_server *server)
{
    return server->base;
}

void cr_server_start(struct cr_server *server, struct fleet *fleet)
{
    server->fleet = fleet;
    listen(server->fd, SOMAXCONN);
    loop_watch(fleet->loop, server->fd, EPOLLIN, on_arrival, server);
}

void cr_server_free(struct cr_server *server)
{
    if (server == NULL)
        return;
    while (server->connections != NULL)
        connection_free(server->connections);
    if (server->fleet != NULL)
        loop_unwatch(server->fleet->loop, server->fd);
    if (server->fd >= 0)
        close(server->fd);
    heap_free(server);
}
