/*
 * Port forwards, what a home's router lets in from outside: one as the desk sees it, and how it is read out
 * of a home, kept, shown and judged. Pure; forward_work.h is the program that lists, adds and removes them.
 *
 * TR-098 and TR-181 know TCP and UDP; "both" is one row where the map knows the model's word for it ("both"
 * in models.map), and two rows where it does not: two are understood by every model, a guessed word by few.
 */
#pragma once

#include "acs/base/json.h"
#include "provisioning/map/home.h"

enum forward_protocol { FORWARD_OTHER, FORWARD_TCP, FORWARD_UDP, FORWARD_BOTH };

struct forward {
    const char *table; /* in full, with its dot */
    const char *row;   /* likewise; NULL: not made yet */
    int64_t number;    /* as in the names of facts */
    bool enabled;
    enum forward_protocol protocol;
    const char *word;    /* as the device writes the protocol */
    int64_t first, last; /* ports outside; 0: all that no other forward takes */
    int64_t inner;       /* the first of as many inside */
    const char *client;
    const char *name;            /* NULL: none */
    const char *via;             /* the interface, as the device writes it; NULL: not told */
    const char *status, *origin; /* NULL: not told */
    int64_t lease_s;             /* 0: it stays; -1: not told */
};

struct forwards {
    struct forward *items;
    size_t count;
};

/* What the home shows of these rows. In the arena. */
void forwards_read(const struct home *home, const struct cwmp_strings *rows, struct arena *arena,
                   struct forwards *ret);

/* An object for people and programs; another with all that putting it back needs. */
void forward_show(const struct forward *forward, struct json_writer *json);
void forward_keep(const struct forward *forward, struct json_writer *json);
void forward_load(const struct json *doc, struct arena *arena, struct forward *ret);

/* By a device's word, or by "tcp", "udp", "both". */
enum forward_protocol forward_protocol(const char *word);
/* Same protocol, ports and client. */
bool forward_is_same(const struct forward *a, const struct forward *b);

/* ---- in words ---- */

struct forward_words {
    const char *pt, *en;
};
/* "8080", "8000-8010" */
const char *forward_ports(const struct forward *forward, struct arena *arena);
/* "TCP e UDP" */
const char *forward_protocol_words(enum forward_protocol protocol, bool portuguese);
void forward_put_words(struct json_writer *json, struct forward_words words);

/* ---- may it be added ---- */

/* Why not: a code for programs, and a sentence. */
struct forward_refusal {
    const char *code; /* NULL: it may */
    struct forward_words words;
};
/* there: those of its table. back: it was there before, so that its client is not looked at. */
struct forward_refusal forward_judge(const struct home *home, const struct forward *wanted,
                                     const struct forwards *there, bool back, struct arena *arena);
