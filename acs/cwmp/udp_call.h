/*
 * The datagram that calls a device behind NAT (TR-069 G.2.2.3): one HTTP GET request, signed with the
 * device's connection request password. Pure.
 *
 * A device takes a datagram only if its ts is greater than that of any before, and expects no other sign of
 * life; that it was heard shows in its next Inform.
 */
#pragma once

#include "acs/base/crypto.h"
#include "acs/base/text.h"
#include "acs/http/address.h"

enum { UDP_CALL_ADDRESS_MAX = 64, UDP_CALL_COPIES = 3 /* the same bytes, since datagrams get lost (G-20) */ };

/*
 * UDPConnectionRequestAddress: "192.0.2.7:7547", "[2001:db8::7]:7547", or without a port, which is 80 then
 * (G-13). False: anything else, names included.
 */
bool udp_call_read_address(const char *text, struct address *ret);

struct udp_call {
    const char *address; /* as the device wrote it */
    const char *username;
    struct secret password;
    int64_t at_s;       /* seconds since 1970, greater than in any earlier call of this device (G-16, G-19) */
    uint64_t id;        /* another one in every call (G-17) */
    const char *cnonce; /* random */
};

void udp_call_write(const struct udp_call *call, struct text *out);
