/*
 * Cases as ticket systems have them. A ticket system is an outlet (db/outbox.h): what it is to be told lies
 * in the outbox; what it says comes back into the case.
 */
#pragma once

#include "db/outbox.h"

/* ---- where they are ---- */

struct connector_order {
    int64_t id; /* by outlet_new_id() */
    const char *kind, *name, *url;
    const char *secret;   /* sealed */
    const char *settings; /* JSON object */
    const char *created_by;
};

enum err connector_add(struct db *db, const struct connector_order *order, struct arena *arena) MUST_CHECK;
enum err connector_list(struct db *db, int64_t after, unsigned most, struct arena *arena,
                        struct shown_rows *ret) MUST_CHECK;
enum err connector_show(struct db *db, int64_t id, struct arena *arena, struct shown_row *ret) MUST_CHECK;

/* "rt", "mail" */
enum err connector_kind(struct db *db, int64_t id, struct arena *arena, const char **ret) MUST_CHECK;

struct connector_change { /* NULL: it stays */
    const char *name, *url;
    const char *secret;   /* sealed */
    const char *settings; /* JSON object that is laid over the settings of now; null takes one away */
    const bool *enabled;
};

/* Whatever waits for it is due at once. */
enum err connector_patch(struct db *db, int64_t id, const struct connector_change *change,
                         struct arena *arena) MUST_CHECK;

/* ---- told ---- */

/* What a delivery is to say: the case as it was when it happened. Texts may be NULL but for those of ids. */
struct tracker_order {
    int64_t case_id;
    const char *type; /* "case.escalated", … */
    const char *case_name;
    const char *device;   /* NULL: the home has none */
    const char *customer; /* name and what is masked of him; NULL: not known */
    const char *protocol, *agent, *serial, *queue, *priority, *summary, *outcome;
    const char *handoff; /* path of the bundle's link */
    const char *page;    /* the bundle */
    const char *by, *text, *visit_for;
    const char *their_queue; /* NULL: this system has none for it */
    const char *key;         /* of the ticket: nobody else's has it */
    const char *number;      /* there; NULL: it is not there yet */
};

/* ERR_NOT_FOUND: the ticket is none of ours any more. */
enum err tracker_order(struct db *db, int64_t delivery_id, struct arena *arena,
                       struct tracker_order *ret) MUST_CHECK;

struct tracker_key {
    int64_t case_id, outlet_id;
};

struct tracker_made {
    const char *number, *url;
    const char *text; /* for the case */
};

/* look_s: it is read for the first time after so long; 0: never. */
enum err tracker_made(struct db *db, struct tracker_key key, const struct tracker_made *made, int64_t look_s,
                      struct arena *arena) MUST_CHECK;
enum err tracker_told(struct db *db, struct tracker_key key, int64_t look_s, struct arena *arena) MUST_CHECK;
/* status 0: there was none. */
enum err tracker_refused(struct db *db, struct tracker_key key, unsigned status, const char *text,
                         struct arena *arena) MUST_CHECK;

/* ---- read ---- */

struct tracker_due {
    int64_t case_id; /* 0: none is due */
    struct outbox_target target;
    const char *number;
    const char *state; /* NULL: it was never read */
    int64_t seen, idle;
};

enum err tracker_claim(struct db *db, struct arena *arena, struct tracker_due *ret) MUST_CHECK;

/* In a transaction: what is done in it came from there. */
enum err tracker_speak(struct db *db, int64_t outlet_id, struct arena *arena) MUST_CHECK;

struct tracker_entry {
    const char *kind; /* of case_entry */
    const char *by, *text;
    const char *what; /* "reply", "state" */
    const char *number, *state;
};

enum err tracker_news(struct db *db, struct tracker_key key, const struct tracker_entry *entry,
                      struct arena *arena) MUST_CHECK;

struct tracker_seen {
    const char *state;
    int64_t seen, idle;
    int64_t look_s; /* until it is read again */
};

enum err tracker_read(struct db *db, struct tracker_key key, const struct tracker_seen *seen,
                      struct arena *arena) MUST_CHECK;
/* It could not be read: none of that outlet is, for so long. */
enum err tracker_unread(struct db *db, int64_t outlet_id, const char *trouble, int64_t look_s,
                        struct arena *arena) MUST_CHECK;
/* It is there no more, and is not asked about again. */
enum err tracker_lost(struct db *db, struct tracker_key key, const char *trouble,
                      struct arena *arena) MUST_CHECK;
