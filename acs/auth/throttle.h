/*
 * How often something may go wrong before it is not even tried any more: buckets of tokens in a table of
 * fixed size.
 *
 * A bucket holds `burst` tokens and wins one back every `refill_ms`. Two keys may share a bucket, as there
 * are only so many; then the newer one takes it over, full. Under attack that forgets some of the attackers,
 * never more memory, and it harms nobody else.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "acs/base/crypto.h"

struct throttle;

struct throttle *throttle_new(uint32_t burst, uint32_t refill_ms) MUST_CHECK;
void throttle_free(struct throttle *throttle); /* NULL is allowed */
/* True: its tokens are used up. */
bool throttle_blocks(const struct throttle *throttle, struct hash128 key, int64_t now_ms);
/* Takes a token. False: there was none left. */
bool throttle_take(struct throttle *throttle, struct hash128 key, int64_t now_ms);
