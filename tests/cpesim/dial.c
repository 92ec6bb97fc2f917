#include "tests/cpesim/dial.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void free_addresses(struct addrinfo **addresses)
{
    if (*addresses != NULL)
        freeaddrinfo(*addresses);
}

static enum err bind_source(int fd, int family, const char *source)
{
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
    __attribute__((cleanup(free_addresses))) struct addrinfo *addresses = NULL;
    int on = 1;

    if (source == NULL || getaddrinfo(source, NULL, &hints, &addresses) != 0)
        return ERR_OK;
    /* The port is chosen at connect(), so that two connections may share it. */
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    if (bind(fd, addresses->ai_addr, addresses->ai_addrlen) != 0)
        return err_set(ERR_UNAVAILABLE, "cannot come from %s: %s", source, strerror(errno));
    return ERR_OK;
}

static enum err begin(int fd, const struct addrinfo *address, const struct url *url, const char *source)
{
    int on = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    TRY(bind_source(fd, address->ai_family, source));
    if (connect(fd, address->ai_addr, address->ai_addrlen) != 0 && errno != EINPROGRESS)
        return err_set(ERR_UNAVAILABLE, "%s: %s", url->authority, strerror(errno));
    return ERR_OK;
}

enum err dial(const struct url *url, const char *source, int *ret_fd)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    __attribute__((cleanup(free_addresses))) struct addrinfo *addresses = NULL;
    int found = getaddrinfo(url->host, url->port, &hints, &addresses);
    enum err result;
    int fd;

    if (found != 0)
        return err_set(ERR_NOT_FOUND, "%s: %s", url->host, gai_strerror(found));
    fd = socket(addresses->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_set(ERR_UNAVAILABLE, "socket: %s", strerror(errno));
    result = begin(fd, addresses, url, source);
    if (result != ERR_OK)
        close(fd);
    else
        *ret_fd = fd;
    return result;
}

enum err dial_end(int fd)
{
    int error = 0;
    socklen_t size = sizeof(error);

    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    return error == 0 ? ERR_OK : err_set(ERR_UNAVAILABLE, "%s", strerror(error));
}
