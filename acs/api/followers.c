#include "acs/api/followers.h"

#include <string.h>

#include "acs/api/event.h"
#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "db/campaign.h"
#include "db/sign_in.h"
#include "db/token.h"
#include "db/watch.h"

enum { REPLAY_MAX = 1000, OVERLAP_S = 10, ARENA_FIRST = 2048, SCRATCH_FIRST = 16 * 1024 };

/* A device, an action or a campaign that somebody is interested in. */
struct topic {
    struct hash128 key;
    int64_t campaign_id; /* of one with news */
    struct list in_news; /* not told yet */
    struct list subscriptions;
    struct list waiters;
};

struct subscription {
    struct list link; /* in its topic */
    struct topic *topic;
    struct follower *follower;
};

struct follower {
    struct list link;    /* in all */
    struct arena *arena; /* its own, this struct in it */
    struct http_stream *stream;
    struct action_topics topics;
    const int64_t *campaign_ids;
    size_t campaign_count;
    struct subscription *subscriptions; /* a device's first, then the actions', then the campaigns' */
    int64_t token_id;
    int64_t session_id;
    const char *scope;
    bool replay;
    bool to_the_end;
    bool has_ended;
    int64_t last_id;   /* what it was sent last */
    int64_t newest_id; /* of all it was sent */
    int64_t newest_at_us;
};

struct followers {
    struct db_pool *pool;
    uint64_t hash_key[2];
    struct map *topics;
    struct list all;
    size_t count;
    struct arena *scratch;
    struct list news;  /* topics of campaigns, not told yet */
    size_t news_count; /* so many, or fewer */
};

struct followers *followers_new(struct db_pool *pool)
{
    struct followers *followers = HEAP_NEW(struct followers);

    followers->pool = pool;
    crypto_random(followers->hash_key, sizeof(followers->hash_key));
    followers->topics = map_new(0);
    list_init(&followers->all);
    list_init(&followers->news);
    followers->scratch = arena_new(SCRATCH_FIRST);
    return followers;
}

size_t followers_count(const struct followers *followers)
{
    return followers->count;
}

static bool is_among(int64_t id, const int64_t *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return false;
}

/* ---- topics ---- */

static struct hash128 hash_device(const struct followers *followers, int64_t device_id)
{
    return crypto_siphash128(followers->hash_key, &device_id, sizeof(device_id));
}

static struct hash128 hash_action(const struct followers *followers, const char *action_id)
{
    return crypto_siphash128(followers->hash_key, action_id, strlen(action_id));
}

/* In another way than the id of a device. */
static struct hash128 hash_campaign(const struct followers *followers, int64_t campaign_id)
{
    const int64_t words[] = {campaign_id, -1};

    return crypto_siphash128(followers->hash_key, words, sizeof(words));
}

static struct topic *find_topic(const struct followers *followers, struct hash128 key)
{
    union map_value value;

    return map_get(followers->topics, key, &value) ? value.pointer : NULL;
}

static struct topic *need_topic(struct followers *followers, struct hash128 key)
{
    struct topic *topic = find_topic(followers, key);

    if (topic == NULL) {
        topic = HEAP_NEW(struct topic);
        topic->key = key;
        list_init(&topic->subscriptions);
        list_init(&topic->waiters);
        list_init(&topic->in_news);
        map_put(followers->topics, key, (union map_value){.pointer = topic});
    }
    return topic;
}

static void drop_if_unused(struct followers *followers, struct topic *topic)
{
    if (!list_is_empty(&topic->subscriptions) || !list_is_empty(&topic->waiters))
        return;
    list_remove(&topic->in_news);
    map_remove(followers->topics, topic->key);
    heap_free(topic);
}

/* ---- one follower ---- */

