#include "acs/cwmp/worker.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "acs/auth/throttle.h"
#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/cwmp/endpoint.h"
#include "acs/cwmp/models.h"
#include "acs/cwmp/pace.h"

/* Failures: 20 at once, then one each 3 s. Alarms that are written: 3 at once, then one each 20 s. */
enum { FAILURES = 20, FAILURE_MS = 3000, ALARMS = 3, ALARM_MS = 20000 };
enum { CROWD = 256 /* connections beyond the limit that are told to come later */ };
enum { SWEEP_MS = 100, ALIVE_MS = 5 * MS_PER_S, DRAIN_STEP_US = 50 * US_PER_MS };

/* ---- in the worker's thread ---- */

static void sweep(void *ctx)
{
    struct worker *worker = ctx;

    sessions_sweep(worker);
    __atomic_store_n(&worker->turned_ms, clock_mono_ms(), __ATOMIC_RELAXED);
    __atomic_store_n(&worker->ready, store_is_ready(worker->store), __ATOMIC_RELAXED);
    loop_timer_set(worker->loop, &worker->sweep, clock_mono_us() + SWEEP_MS * US_PER_MS, sweep, worker);
}

static void *run(void *ctx)
{
    struct worker *worker = ctx;

    sweep(worker);
    loop_run(worker->loop);
    return NULL;
}

/* ---- birth ---- */

static struct http_limits limits_of(const struct config *config, unsigned workers)
{
    return (struct http_limits){
        .body_max = config->body_max,
        .decode = true,
        .header_ms = (uint32_t)config->header_ms,
        .body_ms = (uint32_t)config->body_ms,
        .idle_ms = (uint32_t)config->session_timeout_ms,
        .connections = (unsigned)((config->connections + workers - 1) / workers),
        .crowd = CROWD,
        .connections_per_address = (unsigned)config->connections_per_address,
    };
}

static enum err worker_start(struct worker *worker, struct workers *all, unsigned number, int fd,
                             const struct config *config)
{
    struct http_limits limits = limits_of(config, all->count);
    struct store_config store = {
        .url = config->database_url,
        .linger_us = (uint32_t)config->database_linger_ms * US_PER_MS,
        .cap = (unsigned)config->database_batch,
    };

    worker->number = number;
    worker->all = all;
    worker->config = config;
    worker->loop = loop_new();
    worker->reader = soap_reader_new();
    worker->by_cookie = map_new(0);
    worker->by_device = map_new(0);
    pthread_mutex_init(&worker->here, NULL);
    worker->device_ids = map_new(0);
    worker->informs = pace_new();
    worker->strangers = pace_new();
    worker->models = models_new(&all->models);
    list_init(&worker->sessions);
    if (all->door != NULL) {
        worker->credentials = credentials_new((size_t)config->credential_cache);
        worker->failures = throttle_new(FAILURES, FAILURE_MS);
        worker->alarms = throttle_new(ALARMS, ALARM_MS);
    }
    worker->store = store_new(worker->loop, &store);
    worker->turned_ms = clock_mono_ms();
    return http_listener_in_loop(worker->loop, fd, &limits, endpoint_handle, worker, &worker->listener);
}

/*
 * Half of the cores, since the database, the API and the kernel's share of the network need the rest: on two
 * cores one worker serves more sessions at less CPU each than two (larger batches, fewer switches).
 */
static unsigned worker_count(const struct config *config)
{
    enum { MOST = 256 }; /* the cookie has two hex digits for the worker */
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (config->workers > 0)
        return (unsigned)config->workers;
    return cores > 1 && cores / 2 <= MOST ? (unsigned)(cores / 2) : 1;
}

enum err workers_new(const struct config *config, const struct files *files, struct workers **ret)
{
    struct workers *workers = HEAP_NEW(struct workers);

    workers->files = files;
    workers->count = worker_count(config);
    workers->items = heap_alloc(sizeof(*workers->items) * workers->count);
    crypto_random(workers->identity_key, sizeof(workers->identity_key));
    pthread_mutex_init(&workers->mail, NULL);
    threshold_saved_clear(&workers->saved);
    workers->stopping = true; /* until they run */
    *ret = workers;
    TRY(door_new(config, &workers->door));
    for (unsigned i = 0; i < workers->count; i++) {
        int fd;

        TRY(http_bind(config->listen_cwmp, i > 0, &fd));
        TRY(worker_start(&workers->items[i], workers, i, fd, config));
    }
    return ERR_OK;
}

static void set_stopping(struct workers *workers, bool stopping)
{
    pthread_mutex_lock(&workers->mail);
    workers->stopping = stopping;
    pthread_mutex_unlock(&workers->mail);
}

void workers_start(struct workers *workers)
{
    for (unsigned i = 0; i < workers->count; i++)
        workers->items[i].running =
            pthread_create(&workers->items[i].thread, NULL, run, &workers->items[i]) == 0;
    set_stopping(workers, false);
}

/* ---- from other threads ---- */

void workers_use_models(struct workers *workers, const struct model_data *data)
{
    __atomic_store_n(&workers->models, data, __ATOMIC_RELEASE);
}

void workers_use_thresholds(struct workers *workers, const struct threshold_set *set)
{
    __atomic_store_n(&workers->thresholds, set, __ATOMIC_RELEASE);
}

void workers_use_saved(struct workers *workers, const struct threshold_saved *saved)
{
    threshold_saved_copy(&workers->saved, saved);
}

