/*
 * The UDP port for devices behind NAT: it answers STUN, and the datagrams that call devices leave from it, so
 * that the way in which the device keeps open by asking is the way on which it is called (TR-069 G.2.2,
 * G-14).
 *
 * One thread, no memory of who asked (stun.h).
 */
#pragma once

#include <stdbool.h>

#include "acs/base/err.h"
#include "acs/http/address.h"

struct nat;

/* address: "192.0.2.1:3478". Errors as those of http_bind_datagram(). */
enum err nat_new(const char *address, struct nat **ret) MUST_CHECK;
void nat_free(struct nat *nat); /* NULL is allowed */

/* Any thread. False: it could not be sent. */
bool nat_send(const struct nat *nat, const struct address *to, const void *bytes, size_t len);
