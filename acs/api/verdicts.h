/*
 * The question that a verdict on a home answers, for whoever judges it.
 */
#pragma once

#include "acs/api/call.h"
#include "db/verdict.h"
#include "provisioning/verdict/verdict.h"

/* All that is known of the home now: what was read, and what the server tells; with the limits that hold for
 * it. */
enum err verdict_ask(struct call *call, int64_t device_id, struct verdict_question *ret) MUST_CHECK;

/* What the caller is shown of a home now, ready to be kept (verdict_add()). */
struct verdict_shown {
    struct verdict_question question;
    struct verdict_row row;
};

enum err verdict_see(struct call *call, int64_t device_id, struct verdict_shown *ret) MUST_CHECK;
