/*
 * A made-up fleet for campaigns: homes that take a firmware, come back or do not, by a clock that jumps. It
 * plays the runner, too, so that the arithmetic is seen at work over nights in milliseconds.
 */
#pragma once

#include "provisioning/campaign/campaign.h"
#include "provisioning/campaign/health.h"

struct fleet_ways {      /* shares in percent */
    double bricks;       /* never comes back */
    double bricks_later; /* comes back, and dies ten minutes after */
    double lost;         /* never comes back, whatever the firmware */
    double refuses;      /* 9010, and goes on */
    double loops;        /* restarts again and again */
};

struct fleet_outcome {
    enum campaign_move end; /* CAMPAIGN_HALT, CAMPAIGN_FINISH, CAMPAIGN_HOLD; CAMPAIGN_STAY: it never ended */
    struct campaign_stopped stopped;
    unsigned wave;
    int64_t sent, dead, healthy;
    int64_t most_in_flight;
    int64_t took_s;
};

struct fleet_outcome fleet_run(const struct campaign_plan *plan, int64_t homes, const struct fleet_ways *ways,
                               uint64_t seed);
