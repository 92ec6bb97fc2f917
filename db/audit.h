/*
 * The audit trail: who did what to whom, in rows that are never changed. How they are chained is in
 * acs/audit.
 */
#pragma once

#include "acs/base/crypto.h"
#include "db/query.h"

enum { AUDIT_SALT_BYTES = 16 };

struct audit_ids {
    const int64_t *items;
    size_t count; /* 0: none */
};

struct audit_row {
    int64_t seq;
    int64_t at_us;
    int64_t actor_id; /* 0: nobody that is known */
    const char *actor_kind;
    const char *actor;
    const char *session; /* NULL: none */
    const char *source;  /* the address it came from */
    const char *request; /* X-Request-Id */
    const char *action;  /* the operation of the API */
    const char *decision;
    int64_t device_id, subscriber_id, case_id;   /* 0: none */
    struct audit_ids device_ids, subscriber_ids; /* of an answer about several */
    unsigned key;
    unsigned char payload_hash[SHA256_BYTES];

    /* the payload; NULL: none */
    const char *object, *reason, *query;
    const char *before, *after; /* JSON */

    unsigned char salt[AUDIT_SALT_BYTES];
    unsigned char prev[SHA256_BYTES];
    unsigned char h[SHA256_BYTES];
};

struct audit_head {
    int64_t seq; /* of the last row; 0: there is none */
    unsigned char h[SHA256_BYTES];
    int64_t now_us;        /* not before the last row */
    int64_t subscriber_id; /* whose device it is; 0: nobody's */
};

/* In a transaction: takes the end of the chain for itself until the transaction ends. */
enum err audit_head(struct db *db, int64_t device_id, struct arena *arena, struct audit_head *ret) MUST_CHECK;
/* The row behind the head. */
enum err audit_add(struct db *db, const struct audit_row *row, struct arena *arena) MUST_CHECK;

/* ---- read by people ---- */

struct audit_filter {  /* joined by "and"; 0 and NULL: any */
    bool oldest_first; /* then numbers above since; else newest first, and numbers below before */
    int64_t before, since;
    int64_t actor_id;
    const char *actor; /* the name that it had */
    int64_t device_id, subscriber_id, case_id;
    const char *action, *object, *decision;
    int64_t from_us, to_us; /* the second is not in it */
    const struct filter
        *scope; /* newest first: of rows that name homes only those whose homes are all in it */
    unsigned most;
};

struct audit_shown {
    int64_t seq, at_us, actor_id, case_id;
    const char *devices, *subscribers; /* JSON arrays of ids */
    const char *actor_kind, *actor, *session, *source, *request, *action, *decision;
    const char *object, *reason, *query, *before, *after;
    const char *h; /* hexadecimal digits */
};

struct audit_list {
    struct audit_shown *items;
    size_t count;
};

enum err audit_list(struct db *db, const struct audit_filter *filter, struct arena *arena,
                    struct audit_list *ret) MUST_CHECK;

struct audit_seen_question { /* an actor, or a device, or a subscriber */
    int64_t actor_id, device_id, subscriber_id;
    int64_t from_us, to_us;     /* the whole minutes that these are in */
    const char *after;          /* an id of the page before, NULL: none */
    const struct filter *scope; /* of an actor: only homes of it */
    unsigned most;
};

struct audit_seen {
    const char *whose;              /* an id: of a home or a person, or of who has seen it */
    const char *actor_kind, *actor; /* NULL: it is no actor */
    int64_t first_us, last_us, count;
    const char *actions; /* JSON array */
};

struct audit_seen_list {
    struct audit_seen *items; /* by id */
    size_t count;
};

enum err audit_seen(struct db *db, const struct audit_seen_question *question, struct arena *arena,
                    struct audit_seen_list *ret) MUST_CHECK;
