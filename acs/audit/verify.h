/*
 * Verifies a piece of the chain as it lies in the database, and says what was done to it; signs its end.
 */
#pragma once

#include "acs/audit/check.h"

struct audit_report {
    int64_t rows;                             /* that are in order */
    int64_t open;                             /* of them made without a key */
    int64_t last;                             /* the number of the last of them, or after */
    unsigned char head[SHA256_BYTES];         /* its h */
    int64_t checkpoint_seq, checkpoint_at_us; /* the newest checkpoint that holds; 0: none was looked at */
    bool more;                                /* there are rows behind it that were not asked for */
    bool wrong;                               /* what follows is true */
    struct audit_finding finding;
};

struct audit_question {
    int64_t after;                         /* rows behind it; it counts as it is. 0: from the beginning */
    int64_t most;                          /* at least so many, if there are */
    const struct audit_checkpoint *anchor; /* that was kept elsewhere; NULL: none */
};

/* ERR_NOT_FOUND: there is no row after. */
enum err audit_verify(const struct audit_keys *keys, struct db *db, const struct audit_question *question,
                      struct arena *arena, struct audit_report *ret) MUST_CHECK;

/* Signs where the chain ends now and keeps it. ret->seq 0: there is no row. */
enum err audit_sign(const struct audit_keys *keys, struct db *db, struct arena *arena,
                    struct audit_checkpoint *ret) MUST_CHECK;

struct audit_checkpoints {
    struct audit_checkpoint *items;
    size_t count;
};

/* Newest first; before 0: from the newest on. */
enum err audit_checkpoints(struct db *db, int64_t before, unsigned most, struct arena *arena,
                           struct audit_checkpoints *ret) MUST_CHECK;
