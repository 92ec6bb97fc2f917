/*
 * The parameters of a device as they were read last.
 */
#pragma once

#include "db/query.h"

struct parameter_row {
    const char *name;
    const char *value; /* NULL: never read */
    const char *type;  /* NULL: likewise */
    bool writable_known;
    bool writable;
    int64_t read_at_us; /* 0: never */
};

struct parameter_rows {
    struct parameter_row *items; /* by name, in the order of bytes */
    size_t count;
};

struct parameter_from {
    const char *path;  /* a full name, or what ends in "."; NULL: all */
    const char *after; /* name of the last row of the page before; NULL: from the start */
    unsigned most;
};

enum err parameter_list(struct db *db, int64_t device_id, const struct parameter_from *page,
                        struct arena *arena, struct parameter_rows *ret) MUST_CHECK;
