/*
 * Networks as settings name them, and whether an address is inside.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "acs/base/arena.h"

struct networks;

/* list: "100.64.0.0/10, 2001:db8::/32"; "" for none. ERR_INVALID names the part that is no network. */
enum err networks_read(const char *list, struct networks **ret) MUST_CHECK;
void networks_free(struct networks *networks); /* NULL is allowed */
bool networks_are_none(const struct networks *networks);
bool networks_hold(const struct networks *networks, const struct in6_addr *address);
bool networks_hold_peer(const struct networks *networks, const struct sockaddr_storage *peer);
/* A literal address; IPv4 becomes IPv4-mapped IPv6, so that there is one kind. */
bool networks_read_address(const char *text, struct in6_addr *ret);
/* The last of "a, b", which the proxy has added that has sent us the list. NULL: it is no address. */
const char *networks_last_address(const char *list, struct arena *arena);
