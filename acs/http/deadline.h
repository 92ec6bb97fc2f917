/*
 * Deadlines of many connections, coarse on purpose: a wheel of lists, in which setting and clearing one costs
 * the same whether ten or ten thousand are open.
 *
 * A deadline never fires early and at most two ticks late, if the wheel is swept once per tick. Times are
 * milliseconds of the monotonic clock. One thread at a time.
 */
#pragma once

#include <stdint.h>

enum { DEADLINE_TICK_MS = 250, DEADLINE_SLOTS = 256 };

/* Owned by its user; zero-initialise it. */
struct deadline {
    struct deadline *prev, *next; /* both NULL: not set */
    int64_t at_ms;
};

struct deadlines {
    struct deadline slots[DEADLINE_SLOTS]; /* heads of rings */
    int64_t swept;                         /* the last tick that was looked at */
};

void deadlines_init(struct deadlines *deadlines, int64_t now_ms);
/* Setting a set deadline moves it. */
void deadline_set(struct deadlines *deadlines, struct deadline *deadline, int64_t at_ms);
void deadline_clear(struct deadline *deadline);
/* Calls expired() for each that has passed, after clearing it; expired() may set it again. */
void deadlines_sweep(struct deadlines *deadlines, int64_t now_ms,
                     void (*expired)(struct deadline *, void *ctx), void *ctx);
