#include "provisioning/campaign/stop.h"

#include <math.h>

int64_t campaign_judged(const struct campaign_counts *counts)
{
    return counts->sent - counts->in_flight;
}

int64_t campaign_bad(const struct campaign_counts *counts)
{
    return counts->failed + counts->looping + counts->lying + counts->missing + counts->silent;
}

/* One end of Wilson's interval, in percent; side: -1 the lower one, 1 the upper. */
static double share_end(int64_t bad, int64_t of, int side)
{
    const double z = 2.576; /* 99 % lie between both */
    double n = (double)of, p = (double)bad / n;
    double spread = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));

    return 100 * (p + z * z / (2 * n) + side * spread) / (1 + z * z / n);
}

double campaign_share_at_least(int64_t bad, int64_t of)
{
    return of <= 0 || bad <= 0 ? 0 : share_end(bad, of, -1);
}

/* ---- the rules ---- */

static struct campaign_stopped count_of(int64_t bad, int64_t of, double limit)
{
    return (struct campaign_stopped){.found = (double)bad, .limit = limit, .bad = bad, .of = of};
}

static struct campaign_stopped row(const struct campaign_watch *watch, const struct campaign_plan *plan,
                                   double limit)
{
    (void)plan;
    return count_of(watch->row, watch->row, limit);
}

static struct campaign_stopped count(const struct campaign_watch *watch, const struct campaign_plan *plan,
                                     double limit)
{
    (void)plan;
    return count_of(campaign_bad(&watch->all), campaign_judged(&watch->all), limit);
}

static struct campaign_stopped sliding(const struct campaign_watch *watch, const struct campaign_plan *plan,
                                       double limit)
{
    int64_t judged = campaign_judged(&watch->all), of = (int64_t)plan->limit[CAMPAIGN_STOP_SLIDING_OF];

    return count_of(watch->recent, judged < of ? judged : of, limit);
}

static struct campaign_stopped share_of(const struct campaign_plan *plan, int64_t bad, int64_t of,
                                        double limit)
{
    bool enough = of >= (int64_t)plan->limit[CAMPAIGN_STOP_LEAST] && bad >= CAMPAIGN_BAD_LEAST;

    return (struct campaign_stopped){
        .found = enough ? campaign_share_at_least(bad, of) : 0, .limit = limit, .bad = bad, .of = of};
}

/* A failure is known at once, that one is well only later: those that are well so far count, or the first
 * failures of a wave would look like most of it. */
static int64_t known(const struct campaign_counts *counts)
{
    return campaign_judged(counts) + counts->settling;
}

/* The worse of the wave and of all: a wave that goes wrong is not made good by those before it. */
static struct campaign_stopped worse(const struct campaign_plan *plan, const struct campaign_watch *watch,
                                     int64_t wave, int64_t all, double limit)
{
    struct campaign_stopped of_wave = share_of(plan, wave, known(&watch->wave), limit);
    struct campaign_stopped of_all = share_of(plan, all, known(&watch->all), limit);

    return of_wave.found > of_all.found ? of_wave : of_all;
}

static double share_alone(const struct campaign_watch *watch)
{
    return watch->alone > 0 ? 100 * (double)watch->alone_silent / (double)watch->alone : 0;
}

static struct campaign_stopped missing(const struct campaign_watch *watch, const struct campaign_plan *plan,
                                       double limit)
{
    return worse(plan, watch, watch->wave.missing + watch->wave.silent,
                 watch->all.missing + watch->all.silent, limit + share_alone(watch));
}

static struct campaign_stopped loops(const struct campaign_watch *watch, const struct campaign_plan *plan,
                                     double limit)
{
    return worse(plan, watch, watch->wave.looping, watch->all.looping, limit);
}

static struct campaign_stopped lies(const struct campaign_watch *watch, const struct campaign_plan *plan,
                                    double limit)
{
    return worse(plan, watch, watch->wave.lying, watch->all.lying, limit);
}

static struct campaign_stopped bad(const struct campaign_watch *watch, const struct campaign_plan *plan,
                                   double limit)
{
    return worse(plan, watch, campaign_bad(&watch->wave), campaign_bad(&watch->all),
                 limit + share_alone(watch));
}

static struct campaign_stopped informs(const struct campaign_watch *watch, const struct campaign_plan *plan,
                                       double limit)
{
    (void)plan;
    return (struct campaign_stopped){.found = watch->informs_fall, .limit = limit};
}

/* As many cases as would be `limit` times those of the ones left alone, and no accident on either side. */
static struct campaign_stopped contacts(const struct campaign_watch *watch, const struct campaign_plan *plan,
                                        double limit)
{
    double usual = watch->alone > 0 ? share_end(watch->alone_contacts, watch->alone, 1) : 0;
    struct campaign_stopped found = share_of(plan, watch->contacts, watch->all.healthy, usual * limit);

    if (watch->alone == 0)
        found.found = 0; /* nothing to compare with */
    return found;
}

static const struct rule {
    struct campaign_stopped (*look)(const struct campaign_watch *watch, const struct campaign_plan *plan,
                                    double limit);
    enum campaign_limit limit;
    bool counts;
    const char *name, *pt, *en;
} rules[] = {
#define STOP(id, name, look, limit, counts, pt, en) \
    [CAMPAIGN_STOP_BY_##id] = {look, CAMPAIGN_##limit, counts, name, pt, en},
#include "provisioning/campaign/stop.def"
#undef STOP
};

struct campaign_stopped campaign_weigh(const struct campaign_plan *plan, const struct campaign_watch *watch)
{
    for (int i = CAMPAIGN_GO_ON + 1; i < CAMPAIGN_STOP_RULES; i++) {
        enum campaign_stop rule = (enum campaign_stop)i;
        double limit = plan->limit[rules[rule].limit];
        struct campaign_stopped stopped = rules[rule].look(watch, plan, limit);

        stopped.rule = rule;
        if (limit > 0 &&
            (rules[rule].counts ? stopped.found >= stopped.limit : stopped.found > stopped.limit))
            return stopped;
    }
    return (struct campaign_stopped){.rule = CAMPAIGN_GO_ON};
}

const char *campaign_stop_name(enum campaign_stop rule)
{
    return rule == CAMPAIGN_GO_ON ? NULL : rules[rule].name;
}

void campaign_say_stop(const struct campaign_stopped *stopped, bool portuguese, struct text *out)
{
    const struct rule *rule = &rules[stopped->rule];
    const char *what = portuguese ? rule->pt : rule->en;

    if (rule->counts)
        text_printf(out,
                    portuguese ? "%lld %s; o plano permite menos de %.0f"
                               : "%lld %s; the plan allows less than %.0f",
                    (long long)stopped->bad, what, stopped->limit);
    else if (stopped->of > 0)
        text_printf(out,
                    portuguese ? "%lld de %lld %s (pelo menos %.1f %%; o plano permite %.1f %%)"
                               : "%lld of %lld %s (at least %.1f %%; the plan allows %.1f %%)",
                    (long long)stopped->bad, (long long)stopped->of, what, stopped->found, stopped->limit);
    else
        text_printf(
            out, portuguese ? "%.1f %% %s; o plano permite %.1f %%" : "%.1f %% %s; the plan allows %.1f %%",
            stopped->found, what, stopped->limit);
}
