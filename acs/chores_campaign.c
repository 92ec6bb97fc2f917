/* What is kept of campaigns: how they went becomes coarser, lists that were made into files go. */
#include "acs/base/log.h"
#include "acs/chores.h"
#include "db/campaign_figures.h"
#include "db/export.h"

enum { SAMPLES_AT_ONCE = 5000 };

void chore_thin_samples(const struct config *config, struct db *db)
{
    (void)config;
    if (campaign_samples_thin(db, SAMPLES_AT_ONCE) != ERR_OK)
        log_warn("samples of campaigns could not be thinned", log_s("why", err_message()));
}

void chore_trim_exports(const struct config *config, struct db *db)
{
    (void)config;
    if (export_trim(db) != ERR_OK)
        log_warn("lists that were made into files could not be forgotten", log_s("why", err_message()));
}
