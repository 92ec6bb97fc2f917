/* What works in threads of its own beside sessions and requests (base/errand.h): files of subscribers,
 * lists as files, campaigns. */
#pragma once

#include "acs/campaigns/runner.h"
#include "acs/exports/exporter.h"
#include "acs/imports/importer.h"

struct errands_config {
    struct db_pool *pool;
    struct subscriber_policy policy;     /* of imports */
    const struct release_trust *release; /* who may release firmware */
    bool (*may_run)(void *ctx);          /* the schema is there; NULL: always */
    void *ctx;
};

struct errands {
    struct importer *importer;
    struct exporter *exporter;
    struct campaign_runner *campaigns;
};

/* ERR_UNAVAILABLE: there can be no thread. What was started is stopped by errands_stop() all the same. */
enum err errands_start(const struct errands_config *config, struct errands *ret) MUST_CHECK;
void errands_stop(struct errands *errands);
