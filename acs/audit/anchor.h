/*
 * Signs the end of the chain now and then, keeps the word in the database and, if there is a file for them,
 * as a line at the end of that (checkpoint.h). A line in a file that the database's masters cannot write is
 * what finds an end that was cut off together with its checkpoints.
 *
 * Of one thread.
 */
#pragma once

#include "acs/audit/keys.h"
#include "db/pool.h"

struct audit_anchor {
    const struct audit_keys *keys;
    const char *path; /* NULL or "": no file */
    int64_t period_us;
    /* the rest is anchor.c's own; zero at first */
    int64_t due_us;   /* monotonic */
    int64_t kept_seq; /* the newest that is in the file, or in the database if there is none */
};

/*
 * Signs if it is time, and if there is a row that has not been signed. An error is tried again the next time.
 * ERR_CONFLICT: the trail does not hold what the last line of the file says of it, so that nothing is signed
 * any more, and the line stays the last one.
 */
enum err audit_anchor_run(struct audit_anchor *anchor, struct db *db, struct arena *arena) MUST_CHECK;

/* A line of a checkpoint behind all that the file holds, and on the disk. */
struct audit_checkpoint;
enum err audit_anchor_append(const char *path, const struct audit_checkpoint *checkpoint) MUST_CHECK;
