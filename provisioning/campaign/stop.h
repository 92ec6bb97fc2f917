/*
 * What stops a campaign by itself (stop.def). Pure.
 *
 * Shares are weighed by the lower end of Wilson's interval (95 %): a share counts as too high only when
 * chance hardly explains it, so that a small canary stops early when most goes wrong, and not for one bad
 * device. Of what happens to devices anyway, the share among those that were left alone is taken off first.
 */
#pragma once

#include "acs/base/text.h"
#include "provisioning/campaign/plan.h"

enum { CAMPAIGN_BAD_LEAST = 3 }; /* one or two bad devices are no share */

/* Of a wave, or of all. */
struct campaign_counts {
    int64_t sent; /* in flight and judged */
    int64_t in_flight;
    int64_t settling; /* of these, well so far: the action succeeded, and it is looked at a while longer */
    int64_t healthy;  /* with those that fell silent later */
    int64_t failed;   /* of these four each has one */
    int64_t looping;
    int64_t lying;
    int64_t missing;
    int64_t silent; /* was healthy, and has not been heard of for too long */
};

struct campaign_watch {
    struct campaign_counts wave, all;
    int64_t row;                 /* that went wrong one after the other, until now */
    int64_t recent;              /* that went wrong among the newest stop.sliding_of */
    int64_t alone, alone_silent; /* devices that were left alone, and those of them that fell silent */
    int64_t contacts,
        alone_contacts;  /* cases of the healthy ones, and of those left alone, in the same time */
    double informs_fall; /* of the whole fleet, in percent of what is usual at this time; 0: not known */
};

enum campaign_stop {
    CAMPAIGN_GO_ON,
#define STOP(id, name, look, limit, counts, pt, en) CAMPAIGN_STOP_BY_##id,
#include "provisioning/campaign/stop.def"
#undef STOP
    CAMPAIGN_STOP_RULES
};

struct campaign_stopped {
    enum campaign_stop rule; /* CAMPAIGN_GO_ON: none */
    double found, limit;     /* what was found, and what the plan allows; the share's lower end */
    int64_t bad, of;
};

struct campaign_stopped campaign_weigh(const struct campaign_plan *plan, const struct campaign_watch *watch);
const char *campaign_stop_name(enum campaign_stop rule);
/* "7 of 50 did not return (at least 6.9 %; the plan allows 2 %)" */
void campaign_say_stop(const struct campaign_stopped *stopped, bool portuguese, struct text *out);

/* The lower end of a share's interval, in percent; of none: 0. */
double campaign_share_at_least(int64_t bad, int64_t of);
int64_t campaign_judged(const struct campaign_counts *counts);
int64_t campaign_bad(const struct campaign_counts *counts);
