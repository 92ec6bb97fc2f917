#include "acs/outbox/outbox.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/outbox/outlet.h"
#include "acs/outbox/poll.h"

enum {
    THREADS = 3,
    TURN_MS = 25000,
    POLL_US = 50000,
    POLLS = 20,
    ARENA_FIRST = 32 * 1024,
};

struct outbox {
    struct outlet_context context;
    struct db_pool *pool;
    struct networks *allowed;
    pthread_t threads[THREADS];
    unsigned thread_count;
    atomic_bool stop;
};

/* An outlet that is being sent to. */
struct turn {
    struct outbox *outbox;
    struct arena *arena; /* of one message */
    struct outbox_target target;
    int64_t until_ms;
};

/* ---- one message ---- */

static const struct outlet_kind *find_kind(const char *name)
{
    static const struct outlet_kind *const kinds[] = {&webhook_kind, &tracker_rt_kind, &tracker_mail_kind};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}

static void send_item(const struct turn *turn, struct db *db, const struct outbox_item *item,
                      struct outlet_result *ret)
{
    const struct outlet_kind *kind = find_kind(turn->target.kind);
    const struct outlet_job job = {&turn->outbox->context, db, turn->arena, &turn->target, item};

    *ret = (struct outlet_result){.end = OUTLET_AGAIN};
    if (kind != NULL)
        kind->send(&job, ret);
    else
        *ret = (struct outlet_result){.end = OUTLET_NEVER, .why = "this server does not know such an outlet"};
}

/* ---- what became of it ---- */

/* Whom we do not reach now we do not try with the next message at once. */
static enum err note_failure(const struct turn *turn, struct db *db, const struct outbox_item *item,
                             const struct outlet_result *result, bool *ret_more)
{
    const struct outbox_failure failure = {
        .id = item->id,
        .status = result->status,
        .detail = result->why,
        .delay_s = result->end == OUTLET_NEVER ? -1 : result->delay_s,
        .gone = result->end == OUTLET_GONE,
    };
    bool enabled;

    metric_count(METRIC_OUTBOX_FAILED);
    TRY(outbox_failed(db, &failure, turn->arena, &enabled));
    *ret_more = enabled && result->status != 0;
    if (!enabled)
        log_warn("a webhook is disabled", log_s("url", turn->target.url), log_i("status", result->status),
                 log_s("why", text_or_empty(result->why)));
    return ERR_OK;
}

static enum err note(const struct turn *turn, struct db *db, const struct outbox_item *item,
                     const struct outlet_result *result, bool *ret_more)
{
    if (atomic_load(&turn->outbox->stop) && result->end != OUTLET_DONE && result->status == 0)
        return ERR_OK; /* given up by us: it is no failure of theirs */
    if (result->end != OUTLET_DONE)
        return note_failure(turn, db, item, result, ret_more);
    *ret_more = true;
    metric_count(METRIC_OUTBOX_DELIVERED);
    return outbox_delivered(db, item->id, result->status, turn->arena);
}

/* False in ret_more: there is nothing more to send to it now. */
static enum err send_next(const struct turn *turn, struct db *db, bool *ret_more)
{
    AUTO_ARENA arena = arena_new(ARENA_FIRST);
    struct turn own = *turn;
    struct outlet_result result;
    struct outbox_item item;

    own.arena = arena;
    *ret_more = false;
    TRY(outbox_next(db, own.target.outlet_id, arena, &item));
    if (item.id == 0)
        return ERR_OK;
    send_item(&own, db, &item, &result);
    return note(&own, db, &item, &result, ret_more);
}

/* ---- turns ---- */

static enum err send_all(struct turn *turn, struct db *db)
{
    bool more = true;
    enum err err = ERR_OK;

    while (err == ERR_OK && more && clock_mono_ms() < turn->until_ms && !atomic_load(&turn->outbox->stop))
        err = send_next(turn, db, &more);
    return err;
}

/* An outlet after the other, as long as there is one with something due. The connection is given back while
 * nothing is. */
static enum err take_turn(struct outbox *outbox, bool *ret_sent)
{
    AUTO_ARENA arena = arena_new(ARENA_FIRST);
    struct turn turn = {.outbox = outbox, .arena = arena, .until_ms = clock_mono_ms() + TURN_MS};
    AUTO_DB db = NULL;
    enum err err;

    *ret_sent = false;
    TRY(db_borrow(outbox->pool, &db));
    TRY(outbox_claim(db, arena, &turn.target));
    if (turn.target.outlet_id == 0)
        return ERR_OK;
    *ret_sent = true;
    err = send_all(&turn, db);
    if (outbox_release(db, turn.target.outlet_id, arena) != ERR_OK)
        log_warn("an outlet stays taken for a minute", log_s("why", err_message()));
    return err;
}

/* What has become of one case elsewhere. */
static enum err look_at_ticket(struct outbox *outbox, bool *ret_looked)
{
    AUTO_ARENA arena = arena_new(ARENA_FIRST);
    AUTO_DB db = NULL;

    TRY(db_borrow(outbox->pool, &db));
    return tracker_poll(&outbox->context, db, arena, ret_looked);
}

static void pause_a_while(struct outbox *outbox)
{
    for (int i = 0; i < POLLS && !atomic_load(&outbox->stop); i++)
        usleep(POLL_US);
}

static void *run(void *ctx)
{
    struct outbox *outbox = ctx;

    while (!atomic_load(&outbox->stop)) {
        bool sent = false;

        if (take_turn(outbox, &sent) != ERR_OK || (!sent && look_at_ticket(outbox, &sent) != ERR_OK))
            log_debug("the outbox waits", log_s("why", err_message()));
        if (!sent)
            pause_a_while(outbox);
    }
    return NULL;
}

/* ---- life ---- */

static void start_threads(struct outbox *outbox)
{
    while (outbox->thread_count < THREADS &&
           pthread_create(&outbox->threads[outbox->thread_count], NULL, run, outbox) == 0)
        outbox->thread_count++;
}

enum err outbox_new(const struct config *config, struct db_pool *pool, const struct keyring *keyring,
                    struct outbox **ret)
{
    struct networks *allowed;
    struct outbox *outbox;

    *ret = NULL;
    TRY(err_while(networks_read(config->outbox_networks, &allowed), "outbox.networks"));
    outbox = HEAP_NEW(struct outbox);
    outbox->context = (struct outlet_context){config, keyring, allowed, &outbox->stop};
    outbox->pool = pool;
    outbox->allowed = allowed;
    if (keyring != NULL)
        start_threads(outbox);
    *ret = outbox;
    return ERR_OK;
}

void outbox_free(struct outbox *outbox)
{
    if (outbox == NULL)
        return;
    atomic_store(&outbox->stop, true);
    for (unsigned i = 0; i < outbox->thread_count; i++)
        pthread_join(outbox->threads[i], NULL);
    networks_free(outbox->allowed);
    heap_free(outbox);
}