/* The same topic twice would be told everything twice. */
static void copy_topics(struct follower *follower, const struct hub_follow *follow)
{
    int64_t *devices = ARENA_ARRAY(follower->arena, int64_t, follow->device_count);
    const char **actions = ARENA_ARRAY(follower->arena, const char *, follow->action_count);
    struct action_topics *topics = &follower->topics;

    *topics = (struct action_topics){.device_ids = devices, .action_ids = actions};
    for (size_t i = 0; i < follow->device_count; i++) {
        size_t seen = 0;

        while (seen < topics->device_count && devices[seen] != follow->device_ids[i])
            seen++;
        if (seen == topics->device_count)
            devices[topics->device_count++] = follow->device_ids[i];
    }
    for (size_t i = 0; i < follow->action_count; i++) {
        size_t seen = 0;

        while (seen < topics->action_count && strcmp(actions[seen], follow->action_ids[i]) != 0)
            seen++;
        if (seen == topics->action_count)
            actions[topics->action_count++] = arena_strdup(follower->arena, follow->action_ids[i]);
    }
}

static void copy_campaigns(struct follower *follower, const struct hub_follow *follow)
{
    int64_t *ids = ARENA_ARRAY(follower->arena, int64_t, follow->campaign_count);
    size_t count = 0;

    for (size_t i = 0; i < follow->campaign_count; i++)
        if (!is_among(follow->campaign_ids[i], ids, count))
            ids[count++] = follow->campaign_ids[i];
    follower->campaign_ids = ids;
    follower->campaign_count = count;
}

/* Nothing sent yet: should news be missed, what happens from now on is sent again. */
static void begin_now(struct follower *follower)
{
    follower->newest_id = INT64_MAX;
    follower->newest_at_us = clock_now_us();
}

struct follower *follower_new(const struct hub_follow *follow, struct http_stream *stream)
{
    struct arena *arena = arena_new(ARENA_FIRST);
    struct follower *follower = ARENA_NEW(arena, struct follower);

    follower->arena = arena;
    follower->stream = stream;
    follower->token_id = follow->token_id;
    follower->session_id = follow->session_id;
    if (follow->scope != NULL)
        follower->scope = arena_strdup(arena, follow->scope);
    follower->replay = follow->replay;
    follower->to_the_end = follow->to_the_end;
    follower->has_ended = follow->has_ended;
    begin_now(follower);
    if (follow->replay) {
        follower->newest_id = follow->after;
        follower->newest_at_us = follow->since_us;
    }
    copy_topics(follower, follow);
    copy_campaigns(follower, follow);
    list_init(&follower->link);
    return follower;
}

void follower_drop(struct follower *follower)
{
    http_stream_close(follower->stream);
    arena_free(follower->arena);
}

static size_t topic_count(const struct follower *follower)
{
    return follower->topics.device_count + follower->topics.action_count + follower->campaign_count;
}

/* Of the index-th topic. */
static struct hash128 hash_topic(const struct followers *followers, const struct follower *follower, size_t i)
{
    const struct action_topics *topics = &follower->topics;

    if (i < topics->device_count)
        return hash_device(followers, topics->device_ids[i]);
    i -= topics->device_count;
    if (i < topics->action_count)
        return hash_action(followers, topics->action_ids[i]);
    return hash_campaign(followers, follower->campaign_ids[i - topics->action_count]);
}

static void subscribe(struct followers *followers, struct follower *follower)
{
    follower->subscriptions = ARENA_ARRAY(follower->arena, struct subscription, topic_count(follower));
    for (size_t i = 0; i < topic_count(follower); i++) {
        struct subscription *subscription = &follower->subscriptions[i];

        subscription->follower = follower;
        subscription->topic = need_topic(followers, hash_topic(followers, follower, i));
        list_append(&subscription->topic->subscriptions, &subscription->link);
    }
}

/* keep: a topic that is being walked through stays even if nobody is left. */
static void end_follower(struct followers *followers, struct follower *follower, const struct topic *keep)
{
    for (size_t i = 0; i < topic_count(follower); i++) {
        struct subscription *subscription = &follower->subscriptions[i];

        list_remove(&subscription->link);
        if (subscription->topic != keep)
            drop_if_unused(followers, subscription->topic);
    }
    list_remove(&follower->link);
    followers->count--;
    metric_add(METRIC_SSE_CLIENTS, -1);
    follower_drop(follower);
}

