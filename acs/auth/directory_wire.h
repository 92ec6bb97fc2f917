/*
 * Within directory.c: bytes from and to a directory come in time, or not at all.
 *
 * libldap bounds how long it connects and how long it waits for an answer, but not a TLS handshake, nor a
 * record of which the rest does not come: those are read from a socket that blocks. So each of its sockets
 * gets a layer (lber, Sockbuf_IO) that waits no longer than there is time.
 */
#pragma once

#include <ldap.h>
#include <stdbool.h>
#include <stdint.h>

struct directory_wire {
    int64_t until_us; /* monotonic: after it every read and write fails */
    struct ldap_conncb on_connect;
};

/* All connections that ldap makes from now on. wire must outlive ldap. False: libldap refuses. */
bool directory_wire_watch(struct directory_wire *wire, LDAP *ldap);
