/*
 * What the tests of a run have found out, as facts that its next check may ask for:
 * "result.ping.loss_percent" of the newest diag.ping that succeeded in this run. Rows of result.def. Pure.
 */
#pragma once

#include "acs/base/json.h"
#include "provisioning/fact.h"

/* Adds what the result of an action of this kind tells; nothing of a kind that has no rows. */
void result_add_facts(const char *kind, const struct json *result, int64_t at_us, struct fact_list *list);
/* The action whose result the fact is of; NULL: it is not of a result. */
const char *result_action(enum fact_key key);