/* False: the client has gone, or is too slow; it comes back with Last-Event-ID. */
static bool send_text(struct follower *follower, const char *text)
{
    return http_stream_send(follower->stream, text, strlen(text));
}

static void note_sent(struct follower *follower, const struct action_event *event)
{
    follower->last_id = event->id;
    if (event->id > follower->newest_id || follower->newest_id == INT64_MAX)
        follower->newest_id = event->id;
    if (event->at_us > follower->newest_at_us)
        follower->newest_at_us = event->at_us;
    follower->has_ended = follower->has_ended || (follower->to_the_end && event_is_end(event));
}

static bool send_event(struct followers *followers, struct follower *follower,
                       const struct action_event *event)
{
    struct text out = TEXT_IN(followers->scratch);

    if (event->id == follower->last_id || (follower->to_the_end && event->id <= follower->newest_id))
        return true; /* told already: by another topic, or by the replay */
    note_sent(follower, event);
    event_write_sse(event, &out);
    return http_stream_send(follower->stream, out.data, out.len);
}

/* ---- what was missed ---- */

static enum err load_missed(struct followers *followers, const struct follower *follower,
                            struct action_events *ret)
{
    struct action_since since = {.after = follower->newest_id, .most = REPLAY_MAX + 1};
    AUTO_DB db = NULL;

    if (!follower->to_the_end) /* the events of one action have their numbers in the order of their commits */
        since.since_us = follower->newest_at_us - OVERLAP_S * US_PER_S;
    TRY(db_borrow(followers->pool, &db));
    return action_event_replay(db, &follower->topics, &since, followers->scratch, ret);
}

/* It reads again what it shows, so what was missed until now will not be missed any more. */
static bool send_reset(struct follower *follower)
{
    begin_now(follower);
    return send_text(follower, "event: reset\ndata: {}\n\n");
}

/* False: it is over with this follower. */
static bool send_missed(struct followers *followers, struct follower *follower)
{
    struct action_events events = {0};

    if (load_missed(followers, follower, &events) != ERR_OK || events.count > REPLAY_MAX)
        return send_reset(follower) && !follower->has_ended;
    for (size_t i = 0; i < events.count; i++)
        if (!send_event(followers, follower, &events.items[i]))
            return false;
    return !follower->has_ended;
}

/* How its campaigns are now is told with the next turn. */
static void note_campaigns(struct followers *followers, const struct follower *follower)
{
    for (size_t i = 0; i < follower->campaign_count; i++)
        followers_note_campaign(followers, follower->campaign_ids[i]);
}

void followers_add(struct followers *followers, struct follower *follower)
{
    list_append(&followers->all, &follower->link);
    followers->count++;
    metric_add(METRIC_SSE_CLIENTS, 1);
    subscribe(followers, follower);
    note_campaigns(followers, follower);
    if (!send_text(follower, "retry: 3000\n\n") || (follower->replay && !send_missed(followers, follower)))
        end_follower(followers, follower, NULL);
    arena_reset(followers->scratch);
}

void followers_catch_up(struct followers *followers)
{
    LIST_EACH (item, &followers->all) {
        struct follower *follower = container_of(item, struct follower, link);

        note_campaigns(followers, follower);
        if (!send_missed(followers, follower))
            end_follower(followers, follower, NULL);
        arena_reset(followers->scratch);
    }
}

/* ---- news ---- */

bool followers_want(const struct followers *followers, int64_t device_id, const char *action_id)
{
    const struct topic *device = find_topic(followers, hash_device(followers, device_id));
    const struct topic *action = find_topic(followers, hash_action(followers, action_id));

    return (device != NULL && !list_is_empty(&device->subscriptions)) ||
           (action != NULL && !list_is_empty(&action->subscriptions));
}

