/*
 * Whose home a case is of. Where both know their subscriber he says whether two are of the same home, else
 * the device does (same_home() of the schema).
 */
#pragma once

#include "db/query.h"

/* 0: a device that nobody is known to have; a subscriber who has none. */
struct case_home {
    int64_t subscriber_id, device_id;
};

/*
 * The home of a device, or of a subscriber, whose newest device it is then; the other one is 0. Both given:
 * of that device of his. ERR_NOT_FOUND: there is no such one, or the device is not his.
 */
enum err case_home(struct db *db, const struct case_home *asked, struct arena *arena,
                   struct case_home *ret) MUST_CHECK;
/* Of an answer with both columns. */
struct case_home case_home_read(const struct rows *rows, size_t row);

/* Whether the device is in the home of the case now. ERR_NOT_FOUND. */
enum err case_covers(struct db *db, int64_t id, int64_t device_id, struct arena *arena, bool *ret) MUST_CHECK;
