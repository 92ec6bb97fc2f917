/*
 * Campaigns as the runner works on them (acs/campaigns/), each step a transaction.
 */
#pragma once

#include "db/query.h"
#include "provisioning/campaign/campaign.h"
#include "provisioning/campaign/health.h"
#include "provisioning/campaign/verb.h"

/* In a transaction, until its end. false: another server is at it. */
enum err campaign_lock(struct db *db, struct arena *arena, bool *ret) MUST_CHECK;

struct campaign_work {
    struct campaign_work_item {
        int64_t id;
        enum campaign_state state;
    } * items;
    size_t count;
};

enum err campaign_at_work(struct db *db, struct arena *arena, struct campaign_work *ret) MUST_CHECK;

/* ---- the list, piece by piece ---- */

struct campaign_listing {
    int64_t id;
    const char *filter, *excludes;
    const char *version;        /* devices that have it are left out; NULL: none */
    const char *file;           /* devices that it is not for are left out; NULL: none */
    const char *firmware;       /* of the library, whose file that is; NULL: none */
    int64_t listed_up_to, last; /* ids of devices */
};

/* ERR_NOT_FOUND: it is not being listed any more. What there was of a list before goes. */
enum err campaign_list_open(struct db *db, int64_t id, struct arena *arena,
                            struct campaign_listing *ret) MUST_CHECK;
/* Devices behind listed_up_to, up to and with up_to. */
enum err campaign_list_piece(struct db *db, const struct campaign_listing *listing, int64_t up_to,
                             const struct filter *filter, struct arena *arena) MUST_CHECK;
enum err campaign_list_close(struct db *db, int64_t id, struct arena *arena) MUST_CHECK;
enum err campaign_list_fail(struct db *db, int64_t id, const char *why, struct arena *arena) MUST_CHECK;

/* ---- one step ---- */

struct campaign_run {
    int64_t id;
    enum campaign_state state;
    const char *name, *kind, *args, *excludes, *plan_text;
    const char *file;     /* that each device gets; NULL: none */
    const char *firmware; /* of the library, whose file that is: the caller's to find out; NULL: none */
    struct campaign_plan plan;
    int64_t bad_in_a_row;
    bool is_killed;          /* a switch that is on covers it */
    bool watch_is_old;       /* campaign_run_watch() is due, also for what is decided by */
    bool sample_is_due;      /* … or to note it */
    struct campaign_now now; /* without open_until_us */
    struct campaign_zone zone;
    struct campaign_watch watch;
    struct campaign_counts waves[CAMPAIGN_WAVES_MAX];
};

/* It stays locked until the end. ERR_NOT_FOUND: there is nothing to do any more. */
enum err campaign_run_hold(struct db *db, int64_t id, struct arena *arena,
                           struct campaign_run *ret) MUST_CHECK;

struct campaign_flight {
    struct campaign_flyer {
        int64_t device_id;
        struct campaign_seen seen;
        struct campaign_judgement judgement; /* the caller's, as what follows */
        bool read;                           /* it is to be asked how its WAN is */
    } * items;
    size_t count;
};

/* In the order in which they became what they are. */
enum err campaign_run_in_flight(struct db *db, int64_t id, struct arena *arena,
                                struct campaign_flight *ret) MUST_CHECK;
/* Those that are not CAMPAIGN_OPEN any more. */
enum err campaign_run_judge(struct db *db, const struct campaign_run *run,
                            const struct campaign_flight *flight, struct arena *arena) MUST_CHECK;
/* Those that are to be asked. */
enum err campaign_run_read(struct db *db, const struct campaign_run *run,
                           const struct campaign_flight *flight, struct arena *arena) MUST_CHECK;
/* Counters of the waves, and who is left, anew after that. */
enum err campaign_run_count(struct db *db, struct campaign_run *run, struct arena *arena) MUST_CHECK;
/* Makes actions for as many devices as the decision says, at most: of those that wait, or that failed. */
enum err campaign_run_take(struct db *db, const struct campaign_run *run,
                           const struct campaign_decision *decision, uint32_t ttl_s, struct arena *arena,
                           int64_t *ret) MUST_CHECK;
/* What has not begun does not begin any more. */
enum err campaign_run_recall(struct db *db, int64_t id, struct arena *arena) MUST_CHECK;

struct campaign_step {
    int64_t id;
    enum campaign_state state;
    int64_t wave;
    const char *why; /* NULL: it goes on */
    int64_t until_us;
    int64_t bad_in_a_row;
    const char *stopped; /* JSON object, of one that halts itself; else NULL */
};

enum err campaign_run_go_on(struct db *db, const struct campaign_step *step, struct arena *arena) MUST_CHECK;
enum err campaign_run_begin_wave(struct db *db, int64_t id, int64_t wave, struct arena *arena) MUST_CHECK;
/* For the timeline. data: JSON object, or NULL. */
enum err campaign_run_note(struct db *db, int64_t id, const char *kind, const char *data,
                           struct arena *arena) MUST_CHECK;
/* Counts the silent ones, and what is compared with them; notes how it goes. */
enum err campaign_run_watch(struct db *db, const struct campaign_run *run, struct arena *arena) MUST_CHECK;
