/*
 * The plan of a campaign: how many devices at a time, when, how fast, what counts as healthy, and what stops
 * it. Pure. People write it in YAML, the API takes JSON:
 *
 *     {"waves": [{"devices": 50}, {"percent": 1}, {"percent": 10, "promote": "person"}, {"rest": true}],
 *      "soak_s": 7200, "zone": "America/Recife",
 *      "windows": [{"days": ["mon", "tue"], "from": "02:00", "to": "05:00"}],
 *      "caps": {…}, "ramp": {…}, "health": {…}, "retry": {…}, "stop": {…}, "go": {…}}
 *
 * All of it may be left out. limit.def has the numbers.
 */
#pragma once

#include "acs/base/arena.h"
#include "acs/base/json.h"
#include "provisioning/campaign/window.h"

enum campaign_limit {
#define LIMIT(id, group, key, least, most, otherwise, whole, what) CAMPAIGN_##id,
#include "provisioning/campaign/limit.def"
#undef LIMIT
    CAMPAIGN_LIMIT_COUNT
};

enum { CAMPAIGN_WAVES_MAX = 20, CAMPAIGN_WINDOWS_MAX = 14, CAMPAIGN_ZONE_MAX = 64 };

enum campaign_wave_kind { CAMPAIGN_DEVICES, CAMPAIGN_PERCENT, CAMPAIGN_REST };

struct campaign_wave_plan {
    enum campaign_wave_kind kind;
    double amount;  /* devices, or percent of all; of the rest 0 */
    int64_t soak_s; /* how long nothing happens after the last of it was judged */
    bool by_person; /* the next one begins when somebody says so */
};

struct campaign_plan {
    struct campaign_wave_plan waves[CAMPAIGN_WAVES_MAX];
    size_t wave_count; /* at least 1 */
    struct campaign_window windows[CAMPAIGN_WINDOWS_MAX];
    size_t window_count;          /* 0: at any time */
    char zone[CAMPAIGN_ZONE_MAX]; /* of the windows: a name of the time zone database */
    double limit[CAMPAIGN_LIMIT_COUNT];
};

/* plan NULL: all as it is without a word. ERR_INVALID: the message names the field and says what is expected.
 */
enum err campaign_plan_read(const struct json *plan, struct campaign_plan *ret) MUST_CHECK;
/* All of it, what was left out too; read again it is the same plan. */
void campaign_plan_write(const struct campaign_plan *plan, struct json_writer *w);

/*
 * How many devices each wave has, of `total`: all together never more. A share is rounded up. Where the last
 * wave is not the rest, some are left alone.
 */
void campaign_wave_sizes(const struct campaign_plan *plan, int64_t total, int64_t ret[CAMPAIGN_WAVES_MAX]);
/* Devices that may be in flight at once, of `total`; at least 1. */
int64_t campaign_flight_cap(const struct campaign_plan *plan, int64_t total);
