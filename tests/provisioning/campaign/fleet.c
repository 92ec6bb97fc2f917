#include "tests/provisioning/campaign/fleet.h"

#include <stdlib.h>
#include <string.h>

#include "acs/base/clock.h"

enum { TICK_S = 30, PERIOD_S = 300, INSTALL_S = 120, LATER_S = 600, LOOP_S = 60, DAYS_MOST = 30 };

enum fate { WELL, BRICKS, BRICKS_LATER, REFUSES, LOOPS };

struct home {
    enum fate fate;
    int64_t phase_s; /* of its contacts */
    enum campaign_verdict verdict;
    int64_t sent_s;
};

struct fleet {
    struct home *homes;
    int64_t count, next; /* to be sent to */
    int64_t *judged;     /* homes, in the order in which they were judged */
    int64_t judged_count;
    int64_t wave_first, wave_judged_s;
    int64_t minute_sent[2]; /* in the last two ticks: a minute */
    struct campaign_now now;
    int64_t row;
};

/* xorshift64*, in percent: what a seed says is the same everywhere. */
static double draw(uint64_t *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return (double)(*seed * 2685821657736338717u >> 11) / (double)(1ull << 53) * 100;
}

static enum fate fate_of(const struct fleet_ways *ways, uint64_t *seed)
{
    if (draw(seed) < ways->lost)
        return BRICKS;
    if (draw(seed) < ways->bricks)
        return BRICKS;
    if (draw(seed) < ways->bricks_later)
        return BRICKS_LATER;
    if (draw(seed) < ways->loops)
        return LOOPS;
    return draw(seed) < ways->refuses ? REFUSES : WELL;
}

/* ---- what a home is seen to do ---- */

static int64_t silent_from(const struct home *home)
{
    if (home->fate == BRICKS)
        return home->sent_s;
    return home->fate == BRICKS_LATER ? home->sent_s + INSTALL_S + LATER_S : INT64_MAX;
}

static int64_t last_contact(const struct home *home, int64_t now_s)
{
    int64_t until = now_s < silent_from(home) ? now_s : silent_from(home);
    int64_t periodic = until - (until + home->phase_s) % PERIOD_S;
    int64_t back = home->sent_s + INSTALL_S;

    if (home->fate == REFUSES || until < back)
        return home->fate == REFUSES ? periodic : home->sent_s;
    return periodic > back ? periodic : back;
}

static struct campaign_seen see(const struct home *home, int64_t now_s)
{
    int64_t back = home->sent_s + INSTALL_S, contact = last_contact(home, now_s);
    struct campaign_seen seen = {.state = ACTION_VERIFYING,
                                 .sent_us = home->sent_s * US_PER_S,
                                 .last_contact_us = contact * US_PER_S,
                                 .wan = CAMPAIGN_WAN_UP};

    if (home->fate == REFUSES && now_s >= home->sent_s + TICK_S) {
        seen.state = ACTION_FAILED;
        seen.failure = "9010";
    } else if (contact >= back) {
        seen.state = ACTION_SUCCEEDED;
        seen.boots = home->fate == LOOPS ? 1 + (now_s - back) / LOOP_S : 1;
    }
    seen.ended_us = seen.state == ACTION_VERIFYING ? 0 : back * US_PER_S;
    return seen;
}

/* ---- the runner ---- */

static void note(struct fleet *fleet, int64_t index, enum campaign_verdict verdict, int64_t now_s)
{
    fleet->homes[index].verdict = verdict;
    fleet->judged[fleet->judged_count++] = index;
    fleet->row = verdict == CAMPAIGN_HEALTHY ? 0 : fleet->row + 1;
    fleet->wave_judged_s = now_s;
}

static void judge_all(struct fleet *fleet, const struct campaign_plan *plan, int64_t now_s)
{
    for (int64_t i = 0; i < fleet->next; i++) {
        struct campaign_seen seen;
        struct campaign_judgement judgement;

        if (fleet->homes[i].verdict != CAMPAIGN_OPEN)
            continue;
        seen = see(&fleet->homes[i], now_s);
        judgement = campaign_judge(plan, &seen, now_s * US_PER_S);
        if (judgement.verdict != CAMPAIGN_OPEN)
            note(fleet, i, judgement.verdict, now_s);
    }
}

static struct campaign_counts count(const struct fleet *fleet, const struct campaign_plan *plan,
                                    int64_t first, int64_t now_s)
{
    struct campaign_counts counts = {.sent = fleet->next - first};
    int64_t of[CAMPAIGN_VERDICT_COUNT] = {0};

    for (int64_t i = first; i < fleet->next; i++) {
        const struct home *home = &fleet->homes[i];

        of[home->verdict]++;
        counts.settling += home->verdict == CAMPAIGN_OPEN && see(home, now_s).state == ACTION_SUCCEEDED;
        counts.silent += home->verdict == CAMPAIGN_HEALTHY &&
                         (double)(now_s - last_contact(home, now_s)) > plan->limit[CAMPAIGN_SILENT_S];
    }
    counts.in_flight = of[CAMPAIGN_OPEN];
    counts.healthy = of[CAMPAIGN_HEALTHY];
    counts.failed = of[CAMPAIGN_FAILED];
    counts.looping = of[CAMPAIGN_LOOPING];
    counts.lying = of[CAMPAIGN_LYING];
    counts.missing = of[CAMPAIGN_MISSING];
    return counts;
}

