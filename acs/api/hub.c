#include "acs/api/hub.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "acs/api/followers.h"
#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "db/notify.h"

enum {
    STREAMS_MAX = 1000,
    FETCH_MAX = 500,
    BEAT_S = 15,
    PULSE_S = 1,
    ALIVE_S = 5,
    SCRATCH_FIRST = 64 * 1024
};

struct hub {
    struct hub_config config;
    struct loop *loop;
    struct notify *notify;
    struct followers *followers;
    pthread_t thread;

    pthread_mutex_t
        closing; /* held while something is handed to the loop, and to say that it takes nothing any more */
    _Atomic bool closed;

    struct list waiters; /* all of them; their topics are with the followers */
    struct loop_timer deadline_timer, beat_timer, pulse_timer;
    _Atomic int64_t pulse_us;
    _Atomic size_t streams;

    struct arena *scratch;
    int64_t news_devices[FETCH_MAX]; /* to be fetched at the end of the turn */
    int64_t news_ids[FETCH_MAX];
    size_t news_count;
};

/* ---- requests that wait ---- */

static void end_wait(struct hub_waiter *waiter)
{
    list_remove(&waiter->in_all);
    waiter->done(waiter->ctx);
}

static void set_deadline_timer(struct hub *hub, loop_fn *on_deadline)
{
    int64_t first_us = INT64_MAX;

    LIST_EACH (item, &hub->waiters) {
        const struct hub_waiter *waiter = container_of(item, struct hub_waiter, in_all);

        if (waiter->deadline_us < first_us)
            first_us = waiter->deadline_us;
    }
    if (first_us == INT64_MAX)
        loop_timer_clear(hub->loop, &hub->deadline_timer);
    else
        loop_timer_set(hub->loop, &hub->deadline_timer, first_us, on_deadline, hub);
}

static void on_deadline(void *ctx)
{
    struct hub *hub = ctx;
    int64_t now_us = clock_mono_us();

    LIST_EACH (item, &hub->waiters) {
        struct hub_waiter *waiter = container_of(item, struct hub_waiter, in_all);

        if (waiter->deadline_us <= now_us) {
            followers_remove_waiter(hub->followers, waiter);
            end_wait(waiter);
        }
    }
    set_deadline_timer(hub, on_deadline);
}

/* It may have ended before we began to listen for it. If that is not known now, news or the deadline will
 * tell. */
static bool has_ended(struct hub *hub, const char *action_id)
{
    struct action_row row;
    bool ended;
    AUTO_DB db = NULL;

    ended = db_borrow(hub->config.pool, &db) == ERR_OK &&
            action_show(db, action_id, hub->scratch, &row) == ERR_OK && row.ended;
    arena_reset(hub->scratch);
    return ended;
}

static void on_wait(void *ctx)
{
    struct hub_waiter *waiter = ctx;
    struct hub *hub = waiter->hub;

    list_append(&hub->waiters, &waiter->in_all);
    if (has_ended(hub, waiter->action_id)) {
        end_wait(waiter);
        return;
    }
    followers_add_waiter(hub->followers, waiter);
    set_deadline_timer(hub, on_deadline);
}

/* False: the hub takes nothing any more. */
static bool hand_over(struct hub *hub, loop_fn *fn, void *ctx)
{
    bool open;

    pthread_mutex_lock(&hub->closing);
    open = !hub->closed;
    if (open)
        loop_post(hub->loop, fn, ctx);
    pthread_mutex_unlock(&hub->closing);
    return open;
}

void hub_wait(struct hub *hub, struct hub_waiter *waiter, uint32_t wait_s)
{
    waiter->hub = hub;
    waiter->deadline_us = clock_mono_us() + (int64_t)wait_s * US_PER_S;
    list_init(&waiter->in_all);
    list_init(&waiter->in_topic);
    if (!hand_over(hub, on_wait, waiter))
        waiter->done(waiter->ctx);
}

/* ---- streams ---- */

struct joining {
    struct hub *hub;
    struct follower *follower;
};

static void on_follow(void *ctx)
{
    struct joining *joining = ctx;
    struct hub *hub = joining->hub;

    followers_add(hub->followers, joining->follower);
    atomic_store(&hub->streams, followers_count(hub->followers));
    heap_free(joining);
}

bool hub_has_room(const struct hub *hub)
{
    return atomic_load(&hub->streams) < STREAMS_MAX;
}

void hub_follow(struct hub *hub, const struct hub_follow *follow, struct http_stream *stream)
{
    struct joining *joining = HEAP_NEW(struct joining);

    *joining = (struct joining){hub, follower_new(follow, stream)};
    if (hand_over(hub, on_follow, joining))
        return;
    follower_drop(joining->follower);
    heap_free(joining);
}

/* ---- news ---- */

static void fetch_news(void *ctx)
{
    struct hub *hub = ctx;
    struct action_events events = {0};
    enum err err;
    AUTO_DB db = NULL;

    if (hub->news_count == 0)
        return;
    err = db_borrow(hub->config.pool, &db);
    if (err == ERR_OK)
        err =
            action_event_fetch(db, hub->news_devices, hub->news_ids, hub->news_count, hub->scratch, &events);
    hub->news_count = 0;
    for (size_t i = 0; i < events.count; i++)
        followers_tell(hub->followers, &events.items[i]);
    arena_reset(hub->scratch);
    if (err != ERR_OK) {
        log_warn("events not fetched, streams look again", log_s("error", err_message()));
        followers_catch_up(hub->followers);
    }
    atomic_store(&hub->streams, followers_count(hub->followers));
}

