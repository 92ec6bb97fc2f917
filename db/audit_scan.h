/*
 * Rows of the audit trail in order and as they lie there, page by page: for whoever verifies them
 * (acs/audit/verify.h). While one page is looked at PostgreSQL makes the next.
 */
#pragma once

#include "acs/base/crypto.h"
#include "db/query.h"

enum { AUDIT_SCAN_COLUMNS = 25 }; /* of the statement audit_scan */

struct audit_scan;

/* Rows behind this number. The connection does nothing else until audit_scan_end(). */
enum err audit_scan_begin(struct db *db, int64_t after, struct audit_scan **ret) MUST_CHECK;
/*
 * The next rows: what there were before are gone. *ret_count 0: there are no more.
 */
enum err audit_scan_next(struct audit_scan *scan, unsigned *ret_count) MUST_CHECK;
/* Columns in binary, bytes NULL: NULL. Good until the next page. */
void audit_scan_row(const struct audit_scan *scan, unsigned row, struct span ret[AUDIT_SCAN_COLUMNS]);
void audit_scan_end(struct audit_scan *scan); /* NULL is allowed */

static inline void audit_scan_cleanup(struct audit_scan **scan)
{
    audit_scan_end(*scan);
}
#define AUTO_AUDIT_SCAN __attribute__((cleanup(audit_scan_cleanup))) struct audit_scan *

struct audit_place {
    unsigned char h[SHA256_BYTES];
    int64_t key;
};

/* ERR_NOT_FOUND: there is no such row. */
enum err audit_place(struct db *db, int64_t seq, struct arena *arena, struct audit_place *ret) MUST_CHECK;

struct audit_last {
    int64_t seq; /* 0: there is no row, and the rest is 0, too */
    int64_t at_us;
    unsigned char h[SHA256_BYTES];
};

enum err audit_last(struct db *db, struct arena *arena, struct audit_last *ret) MUST_CHECK;
enum err audit_has_hash(struct db *db, const unsigned char h[SHA256_BYTES], struct arena *arena,
                        bool *ret) MUST_CHECK;

/* ---- checkpoints (acs/audit/checkpoint.h) ---- */

struct audit_checkpoint_row {
    int64_t seq, at_us;
    unsigned char h[SHA256_BYTES];
    int64_t key;
    unsigned char signature[SIGNATURE_BYTES];
    bool has_row; /* of a scan: there is a row of that number, and this is its h */
    unsigned char row_h[SHA256_BYTES];
};

struct audit_checkpoint_rows {
    struct audit_checkpoint_row *items;
    size_t count;
};

/* One of this number that is there stays as it is. */
enum err audit_checkpoint_add(struct db *db, const struct audit_checkpoint_row *row,
                              struct arena *arena) MUST_CHECK;
/* Newest first; before 0: from the newest on. */
enum err audit_checkpoint_list(struct db *db, int64_t before, unsigned most, struct arena *arena,
                               struct audit_checkpoint_rows *ret) MUST_CHECK;
/* Oldest first: those behind after up to last, 0: all. */
enum err audit_checkpoint_scan(struct db *db, int64_t after, int64_t last, struct arena *arena,
                               struct audit_checkpoint_rows *ret) MUST_CHECK;
