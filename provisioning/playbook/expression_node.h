/*
 * A condition taken apart. For expression*.c only.
 */
#pragma once

#include "provisioning/playbook/expression.h"

enum { NODES_MAX = 64, NESTING_MAX = 16 };

enum node_kind { NODE_OR, NODE_AND, NODE_NOT, NODE_FLAG, NODE_VERDICT, NODE_REACHABLE, NODE_COMPARE };

enum comparison { IS_EQUAL, IS_OTHER, IS_LESS, IS_AT_MOST, IS_MORE, IS_AT_LEAST };

struct node {
    enum node_kind kind;
    const struct node *left, *right; /* of OR, AND; NOT has only left */
    const char *name;                /* of a fact, or of a verdict */
    enum fact_key key;
    enum comparison comparison;
    double number;     /* the value, or the factor in front of `other` */
    const char *text;  /* the value of a text */
    const char *other; /* the fact that it is compared with; NULL: the value */
};

struct expression {
    struct node nodes[NODES_MAX];
    size_t count;
    const struct node *root;
};
