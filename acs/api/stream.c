/* Following actions, devices and campaigns: Server-Sent Events, and the same as a list. */
#include <inttypes.h>
#include <string.h>

#include "acs/api/event.h"
#include "acs/api/hub.h"
#include "acs/api/routes.h"
#include "acs/api/trail.h"
#include "db/watch.h"

enum { TOPICS_MAX = 50, BUFFER_MAX = 64 * 1024, EVENTS_MAX = 1000 };

/* ---- opening ---- */

static void open_later(struct call *call)
{
    const struct hub_follow *follow = call->later_ctx;
    struct http_stream *stream;

    call_log(call);
    stream = http_reply_stream(call->exchange, "text/event-stream", BUFFER_MAX);
    hub_follow(call->config->hub, follow, stream);
}

static enum err open_stream(struct call *call, struct hub_follow *follow)
{
    const char *last = call_header(call, "Last-Event-ID");
    bool known = last != NULL && event_read_id(last, &follow->after, &follow->since_us);

    if (!hub_has_room(call->config->hub))
        return call_refuse(call, PROBLEM_UNAVAILABLE, NULL);
    follow->replay = follow->replay || known;
    follow->token_id = call->caller.token != NULL ? call->caller.token->id : 0;
    follow->session_id = call->caller.session != NULL ? call->caller.session->id : 0;
    follow->scope = call->caller.scope;
    call->later = open_later;
    call->later_ctx = follow;
    return ERR_OK;
}

/* ---- one action ---- */

/* JSON only where it is asked for and a stream is not: browsers that follow ask for text/event-stream. */
static bool wants_list(const struct call *call)
{
    const char *accept = text_or_empty(call_header(call, "Accept"));

    return strstr(accept, "application/json") != NULL && strstr(accept, "text/event-stream") == NULL;
}

static enum err write_list(struct call *call)
{
    struct action_events events;

    TRY(action_event_list(call->db, call->captures[0], 0, EVENTS_MAX, call->arena, &events));
    call_open_list(call);
    for (size_t i = 0; i < events.count; i++)
        event_write(&events.items[i], &call->json);
    call_close_list(call, NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_action_events(struct call *call)
{
    struct action_row row;
    struct hub_follow *follow;
    const char **id;

    TRY(action_show(call->db, call->captures[0], call->arena, &row));
    trail_device(call, row.device_id);
    if (wants_list(call))
        return write_list(call);
    id = ARENA_NEW(call->arena, const char *);
    *id = row.id;
    follow = ARENA_NEW(call->arena, struct hub_follow);
    *follow = (struct hub_follow){
        .action_ids = id, .action_count = 1, .replay = true, .to_the_end = true, .has_ended = row.ended};
    return open_stream(call, follow);
}

/* ---- topics ---- */

struct topics {
    int64_t device_ids[TOPICS_MAX];
    size_t device_count;
    const char *action_ids[TOPICS_MAX];
    size_t action_count;
    int64_t campaign_ids[TOPICS_MAX];
    size_t campaign_count;
};

/* The schema has seen to their number and their form. */
static bool add_topic(struct call *call, struct topics *topics, const char *topic)
{
    const char *id = strchr(topic, ':') + 1;
    int64_t *device_id = &topics->device_ids[topics->device_count];

    if (topic[0] == 'a') {
        topics->action_ids[topics->action_count++] = id;
        return true;
    }
    if (topic[0] == 'c')
        return crypto_read_number_id("cmp_", id, &topics->campaign_ids[topics->campaign_count++]);
    if (!crypto_read_number_id("dev_", id, device_id))
        return false;
    trail_device(call, *device_id);
    topics->device_count++;
    return true;
}

static enum err read_topics(struct call *call, struct topics *topics)
{
    const char *list = call_query(call, "topics");

    for (size_t len; *list != '\0'; list += len + (list[len] == ',')) {
        len = strcspn(list, ",");
        if (!add_topic(call, topics, arena_memdup(call->arena, list, len)))
            return call_refuse_query(call, "topics", "format",
                                     call_say(call, "não é um identificador", "is no id of this kind"));
    }
    if (topics->campaign_count > 0 && !caller_may(&call->caller, CAPABILITY_CAMPAIGNS_READ))
        return call_refuse_capability(call, CAPABILITY_CAMPAIGNS_READ);
    return ERR_OK;
}

enum err api_stream_open(struct call *call)
{
    struct topics *topics = ARENA_NEW(call->arena, struct topics);
    struct hub_follow *follow = ARENA_NEW(call->arena, struct hub_follow);

    TRY(read_topics(call, topics));
    /* Before the stream is there: whoever reads after that misses nothing. */
    if (topics->device_count > 0)
        TRY(watch_renew(call->db, topics->device_ids, topics->device_count, call->arena));
    *follow = (struct hub_follow){
        .device_ids = topics->device_ids,
        .device_count = topics->device_count,
        .action_ids = topics->action_ids,
        .action_count = topics->action_count,
        .campaign_ids = topics->campaign_ids,
        .campaign_count = topics->campaign_count,
    };
    return open_stream(call, follow);
}
