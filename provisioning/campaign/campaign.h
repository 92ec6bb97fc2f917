/*
 * A campaign, one step: from what is known of it now to what is to be done. Pure arithmetic; the runner
 * (acs/campaigns/) gathers the facts, carries the decision out in one transaction, and comes again.
 */
#pragma once

#include "provisioning/campaign/stop.h"

struct campaign_now {
    int64_t now_us;
    int64_t open_until_us;   /* campaign_open_until() */
    unsigned wave;           /* the one that is under way, from 0 */
    int64_t wave_size;       /* campaign_wave_sizes() */
    int64_t wave_sent;       /* devices of it that were sent to */
    int64_t wave_judged_us;  /* when the last of it was judged; 0: none was */
    int64_t flight_cap;      /* campaign_flight_cap() */
    int64_t sent_in_minute;  /* devices that were sent to in the last 60 s */
    int64_t file_size;       /* that each fetches; 0: none */
    bool any_waiting;        /* there are some that could be sent to, now or later */
    int64_t retries_due;     /* that failed and may be tried again now */
    int64_t retries_later;   /* likewise, later */
    bool approved_by_person; /* somebody has said that the next wave may begin */
};

enum campaign_move {
    CAMPAIGN_STAY,
    CAMPAIGN_SEND,    /* to `count` more devices at most */
    CAMPAIGN_PROMOTE, /* the next wave begins */
    CAMPAIGN_HOLD,    /* a person must look at it: `why` */
    CAMPAIGN_HALT,    /* by itself: `stopped` */
    CAMPAIGN_FINISH
};

enum campaign_why {
    CAMPAIGN_WHY_NONE,
    CAMPAIGN_WHY_WINDOW,  /* closed */
    CAMPAIGN_WHY_FLIGHT,  /* as many in flight as may be */
    CAMPAIGN_WHY_RATE,    /* as many a minute as may be */
    CAMPAIGN_WHY_JUDGING, /* the last of the wave are awaited */
    CAMPAIGN_WHY_SOAK,
    CAMPAIGN_WHY_RETRY,    /* of the last wave some are tried again later */
    CAMPAIGN_WHY_PERSON,   /* the plan asks for one */
    CAMPAIGN_WHY_HEALTH,   /* not enough are healthy to go on by itself */
    CAMPAIGN_WHY_KILLED,   /* a kill switch is on */
    CAMPAIGN_WHY_FIRMWARE, /* it was withdrawn, or is not what was signed */
    CAMPAIGN_WHY_COUNT
};

struct campaign_decision {
    enum campaign_move move;
    int64_t count;
    bool again; /* to those that failed */
    enum campaign_why why;
    int64_t until_us; /* of a pause whose end is known; else 0 */
    struct campaign_stopped stopped;
};

struct campaign_decision campaign_decide(const struct campaign_plan *plan, const struct campaign_watch *watch,
                                         const struct campaign_now *now);
const char *campaign_why_name(enum campaign_why why);

/* Devices that may be sent to in a minute, once so many are healthy. */
int64_t campaign_rate(const struct campaign_plan *plan, int64_t healthy, int64_t file_size);