static void tell_topic(struct followers *followers, struct topic *topic, const struct action_event *event)
{
    if (topic == NULL)
        return;
    LIST_EACH (item, &topic->subscriptions) {
        struct follower *follower = container_of(item, struct subscription, link)->follower;

        if (!send_event(followers, follower, event) || follower->has_ended)
            end_follower(followers, follower, topic);
    }
    drop_if_unused(followers, topic);
}

void followers_tell(struct followers *followers, const struct action_event *event)
{
    tell_topic(followers, find_topic(followers, hash_device(followers, event->device_id)), event);
    tell_topic(followers, find_topic(followers, hash_action(followers, event->action_id)), event);
    arena_reset(followers->scratch);
}

/* What has no place in the order of events has no id, so that Last-Event-ID stays what it was. */
static void tell_text(struct followers *followers, struct topic *topic, const char *text)
{
    if (topic == NULL)
        return;
    LIST_EACH (item, &topic->subscriptions) {
        struct follower *follower = container_of(item, struct subscription, link)->follower;

        if (!send_text(follower, text))
            end_follower(followers, follower, topic);
    }
    drop_if_unused(followers, topic);
}

void followers_tell_case(struct followers *followers, const struct notify_case *news)
{
    struct text out = TEXT_IN(followers->scratch);

    event_write_case_sse(news, &out);
    tell_text(followers, find_topic(followers, hash_device(followers, news->device_id)), text_string(&out));
    arena_reset(followers->scratch);
}

void followers_tell_facts(struct followers *followers, int64_t device_id)
{
    struct text out = TEXT_IN(followers->scratch);

    event_write_facts_sse(device_id, &out);
    tell_text(followers, find_topic(followers, hash_device(followers, device_id)), text_string(&out));
    arena_reset(followers->scratch);
}

/* ---- campaigns ---- */

void followers_note_campaign(struct followers *followers, int64_t campaign_id)
{
    struct topic *topic = find_topic(followers, hash_campaign(followers, campaign_id));

    if (topic == NULL || !list_is_empty(&topic->in_news))
        return;
    topic->campaign_id = campaign_id;
    list_append(&followers->news, &topic->in_news);
    followers->news_count++;
}

static const int64_t *take_news(struct followers *followers, size_t *ret_count)
{
    int64_t *ids = ARENA_ARRAY(followers->scratch, int64_t, followers->news_count);

    *ret_count = 0;
    LIST_EACH (item, &followers->news) {
        ids[(*ret_count)++] = container_of(item, struct topic, in_news)->campaign_id;
        list_remove(item);
    }
    followers->news_count = 0;
    return ids;
}

void followers_tell_campaigns(struct followers *followers)
{
    struct shown_rows rows = {0};
    const int64_t *ids;
    size_t count;
    AUTO_DB db = NULL;

    if (list_is_empty(&followers->news))
        return;
    ids = take_news(followers, &count);
    if (db_borrow(followers->pool, &db) != ERR_OK ||
        campaign_news(db, ids, count, followers->scratch, &rows) != ERR_OK)
        for (size_t i = 0; i < count; i++)
            followers_note_campaign(followers, ids[i]); /* again in a second */
    for (size_t i = 0; i < rows.count; i++) {
        struct text out = TEXT_IN(followers->scratch);

        event_write_campaign_sse(rows.items[i].shown, &out);
        tell_text(followers, find_topic(followers, hash_campaign(followers, rows.items[i].id)),
                  text_string(&out));
    }
    arena_reset(followers->scratch);
}

/* ---- signs of life ---- */

/* By what the followers were let in, as far as it still counts. */
struct admitted {
    int64_t *tokens;
    size_t token_count;
    int64_t *sessions;
    size_t session_count;
};

