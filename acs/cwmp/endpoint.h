/*
 * The URL that devices POST to: HTTP on one side, sessions on the other.
 *
 * A POST is worked on by the worker that owns its session. When it arrived at another one (a new connection
 * may land on any), it is handed over by mail and its reply comes back the same way.
 */
#pragma once

#include "acs/cwmp/door.h"
#include "acs/cwmp/sessions.h"

/* One POST on its way; lives in the arena of its exchange. */
struct post {
    struct http_exchange *exchange;
    struct arena *arena;
    struct worker *arrived; /* where the connection lives */
    struct worker *worker;  /* where the session lives */
    struct session *session;
    struct cookie cookie;
    const char *charset; /* of the Content-Type, or NULL */
    const char *from;    /* the device's address as a trusted proxy gave it; NULL: the peer's */
    bool empty;
    /* what the door is told and finds out (door.h); all of it empty where there is none */
    const char *authorization; /* the header, or NULL */
    const char *certificate;   /* common name that a trusted proxy has verified, or NULL */
    struct pass pass;
    struct door_work *door;
    struct store_enrol *enrol; /* goes with the Inform; NULL: nothing changes */
    void (*enrolled)(struct post *post, int64_t device_id);
    door_fn *go_on;                       /* once what was read for it is there */
    const struct action_credentials *own; /* that the device is about to get, once they were loaded */
    const struct store_tree *tree;        /* all that was read of the device, likewise */
    const struct home *home;              /* as it is known, once it was read; NULL: not */
    const struct action_service *service; /* of that home */
    struct cwmp_message message;          /* unless empty */
    struct http_reply reply;
    struct store_unit unit; /* of the step that is under way; its parts hang below */
    struct inform_work *inform;
    struct turn_work *turn;
    const struct action_move *move; /* that the answer made of an action */
};

void endpoint_handle(struct http_exchange *exchange, void *worker); /* an http_handler */

/* The ends of a POST. Each replies once and lets go of the session. */
void post_reply_message(struct post *post, const struct cwmp_message *message);
void post_reply_empty(struct post *post);                                  /* 204: we have nothing more */
void post_reply_fault(struct post *post, uint32_t code, const char *text); /* 200 with a SOAP Fault */
/* A status with a line of text; post->reply may hold headers already. */
void post_reply_text(struct post *post, unsigned status, const char *text);
/* 503 with Retry-After, and close. */
void post_reply_later(struct post *post, const char *text, const char *seconds);
void post_reply_unavailable(struct post *post); /* 503: the database is away */
/* 400 and close; ends the session as failed. Logged once. */
void post_refuse(struct post *post, const char *why);

const char *post_from(const struct post *post); /* the device's address, literal */

/* Sends the post's unit to the store, for the post's session; done(unit, outcome, post) goes on from there.
 */
void post_submit(struct post *post, store_fn *done);
/* What every such callback looks at first. True: nothing was stored, or the session was superseded meanwhile;
 * the post has been answered. */
bool post_failed(struct post *post, enum err outcome);

/* welcome.c: the Inform */
void welcome(struct post *post);

/* transfer.c: a TransferComplete and what it means for an action are submitted together with the history;
 * done() answers it. */
void transfer_take(struct post *post, struct store_history *history, store_fn *done);
/* True: a device looks for a file here, and is told where it is (F-10): the reply is made, and is to be sent.
 */
bool transfer_is_elsewhere(struct post *post);
