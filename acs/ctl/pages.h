/*
 * Lists that come in pages: --limit and --all, page after page into one output.
 */
#pragma once

#include "acs/ctl/output.h"

struct pages {
    const char *path;
    const char *query; /* "&key=value…", or "" */
    const struct output_column *columns;
    size_t column_count;
    const char *name_member;
};

enum ctl_exit pages_print(struct ctl *ctl, const struct pages *pages);
/* "&key=value" of every -f behind what query holds; what the server does not know, it says. */
enum ctl_exit pages_filters(struct ctl *ctl, struct text *query);
