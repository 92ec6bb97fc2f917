/*
 * The other end of a connection in the tests of acs/http: a socket on which a test writes exactly the bytes
 * it means, and reads answers one by one. What does not happen within five seconds fails the test.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "acs/base/arena.h"

struct peer {
    int fd;
    char *bytes; /* received, not yet read as an answer */
    size_t len;
    size_t capacity;
    struct arena *arena; /* of the answers */
};

struct answer {
    unsigned status;
    const char *head; /* status line and headers */
    const char *body; /* NUL-terminated; chunks are joined */
    size_t len;
    struct arena *arena;
};

struct peer peer_open(const char *address); /* "127.0.0.1:7547", "[::1]:7547" */
void peer_close(struct peer *peer);

void peer_send(struct peer *peer, const char *text);
void peer_send_bytes(struct peer *peer, const char *bytes, size_t len);
/* False: the other end closed meanwhile. */
bool peer_try_send(struct peer *peer, const char *bytes, size_t len);

/* The next answer, as its framing says; 1xx are answers of their own. It lives as long as the peer. */
struct answer peer_read(struct peer *peer);
/* An answer that ends with the connection. */
struct answer peer_read_to_end(struct peer *peer);
/* The value of the first header of that name, or NULL. */
const char *answer_header(const struct answer *answer, const char *name);

/* Waits until so many bytes are there that no answer was made of yet; false: they did not come. */
bool peer_wait(struct peer *peer, size_t len, int timeout_ms);
/* Waits for the other end to close; false: it did not in this time, or it sent something. */
bool peer_closed_within(struct peer *peer, int timeout_ms);

/* Sends text on a connection of its own and reads one answer. */
struct answer peer_ask(struct peer *peer, const char *address, const char *text);
