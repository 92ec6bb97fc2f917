/*
 * How often somebody came within a minute: a small table that forgets, for keys that strangers choose.
 *
 * Each key has one place; whoever comes to a place that another holds takes it over. So memory is fixed, a
 * count may be too low, never too high, and nobody can be made to wait by others. One thread.
 */
#pragma once

#include <stdint.h>

#include "acs/base/crypto.h"

enum { PACE_WINDOW_MS = 60 * 1000 };

struct pace;

struct pace *pace_new(void);
void pace_free(struct pace *pace);
/* Counts one more; how many there were since the window of this key began, this one included. The key is a
 * hash whose secret the counted do not know. */
uint32_t pace_count(struct pace *pace, struct hash128 key, int64_t now_ms);
