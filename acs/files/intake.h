/*
 * A body on its way into the depot, written as it comes: what the API's uploads and those of devices share.
 */
#pragma once

#include "acs/files/depot.h"

struct intake {
    struct depot_writer *writer; /* NULL: it was given up, or has its name */
    enum err err;                /* why it was given up */
    const char *why;
    struct arena *arena;
};

/* ERR_UNAVAILABLE: no room. The arena must live as long. */
enum err intake_begin(struct depot *depot, uint64_t max, struct arena *arena, struct intake *ret) MUST_CHECK;
void intake_take(struct intake *intake, const char *bytes, size_t len); /* an error ends it, and is kept */
enum err intake_finish(struct intake *intake, struct depot_content *ret) MUST_CHECK;
enum err intake_place(struct intake *intake) MUST_CHECK; /* it is over after this, whatever comes of it */
void intake_drop(struct intake *intake);                 /* leaves nothing behind unless it has its name */