bool workers_are_ready(const struct workers *workers)
{
    for (unsigned i = 0; i < workers->count; i++)
        if (!__atomic_load_n(&workers->items[i].ready, __ATOMIC_RELAXED))
            return false;
    return true;
}

bool workers_are_alive(const struct workers *workers)
{
    int64_t now = clock_mono_ms();

    for (unsigned i = 0; i < workers->count; i++)
        if (now - __atomic_load_n(&workers->items[i].turned_ms, __ATOMIC_RELAXED) > ALIVE_MS)
            return false;
    return true;
}

bool workers_serve(struct workers *workers, int64_t device_id)
{
    for (unsigned i = 0; i < workers->count; i++)
        if (session_is_here(&workers->items[i], device_id))
            return true;
    return false;
}

struct nudge {
    struct worker *worker;
    int64_t device_id;
};

static void take_nudge(void *ctx)
{
    struct nudge *nudge = ctx;
    struct session *session = session_by_device(nudge->worker, nudge->device_id);

    if (session != NULL)
        session->turn.stale = true;
    if (nudge->device_id == 0) /* news may have been missed: all of them look again */
        LIST_EACH (item, &nudge->worker->sessions)
            container_of(item, struct session, link)->turn.stale = true;
    heap_free(nudge);
}

/* How far a device is trusted that is here is looked up again before the next request to it. */
static void take_forget(void *ctx)
{
    struct nudge *nudge = ctx;

    credentials_forget(nudge->worker->credentials, nudge->device_id);
    LIST_EACH (item, &nudge->worker->sessions) {
        struct session *session = container_of(item, struct session, link);

        if (nudge->device_id == 0 || session->device_id == nudge->device_id)
            session->standing_stale = true;
    }
    heap_free(nudge);
}

static void post_all(struct workers *workers, int64_t device_id, loop_fn *fn)
{
    pthread_mutex_lock(&workers->mail);
    for (unsigned i = 0; !workers->stopping && i < workers->count; i++) {
        struct nudge *nudge = HEAP_NEW(struct nudge);

        *nudge = (struct nudge){&workers->items[i], device_id};
        loop_post(workers->items[i].loop, fn, nudge);
    }
    pthread_mutex_unlock(&workers->mail);
}

void workers_nudge(struct workers *workers, int64_t device_id)
{
    post_all(workers, device_id, take_nudge);
}

void workers_forget_credentials(struct workers *workers, int64_t device_id)
{
    if (workers->door != NULL)
        post_all(workers, device_id, take_forget);
}

/* ---- end ---- */

static void stop_accepting(void *ctx)
{
    struct worker *worker = ctx;

    http_listener_stop_accepting(worker->listener);
}

/* A session whose device hung up is not waited for: it would have to come on a new connection, and none is
 * accepted. */
static void count_open(void *ctx)
{
    struct worker *worker = ctx;
    int64_t open = 0;

    LIST_EACH (item, &worker->sessions) {
        struct session *session = container_of(item, struct session, link);

        open += session->busy || (session->state != SESSION_OVER && session->connection != NULL);
    }
    __atomic_store_n(&worker->draining, open, __ATOMIC_RELAXED);
}

static int64_t sessions_left(struct workers *workers)
{
    int64_t left = 0;

    for (unsigned i = 0; i < workers->count; i++) {
        if (!workers->items[i].running)
            continue;
        loop_post(workers->items[i].loop, count_open, &workers->items[i]);
        left += __atomic_load_n(&workers->items[i].draining, __ATOMIC_RELAXED);
    }
    return left;
}

void workers_stop(struct workers *workers, uint32_t drain_ms)
{
    int64_t until = clock_mono_ms() + drain_ms;

    for (unsigned i = 0; i < workers->count; i++) {
        if (!workers->items[i].running)
            continue;
        workers->items[i].draining = 1;
        loop_post(workers->items[i].loop, stop_accepting, &workers->items[i]);
    }
    while (sessions_left(workers) > 0 && clock_mono_ms() < until)
        usleep(DRAIN_STEP_US);
    set_stopping(workers, true);
    for (unsigned i = 0; i < workers->count; i++) {
        if (!workers->items[i].running)
            continue;
        loop_stop(workers->items[i].loop);
        pthread_join(workers->items[i].thread, NULL);
        workers->items[i].running = false;
    }
}

/* The store goes before the listener: its open units still answer their POSTs. */
static void worker_free(struct worker *worker)
{
    if (worker->loop == NULL)
        return;
    store_free(worker->store);
    if (worker->listener != NULL)
        http_listener_free(worker->listener);
    sessions_end_all(worker);
    map_free(worker->by_cookie);
    map_free(worker->by_device);
    pthread_mutex_destroy(&worker->here);
    map_free(worker->device_ids);
    pace_free(worker->informs);
    pace_free(worker->strangers);
    models_free(worker->models);
    credentials_free(worker->credentials);
    throttle_free(worker->failures);
    throttle_free(worker->alarms);
    soap_reader_free(worker->reader);
    loop_free(worker->loop);
}

void workers_free(struct workers *workers)
{
    for (unsigned i = 0; i < workers->count; i++)
        worker_free(&workers->items[i]);
    door_free(workers->door);
    pthread_mutex_destroy(&workers->mail);
    heap_free(workers->items);
    heap_free(workers);
}
