#include "acs/files/rate.h"

#include "acs/base/clock.h"

/* A piece is a part of a burst, or the bucket would run over while its last drop is waited for. */
enum { PIECE_MIN = 4 * 1024, PIECE_MAX = 256 * 1024, TURNS_PER_S = 4, PIECES_OF_A_BURST = 4 };

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* RATE_MAX of it fits with room to spare: 10^17 millionths. */
static int64_t burst_e6(const struct rate *rate)
{
    int64_t burst = (int64_t)rate->per_s * RATE_BURST_US,
            smallest = (int64_t)PIECE_MIN * PIECES_OF_A_BURST * US_PER_S;

    return burst > smallest ? burst : smallest;
}

static void fill(struct rate *rate, int64_t now_us)
{
    int64_t passed_us = now_us - rate->at_us;
    int64_t burst = burst_e6(rate), missing = burst - rate->level_e6;

    if (passed_us <= 0 || rate->per_s == 0)
        return;
    rate->at_us = now_us;
    if (passed_us > missing / (int64_t)rate->per_s)
        rate->level_e6 = burst;
    else
        rate->level_e6 += passed_us * (int64_t)rate->per_s;
}

void rate_set(struct rate *rate, uint64_t per_s, int64_t now_us)
{
    if (rate->per_s == 0)
        *rate = (struct rate){.at_us = now_us};
    fill(rate, now_us);
    rate->per_s = per_s < RATE_MAX ? per_s : RATE_MAX;
    if (rate->level_e6 > burst_e6(rate))
        rate->level_e6 = burst_e6(rate);
}

uint64_t rate_left(struct rate *rate, int64_t now_us)
{
    if (rate->per_s == 0)
        return UINT64_MAX;
    fill(rate, now_us);
    return (uint64_t)(rate->level_e6 / US_PER_S);
}

void rate_take(struct rate *rate, uint64_t bytes)
{
    if (rate->per_s > 0)
        rate->level_e6 -= (int64_t)bytes * US_PER_S;
}

int64_t rate_wait_us(struct rate *rate, uint64_t bytes, int64_t now_us)
{
    int64_t wanted_e6 = burst_e6(rate), missing_e6;

    if (rate->per_s == 0)
        return 0;
    fill(rate, now_us);
    if (bytes < (uint64_t)(wanted_e6 / US_PER_S))
        wanted_e6 = (int64_t)bytes * US_PER_S;
    missing_e6 = wanted_e6 - rate->level_e6;
    return missing_e6 <= 0 ? 0 : (missing_e6 + (int64_t)rate->per_s - 1) / (int64_t)rate->per_s;
}

uint64_t rate_piece(const struct rate *rate, unsigned sharers)
{
    uint64_t piece;

    if (rate->per_s == 0)
        return PIECE_MAX;
    piece = rate->per_s / TURNS_PER_S / (sharers > 0 ? sharers : 1);
    if (piece < PIECE_MIN)
        piece = PIECE_MIN;
    return least(least(piece, PIECE_MAX), (uint64_t)(burst_e6(rate) / US_PER_S) / PIECES_OF_A_BURST);
}
