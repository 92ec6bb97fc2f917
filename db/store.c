#include "db/store.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/crypto.h"
#include "acs/base/metrics.h"
#include "db/store_batch.h"

enum { CAP = 512, ATTEMPTS = 6, RETRY_US = 5000, MESSAGE_MAX = 256, BATCH_ARENA = 256 * 1024 };

struct store {
    struct loop *loop;
    struct link *link;
    uint32_t linger_us;
    unsigned cap;
    struct store_unit *waiting, **end; /* in order of arrival */
    size_t waiting_count;
    int64_t since_us;      /* since when the first of them waits */
    int64_t not_before_us; /* a batch that is tried again pauses a little */
    unsigned attempts;     /* of the batch that is tried again */
    size_t alone;          /* so many of the first travel one by one: a batch with them was refused */
    struct store_batch batch;
    struct loop_timer timer;
    loop_fn *on_timer;
};

static void wake_at(struct store *store, int64_t at_us)
{
    loop_timer_set(store->loop, &store->timer, at_us, store->on_timer, store);
}

/* ---- the queue ---- */

/* After the list was changed elsewhere. */
static void count_again(struct store *store)
{
    store->waiting_count = 0;
    store->end = &store->waiting;
    for (; *store->end != NULL; store->end = &(*store->end)->next)
        store->waiting_count++;
}

static void append(struct store *store, struct store_unit *unit)
{
    if (store->waiting == NULL)
        store->since_us = clock_mono_us();
    unit->next = NULL;
    *store->end = unit;
    store->end = &unit->next;
    store->waiting_count++;
}

static void end_unit(struct store_unit *unit, enum err outcome, const char *message)
{
    if (outcome != ERR_OK)
        err_set(outcome, "%s", message);
    unit->done(unit, outcome, unit->ctx);
}

/* What done() submits waits for the next turn. */
static void end_waiting(struct store *store, enum err outcome, const char *message)
{
    struct store_unit *unit = store->waiting;
    struct store_unit *next;

    store->waiting = NULL;
    store->alone = 0;
    count_again(store);
    for (; unit != NULL; unit = next) {
        next = unit->next;
        end_unit(unit, outcome, message);
    }
}

/* ---- sending ---- */

/* Company is waited for only as long as somebody may come. */
static int64_t due_us(const struct store *store)
{
    bool full = store->waiting_count >= store->cap || store->alone > 0;
    int64_t due = store->since_us + (full ? 0 : store->linger_us);

    return due > store->not_before_us ? due : store->not_before_us;
}

static void send_batch(struct store *store)
{
    store_batch_take(&store->batch, &store->waiting, store->alone > 0 ? 1 : store->cap);
    count_again(store);
    store->since_us = clock_mono_us();
    if (store->alone > 0)
        store->alone--;
    store_batch_send(&store->batch, store->link);
}

/* One batch is under way at a time: what comes meanwhile makes the next one larger. */
static void go_on(struct store *store)
{
    if (store->batch.count > 0 || store->waiting == NULL)
        return;
    if (!link_is_ready(store->link))
        end_waiting(store, ERR_UNAVAILABLE, "the database is not available");
    else if (due_us(store) <= clock_mono_us())
        send_batch(store);
    else
        wake_at(store, due_us(store));
}

static void on_timer(void *ctx)
{
    go_on(ctx);
}

/* ---- a batch comes back ---- */

static enum err outcome_of(const struct store_unit *unit)
{
    if (unit->registration != NULL && unit->registration->device_id == 0 && !unit->registration->find_only)
        return err_set(ERR_INVALID,
                       "no device can be made of OUI '%.16s', ProductClass '%.64s', serial number "
                       "'%.64s': empty or too long",
                       unit->registration->key.oui, unit->registration->key.product_class,
                       unit->registration->key.serial_number);
    if (unit->inform != NULL && !unit->reload && unit->inform->session_no == 0)
        return err_set(ERR_NOT_FOUND,
                       "the device was deleted: register it again; or its nonce was used before");
    return ERR_OK;
}

static void end_committed(struct store *store)
{
    struct store_batch *batch = &store->batch;

    metric_count(METRIC_DB_BATCHES);
    metric_add(METRIC_DB_BATCH_JOBS, (int64_t)batch->count);
    store->attempts = 0;
    store_batch_read(batch);
    for (size_t i = 0; i < batch->count; i++) {
        struct store_unit *unit = batch->units[i];

        unit->done(unit, outcome_of(unit), unit->ctx);
    }
    store_batch_end(batch);
}

static void end_refused(struct store *store, enum err outcome, const char *message)
{
    store->attempts = 0;
    for (size_t i = 0; i < store->batch.count; i++)
        end_unit(store->batch.units[i], outcome, message);
    store_batch_end(&store->batch);
}

/* In front of all that wait: they are older. */
static void put_batch_back(struct store *store)
{
    for (size_t i = store->batch.count; i > 0; i--) {
        store->batch.units[i - 1]->next = store->waiting;
        store->waiting = store->batch.units[i - 1];
    }
    count_again(store);
    store_batch_end(&store->batch);
}

