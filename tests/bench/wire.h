/*
 * One TCP connection of a simulated device, as cheap as the kernel lets it be.
 *
 * By default a connection ends with RST, sent by dissolving the socket's association (connect to AF_UNSPEC),
 * and the socket then serves the next connection. This leaves no TIME_WAIT, of which 20,000 sessions a second
 * would use up all ports, and saves the generator three system calls. A server sees a closed connection after
 * its last answer was read, as with FIN. With --fin the socket is closed as a device would close it, from
 * eight source addresses.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tests/bench/options.h"
#include "tests/bench/reply.h"

enum { WIRE_ANSWER_MAX = 256 * 1024 };

/* What the connections of a thread share. */
struct wires {
    const struct options *options;
    int epoll;
    unsigned sources; /* addresses 127.0.0.2 … to connect from; 0: the kernel chooses */
    char *buffer;     /* WIRE_ANSWER_MAX bytes */
};

/* Zero with fd -1 and an owner before first use. */
struct wire {
    int fd;
    unsigned number; /* picks the source address */
    void *owner;     /* what epoll returns */
    bool open;       /* connected, or about to be */
    bool connecting;
    char *unsent;
    size_t unsent_len;
    size_t unsent_sent;
    char *partial; /* of an answer */
    size_t partial_len;
};

enum wire_state { WIRE_DATA, WIRE_NOTHING, WIRE_ENDED };

/* buffer comes from the heap; wires_end() gives it back. */
enum err wires_start(struct wires *wires, const struct options *options) MUST_CHECK;
void wires_end(struct wires *wires);

bool wire_open(const struct wires *wires, struct wire *wire);
/* After EPOLLOUT: false if the connection could not be made, or was lost. Sends what was not sent yet. */
bool wire_writable(const struct wires *wires, struct wire *wire);
/* What does not fit into the socket's buffer, or comes before the connection is made, is copied and sent
 * later. */
bool wire_send(const struct wires *wires, struct wire *wire, struct bytes bytes);
/* DATA: ret is all that has come since the last answer; wire_keep() it if it is not complete yet. */
enum wire_state wire_receive(const struct wires *wires, struct wire *wire, struct bytes *ret);
/* False: more than WIRE_ANSWER_MAX. */
bool wire_keep(struct wire *wire, struct bytes bytes);
void wire_answered(struct wire *wire); /* forgets what was kept */
/* Ends the connection. The socket stays for the next one, unless it must not. */
void wire_hang_up(const struct wires *wires, struct wire *wire);
void wire_free(struct wire *wire);
