#include "acs/imports/importer.h"

#include <pthread.h>
#include <time.h>

#include "acs/base/clock.h"
#include "acs/base/crypto.h"
#include "acs/base/log.h"
#include "acs/imports/task.h"
#include "db/import.h"

enum { LOOK_S = 1 };

struct importer {
    struct importer_config config;
    char name[ID_MAX]; /* of this server, for leases */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news;
    bool stop; /* atomic */
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
static bool work_on_one(struct importer *importer)
{
    AUTO_ARENA arena = arena_new(1024);
    AUTO_DB db = NULL;
    struct import_work work = {0};
    enum err err;

    if (db_borrow(importer->config.pool, &db) != ERR_OK ||
        import_claim(db, importer->name, arena, &work) != ERR_OK || work.id == 0)
        return false;
    err = task_run(
        &(struct task_config){
            .db = db, .work = &work, .policy = &importer->config.policy, .stop = &importer->stop},
        &work);
    if (err == ERR_OK)
        log_end(&work);
    else
        end_badly(db, &work, err);
    return err == ERR_OK;
}

/* ---- the thread ---- */

static bool is_stopped(const struct importer *importer)
{
    return __atomic_load_n(&importer->stop, __ATOMIC_ACQUIRE);
}

static void wait_a_while(struct importer *importer)
{
    const struct timespec until = {.tv_sec = clock_now_us() / US_PER_S + LOOK_S + 1};

    pthread_mutex_lock(&importer->lock);
    if (!is_stopped(importer))
        pthread_cond_timedwait(&importer->news, &importer->lock, &until);
    pthread_mutex_unlock(&importer->lock);
}

static void *run(void *ctx)
{
    struct importer *importer = ctx;

    while (!is_stopped(importer)) {
        bool may = importer->config.may_run == NULL || importer->config.may_run(importer->config.ctx);

        if (!may || !work_on_one(importer))
            wait_a_while(importer);
    }
    return NULL;
}

/* ---- life ---- */

static void free_it(struct importer *importer)
{
    pthread_mutex_destroy(&importer->lock);
    pthread_cond_destroy(&importer->news);
    heap_free(importer);
}

enum err importer_start(const struct importer_config *config, struct importer **ret)
{
    struct importer *importer = HEAP_NEW(struct importer);

    importer->config = *config;
    crypto_new_id("srv_", importer->name);
    pthread_mutex_init(&importer->lock, NULL);
    pthread_cond_init(&importer->news, NULL);
    if (pthread_create(&importer->thread, NULL, run, importer) != 0) {
        free_it(importer);
        return err_set(ERR_UNAVAILABLE, "no thread for imports");
    }
    *ret = importer;
    return ERR_OK;
}

void importer_stop(struct importer *importer)
{
    if (importer == NULL)
        return;
    pthread_mutex_lock(&importer->lock);
    __atomic_store_n(&importer->stop, true, __ATOMIC_RELEASE);
    pthread_cond_signal(&importer->news);
    pthread_mutex_unlock(&importer->lock);
    pthread_join(importer->thread, NULL);
    free_it(importer);
}
