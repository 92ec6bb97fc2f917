#include "acs/background.h"

#include <pthread.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/loop.h"
#include "acs/chores.h"
#include "acs/cwmp/dialler.h"
#include "acs/cwmp/door.h"
#include "acs/errands.h"
#include "acs/files/upkeep.h"
#include "acs/first_start.h"
#include "db/credential.h"
#include "db/migrate.h"

struct background {
    const struct config *config;
    struct loop *loop;
    struct dialler *dialler;
    struct files_upkeep upkeep;
    struct db_pool *pool;
    const struct keyring *keyring;
    const struct people *people;
    struct errands errands;
    struct audit_keys *audit_keys;
    struct audit_anchor anchor;
    int64_t contacts_noted;
    pthread_t thread;
    struct workers *workers;
    bool running;
    bool ready;          /* atomic */
    bool settings_known; /* workers have at hand what people have set */
};

/* ---- the jobs ---- */

enum err background_check_keys(struct db_pool *pool, const struct keyring *keyring)
{
    AUTO_ARENA arena = arena_new(1024);
    char check[KEYRING_CHECK_MAX];
    AUTO_DB db = NULL;
    enum err err;

    if (keyring == NULL)
        return ERR_OK;
    keyring_check(keyring, check);
    TRY(db_borrow(pool, &db));
    err = credential_check_keys(db, check, arena);
    return err == ERR_CONFLICT ? err_while(ERR_INVALID, "secrets.key_file") : err;
}

static void bring_schema_up(struct background *background)
{
    if (background_is_ready(background))
        return;
    if (migrate_run(background->config->database_url, NULL) == ERR_OK &&
        background_check_keys(background->pool, background->keyring) == ERR_OK) {
        background_set_ready(background);
        log_info("the database is there");
        first_start_offer(background->pool, background->people);
    } else {
        log_warn("the database is not usable yet", log_s("why", err_message()));
    }
}

static void call_routers(struct background *background)
{
    if (background_is_ready(background))
        dialler_run(background->dialler, background->pool);
}

typedef void chore_fn(const struct config *config, struct db *db);

static void do_chore(struct background *background, chore_fn *chore)
{
    AUTO_DB db = NULL;

    if (background_is_ready(background) && db_borrow(background->pool, &db) == ERR_OK)
        chore(background->config, db);
}

static void expire_actions(struct background *background)
{
    do_chore(background, chore_expire_actions);
}

static void thin_facts(struct background *background)
{
    do_chore(background, chore_thin_facts);
}

static void forget_secrets(struct background *background)
{
    do_chore(background, chore_forget_secrets);
}

static void trim_history(struct background *background)
{
    do_chore(background, chore_trim_history);
}

static void trim_people(struct background *background)
{
    do_chore(background, chore_trim_people);
}

static void trim_outbox(struct background *background)
{
    do_chore(background, chore_trim_outbox);
}

static void trim_imports(struct background *background)
{
    do_chore(background, chore_trim_imports);
}

static void trim_exports(struct background *background)
{
    do_chore(background, chore_trim_exports);
}

static void watch_areas(struct background *background)
{
    do_chore(background, chore_watch_areas);
}

static void count_fleet(struct background *background)
{
    do_chore(background, chore_count_fleet);
}

static void note_hours(struct background *background)
{
    do_chore(background, chore_note_hours);
}

static void thin_samples(struct background *background)
{
    do_chore(background, chore_thin_samples);
}

static void note_contacts(struct background *background)
{
    AUTO_DB db = NULL;

    if (background_is_ready(background) && db_borrow(background->pool, &db) == ERR_OK)
        chore_note_contacts(db, &background->contacts_noted);
}

/* Asked every second; when it is time, the anchor knows. */
static void sign_audit(struct background *background)
{
    AUTO_DB db = NULL;

    if (background_is_ready(background) && db_borrow(background->pool, &db) == ERR_OK)
        chore_sign_audit(&background->anchor, db);
}

static void keep_files(struct background *background)
{
    if (background_is_ready(background))
        files_upkeep_run(&background->upkeep, background->pool);
}

/* At the start, and after each notice; until it has worked once. */
static void read_settings(struct background *background)
{
    struct threshold_saved saved;
    AUTO_DB db = NULL;

    if (background->settings_known || !background_is_ready(background) ||
        db_borrow(background->pool, &db) != ERR_OK || !chore_read_settings(db, &saved))
        return;
    workers_use_saved(background->workers, &saved);
    background->settings_known = true;
}

