/*
 * A worker: one thread that owns its listener, its sessions, its XML context and its database connection, all
 * in one event loop. Workers share nothing; what must cross goes by mail (loop_post).
 */
#pragma once

#include <pthread.h>

#include "acs/base/list.h"
#include "acs/base/map.h"
#include "acs/config.h"
#include "acs/cwmp/session.h"
#include "acs/files/files.h"
#include "acs/http/http.h"
#include "db/store.h"

struct credentials;
struct door;
struct throttle;
struct workers;

struct worker {
    unsigned number;
    struct workers *all;
    const struct config *config;
    struct loop *loop;
    struct http_listener *listener;
    struct store *store;
    struct soap_reader *reader;
    struct map *by_cookie; /* hash128 -> struct session */
    struct map *by_device; /* device id -> struct session that is not over */
    pthread_mutex_t
        here; /* over by_device, connection and left_ms: other threads look there (workers_serve) */
    struct map
        *device_ids; /* hash of the identity -> device id; identities never change, so it needs no expiry */
    struct models *models;  /* what is done otherwise for which model */
    struct pace *informs;   /* of each device within a minute */
    struct pace *strangers; /* posts without a session, of each address */
    struct list sessions;
    struct credentials *credentials; /* at hand; this and the next three only where there is a door */
    struct throttle *failures;       /* per user name and address */
    struct throttle *alarms;         /* per credential */
    int64_t nonce_us;                /* of its newest nonce */
    struct loop_timer sweep;
    pthread_t thread;
    bool running;
    bool ready;        /* its database connection was there when it last looked; atomic */
    int64_t turned_ms; /* last time the loop came round: health; atomic */
    int64_t draining;  /* sessions that were open when it was last asked; atomic */
};

struct workers {
    struct worker *items;
    unsigned count;
    struct door *door;         /* NULL: nobody is asked who he is */
    const struct files *files; /* NULL: none are kept */
    uint64_t identity_key[2];  /* of the hash of identities: random per start, since devices choose them */
    pthread_mutex_t mail; /* over stopping: what is posted to a loop that has stopped would never arrive */
    bool stopping;
    const struct model_data *models;        /* in force; atomic, replaced while they run */
    const struct threshold_set *thresholds; /* likewise */
    struct threshold_saved saved;           /* thresholds that people have set; written while they run */
};

/* Binds the port; the threads start with workers_start(). On an error free what is in ret. */
enum err workers_new(const struct config *config, const struct files *files, struct workers **ret) MUST_CHECK;
void workers_start(struct workers *workers);
bool workers_are_ready(const struct workers *workers); /* each has its database connection */
bool workers_are_alive(const struct workers *workers); /* each loop came round within the last 5 s */
/* Any thread: this device has new or changed actions; a session that is open picks them up (C-25). 0: any may
 * have. */
void workers_nudge(struct workers *workers, int64_t device_id);
/* Any thread: is this device in a session here? It is while its connection stands, or stood a moment ago:
 * some open one for each POST. */
bool workers_serve(struct workers *workers, int64_t device_id);
/* Any thread: from now on sessions begin with these. They must outlive the workers. */
void workers_use_models(struct workers *workers, const struct model_data *data);
/* Likewise what read-outs are judged by. */
void workers_use_thresholds(struct workers *workers, const struct threshold_set *set);
/* Likewise; copied. One thread at a time. */
void workers_use_saved(struct workers *workers, const struct threshold_saved *saved);
/* Any thread: the credentials of this device, or how far it is trusted, have changed; a session that is open
 * looks again before it sends anything. 0: of any may have. */
void workers_forget_credentials(struct workers *workers, int64_t device_id);
/* Stops accepting, lets sessions end for at most drain_ms, then stops the threads and waits for them. */
void workers_stop(struct workers *workers, uint32_t drain_ms);
void workers_free(struct workers *workers);
