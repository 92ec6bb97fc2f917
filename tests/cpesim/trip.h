/*
 * The way of one file: a GET from, or a PUT to, a file server (TR-069 A.3.2.8, A.4.1.5).
 *
 * Answers a challenge, follows redirects, fetches what a broken connection left out by Range. What went wrong
 * is one of the fault codes of a TransferComplete.
 */
#pragma once

#include "tests/cpesim/bytes.h"
#include "tests/cpesim/home.h"

enum trip_fault {
    TRIP_FAILED_DOWNLOAD = 9010,
    TRIP_FAILED_UPLOAD = 9011,
    TRIP_AUTHENTICATION = 9012,
    TRIP_PROTOCOL = 9013,
    TRIP_NO_CONTACT = 9015,
    TRIP_NO_ACCESS = 9016,
    TRIP_INCOMPLETE = 9017,
    TRIP_CORRUPTED = 9018
};

/* TRIP_MOST: of what is kept as a whole; nothing limits the size of what passes by. */
enum { TRIP_MOST = 64 * 1024 * 1024, TRIP_PIECE = 20000 };

struct trip;

struct trip_order {
    const char *url;
    const char *username, *password; /* "": none */
    const struct bytes *upload;      /* NULL: fetch */
    uint32_t size;                   /* that it must have; 0: not known */
    size_t keep;                     /* so much of its beginning is all that is wanted; 0: all of it */
};

/* fault 0: done. The content is valid during the call only. */
typedef void trip_fn(uint32_t fault, const struct bytes *content, void *ctx);

/* 0, or the fault for which such a URL is refused at once. */
uint32_t trip_judge_url(const char *url);
/* done() is called once, never from within this; it may free the trip. */
struct trip *trip_new(struct home *home, const struct trip_order *order, trip_fn *done, void *ctx) MUST_CHECK;
void trip_free(struct trip *trip); /* NULL is allowed */