/* A job that takes long delays the others, never a session or a request. */
static const struct job {
    const char *name;
    int64_t period_ms;
    void (*run)(struct background *background);
} jobs[] = {
    {"schema",   1000,  bring_schema_up},
    {"call",     500,   call_routers   },
    {"expire",   1000,  expire_actions },
    {"files",    1000,  keep_files     },
    {"history",  60000, trim_history   },
    {"outbox",   60000, trim_outbox    },
    {"facts",    60000, thin_facts     },
    {"secrets",  60000, forget_secrets },
    {"people",   60000, trim_people    },
    {"imports",  60000, trim_imports   },
    {"exports",  60000, trim_exports   },
    {"areas",    15000, watch_areas    },
    {"fleet",    500,   count_fleet    },
    {"minutes",  15000, note_contacts  },
    {"hours",    60000, note_hours     },
    {"samples",  60000, thin_samples   },
    {"audit",    1000,  sign_audit     },
    {"settings", 1000,  read_settings  },
};

enum { JOB_COUNT = sizeof(jobs) / sizeof(*jobs) };

struct ticker {
    struct background *background;
    const struct job *job;
    struct loop_timer timer;
};

static void tick(void *ctx)
{
    struct ticker *ticker = ctx;

    ticker->job->run(ticker->background);
    loop_timer_set(ticker->background->loop, &ticker->timer,
                   clock_mono_us() + ticker->job->period_ms * US_PER_MS, tick, ticker);
}

static void *run(void *ctx)
{
    struct background *background = ctx;
    struct ticker tickers[JOB_COUNT];

    for (size_t i = 0; i < JOB_COUNT; i++) {
        tickers[i] = (struct ticker){.background = background, .job = &jobs[i]};
        tick(&tickers[i]);
    }
    loop_run(background->loop);
    for (size_t i = 0; i < JOB_COUNT; i++)
        loop_timer_clear(background->loop, &tickers[i].timer);
    return NULL;
}

/* ---- life ---- */

enum err background_new(const struct config *config, const struct files *files, struct background **ret)
{
    struct background *background = HEAP_NEW(struct background);

    background->config = config;
    background->upkeep.files = files;
    background->loop = loop_new();
    *ret = background;
    return dialler_new(config, background->loop, &background->dialler);
}

static bool may_run(void *ctx)
{
    return background_is_ready(ctx);
}

static enum err start_errands(struct background *background)
{
    const struct errands_config config = {
        .pool = background->pool,
        .policy = {.check_documents = strcmp(background->config->desk_check_documents, "yes") == 0},
        .release = background->people->release,
        .may_run = may_run,
        .ctx = background,
    };

    return errands_start(&config, &background->errands);
}

enum err background_start(struct background *background, struct db_pool *pool, struct workers *workers,
                          const struct people *people)
{
    background->pool = pool;
    background->workers = workers;
    background->people = people;
    background->keyring = door_keyring(workers->door);
    background->audit_keys = audit_keys_new(background->keyring);
    background->anchor =
        (struct audit_anchor){.keys = background->audit_keys,
                              .path = background->config->audit_checkpoints_file,
                              .period_us = (int64_t)background->config->audit_checkpoint_ms * US_PER_MS};
    dialler_use_workers(background->dialler, workers);
    if (background_is_ready(background))
        first_start_offer(pool, people);
    if (pthread_create(&background->thread, NULL, run, background) != 0)
        return err_set(ERR_INTERNAL, "no thread for the background jobs");
    background->running = true;
    return start_errands(background);
}

static void wake_now(void *ctx)
{
    call_routers(ctx);
}

void background_wake(struct background *background)
{
    loop_post(background->loop, wake_now, background);
}

static void read_settings_now(void *ctx)
{
    struct background *background = ctx;

    background->settings_known = false;
    read_settings(background);
}

void background_read_settings(struct background *background)
{
    loop_post(background->loop, read_settings_now, background);
}

void background_set_ready(struct background *background)
{
    __atomic_store_n(&background->ready, true, __ATOMIC_RELEASE);
}

bool background_is_ready(const struct background *background)
{
    return __atomic_load_n(&background->ready, __ATOMIC_ACQUIRE);
}

void background_stop(struct background *background)
{
    if (!background->running)
        return;
    errands_stop(&background->errands);
    loop_stop(background->loop);
    pthread_join(background->thread, NULL);
    background->running = false;
}

void background_free(struct background *background)
{
    files_upkeep_end(&background->upkeep);
    dialler_free(background->dialler);
    loop_free(background->loop);
    audit_keys_free(background->audit_keys);
    heap_free(background);
}
