#include "provisioning/campaign/window.h"

#include "acs/base/clock.h"

enum { DAY_S = 86400, MINUTE_S = 60, THURSDAY = 3, DAYS = 7 };

/* Days since 1970 by the clock on the wall; it may be before. */
static int64_t day_of(int64_t wall_s)
{
    return wall_s / DAY_S - (wall_s % DAY_S < 0);
}

static bool begins_on(const struct campaign_window *window, int64_t day)
{
    int64_t weekday = ((day + THURSDAY) % DAYS + DAYS) % DAYS;

    return (window->days >> weekday & 1) != 0;
}

/* The end, on the wall, of the window if it began on that day and is open at wall_s; else 0. */
static int64_t end_of(const struct campaign_window *window, int64_t day, int64_t wall_s)
{
    int64_t begin = day * DAY_S + (int64_t)window->from * MINUTE_S;
    int64_t end = day * DAY_S + (int64_t)window->to * MINUTE_S + (window->to > window->from ? 0 : DAY_S);

    return begins_on(window, day) && begin <= wall_s && wall_s < end ? end : 0;
}

/* The latest end, on the wall, of those that are open at wall_s; 0: none is. */
static int64_t wall_end(const struct campaign_window *windows, size_t count, int64_t wall_s)
{
    int64_t latest = 0, day = day_of(wall_s);

    for (size_t i = 0; i < count; i++) {
        int64_t today = end_of(&windows[i], day, wall_s), yesterday = end_of(&windows[i], day - 1, wall_s);

        latest = today > latest ? today : latest;
        latest = yesterday > latest ? yesterday : latest;
    }
    return latest;
}

/* The same with those that begin where another ends. */
static int64_t chained_end(const struct campaign_window *windows, size_t count, int64_t wall_s)
{
    enum { AHEAD_S = 2 * DAY_S };
    int64_t end = wall_end(windows, count, wall_s), next = end;

    while (next != 0 && end - wall_s < AHEAD_S) {
        end = next;
        next = wall_end(windows, count, end);
    }
    return end;
}

int64_t campaign_open_until(const struct campaign_window *windows, size_t count,
                            const struct campaign_zone *zone, int64_t now_us)
{
    int64_t now_s = now_us / US_PER_S, change_s = zone->change_us / US_PER_S;
    int64_t end = chained_end(windows, count, now_s + zone->offset_s);
    int64_t end_s = end - zone->offset_s;

    if (count == 0)
        return INT64_MAX;
    if (end == 0)
        return 0;
    if (zone->change_us == 0 || change_s <= now_s || end_s < change_s)
        return end_s * US_PER_S;
    end = chained_end(windows, count, change_s + zone->after_s);
    return (end == 0 ? change_s : end - zone->after_s) * US_PER_S;
}
