/*
 * Time. The only place that asks the system for it; a test sets its own.
 *
 * Wall times are microseconds since 1970 UTC (clock_now_us); deadlines and durations use the monotonic clock
 * in milliseconds (clock_mono_ms) so that a stepped clock neither fires nor holds a timer.
 */
#pragma once

#include <stdint.h>

enum { US_PER_MS = 1000, US_PER_S = 1000000, MS_PER_S = 1000 };

int64_t clock_now_us(void);
int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);

/* Tests only: from now on both clocks stand still at these values until moved again; 0 lets them run. */
void clock_freeze(int64_t now_us, int64_t mono_ms);
