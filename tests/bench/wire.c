#include "tests/bench/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acs/base/arena.h"

/* PORTS: that one address is trusted to have; 28,232 by Linux' default. FIN_SOURCES: as many as TIME_WAIT
 * needs. */
enum { PORTS = 20000, FIN_SOURCES = 8, SOURCES_MAX = 200 };

static bool is_loopback(const struct sockaddr_in *address)
{
    return ntohl(address->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

enum err wires_start(struct wires *wires, const struct options *options)
{
    unsigned needed = options_slots(options) / PORTS + 1;

    *wires = (struct wires){.options = options};
    if (options->fin)
        needed = needed > FIN_SOURCES ? needed : FIN_SOURCES;
    if (needed > 1 && is_loopback(&options->address))
        wires->sources = needed;
    if (needed > SOURCES_MAX)
        return err_set(ERR_INVALID, "too many connections: %d at most", PORTS * SOURCES_MAX);
    wires->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (wires->epoll < 0)
        return err_set(ERR_UNAVAILABLE, "epoll_create1: %s", strerror(errno));
    wires->buffer = heap_alloc(WIRE_ANSWER_MAX);
    return ERR_OK;
}

void wires_end(struct wires *wires)
{
    close(wires->epoll);
    heap_free(wires->buffer);
}

static bool watch(const struct wires *wires, struct wire *wire, int operation, uint32_t events)
{
    struct epoll_event event = {.events = events | EPOLLET, .data.ptr = wire->owner};

    return epoll_ctl(wires->epoll, operation, wire->fd, &event) == 0;
}

static bool pick_source(const struct wires *wires, const struct wire *wire)
{
    struct sockaddr_in source = {.sin_family = AF_INET};
    int yes = 1;

    if (wires->sources == 0)
        return true;
    source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + wire->number % wires->sources);
    return setsockopt(wire->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof(yes)) == 0 &&
           bind(wire->fd, (const struct sockaddr *)&source, sizeof(source)) == 0;
}

static void close_socket(struct wire *wire)
{
    if (wire->fd >= 0)
        close(wire->fd);
    wire->fd = -1;
}

static bool make_socket(const struct wires *wires, struct wire *wire)
{
    int yes = 1;

    wire->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (wire->fd < 0)
        return false;
    return setsockopt(wire->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)) == 0 &&
           pick_source(wires, wire) && watch(wires, wire, EPOLL_CTL_ADD, EPOLLIN);
}

bool wire_open(const struct wires *wires, struct wire *wire)
{
    const struct sockaddr_in *target = &wires->options->address;

    if (wire->fd < 0 && !make_socket(wires, wire)) {
        close_socket(wire);
        return false;
    }
    wire->open = true;
    if (connect(wire->fd, (const struct sockaddr *)target, sizeof(*target)) == 0)
        return true;
    wire->connecting = errno == EINPROGRESS;
    return wire->connecting;
}

static void forget_unsent(struct wire *wire)
{
    heap_free(wire->unsent);
    wire->unsent = NULL;
    wire->unsent_len = 0;
    wire->unsent_sent = 0;
}

bool wire_writable(const struct wires *wires, struct wire *wire)
{
    int error = 0;
    socklen_t size = sizeof(error);

    if (wire->connecting && (getsockopt(wire->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0))
        return false;
    wire->connecting = false;
    while (wire->unsent_sent < wire->unsent_len) {
        ssize_t sent = send(wire->fd, wire->unsent + wire->unsent_sent, wire->unsent_len - wire->unsent_sent,
                            MSG_NOSIGNAL);

        if (sent < 0)
            return errno == EAGAIN;
        wire->unsent_sent += (size_t)sent;
    }
    forget_unsent(wire);
    return watch(wires, wire, EPOLL_CTL_MOD, EPOLLIN);
}

static bool send_later(const struct wires *wires, struct wire *wire, struct bytes bytes)
{
    wire->unsent = heap_alloc(bytes.len);
    memcpy(wire->unsent, bytes.at, bytes.len);
    wire->unsent_len = bytes.len;
    return watch(wires, wire, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
}

bool wire_send(const struct wires *wires, struct wire *wire, struct bytes bytes)
{
    ssize_t sent = send(wire->fd, bytes.at, bytes.len, MSG_NOSIGNAL);

    if (sent < 0 && errno != EAGAIN)
        return false;
    if (sent >= 0)
        wire->connecting = false; /* on loopback it never was: the kernel only did not say so */
    else
        sent = 0;
    if ((size_t)sent == bytes.len)
        return true;
    return send_later(wires, wire, (struct bytes){bytes.at + sent, bytes.len - (size_t)sent});
}

enum wire_state wire_receive(const struct wires *wires, struct wire *wire, struct bytes *ret)
{
    ssize_t got = recv(wire->fd, wires->buffer, WIRE_ANSWER_MAX, 0);

    if (got <= 0)
        return got < 0 && errno == EAGAIN ? WIRE_NOTHING : WIRE_ENDED;
    if (wire->partial_len == 0) {
        *ret = (struct bytes){wires->buffer, (size_t)got};
        return WIRE_DATA;
    }
    wire->partial = heap_grow(wire->partial, wire->partial_len + (size_t)got);
    memcpy(wire->partial + wire->partial_len, wires->buffer, (size_t)got);
    wire->partial_len += (size_t)got;
    *ret = (struct bytes){wire->partial, wire->partial_len};
    return WIRE_DATA;
}

bool wire_keep(struct wire *wire, struct bytes bytes)
{
    if (bytes.len >= WIRE_ANSWER_MAX)
        return false;
    if (bytes.at == wire->partial)
        return true;
    wire->partial = heap_grow(NULL, bytes.len);
    memcpy(wire->partial, bytes.at, bytes.len);
    wire->partial_len = bytes.len;
    return true;
}

void wire_answered(struct wire *wire)
{
    heap_free(wire->partial);
    wire->partial = NULL;
    wire->partial_len = 0;
}

void wire_hang_up(const struct wires *wires, struct wire *wire)
{
    const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    bool usable = !wires->options->fin && !wire->connecting && wire->unsent == NULL;

    forget_unsent(wire);
    wire_answered(wire);
    if (!usable || connect(wire->fd, &nobody, sizeof(nobody)) != 0)
        close_socket(wire);
    wire->open = false;
    wire->connecting = false;
}

void wire_free(struct wire *wire)
{
    forget_unsent(wire);
    wire_answered(wire);
    close_socket(wire);
}
