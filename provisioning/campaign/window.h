/*
 * Windows of time by the clock on the wall, in a zone whose clocks may be changed. Pure: what the zone does
 * is told by the caller.
 *
 * A window is open while the clock shows a time inside it. So an hour that comes twice is open twice, and of
 * one that is left out nothing is.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct campaign_window {
    uint8_t days;  /* on which it begins: bit 0 is Monday */
    uint16_t from; /* minutes of the day, to 1439 */
    uint16_t to;   /* likewise, not included; not behind from: on the next day */
};

enum { CAMPAIGN_EVERY_DAY = 0x7f };

/* The clock of a zone, around a moment. */
struct campaign_zone {
    int64_t offset_s;  /* of local time from UTC, now */
    int64_t change_us; /* when that changes next, since 1970; 0: not within the coming two days */
    int64_t after_s;   /* the offset from then on */
};

/* Until when it is open without a break; 0: it is closed. None: open, to INT64_MAX. Looks two days ahead. */
int64_t campaign_open_until(const struct campaign_window *windows, size_t count,
                            const struct campaign_zone *zone, int64_t now_us);
