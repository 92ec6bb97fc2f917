/*
 * Alarms: timers by the thousand on one timer of the event loop (a binary heap; the loop's own list is for a
 * few).
 */
#pragma once

#include <stddef.h>

#include "acs/base/loop.h"

struct alarms;

/* Owned by its user; zero-initialise it. */
struct alarm {
    int64_t at_us; /* monotonic */
    loop_fn *fn;
    void *ctx;
    size_t place; /* in the heap, from 1; 0: not set */
};

struct alarms *alarms_new(struct loop *loop) MUST_CHECK;
void alarms_free(struct alarms *alarms);

void alarm_set(struct alarms *alarms, struct alarm *alarm, int64_t at_us, loop_fn *fn,
               void *ctx); /* or moves it */
void alarm_clear(struct alarms *alarms, struct alarm *alarm);
static inline bool alarm_is_set(const struct alarm *alarm)
{
    return alarm->place != 0;
}
