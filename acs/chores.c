#include "acs/chores.h"

#include "acs/api/settings.h"
#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "db/action.h"
#include "db/fact.h"
#include "db/import.h"
#include "db/incident.h"
#include "db/outbox.h"
#include "db/sign_in.h"
#include "db/upkeep.h"

enum {
    EXPIRE_AT_ONCE = 500,
    TRIM_AT_ONCE = 5000,
    PEOPLE_KEEP_S = 86400,
};

void chore_expire_actions(const struct config *config, struct db *db)
{
    int64_t count = 0;

    (void)config;
    if (actions_expire(db, EXPIRE_AT_ONCE, &count) != ERR_OK)
        log_warn("actions could not be expired", log_s("why", err_message()));
    metric_add(METRIC_ACTIONS_EXPIRED, count);
}

/* What is drawn becomes coarser as it gets older. */
void chore_thin_facts(const struct config *config, struct db *db)
{
    int64_t now_us = clock_now_us();
    const struct fact_ages ages = {
        .samples_us = now_us - (int64_t)config->facts_keep_samples_ms * US_PER_MS,
        .spans_us = now_us - (int64_t)config->facts_keep_spans_ms * US_PER_MS,
        .all_us = now_us - (int64_t)config->facts_keep_ms * US_PER_MS,
    };
    int64_t count = 0;

    if (fact_thin(db, &ages, TRIM_AT_ONCE, &count) != ERR_OK)
        log_warn("the history of facts could not be thinned", log_s("why", err_message()));
}

void chore_forget_secrets(const struct config *config, struct db *db)
{
    int64_t count = 0;

    (void)config;
    if (action_forget_secrets(db, TRIM_AT_ONCE, &count) != ERR_OK)
        log_warn("secrets of actions that are over could not be forgotten", log_s("why", err_message()));
}

void chore_trim_history(const struct config *config, struct db *db)
{
    int64_t older_us = clock_now_us() - (int64_t)config->history_keep_ms * US_PER_MS;
    int64_t count = 0;

    if (history_trim(db, older_us, TRIM_AT_ONCE, &count) != ERR_OK)
        log_warn("history could not be trimmed", log_s("why", err_message()));
}

/* Sessions and links that are over, and tries of long ago. */
void chore_trim_people(const struct config *config, struct db *db)
{
    int64_t older_us = clock_now_us() - (int64_t)PEOPLE_KEEP_S * US_PER_S;
    int64_t count = 0;

    (void)config;
    if (people_trim(db, older_us, TRIM_AT_ONCE, &count) != ERR_OK)
        log_warn("sessions that are over could not be forgotten", log_s("why", err_message()));
}

void chore_trim_outbox(const struct config *config, struct db *db)
{
    AUTO_ARENA arena = arena_new(1024);
    int64_t older_us = clock_now_us() - (int64_t)config->history_keep_ms * US_PER_MS;

    if (outbox_trim(db, older_us, TRIM_AT_ONCE, arena) != ERR_OK)
        log_warn("what webhooks were told could not be trimmed", log_s("why", err_message()));
}

void chore_trim_imports(const struct config *config, struct db *db)
{
    (void)config;
    if (import_trim(db) != ERR_OK)
        log_warn("files of subscribers could not be forgotten", log_s("why", err_message()));
}

void chore_watch_areas(const struct config *config, struct db *db)
{
    const struct incident_rule rule = {.least = (int64_t)config->incident_homes,
                                       .percent = (int64_t)config->incident_percent,
                                       .window_s = (int64_t)config->incident_window_ms / MS_PER_S,
                                       .grace_s = (int64_t)config->incident_grace_ms / MS_PER_S,
                                       .back_percent = (int64_t)config->incident_back_percent};
    int64_t opened = 0;

    if (incident_sweep(db, &rule, &opened) != ERR_OK)
        log_warn("incidents could not be looked for", log_s("why", err_message()));
    if (opened > 0)
        log_warn("homes have fallen silent together", log_i("incidents", opened));
    metric_add(METRIC_INCIDENTS_OPENED, opened);
}

void chore_sign_audit(struct audit_anchor *anchor, struct db *db)
{
    AUTO_ARENA arena = arena_new(1024);

    if (audit_anchor_run(anchor, db, arena) != ERR_OK)
        log_error("the end of the audit trail could not be signed", log_s("why", err_message()));
}

bool chore_read_settings(struct db *db, struct threshold_saved *ret)
{
    AUTO_ARENA arena = arena_new(16 * 1024);
    struct settings settings;

    if (settings_load(db, true, arena, &settings) != ERR_OK) {
        log_warn("what people have set is not known to the workers", log_s("why", err_message()));
        return false;
    }
    threshold_saved_copy(ret, &settings.thresholds);
    return true;
}
