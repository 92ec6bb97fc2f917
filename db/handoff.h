/*
 * What is handed over with an escalated case, kept to the byte.
 */
#pragma once

#include "db/query.h"

/* What whoever takes over asks first; JSON texts. */
struct handoff_home {
    const char *device, *sessions, *events;
    const char *series; /* names of facts that have a history of the last day, blanks between; NULL: none */
};

enum err handoff_home(struct db *db, int64_t device_id, struct arena *arena,
                      struct handoff_home *ret) MUST_CHECK;

struct handoff_row {
    int64_t id; /* 0: there is none */
    const char *key;
    int64_t made_at_us, expires_at_us;
    const char *document; /* JSON */
    const char *page;     /* HTML */
};

struct handoff_order {
    int64_t case_id;
    const char *key;
    const char *made_by;
    int64_t expires_at_us;
    const char *document, *page;
};

enum err handoff_add(struct db *db, const struct handoff_order *order, struct arena *arena,
                     int64_t *ret_id) MUST_CHECK;
enum err handoff_newest(struct db *db, int64_t case_id, struct arena *arena,
                        struct handoff_row *ret) MUST_CHECK;
/* One that has not expired. */
enum err handoff_by_key(struct db *db, const char *key, struct arena *arena,
                        struct handoff_row *ret) MUST_CHECK;
