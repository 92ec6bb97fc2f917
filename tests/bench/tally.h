/*
 * What a run counts: sessions, how long they took, and what went wrong, by kind with the first example of
 * each.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*  name            for people */
#define TALLY_ERRORS(X)                                                      \
    X(connect, "cannot connect")                                             \
    X(closed, "connection closed within a session")                          \
    X(timeout, "session not ended in time")                                  \
    X(not_http, "not an HTTP answer with a Content-Length, or over 256 KiB") \
    X(status, "unexpected HTTP status")                                      \
    X(no_response, "answer to Inform is not an InformResponse")              \
    X(no_cookie, "InformResponse without Set-Cookie, or one over 191 bytes") \
    X(request, "request of the server without --task")                       \
    X(unknown, "request of the server that the generator cannot answer")

enum tally_error {
#define X(name, text) TALLY_##name,
    TALLY_ERRORS(X)
#undef X
        TALLY_ERROR_KINDS
};

enum { TALLY_BUCKETS = 1728, TALLY_EXAMPLE_MAX = 100 };

struct tally {
    uint64_t sessions;   /* ended as they should */
    uint64_t requests;   /* of the server, answered */
    uint64_t challenges; /* of the server, answered */
    uint64_t reconnects; /* the server had closed a kept connection between two sessions */
    uint64_t max_us;
    uint64_t errors[TALLY_ERROR_KINDS];
    char examples[TALLY_ERROR_KINDS][TALLY_EXAMPLE_MAX]; /* printable, "" if there is none */
    uint64_t buckets[TALLY_BUCKETS];
};

void tally_session(struct tally *tally, int64_t us);
void tally_error(struct tally *tally, enum tally_error kind, const char *example, size_t len);
void tally_add(struct tally *sum, const struct tally *more);

uint64_t tally_errors(const struct tally *tally);
/* Microseconds that so many in a thousand sessions did not exceed; within 1 %. 0: there was no session. */
uint64_t tally_permille_us(const struct tally *tally, unsigned permille);

const char *tally_error_name(enum tally_error kind);
const char *tally_error_text(enum tally_error kind);
