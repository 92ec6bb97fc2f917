/*
 * Homes of somebody who is held to a part of the fleet. A home is in a scope when one of its devices matches.
 */
#pragma once

#include "db/filter.h"
#include "db/query.h"

extern const struct filter_rules scope_rules; /* what a scope may say */
/* The filter that a scope is. One that cannot be read any more has no homes in it. */
enum err scope_filter(const char *scope, struct arena *arena, const struct filter **ret,
                      bool *ret_readable) MUST_CHECK;

struct scope_ids {
    const int64_t *items; /* no two the same */
    size_t count;
};

/* Are all of these in the scope? What there is not is in none. */
enum err scope_inside(struct db *db, const struct filter *scope, struct scope_ids devices,
                      struct scope_ids subscribers, struct arena *arena, bool *ret) MUST_CHECK;

struct scope_things {
    const char *const *texts; /* ids of actions, of runs through playbooks, of files */
    size_t text_count;
    struct scope_ids verdicts, cases, alarms;
};

struct scope_home {
    int64_t device_id, subscriber_id; /* one of them, the other is 0 */
};

/* The homes that these are about. What there is not is about none. */
enum err scope_homes_of(struct db *db, const struct scope_things *things, struct arena *arena,
                        struct scope_home **ret, size_t *ret_count) MUST_CHECK;
