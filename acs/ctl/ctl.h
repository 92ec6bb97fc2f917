/*
 * acsctl: what its commands share. One run is one command; everything lives in one arena until the program
 * ends.
 *
 * Data goes to standard output and only after the command has succeeded; everything else goes to standard
 * error.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "acs/base/json.h"

enum ctl_exit {
    CTL_OK = 0,
    CTL_ERROR = 1,
    CTL_USAGE = 2,
    CTL_NOT_FOUND = 3,
    CTL_NOT_ALLOWED = 4,
    CTL_CONFLICT = 5,       /* or a precondition that does not hold */
    CTL_DEVICE_REFUSED = 6, /* the action failed */
    CTL_PENDING = 7,        /* not ended at the time limit */
    CTL_PARTLY = 8,         /* of many, some are wrong */
    CTL_DAMAGED = 9,        /* the audit trail is not as it was written */
    CTL_HALTED = 10,        /* the campaign was halted, by a rule or a person */
    CTL_HELD = 11,          /* the campaign waits for a person */
    CTL_CANCELLED = 12,     /* the campaign was given up */
    CTL_INTERRUPTED = 130
};

enum option {
#define OPTION(id, letter, name, takes, value, help) OPTION_##id,
#include "acs/ctl/options.def"
#undef OPTION
    OPTION_COUNT_OF_ALL
};

#define OPT(id) (UINT64_C(1) << OPTION_##id)

struct ctl;
typedef enum ctl_exit command_fn(struct ctl *ctl);

struct command {
    const char *words; /* "devices list" */
    const char *arguments;
    int least, most;  /* how many arguments */
    uint64_t options; /* bits of enum option */
    const char *help;
    command_fn *run;
};

extern const struct command commands[];
extern const size_t command_count;

enum { ARGUMENTS_MAX = 66, FILTERS_MAX = 16 };

enum output_format { OUTPUT_TABLE, OUTPUT_JSON, OUTPUT_NDJSON, OUTPUT_NAME };

struct ctl_document { /* of an answer; freed by rest_forget() */
    struct json *json;
    struct ctl_document *next;
};

struct ctl {
    struct arena *arena;
    const struct command *command;
    const char *values[OPTION_COUNT_OF_ALL]; /* NULL: not given; "" for a flag */
    const char *filters[FILTERS_MAX];
    unsigned filter_count;
    const char *arguments[ARGUMENTS_MAX];
    int argument_count;
    enum output_format format;
    FILE *out; /* reaches standard output when the command has succeeded */
    const char *url;
    const char *token; /* NULL: none */
    void *curl;        /* the connection, kept from request to request */
    struct ctl_document *documents;
};

/* "acsctl: …" on standard error; returns code, so that a failure is one return statement. */
enum ctl_exit ctl_fail(enum ctl_exit code, const char *format, ...) PRINTF_LIKE(2, 3);
/* From now on Ctrl-C ends nothing at once, but is noted. */
void ctl_catch_interrupts(void);
bool ctl_is_interrupted(void);

static inline bool ctl_has(const struct ctl *ctl, enum option option)
{
    return ctl->values[option] != NULL;
}
