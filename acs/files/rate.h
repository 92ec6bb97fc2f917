/*
 * How many bytes may go now, at so many a second: a bucket that fills at that rate, from which is taken what
 * goes. Pure: the time is given, in microseconds that never go back.
 *
 * What was not used in RATE_BURST_US (16 KiB, if that is more) is not saved: over any time the bytes taken
 * are at most the rate times that time, and one burst. Bucket and rate are exact, however often they are
 * asked.
 */
#pragma once

#include <stdint.h>

enum { RATE_BURST_US = 100000 };

struct rate {
    uint64_t per_s;   /* bytes; 0: no limit */
    int64_t level_e6; /* millionths of a byte */
    int64_t at_us;    /* when that was so */
};

#define RATE_MAX UINT64_C(1000000000000) /* bytes a second */

/* From now on; of an empty bucket if there was no limit, else what is in it stays. More than RATE_MAX is
 * that.
 */
void rate_set(struct rate *rate, uint64_t per_s, int64_t now_us);
/* Bytes that may go; UINT64_MAX: any number. */
uint64_t rate_left(struct rate *rate, int64_t now_us);
/* At most what is left. */
void rate_take(struct rate *rate, uint64_t bytes);
/* How long from now until so many may go, or, if a burst is less than that, until there is a burst; 0: they
 * may. */
int64_t rate_wait_us(struct rate *rate, uint64_t bytes, int64_t now_us);

/*
 * The piece that each of so many may send in its turn: small enough that everybody has a turn several times a
 * second where the rate allows it, large enough to be worth a call. Never more than a part of a burst.
 */
uint64_t rate_piece(const struct rate *rate, unsigned sharers);
