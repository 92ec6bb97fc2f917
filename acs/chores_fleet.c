/* What is counted of the whole fleet, so that nobody who looks has to. */
#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/chores.h"
#include "db/fleet.h"

enum { FLEET_AT_ONCE = 5000, DAYS_AT_ONCE = 8 };

void chore_count_fleet(const struct config *config, struct db *db)
{
    const struct fleet_pace pace = {.every_s = (int64_t)config->fleet_refresh_ms / MS_PER_S,
                                    .slice = FLEET_AT_ONCE};

    if (fleet_step(db, &pace) != ERR_OK)
        log_warn("the fleet could not be counted", log_s("why", err_message()));
}

void chore_note_hours(const struct config *config, struct db *db)
{
    bool behind = true;

    (void)config;
    for (int i = 0; behind && i < DAYS_AT_ONCE; i++) {
        if (fleet_note_hours(db, &behind) == ERR_OK)
            continue;
        log_warn("the actions of the hour could not be counted", log_s("why", err_message()));
        return;
    }
}

void chore_note_contacts(struct db *db, int64_t *noted)
{
    int64_t now = metric_value(METRIC_CWMP_INFORMS);

    if (fleet_note_contacts(db, now - *noted) == ERR_OK)
        *noted = now;
    else
        log_warn("contacts could not be noted", log_s("why", err_message()));
}