/* False: the database does not say. */
static bool load_admitted(struct followers *followers, struct admitted *ret)
{
    int64_t *tokens = ARENA_ARRAY(followers->scratch, int64_t, followers->count);
    struct user_session_held *sessions =
        ARENA_ARRAY(followers->scratch, struct user_session_held, followers->count);
    size_t token_count = 0, session_count = 0;
    AUTO_DB db = NULL;

    LIST_EACH (item, &followers->all) {
        const struct follower *follower = container_of(item, struct follower, link);

        if (follower->token_id != 0)
            tokens[token_count++] = follower->token_id;
        else
            sessions[session_count++] = (struct user_session_held){follower->session_id, follower->scope};
    }
    if (db_borrow(followers->pool, &db) != ERR_OK)
        return false;
    if (token_count > 0 &&
        token_valid(db, tokens, token_count, followers->scratch, &ret->tokens, &ret->token_count) != ERR_OK)
        return false;
    return session_count == 0 || user_session_valid(db, sessions, session_count, followers->scratch,
                                                    &ret->sessions, &ret->session_count) == ERR_OK;
}

static bool is_admitted(const struct follower *follower, const struct admitted *admitted)
{
    if (follower->token_id != 0)
        return is_among(follower->token_id, admitted->tokens, admitted->token_count);
    return is_among(follower->session_id, admitted->sessions, admitted->session_count);
}

static size_t device_count(const struct followers *followers)
{
    size_t count = 0;

    LIST_EACH (item, &followers->all)
        count += container_of(item, struct follower, link)->topics.device_count;
    return count;
}

/* Whoever is not told by the lack of it looks again by himself. */
static void go_on_watching(struct followers *followers)
{
    int64_t *ids = ARENA_ARRAY(followers->scratch, int64_t, device_count(followers));
    size_t count = 0;
    AUTO_DB db = NULL;

    LIST_EACH (item, &followers->all) {
        const struct action_topics *topics = &container_of(item, struct follower, link)->topics;

        for (size_t i = 0; i < topics->device_count; i++)
            ids[count++] = topics->device_ids[i];
    }
    if (count > 0 && (db_borrow(followers->pool, &db) != ERR_OK ||
                      watch_renew(db, ids, count, followers->scratch) != ERR_OK))
        log_warn("devices are not watched", log_s("error", err_message()));
}

void followers_beat(struct followers *followers)
{
    struct admitted admitted = {0};
    bool known;

    if (followers->count == 0)
        return;
    known = load_admitted(followers, &admitted);
    LIST_EACH (item, &followers->all) {
        struct follower *follower = container_of(item, struct follower, link);

        if ((known && !is_admitted(follower, &admitted)) || !send_text(follower, ": hb\n\n"))
            end_follower(followers, follower, NULL);
    }
    go_on_watching(followers);
    arena_reset(followers->scratch);
}

/* ---- requests that wait ---- */

void followers_add_waiter(struct followers *followers, struct hub_waiter *waiter)
{
    list_append(&need_topic(followers, hash_action(followers, waiter->action_id))->waiters,
                &waiter->in_topic);
}

void followers_remove_waiter(struct followers *followers, struct hub_waiter *waiter)
{
    struct topic *topic = find_topic(followers, hash_action(followers, waiter->action_id));

    list_remove(&waiter->in_topic);
    if (topic != NULL)
        drop_if_unused(followers, topic);
}

struct hub_waiter *followers_take_waiter(struct followers *followers, const char *action_id)
{
    struct topic *topic = find_topic(followers, hash_action(followers, action_id));
    struct list *first = topic == NULL ? NULL : list_first(&topic->waiters);

    if (first == NULL)
        return NULL;
    list_remove(first);
    drop_if_unused(followers, topic);
    return container_of(first, struct hub_waiter, in_topic);
}

void followers_end_all(struct followers *followers)
{
    LIST_EACH (item, &followers->all)
        end_follower(followers, container_of(item, struct follower, link), NULL);
}

void followers_free(struct followers *followers)
{
    map_free(followers->topics);
    arena_free(followers->scratch);
    heap_free(followers);
}
