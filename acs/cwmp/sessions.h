/*
 * The live sessions of a worker: by cookie, by connection, by device; their end and their expiry.
 */
#pragma once

#include "acs/cwmp/worker.h"

enum session_end { SESSION_COMPLETED, SESSION_ABANDONED, SESSION_SUPERSEDED, SESSION_FAILED };

/* "farol" cookie: two hex digits of the worker, "-", 32 hex digits. One short cookie, Path=/ (T-20 … T-25).
 */
enum { COOKIE_TEXT_MAX = 40 };
extern const char cookie_name[];
void cookie_write(const struct session *session, char ret[COOKIE_TEXT_MAX]);

struct cookie {
    bool found;
    unsigned worker;
    struct hash128 value;
};
/* Looks through a Cookie header in all the forms that devices send (T-24); a later call may find it in the
 * next header. */
void cookie_read(const char *header, struct cookie *cookie);

struct session *session_new(struct worker *worker);
struct session *session_by_cookie(struct worker *worker, const struct cookie *cookie);
/* It belongs to this device from now on; an older session of the device on this worker ends as superseded. */
void session_bind_device(struct session *session, int64_t device_id);
void session_bind_connection(struct session *session, struct http_connection *connection);
void session_touch(struct session *session); /* moves the deadline */

/* Writes the history row where there is something to tell, counts, and keeps an OVER session for its grace
 * time. */
void session_finish(struct session *session, enum session_end end, const char *detail);
void session_drop(struct session *session); /* frees it; it must not be busy */
struct session *session_by_device(const struct worker *worker,
                                  int64_t device_id);           /* NULL: none is open here */
bool session_is_here(struct worker *worker, int64_t device_id); /* of one worker: see workers_serve() */

void sessions_sweep(struct worker *worker); /* ends what was silent for too long */
void sessions_end_all(struct worker *worker);
