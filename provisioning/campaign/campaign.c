#include "provisioning/campaign/campaign.h"

#include <math.h>

#include "acs/base/clock.h"

enum { MINUTE_S = 60 };

const char *campaign_why_name(enum campaign_why why)
{
    static const char *const names[] = {NULL,    "window", "in_flight", "rate",   "judging", "soak",
                                        "retry", "person", "health",    "killed", "firmware"};

    _Static_assert(sizeof(names) / sizeof(*names) == CAMPAIGN_WHY_COUNT, "one name each");
    return names[why];
}

int64_t campaign_rate(const struct campaign_plan *plan, int64_t healthy, int64_t file_size)
{
    double steps = floor((double)healthy / plan->limit[CAMPAIGN_RAMP_EVERY]);
    double rate = plan->limit[CAMPAIGN_PER_MINUTE] * pow(plan->limit[CAMPAIGN_RAMP_FACTOR], steps);
    double bytes = plan->limit[CAMPAIGN_BYTES_PER_S] * MINUTE_S;
    double most = plan->limit[CAMPAIGN_PER_MINUTE_MOST];

    if (bytes > 0 && file_size > 0 && bytes / (double)file_size < most)
        most = fmax(1, floor(bytes / (double)file_size));
    return (int64_t)fmin(rate, most);
}

static struct campaign_decision decide(enum campaign_move move, enum campaign_why why, int64_t until_us)
{
    return (struct campaign_decision){.move = move, .why = why, .until_us = until_us};
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- within a wave ---- */

/* What a device needs must be over before the window is: none is begun in its last minutes. */
static bool is_too_late(const struct campaign_plan *plan, const struct campaign_now *now)
{
    int64_t needs_us = (int64_t)(plan->limit[CAMPAIGN_RETURN_S] * US_PER_S);

    return now->open_until_us != INT64_MAX && now->open_until_us - now->now_us < needs_us;
}

/* To `wanted` devices, or as many as there is room for. */
static struct campaign_decision send_to(const struct campaign_plan *plan, const struct campaign_watch *watch,
                                        const struct campaign_now *now, int64_t wanted)
{
    int64_t room = now->flight_cap - watch->all.in_flight;
    int64_t rate = campaign_rate(plan, watch->all.healthy, now->file_size) - now->sent_in_minute;
    struct campaign_decision send = {.move = CAMPAIGN_SEND};

    if (now->open_until_us == 0 || is_too_late(plan, now))
        return decide(CAMPAIGN_STAY, CAMPAIGN_WHY_WINDOW, 0);
    if (room <= 0)
        return decide(CAMPAIGN_STAY, CAMPAIGN_WHY_FLIGHT, 0);
    if (rate <= 0)
        return decide(CAMPAIGN_STAY, CAMPAIGN_WHY_RATE, 0);
    send.count = least(least(room, rate), wanted);
    return send;
}

/* ---- between two waves ---- */

static bool is_most(int64_t bad, int64_t of, double wanted)
{
    return bad < CAMPAIGN_BAD_LEAST || 100 * (double)(of - bad) / (double)of >= wanted;
}

static bool may_go_on_by_itself(const struct campaign_plan *plan, const struct campaign_counts *wave)
{
    int64_t judged = campaign_judged(wave);

    return is_most(campaign_bad(wave), judged, plan->limit[CAMPAIGN_GO_HEALTHY]) &&
           is_most(wave->missing + wave->silent, judged, plan->limit[CAMPAIGN_GO_RETURNED]);
}

static bool is_last(const struct campaign_plan *plan, const struct campaign_now *now)
{
    return now->wave + 1 == plan->wave_count || !now->any_waiting;
}

static struct campaign_decision try_again(const struct campaign_plan *plan,
                                          const struct campaign_watch *watch, const struct campaign_now *now)
{
    struct campaign_decision decision = send_to(plan, watch, now, now->retries_due);

    decision.again = true;
    return decision;
}

static struct campaign_decision end_wave(const struct campaign_plan *plan, const struct campaign_watch *watch,
                                         const struct campaign_now *now)
{
    const struct campaign_wave_plan *wave = &plan->waves[now->wave];
    int64_t soaked_us = now->wave_judged_us + wave->soak_s * US_PER_S;

    if (watch->wave.in_flight > 0)
        return decide(CAMPAIGN_STAY, CAMPAIGN_WHY_JUDGING, 0);
    if (now->now_us < soaked_us)
        return decide(CAMPAIGN_STAY, CAMPAIGN_WHY_SOAK, soaked_us);
    if (now->retries_later > 0 && is_last(plan, now))
        return decide(CAMPAIGN_STAY, CAMPAIGN_WHY_RETRY, 0);
    if (is_last(plan, now))
        return decide(CAMPAIGN_FINISH, CAMPAIGN_WHY_NONE, 0);
    if (now->approved_by_person)
        return decide(CAMPAIGN_PROMOTE, CAMPAIGN_WHY_NONE, 0);
    if (wave->by_person)
        return decide(CAMPAIGN_HOLD, CAMPAIGN_WHY_PERSON, 0);
    if (!may_go_on_by_itself(plan, &watch->wave))
        return decide(CAMPAIGN_HOLD, CAMPAIGN_WHY_HEALTH, 0);
    return decide(CAMPAIGN_PROMOTE, CAMPAIGN_WHY_NONE, 0);
}

struct campaign_decision campaign_decide(const struct campaign_plan *plan, const struct campaign_watch *watch,
                                         const struct campaign_now *now)
{
    struct campaign_stopped stopped = campaign_weigh(plan, watch);

    if (stopped.rule != CAMPAIGN_GO_ON)
        return (struct campaign_decision){.move = CAMPAIGN_HALT, .stopped = stopped};
    if (now->retries_due > 0)
        return try_again(plan, watch, now);
    if (now->wave_sent >= now->wave_size || !now->any_waiting)
        return end_wave(plan, watch, now);
    return send_to(plan, watch, now, now->wave_size - now->wave_sent);
}
