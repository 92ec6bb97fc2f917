#include "acs/audit/recent.h"

#include <pthread.h>

#include "acs/base/clock.h"

enum { PLACES = 8192, MINUTE_S = 60 };

struct recent {
    uint64_t key[2];
    pthread_mutex_t mutex;
    int64_t ahead_us; /* under the mutex, as is all below: of the database's clock before our monotonic one */
    struct place {
        struct hash128 what;
        int64_t minute; /* 0: free */
    } places[PLACES];
};

struct recent *recent_new(void)
{
    struct recent *recent = HEAP_NEW(struct recent);

    crypto_random(recent->key, sizeof(recent->key));
    pthread_mutex_init(&recent->mutex, NULL);
    return recent;
}

void recent_free(struct recent *recent)
{
    if (recent != NULL)
        pthread_mutex_destroy(&recent->mutex);
    heap_free(recent);
}

struct hash128 recent_hash(const struct recent *recent, const void *bytes, size_t len)
{
    return crypto_siphash128(recent->key, bytes, len);
}

static struct place *place_of(struct recent *recent, struct hash128 what)
{
    return &recent->places[what.low % PLACES];
}

static int64_t minute_of(int64_t us)
{
    return us / (MINUTE_S * US_PER_S);
}

bool recent_has(struct recent *recent, struct hash128 what)
{
    const struct place *place = place_of(recent, what);
    bool has;

    pthread_mutex_lock(&recent->mutex);
    has = place->what.high == what.high && place->what.low == what.low && place->minute != 0 &&
          place->minute == minute_of(clock_mono_us() + recent->ahead_us);
    pthread_mutex_unlock(&recent->mutex);
    return has;
}

void recent_note(struct recent *recent, struct hash128 what, int64_t at_us)
{
    pthread_mutex_lock(&recent->mutex);
    recent->ahead_us = at_us - clock_mono_us();
    *place_of(recent, what) = (struct place){what, minute_of(at_us)};
    pthread_mutex_unlock(&recent->mutex);
}
