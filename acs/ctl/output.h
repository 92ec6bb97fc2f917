/*
 * Rows and single objects on standard output: as a table for people, or as JSON, NDJSON or names for
 * programs.
 *
 * Text from devices is shown with its control characters made visible, so that it cannot steer the terminal.
 */
#pragma once

#include "acs/ctl/ctl.h"

struct output_column {
    const char *title;
    const char *member;                                   /* of the row's object */
    enum { OUTPUT_AS_IS, OUTPUT_AGE, OUTPUT_FIRST } kind; /* of a list the first, and how many more */
};

struct output_list {
    struct ctl *ctl;
    struct arena *arena; /* holds the cells until the end */
    const struct output_column *columns;
    const char *name_member; /* what -o name prints */
    size_t column_count, row_count, capacity;
    const char **cells;
};

void output_open(struct output_list *list);
void output_row(struct output_list *list, const struct json *object);
void output_close(struct output_list *list);

/* name_member as above. A table shows every member on a line of its own. */
void output_object(struct ctl *ctl, const struct json *object, const char *name_member);

/* The text of a member for people: "" for null, JSON for what is nested; numbers to hundredths. */
const char *output_text(struct arena *arena, const struct json *value);
/* "12 s", "3 min", "5 h", "2 d" since this RFC 3339 time; "" if it is none. */
const char *output_age(struct arena *arena, const char *time);
