#include "acs/base/clock.h"

#include <time.h>

static int64_t frozen_now_us;
static int64_t frozen_mono_ms;

static int64_t read_us(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

int64_t clock_now_us(void)
{
    return frozen_now_us ? frozen_now_us : read_us(CLOCK_REALTIME);
}

int64_t clock_mono_us(void)
{
    return frozen_mono_ms ? frozen_mono_ms * US_PER_MS : read_us(CLOCK_MONOTONIC);
}

int64_t clock_mono_ms(void)
{
    return clock_mono_us() / US_PER_MS;
}

void clock_freeze(int64_t now_us, int64_t mono_ms)
{
    frozen_now_us = now_us;
    frozen_mono_ms = mono_ms;
}
