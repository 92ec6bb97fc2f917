/*
 * A growing buffer on the heap, for what comes and goes on a socket: added to at the end, taken from the
 * front.
 */
#pragma once

#include <stddef.h>

struct bytes {
    char *data; /* NULL before anything was added */
    size_t len;
    size_t room;
};

char *bytes_reserve(struct bytes *bytes,
                    size_t len); /* room for len more; the caller then adds to len itself */
void bytes_add(struct bytes *bytes, const void *data, size_t len);
void bytes_puts(struct bytes *bytes, const char *text);
void bytes_drop(struct bytes *bytes, size_t len); /* from the front */
void bytes_free(struct bytes *bytes);             /* empty afterwards, and usable */
