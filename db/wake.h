/*
 * Whom to call, so that what waits for a device is done now and not at its next periodic contact.
 *
 * An action that is queued asks for a call at once. A device is called once for all that waits for it (C-13):
 * 5 s, 15 s and 60 s later again if it was not reached, and 30 s later if it was but did not come (C-11);
 * after the fourth call its next contact is awaited. What fails when the device is not there (on_offline =
 * fail) ends with the first call that finds nobody. All of it is kept in the database: a crash forgets no
 * call, and several programs may share the work.
 */
#pragma once

#include "db/pool.h"
#include "db/query.h"

struct wake_target {
    int64_t device_id;
    const char *connection_request_url; /* what the device said last, or NULL; hostile like all it says */
    const char *udp_address;            /* likewise; one of the two is not empty */
    const char *source_address;         /* of its newest session, literal; NULL: not known */
    const char *call_username;          /* of its own; NULL: it has none */
    const char *call_secret;            /* sealed; NULL: that user has no password yet */
    const char *next_call_secret;       /* that it is about to get, or has already; NULL: none */
};

/*
 * Devices whose time has come, at most `most` of them, in the arena; their actions are "waking" now. Each is
 * to be called and its outcome told with wake_result(); a call whose outcome is never told counts as one that
 * found nobody.
 */
enum err wake_due(struct db *db, unsigned most, struct arena *arena, struct wake_target **ret,
                  size_t *ret_count) MUST_CHECK;

/* The time of a call by UDP: now, or a second after the one before if that is later (TR-069 G.2.2.3). */
enum err wake_udp_stamp(struct db *db, int64_t device_id, int64_t *ret_s) MUST_CHECK;

/* The device is in a session, which does what waits for it: it was not called, and is looked for again in 2 s
 * should something still be left then. */
enum err wake_spared(struct db *db, int64_t device_id) MUST_CHECK;

struct wake_outcome {
    const char *code; /* of acs/api/wake.def */
    bool reached;     /* the device knows that it shall come */
    const char *way;  /* "http" or "udp"; NULL: it was not called at all */
};

/* Kept beside the actions that wait, and as the newest call to the device (device_calls()). */
enum err wake_result(struct db *db, int64_t device_id, const struct wake_outcome *outcome) MUST_CHECK;