static void on_news(const struct notify_event *news, void *ctx)
{
    struct hub *hub = ctx;
    struct hub_waiter *waiter;

    if (hub->config.on_queued != NULL && (news->state == ACTION_QUEUED || news->state == ACTION_CANCELLED))
        hub->config.on_queued(news->device_id, news->action_id, news->state, hub->config.on_queued_ctx);
    while (action_has_ended(news->state) &&
           (waiter = followers_take_waiter(hub->followers, news->action_id)) != NULL)
        end_wait(waiter);
    if (!followers_want(hub->followers, news->device_id, news->action_id))
        return;
    hub->news_devices[hub->news_count] = news->device_id;
    hub->news_ids[hub->news_count++] = news->id;
    if (hub->news_count == FETCH_MAX)
        fetch_news(hub);
}

/* We listen (again): what was said before nobody has heard. */
static void on_listening(void *ctx)
{
    struct hub *hub = ctx;

    followers_catch_up(hub->followers);
    atomic_store(&hub->streams, followers_count(hub->followers));
    LIST_EACH (item, &hub->waiters) {
        struct hub_waiter *waiter = container_of(item, struct hub_waiter, in_all);

        if (has_ended(hub, waiter->action_id)) {
            followers_remove_waiter(hub->followers, waiter);
            end_wait(waiter);
        }
    }
    if (hub->config.on_queued != NULL)
        hub->config.on_queued(0, "", ACTION_QUEUED, hub->config.on_queued_ctx);
    if (hub->config.on_credential != NULL)
        hub->config.on_credential(0, hub->config.on_queued_ctx);
    if (hub->config.on_setting != NULL)
        hub->config.on_setting(hub->config.on_queued_ctx);
}

static void on_setting(void *ctx)
{
    struct hub *hub = ctx;

    if (hub->config.on_setting != NULL)
        hub->config.on_setting(hub->config.on_queued_ctx);
}

static void on_credential(int64_t device_id, void *ctx)
{
    struct hub *hub = ctx;

    if (hub->config.on_credential != NULL)
        hub->config.on_credential(device_id, hub->config.on_queued_ctx);
}

static void on_case(const struct notify_case *news, void *ctx)
{
    struct hub *hub = ctx;

    followers_tell_case(hub->followers, news);
    atomic_store(&hub->streams, followers_count(hub->followers));
}

static void on_facts(int64_t device_id, void *ctx)
{
    struct hub *hub = ctx;

    followers_tell_facts(hub->followers, device_id);
    atomic_store(&hub->streams, followers_count(hub->followers));
}

static void on_campaign(int64_t campaign_id, void *ctx)
{
    struct hub *hub = ctx;

    followers_note_campaign(hub->followers, campaign_id);
}

/* ---- life ---- */

static void on_pulse(void *ctx)
{
    struct hub *hub = ctx;

    followers_tell_campaigns(hub->followers);
    atomic_store(&hub->streams, followers_count(hub->followers));
    atomic_store(&hub->pulse_us, clock_mono_us());
    loop_timer_set(hub->loop, &hub->pulse_timer, clock_mono_us() + PULSE_S * US_PER_S, on_pulse, hub);
}

static void on_beat(void *ctx)
{
    struct hub *hub = ctx;

    followers_beat(hub->followers);
    atomic_store(&hub->streams, followers_count(hub->followers));
    loop_timer_set(hub->loop, &hub->beat_timer, clock_mono_us() + BEAT_S * US_PER_S, on_beat, hub);
}

bool hub_is_alive(const struct hub *hub)
{
    return clock_mono_us() - atomic_load(&hub->pulse_us) < ALIVE_S * US_PER_S;
}

static void *run(void *ctx)
{
    struct hub *hub = ctx;

    on_pulse(hub);
    on_beat(hub);
    loop_run(hub->loop);
    return NULL;
}

void hub_close(struct hub *hub)
{
    bool was_open;

    pthread_mutex_lock(&hub->closing);
    was_open = !hub->closed;
    hub->closed = true;
    pthread_mutex_unlock(&hub->closing);
    if (!was_open)
        return;
    loop_stop(hub->loop); /* after all that was handed over */
    pthread_join(hub->thread, NULL);
    LIST_EACH (item, &hub->waiters) {
        struct hub_waiter *waiter = container_of(item, struct hub_waiter, in_all);

        followers_remove_waiter(hub->followers, waiter);
        end_wait(waiter);
    }
    followers_end_all(hub->followers);
}

bool hub_is_closed(const struct hub *hub)
{
    return atomic_load(&hub->closed);
}

void hub_free(struct hub *hub)
{
    hub_close(hub);
    notify_free(hub->notify);
    followers_free(hub->followers);
    loop_free(hub->loop);
    arena_free(hub->scratch);
    pthread_mutex_destroy(&hub->closing);
    heap_free(hub);
}

enum err hub_new(const struct hub_config *config, struct hub **ret)
{
    struct hub *hub = HEAP_NEW(struct hub);
    int number;

    hub->config = *config;
    hub->loop = loop_new();
    hub->followers = followers_new(config->pool);
    hub->scratch = arena_new(SCRATCH_FIRST);
    hub->pulse_us = clock_mono_us();
    pthread_mutex_init(&hub->closing, NULL);
    list_init(&hub->waiters);
    loop_at_turn_end(hub->loop, fetch_news, hub);
    hub->notify = notify_new(hub->loop, config->database_url,
                             &(struct notify_handler){on_news, on_credential, on_case, on_facts, on_setting,
                                                      on_campaign, on_listening, hub});
    number = pthread_create(&hub->thread, NULL, run, hub);
    if (number != 0) {
        hub->closed = true;
        hub_free(hub);
        return err_set(ERR_UNAVAILABLE, "cannot start the thread that follows actions: %s", strerror(number));
    }
    *ret = hub;
    return ERR_OK;
}
