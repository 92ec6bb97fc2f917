#include "acs/auth/throttle.h"

enum { BUCKETS = 4096 };

struct bucket {
    struct hash128 key;
    int64_t at_ms; /* when `tokens` was true */
    uint32_t tokens;
};

struct throttle {
    uint32_t burst;
    uint32_t refill_ms;
    struct bucket buckets[BUCKETS];
};

struct throttle *throttle_new(uint32_t burst, uint32_t refill_ms)
{
    struct throttle *throttle = HEAP_NEW(struct throttle);

    throttle->burst = burst;
    throttle->refill_ms = refill_ms;
    return throttle;
}

void throttle_free(struct throttle *throttle)
{
    heap_free(throttle);
}

static bool is_of(const struct bucket *bucket, struct hash128 key)
{
    return bucket->key.high == key.high && bucket->key.low == key.low;
}

static uint32_t tokens_at(const struct throttle *throttle, const struct bucket *bucket, int64_t now_ms)
{
    int64_t won = (now_ms - bucket->at_ms) / throttle->refill_ms;

    return won >= throttle->burst - bucket->tokens ? throttle->burst : bucket->tokens + (uint32_t)won;
}

bool throttle_blocks(const struct throttle *throttle, struct hash128 key, int64_t now_ms)
{
    const struct bucket *bucket = &throttle->buckets[key.low % BUCKETS];

    return is_of(bucket, key) && tokens_at(throttle, bucket, now_ms) == 0;
}

bool throttle_take(struct throttle *throttle, struct hash128 key, int64_t now_ms)
{
    struct bucket *bucket = &throttle->buckets[key.low % BUCKETS];
    uint32_t tokens;

    if (!is_of(bucket, key))
        *bucket = (struct bucket){key, now_ms, throttle->burst};
    tokens = tokens_at(throttle, bucket, now_ms);
    if (tokens == 0)
        return false;
    if (tokens == throttle->burst)
        bucket->at_ms = now_ms;
    else
        bucket->at_ms += (int64_t)(tokens - bucket->tokens) * throttle->refill_ms;
    bucket->tokens = tokens - 1;
    return true;
}
