/*
 * Secrets of homes that are known because they were set here and proved. They come sealed: nothing here can
 * read them.
 */
#pragma once

#include "db/query.h"

struct secret_row {
    const char *name; /* of its fact: "wifi.2g.passphrase" */
    const char *kind; /* with which it was sealed, beside the device */
    const char *sealed;
    const char *action_id;
    int64_t since_us;
};

struct secret_rows {
    struct secret_row *items; /* by name */
    size_t count;
};

enum err secret_list(struct db *db, int64_t device_id, struct arena *arena,
                     struct secret_rows *ret) MUST_CHECK;

/* Who is to see it, and why. */
struct secret_reader {
    const char *by;
    const char *reason;
};

/* In the transaction of the answer: notes who sees it. ERR_NOT_FOUND: it is not known. */
enum err secret_reveal(struct db *db, int64_t device_id, const char *name, const struct secret_reader *reader,
                       struct arena *arena, struct secret_row *ret) MUST_CHECK;
