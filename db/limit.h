/*
 * What agents have done to devices, for the limits of the desk.
 */
#pragma once

#include "db/query.h"

struct limit_question {
    int64_t actor_id;  /* 0: whoever */
    int64_t device_id; /* 0: any; of `devices` the one that is about to be used */
    const char *kinds; /* pattern: % any */
    int64_t window_s;
    int64_t most;
    bool devices; /* count different devices, not uses */
};

/* In a transaction: until its end nobody else counts for this actor. */
enum err limit_lock(struct db *db, int64_t actor_id, struct arena *arena) MUST_CHECK;
/* *ret_frees_s: 0, there is room for one more; else after how many seconds there will be. */
enum err limit_room(struct db *db, const struct limit_question *question, struct arena *arena,
                    int64_t *ret_frees_s) MUST_CHECK;
enum err limit_use(struct db *db, int64_t actor_id, int64_t device_id, const char *kind,
                   struct arena *arena) MUST_CHECK;