static bool is_worth_another_try(const struct store *store, const char *sqlstate)
{
    return sqlstate != NULL && strncmp(sqlstate, "40", 2) == 0 && store->attempts < ATTEMPTS;
}

static void pause_before_retry(struct store *store)
{
    store->attempts++;
    store->not_before_us = clock_mono_us() + (int64_t)(crypto_random_u64() % (RETRY_US * store->attempts));
}

/*
 * Nothing was written. A deadlock is tried again. What says that the database has no time or no room ends the
 * batch. The rest is somebody's bad data: each unit travels alone, so that only that one is refused.
 */
static void take_refusal(struct store *store)
{
    const char *sqlstate = PQresultErrorField(store->batch.refusal, PG_DIAG_SQLSTATE);
    enum err code = conn_error(NULL, store->batch.refusal);
    char message[MESSAGE_MAX];

    metric_count(METRIC_DB_ERRORS);
    snprintf(message, sizeof(message), "%s", err_message());
    if (is_worth_another_try(store, sqlstate)) {
        pause_before_retry(store);
        put_batch_back(store);
    } else if (code != ERR_UNAVAILABLE && store->batch.count > 1) {
        store->alone = store->batch.count;
        put_batch_back(store);
    } else {
        end_refused(store, code, message);
    }
}

static void on_result(PGresult *result, void *ctx)
{
    struct store *store = ctx;

    if (!store_batch_answer(&store->batch, result))
        return;
    if (store->batch.refusal != NULL)
        take_refusal(store);
    else
        end_committed(store);
    go_on(store);
}

/* The answer to a COMMIT may be among what was lost. */
static void on_lost(void *ctx)
{
    struct store *store = ctx;
    char message[MESSAGE_MAX];

    snprintf(message, sizeof(message), "%s", err_message());
    end_refused(store, ERR_UNAVAILABLE, message);
    end_waiting(store, ERR_UNAVAILABLE, message);
}

static void on_ready(void *ctx)
{
    go_on(ctx);
}

/* ---- life ---- */

static const enum sql statements[] = {
    SQL_STORE_REGISTER_ADD,    SQL_STORE_REGISTER_FIND, SQL_STORE_INFORM,     SQL_STORE_EVENTS,
    SQL_STORE_FORGET,          SQL_STORE_ACTIONS,       SQL_STORE_FENCE,      SQL_STORE_PAGES,
    SQL_STORE_IDENTITY,        SQL_STORE_ABILITY,       SQL_STORE_TRANSFERS,  SQL_STORE_ACTION_SAVE,
    SQL_STORE_SESSION,         SQL_STORE_CREDENTIAL,    SQL_STORE_ENROL_BACK, SQL_STORE_ENROL_USED,
    SQL_STORE_ENROL_CERTIFIED, SQL_STORE_ALARM,         SQL_STORE_ATTRIBUTES, SQL_STORE_FACTS,
    SQL_STORE_SAMPLES,         SQL_STORE_TREE,          SQL_STORE_SECRETS,    SQL_STORE_PLACE,
};
static_assert(sizeof(statements) / sizeof(*statements) == STORE_PART_COUNT, "every part is prepared");

struct store *store_new(struct loop *loop, const struct store_config *config)
{
    struct store *store = HEAP_NEW(struct store);

    store->loop = loop;
    store->linger_us = config->linger_us;
    store->cap = config->cap ? config->cap : CAP;
    store->end = &store->waiting;
    store->batch.arena = arena_new(BATCH_ARENA);
    store->on_timer = on_timer;
    store->link = link_new(&(struct link_config){
        .loop = loop,
        .url = config->url,
        .use = &conn_use_store,
        .statements = statements,
        .statement_count = STORE_PART_COUNT,
        .on_ready = on_ready,
        .on_lost = on_lost,
        .on_result = on_result,
        .ctx = store,
    });
    return store;
}

void store_free(struct store *store)
{
    if (store == NULL)
        return;
    end_refused(store, ERR_UNAVAILABLE, "the server is stopping");
    end_waiting(store, ERR_UNAVAILABLE, "the server is stopping");
    loop_timer_clear(store->loop, &store->timer);
    link_free(store->link);
    arena_free(store->batch.arena);
    heap_free(store);
}

bool store_is_ready(const struct store *store)
{
    return link_is_ready(store->link);
}

/* Never from here: a caller is not called back before it has returned. */
void store_submit(struct store *store, struct store_unit *unit)
{
    assert(unit->inform == NULL ||
           (unit->values == NULL && unit->action_count == 0)); /* the fence is not known yet */
    unit->reload = false;
    append(store, unit);
    if (store->batch.count == 0)
        wake_at(store, link_is_ready(store->link) ? due_us(store) : 0);
}

void store_reload_actions(struct store *store, struct store_unit *unit)
{
    store_submit(store, unit);
    unit->reload = true;
}
