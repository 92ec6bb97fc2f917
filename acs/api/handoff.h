/*
 * The bundle of an escalated case: all that is known of the home and of what was done, frozen at that moment,
 * without secrets.
 */
#pragma once

#include "acs/api/cases.h"
#include "db/handoff.h"

struct handoff_made {
    int64_t id;
    const char *key;
    int64_t expires_at_us;
};

/* In a transaction, when all else about the case was written: makes it and keeps it. */
enum err handoff_make(struct call *call, const struct case_held *held, struct handoff_made *ret) MUST_CHECK;
/* Where whoever has it reads it without signing in. */
const char *handoff_link(struct call *call, const char *key);
