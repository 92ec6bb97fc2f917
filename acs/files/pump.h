/*
 * The pump: gives out parts of files, from the disk to sockets, no faster than it may: so many bytes a second
 * all together, and so many of each share of it (rate.h): those of a PON, those of a campaign. One thread for
 * all of them, whether they are two or two thousand; what is under way takes turns, so that each gets the
 * same, and what a slow one leaves the others have.
 *
 * A disk that makes the thread wait makes all of them wait: content is looked at (depot_read()) just before
 * it is given out, and so mostly in memory. Bytes count when the kernel takes them. It keeps little that is
 * not sent, so what is on the wire is that, but for headers.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "acs/base/err.h"

struct pump;

struct pump_limits {
    uint64_t rate;     /* bytes a second; 0: no limit */
    uint32_t stall_ms; /* a client that could be sent more and takes next to nothing for so long is cut off */
};

enum err pump_new(const struct pump_limits *limits, struct pump **ret) MUST_CHECK;
void pump_free(struct pump *pump); /* what is under way breaks off; NULL is allowed */
/* All together, from now on, also what is under way. From any thread. */
void pump_set_rate(struct pump *pump, uint64_t rate);

/* What goes of the same name, together: no faster than this. */
struct pump_share {
    const char *name; /* NULL or "": none */
    uint64_t rate;    /* bytes a second; 0: no limit. What the newest order says is true of all that goes */
};

enum { PUMP_SHARES = 2 };

struct pump_order {
    int to;   /* a socket that does not block; -1: it is given its turns, and nothing is sent */
    int from; /* a file; -1 likewise */
    uint64_t offset;
    uint64_t len;
    struct pump_share shares[PUMP_SHARES]; /* it keeps to all of them; names of one place are not another's */
    /* Once, in the pump's thread, when both descriptors are closed. whole: all bytes were taken by the
     * kernel. */
    void (*over)(void *ctx, bool whole);
    void *ctx;
};
/* Takes over the descriptors. From any thread; does not block. */
void pump_add(struct pump *pump, const struct pump_order *order);
