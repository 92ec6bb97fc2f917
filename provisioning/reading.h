/*
 * How a whole device is read: the plan of what is still to be asked, between one answer and the next.
 *
 * The plan is a list of paths, the next one first. Of some of them the names are asked for
 * (GetParameterNames), which puts what is below them in their place; of the others the values
 * (GetParameterValues), as many at once as the device bears. A refusal makes requests smaller until the one
 * bad name is alone and is left out (P-17, P-18).
 *
 * The plan is written into the action's memo with each answer. It stays small: what does not fit is kept as
 * the path of the object above it, whose names are asked for again when its turn comes. Pure.
 */
#pragma once

#include "provisioning/quirks.h"

enum {
    READING_PARAMETERS_MAX = 50000, /* what is beyond them is not read, and the result says so */
    READING_NAMES_MAX = 64,         /* names in a request; 64 of 256 characters stay below 32 KiB (T-38) */
    READING_KEPT_NAMES = 50         /* names or paths that are listed as left out; the others are counted */
};

enum reading_what {
    READING_LIST,      /* ask for the names below the path */
    READING_LIST_FULL, /* likewise, and then for the values by full names only */
    READING_VALUES     /* ask for the values of the path */
};

struct reading_item {
    enum reading_what what;
    uint32_t count; /* parameters below it, where that is known */
    const char *path;
};

struct reading_names {
    const char *items[READING_KEPT_NAMES];
    uint32_t kept;
    uint32_t count; /* of all */
};

struct reading {
    struct arena *arena;
    struct reading_item *items;
    size_t count, capacity;
    uint32_t batch;  /* values that one answer may hold */
    uint32_t names;  /* names in one request */
    uint32_t window; /* the first so many items hold one that the device refuses; 0: none that we know of */
    uint32_t root;   /* which of the ways to name the root is being tried */
    bool levels;     /* names are asked for level by level */
    bool cut;        /* READING_PARAMETERS_MAX was reached */
    uint32_t done;   /* parameters that are dealt with, */
    uint32_t total;  /* of so many that are known */
    uint32_t values; /* that were read */
    uint32_t answers;
    uint32_t losses;              /* answers that never came since the last one that did */
    struct reading_names skipped; /* refused by the device */
    struct reading_names
        omitted; /* left out of an answer by the device: the paths, and how many parameters */
};

/* What is to be read. */
struct reading_subject {
    const char *path; /* NULL or "": all of the device, */
    const char *root; /* whose root may be NULL: not known */
    const struct quirks *quirks;
};

void reading_begin(struct reading *reading, const struct reading_subject *subject, struct arena *arena);
/* Values only: of these names and paths, in this order. */
void reading_begin_values(struct reading *reading, const struct reading_subject *subject,
                          const struct cwmp_strings *names, struct arena *arena);
/* The memo's form is the plan's own. ERR_INTERNAL: it was not written by reading_save(). */
enum err reading_load(struct reading *reading, const char *memo, struct arena *arena) MUST_CHECK;
const char *reading_save(const struct reading *reading);

static inline bool reading_is_over(const struct reading *reading)
{
    return reading->count == 0;
}

/* The next request, as long as it is not over: a path whose names are wanted (true), or names whose values
 * are. */
bool reading_lists(const struct reading *reading);
void reading_ask(const struct reading *reading, struct cwmp_strings *ret);

/* What came of it. */
void reading_listed(struct reading *reading, const struct reading_subject *subject,
                    const struct cwmp_parameter_infos *infos);
void reading_got(struct reading *reading, const struct reading_subject *subject,
                 const struct cwmp_parameter_values *values);
/* A Fault. False: that was the last way to ask for the first names. */
bool reading_refused(struct reading *reading, const struct reading_subject *subject, uint32_t fault);
/* No answer, again: what is asked for next is smaller, or is left out and noted like what is refused. */
void reading_lost(struct reading *reading);
