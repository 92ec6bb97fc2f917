/*
 * What must be done now and then, a bounded piece at a time: ending actions whose time is over, forgetting
 * old history.
 */
#pragma once

#include "db/pool.h"
#include "db/query.h"

/*
 * Ends open actions that are past their expiry. "expired" if nothing of it can be under way at the device;
 * "failed", as an outcome that is not proven, if a request was committed to be sent and not answered, or its
 * proof was awaited.
 */
enum err actions_expire(struct db *db, unsigned most, int64_t *ret_count) MUST_CHECK;

/*
 * Runs statements that each delete at most `most` rows of before a time (:before, :most); ret_count: how many
 * in all, 0 when nothing is left.
 */
enum err upkeep_trim(struct db *db, const enum sql *statements, size_t statement_count, int64_t before_us,
                     unsigned most, int64_t *ret_count) MUST_CHECK;

/*
 * Deletes what happened before: events of devices, sessions, actions that have ended and their events,
 * verdicts that were kept, runs through playbooks. At most `most` of each; ret_count: how many in all, 0 when
 * nothing is left to delete.
 */
enum err history_trim(struct db *db, int64_t before_us, unsigned most, int64_t *ret_count) MUST_CHECK;

/* Forgets what lies sealed beside at most so many actions that are over; ret_count: how many. */
enum err action_forget_secrets(struct db *db, unsigned most, int64_t *ret_count) MUST_CHECK;
