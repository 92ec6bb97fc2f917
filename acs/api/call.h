/*
 * One request to the API on its way through: what a handler may know, and what it writes its answer with.
 *
 * A handler first does everything that may refuse, then what it is for, and returns ERR_OK with the answer
 * written; or it returns what went wrong, named more precisely by call_refuse(). It neither replies nor
 * commits: that is done for it (api.c). A handler whose answer takes longer sets `later`, which runs after
 * the commit and takes over the exchange.
 */
#pragma once

#include "acs/api/api.h"
#include "acs/api/origin.h"
#include "acs/api/problem.h"
#include "acs/api/router.h"
#include "acs/auth/guard.h"
#include "db/query.h"

enum { CALL_HEADERS_MAX = 8 };

struct http_file; /* body.h */
struct http_source;

struct call_ids {
    int64_t *items; /* in the arena */
    size_t count, room;
};

/* What the audit trail is told of the call besides what it sees by itself (trail.h). */
struct call_audit {
    const char *object;          /* NULL: what the path names, or what was made */
    const char *before, *after;  /* JSON, without secrets; after NULL: the body */
    struct call_ids devices;     /* trail_device() */
    struct call_ids subscribers; /* trail_subscriber() */
    int64_t case_id;             /* 0: none */
    bool moved;                  /* a route that only looks has changed something all the same */
    bool replayed;               /* a first answer was given again: nothing was done */
    bool written;                /* the row of the effect is in its transaction */
};

struct call {
    const struct api_config *config;
    struct http_exchange *exchange;
    struct arena *arena; /* of the request */
    const char *id;      /* X-Request-Id */
    int64_t started_us;  /* monotonic */
    enum language language;
    struct origin origin;
    const char *cookie; /* of a session; NULL: none */

    const struct route *route;
    const char *captures[ROUTE_CAPTURES_MAX];
    struct query query;      /* checked */
    const struct json *body; /* checked; NULL: none */
    struct caller caller;    /* of a route that is not public */
    const struct filter
        *scope;            /* which homes there are for the caller; NULL: all. Lists are narrowed by it */
    bool scope_is_checked; /* the request names homes, and all are inside */
    struct upload *upload; /* of a route that takes one; else NULL */
    int64_t case_id; /* under which it does what it does; 0: that which the caller has of the home, if he has
                        one */
    struct db *db; /* borrowed; in a transaction unless the method is GET; NULL for a GET of a public route */
    struct call_audit audit;

    /* Somebody slow must be asked: the handler sets both and returns ERR_OK, nothing else done. What it wrote
     * is committed; ask() runs without a connection, in a thread for it, or not at all if too many wait
     * there; then the route is served once more, and its handler finds in `asking` what became of it. */
    void (*ask)(struct call *call);
    void *asking; /* in the arena; NULL: nobody has been asked */

    /* the answer */
    unsigned status; /* 200 at first */
    const char *content_type;
    struct text text;
    struct json_writer json; /* writes to text */
    struct http_header_field headers[CALL_HEADERS_MAX];
    unsigned header_count;
    bool close;                 /* nothing more is read on this connection */
    const char *made_action_id; /* NULL: it made none */
    void (*later)(struct call *call);
    void *later_ctx;

    /* a refusal */
    bool refused;
    bool counts; /* what was written is committed all the same: that it was tried */
    enum problem problem;
    const char *detail;
    const char *allow;     /* methods, of METHOD_NOT_ALLOWED */
    int64_t retry_after_s; /* of LIMIT_REACHED and LOCKED */
    struct complaints *complaints;
};

/* What was asked for; NULL: not given, and no default. */
const char *call_query(const struct call *call, const char *name);
unsigned call_query_number(const struct call *call, const char *name);
bool call_query_flag(const struct call *call, const char *name);
int64_t call_query_time(const struct call *call, const char *name); /* 0: not given */
/* A device's id in the query; 0: not given. Else refused. */
enum err call_query_device(struct call *call, const char *name, int64_t *ret) MUST_CHECK;
/* "after" of a list whose rows have ids of this prefix ("dev_"); 0: from the beginning. Else refused. */
enum err call_query_after(struct call *call, const char *prefix, int64_t *ret) MUST_CHECK;
const char *call_header(const struct call *call, const char *name); /* in the handler only */
const char *call_say(const struct call *call, const char *pt,
                     const char *en); /* the one in the caller's language */

/* The first capture as an id. ERR_NOT_FOUND: it is none. */
enum err call_device_id(struct call *call, int64_t *ret) MUST_CHECK;
const char *call_write_device_id(struct call *call, int64_t id);

/* detail NULL: the row's advice. Returns the error to return. */
enum err call_refuse(struct call *call, enum problem problem, const char *detail);
/* Likewise, of something that was tried and counted: what was written is committed. */
enum err call_refuse_counted(struct call *call, enum problem problem, const char *detail);
/* A member of the body or a query parameter is wrong in a way that no schema can say. */
enum err call_refuse_body(struct call *call, const char *pointer, const char *code, const char *detail);
enum err call_refuse_cursor(struct call *call); /* "after" is none of ours */
enum err call_refuse_capability(struct call *call, enum capability missing);
struct complaints *call_complaints(struct call *call); /* where a check puts what it finds */
enum err call_refuse_query(struct call *call, const char *parameter, const char *code, const char *detail);

void call_add_header(struct call *call, const char *name, const char *value);
/* What is shown is of this revision. */
void call_add_etag(struct call *call, int64_t revision);
/* Whoever says by If-Match what he has read is refused if it is no longer so. */
enum err call_check_match(struct call *call, int64_t revision) MUST_CHECK;
/* The cookie of a session: with TLS its name is one that only this host can set over TLS, for all paths. */
const char *call_cookie_name(bool secure);
/* Gives the browser this key; "": takes it back. */
void call_set_cookie(struct call *call, const char *key);

/* {"data":[ … ],"next":…}: the handler writes the rows in between. next NULL: there is none; it also becomes
 * a Link. */
void call_open_list(struct call *call);
void call_close_list(struct call *call, const char *next);
/* All of such a list whose rows are shown as they are: of one row more than the limit, which says that there
 * is another page. prefix: of ids ("imp_"), as of call_query_after(). */
void call_write_page(struct call *call, const char *prefix, const struct shown_rows *rows);
/* {"data":[ … ]}: all there are, which needs no pages. */
void call_write_rows(struct call *call, const struct shown_rows *rows);
/* The members of a JSON object, as they are, into the object that is open. raw: "{…}" from a statement. */
void call_put_members(struct call *call, const char *raw);

void call_log(const struct call *call); /* the one line of a call; call_reply() does it */
/* Sends what is in the call, problem or answer, and logs it; the call is over. Any thread. */
void call_reply(struct call *call);
/* The same with a part of a file for a body, before the handler of HTTP returns: in `later`. */
void call_reply_file(struct call *call, const struct http_file *file);
/* The same with a body that is made while it is sent (body.h). */
void call_reply_source(struct call *call, const struct http_source *source);
/* Has ended badly: turns err and what call_refuse() noted into a problem; then call_reply(). */
void call_fail(struct call *call, enum err err);
