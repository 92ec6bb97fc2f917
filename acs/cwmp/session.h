/*
 * One CWMP session: from a device's Inform to the 204 that ends it (TR-069 3.7).
 *
 * session_step() is the protocol in one table: what may come in which state, and which task it starts. It is
 * pure; the tasks are carried out by welcome.c and turn.c. Anything the table does not allow is refused with
 * 400 and ends the session; it is never answered by 204, which would tell the device that its events were
 * delivered (N-34, N-35).
 */
#pragma once

#include "acs/base/list.h"
#include "acs/cwmp/models.h"
#include "acs/cwmp/turn.h"
#include "acs/http/http.h"
#include "db/credential.h"

enum session_state {
    SESSION_NEW,         /* before the Inform is answered */
    SESSION_DEVICE_TURN, /* the device may send its own requests; ours come after its empty POST */
    SESSION_WAITING,     /* a request of ours is outstanding */
    SESSION_OVER,        /* 204 was sent; kept for a grace time for devices that say one thing more (N-14) */
    SESSION_STATE_COUNT
};

enum session_input {
    SESSION_GOT_INFORM,
    SESSION_GOT_REQUEST,     /* a CPE request that we answer */
    SESSION_GOT_UNSUPPORTED, /* a request that we do not know */
    SESSION_GOT_EMPTY,
    SESSION_GOT_RESPONSE,
    SESSION_GOT_FAULT,
    SESSION_INPUT_COUNT
};

enum session_task {
    SESSION_REFUSE, /* not in the table */
    SESSION_WELCOME,
    SESSION_ANSWER_REQUEST,
    SESSION_ANSWER_UNSUPPORTED,
    SESSION_OUR_TURN,
    SESSION_TAKE_ANSWER,
    SESSION_SAY_OVER
};

struct session_step {
    enum session_state state;
    enum session_input input;
    enum session_task task;
    const char *clause; /* of TR-069 */
};

enum session_task session_step(enum session_state state, enum session_input input);
const struct session_step *session_steps(size_t *ret_count); /* for tests and for the diagram */
const char *session_state_name(enum session_state state);
const char *session_input_name(enum session_input input);
enum session_input session_classify(const struct cwmp_message *message); /* NULL: an empty POST */

enum { COOKIE_RANDOM_BYTES = 16 };

struct worker;

struct session {
    struct worker *worker; /* the one that owns it */
    struct hash128 cookie; /* 128 random bits: the key in the worker's table (T-25) */
    int64_t device_id;
    int64_t session_no; /* the fence (I5) */
    enum session_state state;
    enum cwmp_version version;
    const char *root;          /* static text, or NULL */
    const struct model *model; /* its device's; NULL before the Inform */
    int64_t uptime_s;          /* -1: not said */
    int64_t started_us;
    int64_t deadline_ms; /* monotonic; silent beyond it = abandoned */
    uint32_t timeout_ms;
    uint32_t event_bits;
    uint32_t rpc_count;
    struct hash128 user;      /* who the device proved to be; zero where nothing is asked */
    struct hash128 next_user; /* and will be, once it has taken what it is given */
    enum enrolment enrolment;
    uint32_t trailing;   /* empty POSTs since our 204 */
    bool has_read;       /* an action has read values that no facts were made of yet */
    bool used_next;      /* it proved it with the credential that it was about to get */
    bool standing_stale; /* somebody changed its credentials or how far it is trusted: look again */
    bool busy;           /* one of its POSTs is being worked on: one step at a time (N-09) */
    bool doomed;         /* superseded while busy: ends as soon as that POST is done */
    struct http_connection
        *connection; /* on which it spoke last, for devices that drop cookies (T-26); or NULL */
    int64_t left_ms; /* since when it has had none, monotonic; of no meaning while it has one */
    struct turn turn;
    struct list link; /* in the worker's sessions */
};

static inline const struct quirks *session_quirks(const struct session *session)
{
    return session->model != NULL ? &session->model->quirks : &quirks_none;
}

/* How its device wants its XML. */
static inline struct soap_dialect session_dialect(const struct session *session)
{
    const struct quirks *quirks = session_quirks(session);

    return (struct soap_dialect){.declaration = quirks->xml_declaration,
                                 .boolean_words = quirks->boolean_words,
                                 .small_prefix = quirks->small_prefix,
                                 .no_set_key = quirks->no_set_key,
                                 .operations_in_array = quirks->du_array};
}
