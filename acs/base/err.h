/*
 * Errors: the code tells the caller what to do, the message tells the operator what happened.
 *
 * A function that can fail returns enum err. Where it fails it calls err_set() once; callers add what they were
 * doing with err_while(). Only the edge (endpoint, API, job runner, main) logs or shows err_message(). The message
 * belongs to the thread and lives until its next err_set(). "ret" parameters are written only on success.
 */
#pragma once

#define MUST_CHECK       __attribute__((warn_unused_result))
#define PRINTF_LIKE(f,a) __attribute__((format(printf, f, a)))

/*  name         HTTP  what the caller does */
#define ERRORS(X)                                                       \
    X(OK,          200, "done")                                         \
    X(INVALID,     400, "tell the peer what is wrong; do not retry")    \
    X(DENIED,      403, "refuse, and say which right is missing")       \
    X(NOT_FOUND,   404, "say so")                                       \
    X(CONFLICT,    409, "reload, then decide again")                    \
    X(TOO_LARGE,   413, "refuse before reading more")                   \
    X(UNAVAILABLE, 503, "retry later; nothing was changed")             \
    X(INTERNAL,    500, "our bug: log it and end what was going on")

enum err {
#define X(name, http, advice) ERR_##name,
    ERRORS(X)
#undef X
};

/* Records the message for this thread and returns the code, so that a refusal is one return statement. */
enum err err_set(enum err code, const char *format, ...) PRINTF_LIKE(2, 3);

/* Puts "format: " in front of the message if code is an error; returns code unchanged. */
enum err err_while(enum err code, const char *format, ...) PRINTF_LIKE(2, 3);

const char *err_message(void);
const char *err_name(enum err code);
int err_http_status(enum err code);

/* The only macro of the house that hides a return. */
#define TRY(call)                                                       \
    do {                                                                \
        enum err try_err = (call);                                      \
        if (try_err != ERR_OK)                                          \
            return try_err;                                             \
    } while (0)
