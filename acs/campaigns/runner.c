#include "acs/campaigns/runner.h"

#include "acs/base/errand.h"
#include "acs/base/log.h"
#include "acs/campaigns/steps.h"
#include "db/campaign_run.h"

struct campaign_runner {
    struct campaign_runner_config config;
    struct errand *errand;
};

static enum err work_on(const struct campaign_runner *runner, struct db *db,
                        const struct campaign_work_item *item, struct arena *arena, bool *ret_more)
{
    if (item->state == CAMPAIGN_LISTING)
        return campaign_list_some(db, item->id, arena, ret_more);
    return campaign_step_once(db, item->id, runner->config.release, arena);
}

/* One campaign, in a transaction of its own: one that cannot be worked on does not hold up the others. */
static enum err work_on_one(const struct campaign_runner *runner, struct db *db,
                            const struct campaign_work_item *item, bool *ret_more)
{
    AUTO_ARENA arena = arena_new(64 * 1024);
    bool mine = false;
    enum err err;

    TRY(db_begin(db));
    err = campaign_lock(db, arena, &mine);
    if (err == ERR_OK && mine)
        err = work_on(runner, db, item, arena, ret_more);
    if (err == ERR_OK)
        return db_commit(db);
    db_rollback(db);
    return err;
}

static enum err work_on_all(const struct campaign_runner *runner, const struct errand *errand, struct db *db,
                            bool *ret_more)
{
    AUTO_ARENA arena = arena_new(1024);
    struct campaign_work work;

    TRY(campaign_at_work(db, arena, &work));
    for (size_t i = 0; i < work.count && !errand_is_stopped(errand); i++) {
        enum err err = work_on_one(runner, db, &work.items[i], ret_more);

        if (err != ERR_OK && err != ERR_NOT_FOUND)
            log_warn("a campaign could not be worked on", log_i("campaign", work.items[i].id),
                     log_s("why", err_message()));
    }
    return ERR_OK;
}

static bool work(struct errand *errand, void *ctx)
{
    struct campaign_runner *runner = ctx;
    bool more = false, may = runner->config.may_run == NULL || runner->config.may_run(runner->config.ctx);
    AUTO_DB db = NULL;

    if (!may || db_borrow(runner->config.pool, &db) != ERR_OK)
        return false;
    return work_on_all(runner, errand, db, &more) == ERR_OK && more;
}

/* ---- life ---- */

enum err campaign_runner_start(const struct campaign_runner_config *config, struct campaign_runner **ret)
{
    struct campaign_runner *runner = HEAP_NEW(struct campaign_runner);
    enum err err;

    runner->config = *config;
    err = errand_start(&(struct errand_config){.name = "campaigns", .work = work, .ctx = runner},
                       &runner->errand);
    if (err == ERR_OK)
        *ret = runner;
    else
        heap_free(runner);
    return err;
}

void campaign_runner_stop(struct campaign_runner *runner)
{
    if (runner == NULL)
        return;
    errand_stop(runner->errand);
    heap_free(runner);
}
