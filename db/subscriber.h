/*
 * Subscribers, and whose devices are whose. What is shown has documents and telephones masked by the view it
 * comes from; the whole of them is told by subscriber_reveal() alone.
 */
#pragma once

#include "db/query.h"

struct subscriber_row {
    int64_t id;
    int64_t revision;
    const char *shown; /* JSON object of all of it, the id too */
};

struct subscriber_rows {
    struct subscriber_row *items;
    size_t count;
};

struct subscriber_filter {
    const char *external_id; /* NULL: any */
    int64_t after;           /* 0: from the beginning */
    const struct filter *scope;
    unsigned most;
};

/*
 * doc: JSON object with a member per column of the table; of a patch what is not named stays (RFC 7396).
 * ERR_CONFLICT: another one has this external_id.
 */
enum err subscriber_add(struct db *db, const char *doc, const char *by, struct arena *arena,
                        int64_t *ret_id) MUST_CHECK;
enum err subscriber_patch(struct db *db, int64_t id, const char *doc, const char *by,
                          struct arena *arena) MUST_CHECK;
/* In a transaction: nobody changes it until the end. ERR_NOT_FOUND. */
enum err subscriber_lock(struct db *db, int64_t id, struct arena *arena, int64_t *ret_revision) MUST_CHECK;
enum err subscriber_show(struct db *db, int64_t id, struct arena *arena,
                         struct subscriber_row *ret) MUST_CHECK;
enum err subscriber_list(struct db *db, const struct subscriber_filter *filter, struct arena *arena,
                         struct subscriber_rows *ret) MUST_CHECK;
/* ERR_CONFLICT: a device is still bound to it. */
enum err subscriber_delete(struct db *db, int64_t id, struct arena *arena) MUST_CHECK;

struct subscriber_viewer {
    const char *field; /* "document" or "phones" */
    const char *by;
    const char *reason; /* NULL: not said */
};

struct subscriber_secrets {
    const char *document; /* NULL: not known, or not asked for */
    const char *phones;   /* JSON array of E.164; NULL: not asked for */
};

/* In a transaction. Notes who is shown it. */
enum err subscriber_reveal(struct db *db, int64_t id, const struct subscriber_viewer *viewer,
                           struct arena *arena, struct subscriber_secrets *ret) MUST_CHECK;

/* ---- whose device ---- */

struct binding_order {
    int64_t device_id, subscriber_id;
    int64_t replaces_id; /* the subscriber's own device that goes; 0: none */
    bool take;           /* from whoever has it */
    const char *by;
};

/*
 * In a transaction. Binding what is bound so already changes nothing. ERR_NOT_FOUND: there is no such
 * subscriber or device, or the one that it replaces is not theirs. ERR_CONFLICT: another one has it;
 * ret_holder is then "sub_… Name".
 */
enum err binding_make(struct db *db, const struct binding_order *order, struct arena *arena,
                      const char **ret_holder) MUST_CHECK;
/* ERR_NOT_FOUND: it is not theirs. */
enum err binding_end(struct db *db, int64_t device_id, int64_t subscriber_id, const char *by,
                     struct arena *arena) MUST_CHECK;
/* Whether a subscriber has it: then its place is theirs. */
enum err binding_is_bound(struct db *db, int64_t device_id, struct arena *arena, bool *ret) MUST_CHECK;

enum err binding_list(struct db *db, int64_t subscriber_id, unsigned most, struct arena *arena,
                      struct shown_rows *ret) MUST_CHECK;
/* Devices that nobody has, and whose they may be. */
enum err candidate_list(struct db *db, const struct subscriber_filter *filter, struct arena *arena,
                        struct shown_rows *ret) MUST_CHECK;
