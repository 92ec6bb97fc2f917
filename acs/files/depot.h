/*
 * The depot: a directory of files named by what is in them.
 *
 * A file is written under a temporary name, flushed to the disk and only then renamed to its SHA-256, so that
 * a name stands for the whole content or is not there; the same content is kept once. What lies there is
 * looked at before it is given out and by a scrubber (upkeep.h): damaged content is never given out.
 *
 *     DIRECTORY/key         made at the first start; from it come the addresses that devices are given
 * (link.h) DIRECTORY/incoming/   what is being written; emptied at the start DIRECTORY/ab/ab12…    content
 *     DIRECTORY/pending/    what comes in pieces (pending.h)
 *     DIRECTORY/damaged/    content that no longer was what its name says, kept to be looked at
 *
 * All functions may be called from any thread, and may block for as long as the disk does. A writer belongs
 * to one thread at a time.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "acs/base/crypto.h"

struct depot;
struct depot_writer;

struct depot_content {
    unsigned char sha256[SHA256_BYTES];
    uint64_t size;
};

struct depot_limits {
    uint64_t keep_free; /* bytes that must stay free on the disk: what would take them is refused */
};

/* Makes what is missing of the directory. ERR_INVALID: it cannot be used, and why. */
enum err depot_open(const char *directory, const struct depot_limits *limits, struct depot **ret) MUST_CHECK;
void depot_close(struct depot *depot); /* NULL is allowed; no writer is left */
/* Secret of this directory, of SHA256_BYTES bytes. Whoever can read it can read the files themselves. */
const unsigned char *depot_key(const struct depot *depot);

/* ---- in ---- */

/* ERR_UNAVAILABLE: the disk is full, or does not work. max: bytes that the file may have. */
enum err depot_begin(struct depot *depot, uint64_t max, struct depot_writer **ret) MUST_CHECK;
/* ERR_TOO_LARGE: more than max. ERR_UNAVAILABLE: the disk is full. After an error only depot_abandon(). */
enum err depot_add(struct depot_writer *writer, const void *bytes, size_t len) MUST_CHECK;
/* All of it is there: flushes it to the disk. It has no name yet. */
enum err depot_finish(struct depot_writer *writer, struct depot_content *ret) MUST_CHECK;
/* Gives a finished file its name, unless the content is there already, and frees the writer. */
enum err depot_place(struct depot_writer *writer) MUST_CHECK;
void depot_abandon(struct depot_writer *writer); /* leaves nothing behind; NULL is allowed */

/* ---- out ---- */

/*
 * A descriptor of the content, at its beginning. ERR_NOT_FOUND: it is not there. ERR_CONFLICT: it was
 * damaged, and has been put aside. All of it is read to see that unless that was done a short while ago and
 * the file was not touched since.
 */
enum err depot_read(struct depot *depot, const struct depot_content *content, int *ret_fd) MUST_CHECK;
void depot_remove(struct depot *depot, const unsigned char sha256[SHA256_BYTES]); /* if it is there */

/* ---- the scrubber ---- */

/* Reads content a piece at a time, so that whoever does it can do other things in between. */
struct depot_check;
/* ERR_NOT_FOUND: it is not there. */
enum err depot_check_begin(struct depot *depot, const struct depot_content *content,
                           struct depot_check **ret) MUST_CHECK;
/* ret_done: that was all; ERR_CONFLICT: it was damaged, and has been put aside. After an error it is done,
 * too.
 */
enum err depot_check_go_on(struct depot_check *check, uint64_t bytes, bool *ret_done) MUST_CHECK;
void depot_check_end(struct depot_check *check); /* NULL is allowed */

/* ---- for what is on its way in for days (pending.h) ---- */

int depot_directory(const struct depot *depot); /* a descriptor; not to be closed */
/* What errno says of the disk, as ERR_UNAVAILABLE. */
enum err depot_fail(const char *doing);
/* ERR_UNAVAILABLE: so many bytes more would be too many. */
enum err depot_room(const struct depot *depot, uint64_t bytes) MUST_CHECK;
enum err depot_flush_folder(const struct depot *depot, const char *folder) MUST_CHECK;
/* Gives a file of the directory, whose content that is, its name as well: it has both then. */
enum err depot_adopt(struct depot *depot, const char *name,
                     const unsigned char sha256[SHA256_BYTES]) MUST_CHECK;
