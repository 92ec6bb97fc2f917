/*
 * Errors: the code tells the caller what to do, the message tells the operator what happened.
 *
 * A function that can fail returns enum err. Where it fails it calls err_set() once; callers add what they
 * were doing with err_while(). Only the edge (endpoint, API, job runner, main) logs or shows err_message().
 * The message belongs to the thread and lives until its next err_set(). "ret" parameters are written only on
 * success.
 */
#pragma once

#define MUST_CHECK        __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

enum err {
#define ERROR(name, http, advice) ERR_##name,
#include "acs/base/err.def"
#undef ERROR
};

/* Records the message for this thread and returns the code, so that a refusal is one return statement. */
enum err err_set(enum err code, const char *format, ...) PRINTF_LIKE(2, 3);

/* Puts "format: " in front of the message if code is an error; returns code unchanged. */
enum err err_while(enum err code, const char *format, ...) PRINTF_LIKE(2, 3);

const char *err_message(void);
const char *err_name(enum err code);
int err_http_status(enum err code);

/* The only macro of the house that hides a return. */
#define TRY(call)                  \
    do {                           \
        enum err try_err = (call); \
        if (try_err != ERR_OK)     \
            return try_err;        \
    } while (0)
