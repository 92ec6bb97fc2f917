/*
 * What was set of the attributes of a device's parameters, and proved to be so.
 */
#pragma once

#include "db/query.h"

struct attribute_row {
    const char *path;
    int64_t notification;    /* below 0: never set */
    const char *access_list; /* JSON array of strings; NULL: never set */
    int64_t since_us;
    const char *action_id;
};

struct attribute_rows {
    struct attribute_row *items; /* by path, in the order of bytes */
    size_t count;
};

/* after: path of the last row of the page before; NULL: from the start. */
enum err attribute_list(struct db *db, int64_t device_id, const char *after, unsigned most,
                        struct arena *arena, struct attribute_rows *ret) MUST_CHECK;
