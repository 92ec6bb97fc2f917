#include "acs/http/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "acs/base/text.h"

enum { PORT_MAX = 65535, HOST_SIZE = INET6_ADDRSTRLEN };

/* Cuts "host:port", "[host]:port", or either without a port: then *ret_port is NULL. */
static bool split(const char *text, char host[HOST_SIZE], const char **ret_port)
{
    bool bracketed = text[0] == '[';
    const char *start = text + bracketed;
    size_t len = strcspn(start, bracketed ? "]" : ":");
    const char *end = start + len;

    if (len == 0 || len >= HOST_SIZE || (bracketed && *end++ != ']') || (*end != ':' && *end != '\0'))
        return false;
    memcpy(host, start, len);
    host[len] = '\0';
    *ret_port = *end == ':' ? end + 1 : NULL;
    return true;
}

static bool read_host(const char *host, bool v6, uint16_t port, struct address *ret)
{
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&ret->storage;
    struct sockaddr_in *in = (struct sockaddr_in *)&ret->storage;

    *ret = (struct address){.len = v6 ? sizeof(*in6) : sizeof(*in)};
    if (v6) {
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(port);
        return inet_pton(AF_INET6, host, &in6->sin6_addr) == 1;
    }
    in->sin_family = AF_INET;
    in->sin_port = htons(port);
    return inet_pton(AF_INET, host, &in->sin_addr) == 1;
}

bool address_read(const char *text, int32_t port_otherwise, struct address *ret)
{
    char host[HOST_SIZE];
    const char *port_text;
    uint32_t port = (uint32_t)port_otherwise;

    if (!split(text, host, &port_text) || (port_text == NULL && port_otherwise < 0))
        return false;
    if (port_text != NULL && (text_read_u32(port_text, &port) != ERR_OK || port > PORT_MAX))
        return false;
    return read_host(host, text[0] == '[', (uint16_t)port, ret);
}
