#include "tests/acs/http_peer.h"

#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acs/base/text.h"

enum { PATIENCE_MS = 5000, READ_BYTES = 64 * 1024 };

static int open_socket(const char *address)
{
    const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    const char *colon = strrchr(address, ':');
    bool bracketed = *address == '[';
    struct addrinfo *found;
    char host[64] = "";
    int fd;

    memcpy(host, address + bracketed, (size_t)(colon - address) - (bracketed ? 2 : 0));
    assert_int_equal(getaddrinfo(host, colon + 1, &wanted, &found), 0);
    fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, found->ai_addr, found->ai_addrlen), 0);
    freeaddrinfo(found);
    return fd;
}

struct peer peer_open(const char *address)
{
    struct peer peer = {.fd = open_socket(address), .arena = arena_new(4096)};

    setsockopt(peer.fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    return peer;
}

void peer_close(struct peer *peer)
{
    close(peer->fd);
    heap_free(peer->bytes);
    arena_free(peer->arena);
}

bool peer_try_send(struct peer *peer, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(peer->fd, bytes, len, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        bytes += sent;
        len -= (size_t)sent;
    }
    return true;
}

void peer_send_bytes(struct peer *peer, const char *bytes, size_t len)
{
    assert_true(peer_try_send(peer, bytes, len));
}

void peer_send(struct peer *peer, const char *text)
{
    peer_send_bytes(peer, text, strlen(text));
}

/* False: closed, or nothing came in time. */
static bool receive(struct peer *peer, int timeout_ms)
{
    struct pollfd ready = {.fd = peer->fd, .events = POLLIN};
    ssize_t got;

    if (poll(&ready, 1, timeout_ms) != 1)
        return false;
    if (peer->capacity <= peer->len + READ_BYTES) {
        peer->capacity += (size_t)4 * READ_BYTES;
        peer->bytes = heap_grow(peer->bytes, peer->capacity);
    }
    got = recv(peer->fd, peer->bytes + peer->len, READ_BYTES, 0);
    if (got <= 0)
        return false;
    peer->len += (size_t)got;
    peer->bytes[peer->len] = '\0';
    return true;
}

bool peer_wait(struct peer *peer, size_t len, int timeout_ms)
{
    while (peer->len < len)
        if (!receive(peer, timeout_ms))
            return false;
    return true;
}

bool peer_closed_within(struct peer *peer, int timeout_ms)
{
    struct pollfd ready = {.fd = peer->fd, .events = POLLIN};
    char byte;

    return peer->len == 0 && poll(&ready, 1, timeout_ms) == 1 && recv(peer->fd, &byte, 1, 0) <= 0;
}

static const char *cut(struct peer *peer, size_t len)
{
    const char *text;

    if (len == 0)
        return "";
    text = arena_memdup(peer->arena, peer->bytes, len);
    peer->len -= len;
    memmove(peer->bytes, peer->bytes + len, peer->len + 1);
    return text;
}

static const char *cut_through(struct peer *peer, const char *mark)
{
    const char *at = NULL;

    while (at == NULL) {
        at = peer->len == 0 ? NULL : strstr(peer->bytes, mark);
        if (at == NULL && !receive(peer, PATIENCE_MS))
            fail_msg("no answer, but '%s'", peer->len ? peer->bytes : "");
    }
    return cut(peer, (size_t)(at - peer->bytes) + strlen(mark));
}

static const char *cut_exactly(struct peer *peer, size_t len)
{
    if (!peer_wait(peer, len, PATIENCE_MS))
        fail_msg("the answer is too short: %zu of %zu bytes", peer->len, len);
    return cut(peer, len);
}

const char *answer_header(const struct answer *answer, const char *name)
{
    size_t len = strlen(name);
    const char *line = answer->head;

    while ((line = strstr(line, "\r\n")) != NULL) {
        line += 2;
        if (strncasecmp(line, name, len) != 0 || line[len] != ':')
            continue;
        line += len + 1 + (line[len + 1] == ' ');
        return arena_memdup(answer->arena, line, strcspn(line, "\r"));
    }
    return NULL;
}

static void read_chunks(struct peer *peer, struct answer *answer)
{
    struct text body = TEXT_IN(peer->arena);
    size_t size;

    do {
        size = strtoul(cut_through(peer, "\r\n"), NULL, 16);
        text_add(&body, cut_exactly(peer, size), size);
        cut_through(peer, "\r\n");
    } while (size > 0);
    answer->body = text_string(&body);
    answer->len = body.len;
}

static struct answer read_head(struct peer *peer)
{
    struct answer answer = {.head = cut_through(peer, "\r\n\r\n"), .arena = peer->arena};

    if (!text_starts_with(answer.head, "HTTP/1.1 "))
        fail_msg("not an answer: %s", answer.head);
    answer.status = (unsigned)strtoul(answer.head + 9, NULL, 10);
    return answer;
}

struct answer peer_read(struct peer *peer)
{
    struct answer answer = read_head(peer);
    const char *length = answer_header(&answer, "Content-Length");

    answer.len = length != NULL ? strtoul(length, NULL, 10) : 0;
    if (answer_header(&answer, "Transfer-Encoding") != NULL)
        read_chunks(peer, &answer);
    else
        answer.body = cut_exactly(peer, answer.len);
    return answer;
}

struct answer peer_read_to_end(struct peer *peer)
{
    struct answer answer = read_head(peer);

    while (receive(peer, PATIENCE_MS))
        continue;
    answer.len = peer->len;
    answer.body = cut(peer, peer->len);
    return answer;
}

struct answer peer_ask(struct peer *peer, const char *address, const char *text)
{
    *peer = peer_open(address);
    peer_send(peer, text);
    return peer_read(peer);
}
