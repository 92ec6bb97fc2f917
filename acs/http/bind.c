#include "acs/http/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "acs/http/address.h"

enum { BACKLOG = 4096 };

static enum err read_address(const char *text, struct address *ret)
{
    if (!address_read(text, -1, ret))
        return err_set(ERR_INVALID, "'%.80s' is not an address like 127.0.0.1:7547 or [::1]:7547", text);
    return ERR_OK;
}

static const struct {
    int number;
    enum err err;
    const char *why;
} refusals[] = {
    {EADDRINUSE,    ERR_CONFLICT, "another program listens there; stop it or choose another port"},
    {EADDRNOTAVAIL, ERR_INVALID,  "this machine has no such address"                             },
    {EAFNOSUPPORT,  ERR_INVALID,  "this machine has no such address"                             },
    {EACCES,        ERR_DENIED,   "ports below 1024 need the capability CAP_NET_BIND_SERVICE"    },
};

static enum err refuse(const char *address, int number)
{
    for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
        if (refusals[i].number == number)
            return err_set(refusals[i].err, "cannot listen on %s: %s", address, refusals[i].why);
    return err_set(ERR_UNAVAILABLE, "cannot listen on %s: %s", address, strerror(number));
}

static bool set_option(int fd, int level, int name, int value)
{
    return setsockopt(fd, level, name, &value, sizeof(value)) == 0;
}

/*
 * The first socket of a port is bound and made to listen without SO_REUSEPORT, which the kernel grants to one
 * socket only, ever, and is opened for sharing after that. So a second server fails here, however many
 * workers either has and however close together they start.
 */
static bool prepare(int fd, const struct address *address, bool shared)
{
    if (!set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1))
        return false;
    if (address->storage.ss_family == AF_INET6 && !set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0))
        return false;
    if (shared && !set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1))
        return false;
    if (bind(fd, (const struct sockaddr *)&address->storage, address->len) != 0 || listen(fd, BACKLOG) != 0)
        return false;
    return shared || set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
}

/* What a bound socket still needs; false: it cannot be had, errno says why. */
typedef bool prepare_fn(int fd, const struct address *address);

static bool prepare_first(int fd, const struct address *address)
{
    return prepare(fd, address, false);
}

static bool prepare_shared(int fd, const struct address *address)
{
    return prepare(fd, address, true);
}

static bool prepare_datagrams(int fd, const struct address *address)
{
    return bind(fd, (const struct sockaddr *)&address->storage, address->len) == 0;
}

static enum err open_socket(const char *address, int type, prepare_fn *finish, int *ret_fd)
{
    struct address where;
    int number;
    int fd;

    TRY(read_address(address, &where));
    fd = socket(where.storage.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return refuse(address, errno);
    if (!finish(fd, &where)) {
        number = errno;
        close(fd);
        return refuse(address, number);
    }
    *ret_fd = fd;
    return ERR_OK;
}

enum err http_bind(const char *address, bool shared, int *ret_fd)
{
    return open_socket(address, SOCK_STREAM, shared ? prepare_shared : prepare_first, ret_fd);
}

enum err http_bind_datagram(const char *address, int *ret_fd)
{
    return open_socket(address, SOCK_DGRAM, prepare_datagrams, ret_fd);
}

enum err http_bound_address(int fd, char *ret, size_t size)
{
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
    } bound = {.in6 = {0}};
    socklen_t len = sizeof(bound);
    char host[INET6_ADDRSTRLEN];

    if (getsockname(fd, &bound.any, &len) != 0)
        return err_set(ERR_INTERNAL, "no bound socket: %s", strerror(errno));
    if (bound.any.sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &bound.in6.sin6_addr, host, sizeof(host));
        snprintf(ret, size, "[%s]:%u", host, ntohs(bound.in6.sin6_port));
    } else {
        inet_ntop(AF_INET, &bound.in.sin_addr, host, sizeof(host));
        snprintf(ret, size, "%s:%u", host, ntohs(bound.in.sin_port));
    }
    return ERR_OK;
}
