/*
 * A simulated device on the wire: one session after the other, each of another of the devices that this place
 * stands for, so that no device ever has two sessions at once.
 *
 *     Inform -> InformResponse, empty POST -> (request, answer ->)* 204
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tests/bench/answer.h"
#include "tests/bench/message.h"
#include "tests/bench/tally.h"
#include "tests/bench/wire.h"

/* What the devices of a thread share. */
struct cpes {
    const struct options *options;
    struct messages *messages;
    struct answers *answers;
    struct wires wires;
    struct tally tally;
};

enum cpe_state {
    CPE_FREE,     /* between sessions */
    CPE_GREETING, /* Inform sent */
    CPE_TURN,     /* empty POST, or an answer, sent */
    CPE_HELD      /* InformResponse received, left at that (--idle) */
};

struct cpe {
    struct wire wire;
    enum cpe_state state;
    bool challenged; /* in the session at hand */
    bool reused;     /* the session began on the connection of another one */
    uint32_t device;
    uint32_t generation; /* how often a value of this device has changed */
    int64_t due_us;      /* monotonic: from here its time is taken */
    int64_t began_us;    /* later than due_us if it had to wait for this place (--rate) */
    size_t cookie_len;
    char cookie[MESSAGE_COOKIE_MAX];
};

enum cpe_progress { CPE_GOES_ON, CPE_DONE, CPE_FAILED };

/* Begins a session of cpe->device. DONE and FAILED have been counted, and cpe is FREE, or HELD, again. */
enum cpe_progress cpe_begin(struct cpes *cpes, struct cpe *cpe, int64_t due_us);
/* events: of its wire. */
enum cpe_progress cpe_event(struct cpes *cpes, struct cpe *cpe, uint32_t events);
/* Ends a session that took too long. */
void cpe_give_up(struct cpes *cpes, struct cpe *cpe);
