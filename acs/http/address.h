/*
 * A literal address with a port, as settings and devices write it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct address {
    struct sockaddr_storage storage;
    socklen_t len;
};

/*
 * "127.0.0.1:7547" or "[::1]:7547"; without a port it has port_otherwise, unless that is negative: then it is
 * refused. No names, no zones. False: not such an address; *ret is then undefined.
 */
bool address_read(const char *text, int32_t port_otherwise, struct address *ret);
