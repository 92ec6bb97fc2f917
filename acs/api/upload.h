/*
 * A body that is too large for memory, on its way in: where it goes as it comes is the way of its route, and
 * the handler says what becomes of it, or it is gone when the call ends.
 */
#pragma once

#include "acs/api/call.h"
#include "acs/base/list.h"
#include "acs/files/intake.h"
#include "acs/files/pending.h"

struct upload {
    const struct upload_way *way;
};

struct upload_way {
    /* The caller may; from now on the body goes there. */
    enum err (*begin)(struct call *call);
    /* All of it is there, before the handler. */
    enum err (*finish)(struct call *call);
    void (*end)(struct upload *upload);
};

/* The caller says that it has more bytes than that. Refused at once, so that nobody sends a gigabyte in vain;
 * of a chunked body it shows when it is there. */
enum err upload_check_size(struct call *call, uint64_t max) MUST_CHECK;
void upload_end(struct upload *upload); /* NULL is allowed */

/* ---- a file, to the depot: it needs no memory to speak of ---- */

extern const struct upload_way upload_file;

struct file_upload {
    struct upload upload;
    struct intake intake;
    struct depot_content content; /* once it is finished */
};

/* ERR_INTERNAL: nobody has taken it. */
enum err upload_find_file(struct call *call, struct file_upload **ret) MUST_CHECK;
/* In a transaction that holds the files (db/file.h). */
enum err upload_place(struct file_upload *upload) MUST_CHECK;

struct file_order; /* db/file.h */
/*
 * The row of a file, and the answer: of a new one, or of one that says the same. place gives the content its
 * name in the depot.
 */
enum err upload_keep_file(struct call *call, struct file_order *order, enum err (*place)(void *ctx),
                          void *ctx) MUST_CHECK;

/* ---- a piece of a file, to where its upload stands (acs/files/pending.h) ---- */

extern const struct upload_way upload_piece;

/* What it is a piece of, with all bytes that have come. ERR_INTERNAL: nobody has taken it. */
enum err upload_find_piece(struct call *call, struct pending *ret) MUST_CHECK;

/* ---- lines, to the database, in pieces (db/import.h) ---- */

extern const struct upload_way upload_lines;

/* The import that they are of, which waits for import_submit(). */
enum err upload_find_import(struct call *call, int64_t *ret_id) MUST_CHECK;
