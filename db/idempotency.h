/*
 * The first answer to a request with an Idempotency-Key, kept for a day. All of it in the transaction of the
 * effect, so that effect and answer are there together or not at all, whatever breaks in between.
 */
#pragma once

#include "acs/base/crypto.h"
#include "db/query.h"

struct idempotency_key {
    int64_t actor_id; /* keys of different callers never meet */
    const char *key;
    unsigned char request_hash[SHA256_BYTES]; /* of everything that must be the same */
};

struct idempotency_answer {
    unsigned status;
    const char *response;
    const char *action_id; /* NULL: it made none */
};

enum idempotency_outcome {
    IDEMPOTENCY_FIRST,    /* go on, then call idempotency_keep() */
    IDEMPOTENCY_REPEATED, /* give ret_answer again */
    IDEMPOTENCY_OTHER,    /* the key was used by another request */
    IDEMPOTENCY_RUNNING   /* the first request has not ended */
};

enum err idempotency_begin(struct db *db, const struct idempotency_key *key, struct arena *arena,
                           enum idempotency_outcome *ret, struct idempotency_answer *ret_answer) MUST_CHECK;
enum err idempotency_keep(struct db *db, const struct idempotency_key *key,
                          const struct idempotency_answer *answer, struct arena *arena) MUST_CHECK;
