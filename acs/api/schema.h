/*
 * What the OpenAPI document says a body or a query parameter must look like, as tables made by generate.py,
 * and the check against them. A check goes through the whole value and collects what is wrong with it, each
 * with its place.
 */
#pragma once

#include "acs/api/language.h"
#include "acs/api/query.h"
#include "acs/base/json.h"

/* Whether a value may be kept (redact.h). */
enum schema_secrecy { SCHEMA_OPEN, SCHEMA_SECRET, SCHEMA_SECRET_BY_KIND };

enum schema_format { SCHEMA_ANY_TEXT, SCHEMA_DATE_TIME, SCHEMA_DURATION };

struct schema_member {
    const char *name;
    const struct schema *schema;
    bool required;
};

struct schema {
    unsigned types; /* bit n: enum json_kind n is allowed */
    enum schema_format format;
    const char *pattern;        /* POSIX extended regular expression; NULL: any */
    const char *const *choices; /* ends with NULL; NULL: any */
    int64_t minimum, maximum;
    uint32_t min_length, max_length; /* characters */
    uint32_t min_items, max_items;
    const struct schema *items; /* of an array; NULL: anything */
    const struct schema_member *members;
    uint32_t member_count;
    bool closed; /* no other members */
    enum schema_secrecy secrecy;
};

/* One thing that is wrong. */
struct complaint {
    const char *pointer;   /* JSON pointer (RFC 6901) into the body; NULL: not the body */
    const char *parameter; /* name of a query parameter; NULL: not the query */
    const char *code;      /* stable: "required", "type", … */
    const char *detail;    /* a sentence */
    unsigned line, column; /* of a text in the body, from 1; 0: it is about no place in one */
};

enum { COMPLAINTS_MAX = 20 };

struct complaints {
    struct arena *arena; /* in: holds the texts */
    enum language language;
    struct complaint items[COMPLAINTS_MAX];
    unsigned count; /* the rest is not collected */
};

/* Nothing wrong: nothing is added to complaints. */
void schema_check(const struct schema *schema, const struct json *value, struct complaints *complaints);

struct query_rule {
    const char *name;
    const struct schema *schema; /* of a text, an integer, a boolean, or a list of texts: "a,b,c" */
    bool required;
    const char *otherwise; /* the default; NULL: none */
};

/* Also complains of parameters that no rule names. */
void schema_check_query(const struct query_rule *rules, size_t count, const struct query *query,
                        struct complaints *complaints);

/* Something that no schema can say, found by a handler. */
void complain(struct complaints *complaints, const struct complaint *complaint);