static int64_t recent(const struct fleet *fleet, int64_t most)
{
    int64_t bad = 0;

    for (int64_t i = fleet->judged_count - 1; i >= 0 && i >= fleet->judged_count - most; i--)
        bad += fleet->homes[fleet->judged[i]].verdict != CAMPAIGN_HEALTHY;
    return bad;
}

static void send_to(struct fleet *fleet, int64_t wanted, int64_t now_s)
{
    int64_t sent = 0;

    for (; sent < wanted && fleet->next < fleet->count; sent++)
        fleet->homes[fleet->next++].sent_s = now_s;
    fleet->minute_sent[0] = fleet->minute_sent[1];
    fleet->minute_sent[1] = sent;
}

/* What is known now, for the next decision. */
static struct campaign_watch look(struct fleet *fleet, const struct campaign_plan *plan, int64_t now_s)
{
    int64_t sizes[CAMPAIGN_WAVES_MAX];
    struct campaign_watch watch = {.row = fleet->row};

    judge_all(fleet, plan, now_s);
    campaign_wave_sizes(plan, fleet->count, sizes);
    watch.wave = count(fleet, plan, fleet->wave_first, now_s);
    watch.all = count(fleet, plan, 0, now_s);
    watch.recent = recent(fleet, (int64_t)plan->limit[CAMPAIGN_STOP_SLIDING_OF]);
    fleet->now.now_us = now_s * US_PER_S;
    fleet->now.open_until_us = INT64_MAX;
    fleet->now.wave_size = sizes[fleet->now.wave];
    fleet->now.wave_sent = fleet->next - fleet->wave_first;
    fleet->now.wave_judged_us = fleet->wave_judged_s * US_PER_S;
    fleet->now.flight_cap = campaign_flight_cap(plan, fleet->count);
    fleet->now.sent_in_minute = fleet->minute_sent[0] + fleet->minute_sent[1];
    fleet->now.any_waiting = fleet->next < fleet->count;
    return watch;
}

static bool step(struct fleet *fleet, const struct campaign_plan *plan, int64_t now_s,
                 struct fleet_outcome *ret)
{
    struct campaign_watch watch = look(fleet, plan, now_s);
    struct campaign_decision decision = campaign_decide(plan, &watch, &fleet->now);

    ret->end = decision.move;
    ret->stopped = decision.stopped;
    ret->wave = fleet->now.wave;
    ret->took_s = now_s;
    ret->healthy = watch.all.healthy;
    if (decision.move == CAMPAIGN_PROMOTE) {
        fleet->now.wave++;
        fleet->wave_first = fleet->next;
    }
    send_to(fleet, decision.move == CAMPAIGN_SEND ? decision.count : 0, now_s);
    watch.all.in_flight += fleet->minute_sent[1];
    ret->most_in_flight =
        watch.all.in_flight > ret->most_in_flight ? watch.all.in_flight : ret->most_in_flight;
    return decision.move == CAMPAIGN_STAY || decision.move == CAMPAIGN_SEND ||
           decision.move == CAMPAIGN_PROMOTE;
}

struct fleet_outcome fleet_run(const struct campaign_plan *plan, int64_t homes, const struct fleet_ways *ways,
                               uint64_t seed)
{
    struct fleet fleet = {.count = homes};
    struct fleet_outcome outcome = {0};
    AUTO_ARENA arena = arena_new((size_t)homes * sizeof(*fleet.homes));

    fleet.homes = ARENA_ARRAY(arena, struct home, (size_t)homes);
    fleet.judged = ARENA_ARRAY(arena, int64_t, (size_t)homes);
    seed = seed * 0x9e3779b97f4a7c15u + 1;
    for (int64_t i = 0; i < homes; i++)
        fleet.homes[i] =
            (struct home){.fate = fate_of(ways, &seed), .phase_s = (int64_t)(draw(&seed) * PERIOD_S / 100)};
    for (int64_t now_s = PERIOD_S; now_s < DAYS_MOST * 86400; now_s += TICK_S)
        if (!step(&fleet, plan, now_s, &outcome))
            break;
    outcome.sent = fleet.next;
    for (int64_t i = 0; i < fleet.next; i++)
        outcome.dead += silent_from(&fleet.homes[i]) != INT64_MAX;
    return outcome;
}
