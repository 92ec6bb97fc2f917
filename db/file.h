/*
 * Files: what is known of them. Their content lies in a directory (acs/files/depot.h).
 */
#pragma once

#include "acs/base/crypto.h"
#include "db/query.h"

struct file_order {
    const char *id;            /* new, by crypto_new_id("fil_") */
    const char *name;          /* of letters, digits, ".", "_" and "-"; at most 64 */
    const char *kind;          /* "firmware", "config", "log" or "other" */
    const char *version;       /* NULL: not said; so the next two */
    const char *manufacturer;  /* which devices it is for */
    const char *product_class; /* likewise */
    const unsigned char *sha256;
    int64_t size;
    int64_t device_id;     /* that sent it; 0: it came through the API */
    const char *action_id; /* for which it did; else NULL */
    const char *created_by;
};

struct file_row {
    const char *id;
    const char *name;
    const char *kind;
    const char *version;
    unsigned char sha256[SHA256_BYTES];
    int64_t size;
    int64_t device_id;
    bool damaged;
    const char *shown; /* JSON object of everything but the device */
};

struct file_filter { /* joined by "and"; NULL and 0: any */
    const char *kind;
    const char *name;
    const char *product_class;
    int64_t device_id;
    const struct filter *scope; /* of no home, or of one that is inside */
};

struct file_page {
    const char *after; /* id of the last row of the page before; NULL: from the start */
    unsigned most;
};

struct file_rows { /* only id, device_id and shown are filled */
    struct file_row *items;
    size_t count;
};

/* In a transaction, until its end: nobody else gives content its name in the directory or takes it away. */
enum err file_hold(struct db *db, struct arena *arena) MUST_CHECK;
/* The id of the same file with the same words, added through the API before; NULL: there is none. Its content
 * counts as mended, if it was damaged: it has just come again. */
enum err file_same(struct db *db, const struct file_order *order, struct arena *arena,
                   const char **ret) MUST_CHECK;
enum err file_add(struct db *db, const struct file_order *order, struct arena *arena) MUST_CHECK;

enum err file_show(struct db *db, const char *id, struct arena *arena, struct file_row *ret) MUST_CHECK;
/* Newest first. */
enum err file_list(struct db *db, const struct file_filter *filter, const struct file_page *page,
                   struct arena *arena, struct file_rows *ret) MUST_CHECK;

/* In a transaction: until its end nobody deletes it. ERR_NOT_FOUND: there is no such file. */
enum err file_use(struct db *db, const char *id, struct arena *arena) MUST_CHECK;
/* Is it for the device's model? ret_model: the device's product class. */
enum err file_fits(struct db *db, const char *id, int64_t device_id, struct arena *arena, bool *ret,
                   const char **ret_model) MUST_CHECK;
/* In a transaction. ERR_CONFLICT: open actions need it, or a firmware that is not retired is this file. */
enum err file_delete(struct db *db, const char *id, struct arena *arena) MUST_CHECK;

/* ---- upkeep ---- */

struct file_remains {
    const char *id;
    unsigned char sha256[SHA256_BYTES];
    bool needed; /* by another file */
};

/* Deleted files whose content was not removed yet. */
enum err file_to_remove(struct db *db, unsigned most, struct arena *arena, struct file_remains **ret,
                        size_t *ret_count) MUST_CHECK;
enum err file_removed(struct db *db, const char *id, struct arena *arena) MUST_CHECK;
/* The file that was not looked at for the longest time, since before_us. ERR_NOT_FOUND: there is none. */
enum err file_to_check(struct db *db, int64_t before_us, struct arena *arena,
                       struct file_row *ret) MUST_CHECK;
/* Of every file with this content. */
enum err file_checked(struct db *db, const unsigned char sha256[SHA256_BYTES], bool damaged,
                      struct arena *arena) MUST_CHECK;
enum err file_damaged_count(struct db *db, struct arena *arena, int64_t *ret) MUST_CHECK;
