/* A filter as the parser makes it, and as it is written as SQL: filter.c and filter_write.c only. */
#pragma once

#include "db/filter.h"

enum filter_kind {
    FILTER_TEXT,
    FILTER_NUMBER,
    FILTER_AGE,
    FILTER_SECONDS,
    FILTER_VERSION,
    FILTER_FLAG,
    FILTER_ADDRESS,
    FILTER_TAG,
    FILTER_PARAMETER
};

enum filter_operator {
    FILTER_IS,       /* : and = */
    FILTER_IS_NOT,   /* != */
    FILTER_LESS,     /* < */
    FILTER_AT_MOST,  /* <= */
    FILTER_MORE,     /* > */
    FILTER_AT_LEAST, /* >= */
    FILTER_HAS,      /* ~ */
    FILTER_OPERATORS
};

struct filter_key {
    const char *name;
    enum filter_kind kind;
    bool of_person; /* sql is about the subscriber */
    const char *sql;
};

struct filter_value {
    const char *text; /* checked, in the form that its kind is bound in */
    bool quoted;      /* a * in it is one */
};

enum filter_node { FILTER_AND, FILTER_OR, FILTER_NOT, FILTER_TERM, FILTER_WORD };

struct filter {
    enum filter_node node;
    const struct filter *left, *right; /* of AND and OR; NOT has a left one only */
    const struct filter_key *key;
    enum filter_operator compare;
    const char *path;                  /* of PARAMETER */
    const struct filter_value *values; /* at least one; of a WORD one */
    size_t value_count;
};
