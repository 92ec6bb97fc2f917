#include "tests/cpesim/backoff.h"

enum { LAST_STEP = 10, DAY_MS = 86400000 };

void backoff_range(const struct backoff *backoff, uint32_t count, uint64_t *ret_least_ms,
                   uint64_t *ret_most_ms)
{
    uint32_t step = count < LAST_STEP ? count : LAST_STEP;
    uint64_t least = 0, most = (uint64_t)backoff->wait * 1000;

    /* The bound keeps the largest wait and multiplier of the data model from overflowing. */
    for (uint32_t i = 0; i < step; i++) {
        least = most;
        most = most * backoff->multiplier / 1000;
        most = most < DAY_MS ? most : DAY_MS;
        least = least < most ? least : most;
    }
    *ret_least_ms = least;
    *ret_most_ms = most;
}

uint64_t backoff_ms(const struct backoff *backoff, uint32_t count, uint64_t random)
{
    uint64_t least, most;

    backoff_range(backoff, count, &least, &most);
    return least + random % (most - least + 1);
}
