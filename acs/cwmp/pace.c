#include "acs/cwmp/pace.h"

#include "acs/base/arena.h"

enum { PLACES = 4096 };

struct place {
    uint64_t key;
    int64_t since_ms;
    uint32_t count; /* 0: free */
};

struct pace {
    struct place places[PLACES];
};

struct pace *pace_new(void)
{
    return HEAP_NEW(struct pace);
}

void pace_free(struct pace *pace)
{
    heap_free(pace);
}

uint32_t pace_count(struct pace *pace, struct hash128 key, int64_t now_ms)
{
    struct place *place = &pace->places[key.low % PLACES];

    if (place->count == 0 || place->key != key.high || now_ms - place->since_ms >= PACE_WINDOW_MS)
        *place = (struct place){.key = key.high, .since_ms = now_ms};
    if (place->count < UINT32_MAX)
        place->count++;
    return place->count;
}
