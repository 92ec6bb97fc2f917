/* What the runner does with one campaign. For runner.c. */
#pragma once

#include "acs/auth/release.h"
#include "db/query.h"

/* In a transaction: a piece of its list. ret_more: there is more to look up. */
enum err campaign_list_some(struct db *db, int64_t id, struct arena *arena, bool *ret_more) MUST_CHECK;
/* In a transaction: judge, decide, do. trust: who may release firmware. */
enum err campaign_step_once(struct db *db, int64_t id, const struct release_trust *trust,
                            struct arena *arena) MUST_CHECK;
