/*
 * A large file on its way to the server, in pieces: over breaks of the line and of the server, and, if the
 * command is run again, over its own end.
 */
#pragma once

#include "acs/ctl/rest.h"

struct pieces {
    const char *name, *kind;
    const char *version, *manufacturer, *product_class; /* NULL: not said */
    int64_t size;
};

enum { PIECES_FROM = 8 * 1024 * 1024 }; /* a file of less is one piece, and may go as it is */

/* The answer is the file (the schema File of the API). Says on a terminal how far it is. */
enum ctl_exit pieces_send(struct ctl *ctl, const struct pieces *what, FILE *file, struct rest_answer *ret);
