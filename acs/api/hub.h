/*
 * Where news of actions arrives and is handed on: to streams (SSE), to requests that wait for an end (Prefer:
 * wait), and to the server, which calls devices.
 *
 * One thread with a loop of its own listens to the database (db/notify.h), so what any program on any machine
 * has committed is heard here, in the order of commits. It fetches what was named and hands it out. When the
 * connection was lost nothing is assumed: every stream is brought up to date from the table of events, every
 * waiting request looks again.
 */
#pragma once

#include "acs/base/list.h"
#include "acs/http/http.h"
#include "db/pool.h"
#include "provisioning/action.h"

struct hub;

/*
 * Called in the hub's thread for every action that was queued or cancelled, by whomever. device_id 0: news
 * may have been missed, look at all of them.
 */
typedef void hub_queued_fn(int64_t device_id, const char *action_id, enum action_state state, void *ctx);

/* Likewise for credentials of a device, and how far it is trusted. 0: look at all of them again. */
typedef void hub_credential_fn(int64_t device_id, void *ctx);

/* Likewise when somebody has set something for all homes, or may have: read it again (db/setting.h). */
typedef void hub_setting_fn(void *ctx);

struct hub_config {
    const char *database_url;         /* to listen on; must outlive the hub */
    struct db_pool *pool;             /* to fetch from */
    hub_queued_fn *on_queued;         /* NULL: nobody wants to know */
    hub_credential_fn *on_credential; /* likewise; with the same ctx */
    hub_setting_fn *on_setting;       /* likewise */
    void *on_queued_ctx;
};

/* Starts its thread. ERR_UNAVAILABLE: there can be no thread; an absent database is no error. */
enum err hub_new(const struct hub_config *config, struct hub **ret) MUST_CHECK;
/* Ends all streams and answers all who wait; from now on they end at once. Before the listener is freed. */
void hub_close(struct hub *hub);
bool hub_is_closed(const struct hub *hub);
void hub_free(struct hub *hub);           /* after the listener */
bool hub_is_alive(const struct hub *hub); /* its loop has turned in the last 5 s */

/* Belongs to its user and stays where it is until done() was called, once, in the hub's thread. */
struct hub_waiter {
    const char *action_id;
    void (*done)(void *ctx); /* the action has ended, the time is over, or the hub closes */
    void *ctx;
    int64_t deadline_us; /* the rest is the hub's own */
    struct hub *hub;
    struct list in_all, in_topic;
};

void hub_wait(struct hub *hub, struct hub_waiter *waiter, uint32_t wait_s); /* any thread */

struct hub_follow {
    const int64_t *device_ids;
    size_t device_count;
    const char *const *action_ids;
    size_t action_count;
    const int64_t *campaign_ids;
    size_t campaign_count;
    bool replay; /* first what came after `after`, and what came since `since_us` again */
    int64_t after;
    int64_t since_us;
    bool to_the_end;    /* of the one action: then the stream ends */
    bool has_ended;     /* it has already: the replay is all */
    int64_t token_id;   /* once it is revoked or expires, the stream ends within 15 s; 0: it is a person's, */
    int64_t session_id; /* and ends likewise with its session, or when it is held to another … */
    const char *scope;  /* … than this */
};

bool hub_has_room(const struct hub *hub); /* for another stream */
/* Takes over the stream; copies what follow points to. Any thread. */
void hub_follow(struct hub *hub, const struct hub_follow *follow, struct http_stream *stream);
