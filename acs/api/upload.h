/*
 * A file on its way in: the body of a route that takes one. It is written to the depot as it comes, so that
 * it needs no memory to speak of; the handler gives it its name, or it is gone when the call ends.
 */
#pragma once

#include "acs/api/call.h"
#include "acs/files/intake.h"

struct upload {
    struct intake intake;
    struct depot_content content; /* once it is finished */
};

/* Before the body: is it a request that could bring a file? */
bool upload_is_meant(const struct http_exchange *exchange);
/* The caller may: from now on the body goes to the disk. */
enum err upload_begin(struct call *call) MUST_CHECK;
/* All of it is there; is it what the caller says it sent (X-Content-SHA256)? */
enum err upload_finish(struct call *call) MUST_CHECK;
/* In a transaction that holds the files (db/file.h). */
enum err upload_place(struct upload *upload) MUST_CHECK;
void upload_end(struct upload *upload); /* NULL is allowed */
