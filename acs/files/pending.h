/*
 * Files that come in pieces, over breaks of the line and of the server. Each is what was said of it at the
 * beginning and the bytes that are there so far, both in the depot's directory and nowhere else: where the
 * bytes are, there it goes on.
 *
 *     DIRECTORY/pending/<id>         the bytes; their number is where it stands
 *     DIRECTORY/pending/<id>.order   what was said (JSON); a file without it is none
 *
 * Whoever writes to one, ends or removes it holds a lock of the system on it, which goes with the process.
 * All functions may be called from any thread, and may block for as long as the disk does.
 */
#pragma once

#include "acs/base/text.h"
#include "acs/files/depot.h"

struct pending_order {
    const char *name, *kind;
    const char *version, *manufacturer, *product_class; /* NULL: nobody has said */
    uint64_t size;
    unsigned char sha256[SHA256_BYTES];
    int64_t caller_id; /* whose it is; nobody else sees it */
};

struct pending {
    const char *id;
    struct pending_order order;
    uint64_t offset;    /* bytes that are there */
    int64_t touched_us; /* when the last of them came */
};

struct pending_limits { /* of one caller */
    unsigned count;
    uint64_t bytes; /* of all, once they are whole */
};

struct pendings {
    struct pending *items;
    size_t count;
};

/* ERR_CONFLICT: the caller has too many, and why; ERR_UNAVAILABLE: no room for it. */
enum err pending_create(struct depot *depot, const struct pending_order *order,
                        const struct pending_limits *limits, struct arena *arena,
                        struct pending *ret) MUST_CHECK;
/* ERR_NOT_FOUND: there is none, or it is another's. */
enum err pending_show(struct depot *depot, const char *id, int64_t caller_id, struct arena *arena,
                      struct pending *ret) MUST_CHECK;
enum err pending_list(struct depot *depot, int64_t caller_id, struct arena *arena,
                      struct pendings *ret) MUST_CHECK;
/* Those that nobody has continued since. */
void pending_trim(struct depot *depot, int64_t before_us);

/* One at work on it. */
struct pending_work;
/* ERR_CONFLICT: another is at it. Else as pending_show(). */
enum err pending_begin(struct depot *depot, const char *id, int64_t caller_id, struct arena *arena,
                       struct pending *ret, struct pending_work **ret_work) MUST_CHECK;
/* ERR_TOO_LARGE: more than was said. ERR_UNAVAILABLE: the disk is full. What is there stays. */
enum err pending_add(struct pending_work *work, const void *bytes, size_t len) MUST_CHECK;
uint64_t pending_offset(const struct pending_work *work);
/* All of it is there: is it what was said? ERR_INVALID: it is not, and was removed; ret is what it is. */
enum err pending_check(struct pending_work *work, unsigned char ret_sha256[SHA256_BYTES]) MUST_CHECK;
/* Gives it its name in the depot; it stays pending, too. */
enum err pending_place(struct pending_work *work) MUST_CHECK;
void pending_remove(struct pending_work *work);
void pending_end(struct pending_work *work); /* what came is flushed to the disk; NULL is allowed */

/* For tests: what was said, as it is kept. ERR_INVALID: it is none. */
enum err pending_read_order(const char *bytes, size_t len, struct arena *arena,
                            struct pending_order *ret) MUST_CHECK;
void pending_write_order(const struct pending_order *order, struct text *out);
