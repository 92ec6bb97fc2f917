/*
 * The query of a URL, decoded: "limit=5&q=a%20b" becomes pairs of name and value.
 */
#pragma once

#include "acs/base/arena.h"

struct query_item {
    const char *name;
    const char *value;
};

enum { QUERY_ITEMS_MAX = 64 };

struct query {
    struct query_item *items; /* in order, each name once */
    size_t count;
};

/* ERR_INVALID: a bad %-sequence, text that is not UTF-8 or holds NUL, a name given twice, or too many pairs.
 */
enum err query_read(const char *raw, struct arena *arena, struct query *ret) MUST_CHECK;
const char *query_get(const struct query *query, const char *name); /* NULL: not given */
