/*
 * What became of one device of a campaign: from what is known of its action and of itself, not from the
 * device's word alone. Pure.
 *
 * Healthy is proven: the action succeeded (of a firmware: the version is the right one), the device was heard
 * from again some time later, it was asked then and its WAN is up if it tells, and it does not restart again
 * and again.
 */
#pragma once

#include "provisioning/action_state.h"
#include "provisioning/campaign/plan.h"

enum campaign_verdict {
    CAMPAIGN_OPEN,  /* in flight */
    CAMPAIGN_AGAIN, /* nothing has reached it: it goes back among those that wait */
    CAMPAIGN_HEALTHY,
    CAMPAIGN_FAILED,  /* it is there, and it went wrong */
    CAMPAIGN_LOOPING, /* it restarts again and again */
    CAMPAIGN_LYING,   /* it said yes, and shows another version */
    CAMPAIGN_MISSING, /* it did not come back */
    CAMPAIGN_VERDICT_COUNT
};

const char *campaign_verdict_name(enum campaign_verdict verdict);

enum campaign_wan {
    CAMPAIGN_WAN_UNKNOWN, /* it was not asked, or the answer did not come */
    CAMPAIGN_WAN_UNTOLD,  /* it does not tell */
    CAMPAIGN_WAN_UP,
    CAMPAIGN_WAN_DOWN
};

/* Times are microseconds since 1970; 0: it has not been so. */
struct campaign_seen {
    enum action_state state;
    int64_t sent_us;         /* the first request that changes it went out */
    int64_t ended_us;        /* the action has ended */
    const char *failure;     /* the CWMP fault, or its code; NULL: none */
    int64_t last_contact_us; /* of the device, whenever */
    int64_t boots;           /* restarts since it was sent to */
    bool reading;            /* it is being asked how its WAN is */
    int64_t read_us;         /* when it was last asked since the end, and that was over */
    enum campaign_wan wan;   /* what it said then */
};

struct campaign_judgement {
    enum campaign_verdict verdict;
    const char *cause; /* a short stable word: "9010", "boot_loop", "wan_down"; NULL: open or healthy */
};

struct campaign_judgement campaign_judge(const struct campaign_plan *plan, const struct campaign_seen *seen,
                                         int64_t now_us);
/* It is to be asked how its WAN is: it has settled, and has not said that it is well. */
bool campaign_wants_reading(const struct campaign_plan *plan, const struct campaign_seen *seen,
                            int64_t now_us);
