/*
 * Kill switches: what stops everything of a sort, from the transaction on in which one is put on (the trigger
 * action_may_send).
 */
#pragma once

#include "db/query.h"

struct kill_switch_order {
    const char *scope; /* "all", "campaigns" or "kind:reboot" */
    const char *reason;
    const char *by;
    int64_t actor_id;
};

enum err kill_switch_list(struct db *db, struct arena *arena, struct shown_rows *ret) MUST_CHECK;
enum err kill_switch_put(struct db *db, const struct kill_switch_order *order,
                         struct arena *arena) MUST_CHECK;
/*
 * In a transaction. The first who asks is noted; when another does, it is off. ERR_NOT_FOUND: it is not on.
 * ERR_CONFLICT: the same one has asked before.
 */
enum err kill_switch_release(struct db *db, const struct kill_switch_order *order,
                             struct arena *arena) MUST_CHECK;
/* Whether an action of this kind, of no campaign, would be stopped. */
enum err kill_switch_covers(struct db *db, const char *kind, struct arena *arena, bool *ret) MUST_CHECK;
