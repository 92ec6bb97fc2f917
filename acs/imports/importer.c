#include "acs/imports/importer.h"

#include "acs/base/crypto.h"
#include "acs/base/errand.h"
#include "acs/base/log.h"
#include "acs/imports/task.h"
#include "db/import.h"

struct importer {
    struct importer_config config;
    char name[ID_MAX]; /* of this server, for leases */
    struct errand *errand;
};

/* ---- one file ---- */

static void log_end(const struct import_work *work)
{
    log_info("subscribers imported", log_i("import", work->id),
             log_s("kind", work->simulate ? "simulation" : "import"), log_i("new", work->counts.made),
             log_i("changed", work->counts.changed), log_i("same", work->counts.same),
             log_i("wrong", work->counts.wrong));
}

/* What cannot be used is ended, with why; what may go better later is left to whoever looks next. */
static void end_badly(struct db *db, const struct import_work *work, enum err err)
{
    AUTO_ARENA arena = arena_new(1024);
    const char *why = arena_strdup(arena, err_message());
    enum err end;

    log_warn("an import stopped", log_i("import", work->id), log_s("why", why));
    db_rollback(db);
    if (err == ERR_INVALID)
        end = import_end(db, work, "failed", why, arena);
    else if (err == ERR_INTERNAL)
        end = import_end(db, work, "failed", "an internal error; it is in the server's log", arena);
    else
        end = err == ERR_NOT_FOUND ? ERR_OK : import_release(db, work, arena);
    if (end != ERR_OK)
        log_warn("an import could not be ended", log_i("import", work->id), log_s("why", err_message()));
}

/* Whether there was something to do, and it went well: then look again at once. */
static bool work_on_one(struct errand *errand, void *ctx)
{
    struct importer *importer = ctx;
    bool may = importer->config.may_run == NULL || importer->config.may_run(importer->config.ctx);
    AUTO_ARENA arena = arena_new(1024);
    AUTO_DB db = NULL;
    struct import_work work = {0};
    enum err err;

    if (!may || db_borrow(importer->config.pool, &db) != ERR_OK ||
        import_claim(db, importer->name, arena, &work) != ERR_OK || work.id == 0)
        return false;
    err = task_run(
        &(struct task_config){.db = db, .work = &work, .policy = &importer->config.policy, .errand = errand},
        &work);
    if (err == ERR_OK)
        log_end(&work);
    else
        end_badly(db, &work, err);
    return err == ERR_OK;
}

/* ---- life ---- */

enum err importer_start(const struct importer_config *config, struct importer **ret)
{
    struct importer *importer = HEAP_NEW(struct importer);
    enum err err;

    importer->config = *config;
    crypto_new_id("srv_", importer->name);
    err = errand_start(&(struct errand_config){.name = "imports", .work = work_on_one, .ctx = importer},
                       &importer->errand);
    if (err == ERR_OK)
        *ret = importer;
    else
        heap_free(importer);
    return err;
}

void importer_stop(struct importer *importer)
{
    if (importer == NULL)
        return;
    errand_stop(importer->errand);
    heap_free(importer);
}
