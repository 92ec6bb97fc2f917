/*
 * The one filter language: for lists of the fleet, scopes, campaigns and the command line. Pure: a text
 * becomes a condition of SQL whose values are parameters; nothing that was typed is ever part of the SQL.
 *
 *     model:F680,F670L fw<2.1.8 (offline>2d or rx<-27) -tag:vip city:"São Paulo" maria
 *
 * A term is key, operator, value; keys are those of filter_key.def. `:` and `=` are equal (texts without
 * regard to capitals, with * for any characters), `!=` is not equal, `~` contains; < <= > >= compare numbers,
 * versions and times. Commas make a list, quotes take a value as it is. A word alone is part of a serial
 * number or of the subscriber's name. A space is "and", which binds closer than "or"; - in front is "not":
 * also of what is not known.
 */
#pragma once

#include "acs/base/text.h"

enum {
    FILTER_MAX = 500,
    FILTER_TERMS_MAX = 32,
    FILTER_VALUES_MAX = 64,
    FILTER_DEPTH_MAX = 8,
    FILTER_SQL_VALUES_MAX = 4 * FILTER_VALUES_MAX /* of two filters, each in two texts at most */
};

enum filter_fault {
#define FAULT(id, code, pt, en) FILTER_FAULT_##id,
#include "db/filter_fault.def"
#undef FAULT
    FILTER_FAULT_COUNT
};

/* What is wrong with a filter. */
struct filter_error {
    enum filter_fault fault;
    unsigned column;  /* characters, from 1 */
    const char *part; /* that it is about; "" if none */
};

struct filter_rules {
    bool parameters; /* param:<path> is allowed */
};

struct filter; /* of the arena */

/* ERR_INVALID: ret_error says why. The text must live as long as the filter. */
enum err filter_parse(const char *text, const struct filter_rules *rules, struct arena *arena,
                      const struct filter **ret, struct filter_error *ret_error) MUST_CHECK;

struct filter_sql {
    const char *text; /* a condition over d, h, p, f (filter_key.def) with $first … */
    const char *const *values;
    size_t count;
};

/* first: the number of its first parameter. */
struct filter_sql filter_sql(const struct filter *filter, unsigned first, struct arena *arena);

/* What both match; NULL is one that matches all. */
const struct filter *filter_both(const struct filter *a, const struct filter *b, struct arena *arena);

/* Whether somebody means a filter by this: it has a term with a key that there is. */
bool filter_is_meant(const char *text);

const char *filter_fault_code(enum filter_fault fault);
const char *filter_say(const struct filter_error *error, bool portuguese, struct arena *arena);
