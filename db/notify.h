/*
 * Hears of every event of every action, as it is committed by whoever (LISTEN farol_action), in an event
 * loop; likewise of credentials, of cases of the desk, of what is known of watched devices (db/watch.h), of
 * what people set for all homes (db/setting.h), and of campaigns.
 *
 * What was said while nobody listened is not repeated: on_listening is called each time listening has begun,
 * the first time and after every loss of the connection, and whoever keeps something up to date then reads it
 * again. The connection is there by itself, as in db/link.h.
 */
#pragma once

#include "acs/base/crypto.h"
#include "acs/base/loop.h"
#include "provisioning/action.h"

struct notify;

/* A row of action_event. Numbers are given before the commit: they may come out of order. */
struct notify_event {
    int64_t id;
    int64_t device_id;
    char action_id[ID_MAX];
    enum action_state state;
};

/* A case of the desk that was opened, or is in another state now. */
struct notify_case {
    int64_t device_id, case_id;
    const char *state;
};

/* All are called in the loop's thread and may not free the listener. */
struct notify_handler {
    void (*on_event)(const struct notify_event *event, void *ctx);
    void (*on_credential)(int64_t device_id,
                          void *ctx); /* of that device, something changed; NULL: not wanted */
    void (*on_case)(const struct notify_case *news, void *ctx); /* NULL: not wanted */
    void (*on_facts)(int64_t device_id, void *ctx);             /* likewise */
    void (*on_setting)(void *ctx);                              /* likewise */
    void (*on_campaign)(int64_t campaign_id, void *ctx);        /* likewise */
    void (*on_listening)(void *ctx);
    void *ctx;
};

struct notify *notify_new(struct loop *loop, const char *url,
                          const struct notify_handler *handler) MUST_CHECK;
void notify_free(struct notify *notify);
