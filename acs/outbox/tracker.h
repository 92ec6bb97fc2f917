/*
 * Ticket systems. What all of them share is here and in ticket.c: which event becomes a ticket, a note or
 * nothing, and what is said of it in the case. A system is a row of functions, each of which asks it over
 * HTTP and may be called again when an answer was lost: it looks for the message's key before it adds
 * anything.
 *
 * How they fail: ERR_DENIED, we may not (a person must put it right); ERR_INVALID, it is refused for good;
 * ERR_UNAVAILABLE, not now. err_message() says why, desk->said how it was said.
 */
#pragma once

#include "acs/base/json.h"
#include "acs/outbox/outlet.h"
#include "db/tracker.h"

/* One system, while it is asked. */
struct tracker_desk {
    const struct outlet_context *context;
    struct arena *arena;
    const struct outbox_target *target;
    const struct json *settings;
    char *authorization; /* what opens the door, as the system has it */
    int64_t until_ms;    /* of the monotonic clock: all requests together take no longer */
    struct {
        unsigned status; /* 0: there was no answer */
        int64_t retry_after_s;
        bool uncertain; /* it may have been done all the same */
    } said;             /* to the newest request */
};

struct tracker_message {
    const char *key; /* by which it is known there: of a note in one ticket the event */
    const char *subject, *text;
    const char *queue;     /* theirs */
    const char *link;      /* to the case */
    unsigned urgency;      /* 0 (low) to 3 */
    const char *page_name; /* of the bundle that goes with it; NULL: none does */
    const char *page;
    bool reopens;
};

struct tracker_item {
    int64_t id; /* rising */
    bool is_reply;
    const char *by;
    const char *text;  /* of a reply */
    const char *state; /* of anything else: that which ended the ticket */
};

struct tracker_status {
    const char *state;
    struct tracker_item *items; /* what happened after "seen" and is not ours */
    size_t count;
    int64_t seen; /* the newest that happened */
};

struct tracker_system {
    const char *kind;                                                  /* of its outlets */
    enum err (*open)(struct tracker_desk *desk, struct secret secret); /* fills authorization */
    enum err (*create)(struct tracker_desk *desk, const struct tracker_message *message,
                       struct tracker_made *ret);
    enum err (*note)(struct tracker_desk *desk, const char *number, const struct tracker_message *message);
    /* NULL: nothing is read there, and each message goes to the queue that the case is in by then. */
    enum err (*read)(struct tracker_desk *desk, const char *number, int64_t seen, struct tracker_status *ret);
};

extern const struct tracker_system tracker_rt, tracker_mail;

/* NULL: no system is of this kind. */
const struct tracker_system *tracker_system_of(const char *kind);
/* settings, the secret and the clock of a desk. The root of the settings is the caller's to free. */
enum err tracker_desk_open(const struct outlet_context *context, const struct outbox_target *target,
                           struct arena *arena, struct json **ret_settings,
                           struct tracker_desk *ret) MUST_CHECK;
/* Wipes what opens the door. NULL settings: it was never opened. */
void tracker_desk_close(struct tracker_desk *desk);
bool tracker_desk_is_portuguese(const struct tracker_desk *desk);
/* Of what lies below the system's URL. */
const char *tracker_url(const struct tracker_desk *desk, const char *path);
/* path as above. An answer that is not 2xx, and one that is no JSON, is an error as above. */
enum err tracker_ask(struct tracker_desk *desk, const char *method, const char *path, const char *body,
                     struct json **ret) MUST_CHECK;
/* Seconds until it is tried again. */
int64_t tracker_delay_s(const struct tracker_desk *desk, enum err err, int64_t tries, uint64_t random);
