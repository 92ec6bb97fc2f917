/*
 * How long a device waits before it tries a failed session again (TR-069 3.2.1.1).
 */
#pragma once

#include <stdint.h>

/* The parameters CWMPRetryMinimumWaitInterval (seconds) and CWMPRetryIntervalMultiplier (thousandths). */
struct backoff {
    uint32_t wait;
    uint32_t multiplier;
};

/* After the count-th failure in a row: from *ret_least_ms to *ret_most_ms; the tenth and all later ones are
 * alike. */
void backoff_range(const struct backoff *backoff, uint32_t count, uint64_t *ret_least_ms,
                   uint64_t *ret_most_ms);
/* A wait in that range, in milliseconds; random: any 64 bits. */
uint64_t backoff_ms(const struct backoff *backoff, uint32_t count, uint64_t random);
