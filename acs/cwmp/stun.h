/*
 * STUN messages (RFC 3489 as TR-069 Annex G uses it, and RFC 5389): a device behind NAT asks from which
 * address it is seen, so that it can say in its Inform where it may be called by UDP. Pure: bytes in, bytes
 * out.
 *
 * Nothing is kept of what is asked here. The address that is called is the one of the device's own Inform,
 * which is authenticated; so a request needs no integrity, and one that has it is answered all the same. An
 * answer is never sent to another IP address than the one that asked (G-10), and is short.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum { STUN_ANSWER_MAX = 160, STUN_UNKNOWN_MAX = 8 };

struct stun_request {
    unsigned char transaction[16];
    bool modern;    /* has the magic cookie of RFC 5389 */
    bool for_calls; /* CONNECTION-REQUEST-BINDING: comes from the port on which calls are awaited (G-04) */
    bool changed;   /* BINDING-CHANGE (G-05) */
    struct sockaddr_storage respond_to; /* RESPONSE-ADDRESS; ss_family 0: none */
    uint16_t unknown[STUN_UNKNOWN_MAX]; /* attributes that must be understood and are not */
    unsigned unknown_count;
};

/* False: no well-formed Binding Request; it gets no answer. */
bool stun_read(const unsigned char *bytes, size_t len, struct stun_request *ret);

/*
 * The answer to a request that came from `from` to our address `own`; returns its length. *ret_to is where it
 * goes: `from`, or the RESPONSE-ADDRESS if that is the same IP address with another port.
 */
size_t stun_answer(const struct stun_request *request, const struct sockaddr_storage *from,
                   const struct sockaddr_storage *own, unsigned char ret[STUN_ANSWER_MAX],
                   struct sockaddr_storage *ret_to);
