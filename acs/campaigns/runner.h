/*
 * Looks after campaigns, in a thread of its own (README.md).
 */
#pragma once

#include "acs/auth/release.h"
#include "db/pool.h"

struct campaign_runner_config {
    struct db_pool *pool;
    const struct release_trust *release; /* who may release firmware */
    bool (*may_run)(void *ctx);          /* the schema is there; NULL: always */
    void *ctx;
};

struct campaign_runner;

/* ERR_UNAVAILABLE: there can be no thread. */
enum err campaign_runner_start(const struct campaign_runner_config *config,
                               struct campaign_runner **ret) MUST_CHECK;
void campaign_runner_stop(struct campaign_runner *runner); /* NULL is allowed */
