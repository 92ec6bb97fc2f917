/*
 * Who follows which device or action: the hub's tables of streams and waiting requests, by topic. Only in its
 * thread.
 */
#pragma once

#include "acs/api/hub.h"
#include "acs/base/map.h"
#include "db/action.h"
#include "db/notify.h"

struct follower; /* an open stream */
struct followers;

struct followers *followers_new(struct db_pool *pool) MUST_CHECK;
void followers_end_all(struct followers *followers); /* the streams */
void followers_free(struct followers *followers);    /* after that, and when no request waits any more */

/* Made by any thread, added in the hub's. */
struct follower *follower_new(const struct hub_follow *follow, struct http_stream *stream) MUST_CHECK;
void follower_drop(struct follower *follower); /* one that was never added; ends its stream */
void followers_add(struct followers *followers, struct follower *follower);
size_t followers_count(const struct followers *followers);

/* Does anybody follow this device or this action? */
bool followers_want(const struct followers *followers, int64_t device_id, const char *action_id);
void followers_tell(struct followers *followers, const struct action_event *event);
/* Of a case of the desk: to those who follow its device. It is not told again to those who missed it. */
void followers_tell_case(struct followers *followers, const struct notify_case *news);
void followers_tell_facts(struct followers *followers, int64_t device_id); /* likewise */
/* Campaigns: what is new of them is told with the next followers_tell_campaigns(), as they are then. Whoever
 * begins to follow one is told so, too, and all are after events may have been missed: nothing is repeated.
 */
void followers_note_campaign(struct followers *followers, int64_t campaign_id);
void followers_tell_campaigns(struct followers *followers); /* every second */
void followers_catch_up(struct followers *followers);       /* events may have been missed */
void followers_beat(
    struct followers *followers); /* every 15 s: a sign of life, who may no longer listen goes, and the
                                     devices that somebody follows stay watched */

/* The requests that wait for the end of an action. */
void followers_add_waiter(struct followers *followers, struct hub_waiter *waiter);
void followers_remove_waiter(struct followers *followers, struct hub_waiter *waiter);
/* Takes out one waiter for this action; NULL: there is none. */
struct hub_waiter *followers_take_waiter(struct followers *followers, const char *action_id);
