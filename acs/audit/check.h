/*
 * Verifying the chain: rows go through in order, and the first that is not as it was written is named, with
 * what was done to it.
 *
 * A row is in order if its number is the next one, if it follows the h of the row before, if its own h is
 * that of its bytes, and if its payload has the hash that it says. Whoever has the table but
 * not the keys cannot make such a row. Ends that were cut off are found by checkpoints (checkpoint.h).
 */
#pragma once

#include "acs/audit/checkpoint.h"
#include "acs/audit/entry.h"

enum audit_wrong {
    AUDIT_ALTERED,
    AUDIT_DELETED,
    AUDIT_INSERTED,
    AUDIT_REORDERED,
    AUDIT_TRUNCATED,
    AUDIT_NO_KEY, /* it needs a key that is not in the file: nobody can say */
    AUDIT_WRONGS
};

const char *audit_wrong_name(enum audit_wrong wrong); /* "altered" … */

struct audit_finding {
    enum audit_wrong wrong;
    int64_t seq;        /* the first position that is not as it was */
    const char *detail; /* a sentence, in the arena of the check */
};

struct audit_check {
    const struct audit_keys *keys;
    struct arena *arena;
    struct text scratch;
    int64_t seq; /* of the last row that was in order; at first that before the first */
    unsigned char h[SHA256_BYTES];
    bool keyed;         /* a row with a key was there: from now on the open key is none */
    int64_t rows, open; /* in order; of them with the open key */
};

/* From the row behind seq on, whose h is this one. 0 and zeros: from the beginning. keyed: a row before has a
 * key. */
struct audit_check audit_check_from(const struct audit_keys *keys, struct arena *arena, int64_t seq,
                                    const unsigned char h[SHA256_BYTES], bool keyed);

/* False: it is not in order; the check stays where it was. */
bool audit_check_row(struct audit_check *check, const struct audit_record *record) MUST_CHECK;

/* What surrounds a row that is not in order. */
struct audit_scene {
    const struct audit_record *bad;
    const struct audit_record *next; /* the row behind it in the table; NULL: there is none */
    int64_t last;                    /* the highest number that any row may have had */
    /* Is there a row with this h? */
    bool (*has_hash)(const unsigned char h[SHA256_BYTES], void *ctx);
    void *ctx;
};

/* What was done, after audit_check_row() has said no. */
struct audit_finding audit_check_diagnose(struct audit_check *check, const struct audit_scene *scene);

/* A checkpoint against the row that it names: row_h is what that row has now, NULL: there is no such row. */
struct audit_mark {
    const struct audit_checkpoint *checkpoint;
    const unsigned char *row_h;
    int64_t good; /* the newest row of which a checkpoint before, or the beginning, is known to hold */
    int64_t last; /* of the chain as it is */
};

/*
 * True: the checkpoint holds. Else *ret says what is wrong: rows behind it are missing (truncated), or were
 * cut off and written anew, from good + 1 on at the earliest; or the checkpoint itself is not signed
 * (altered).
 */
bool audit_check_mark(const struct audit_keys *keys, const struct audit_mark *mark, struct arena *arena,
                      struct audit_finding *ret) MUST_CHECK;
