/*
 * YAML: documents that people write by hand (libyaml behind nodes of our own). A small part of the language,
 * on purpose: what is read is what stands there.
 *
 * Refused, each with its place: more than YAML_SIZE_MAX bytes, nesting over 32, more than 20,000 nodes
 * or 1,000 members of one mapping, anchors and aliases (they multiply), tags, merge keys, directives, a
 * second document, a key that is no plain word or quoted text, a key twice in one mapping, bytes that are not
 * UTF-8. A scalar is a text: "yes", "1.0" and "null" mean what their reader says. Nodes live in the caller's
 * arena.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "acs/base/arena.h"

enum { YAML_SIZE_MAX = 256 * 1024 };

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

/* Both from 1, in characters; 0: the document as a whole. */
struct yaml_place {
    unsigned line, column;
};

struct yaml {
    enum yaml_kind kind;
    struct yaml_place place;
    const char *text; /* of a scalar; "" for one that is empty */
    bool quoted;      /* 'so' or "so" */
    bool block;       /* of several lines, | or >: a place inside it is not known */
    size_t count;     /* items of a list, members of a mapping */
    const struct yaml *items;
    const struct yaml *keys; /* of a mapping: keys[i] is the key of items[i] */
};

/*
 * ERR_INVALID: the message is "line 3, column 7: what is wrong"; where and what are given apart, too. An
 * empty document is refused.
 */
struct yaml_fault {
    struct yaml_place place;
    const char *what; /* in the arena */
};
enum err yaml_read(const char *bytes, size_t len, struct arena *arena, const struct yaml **ret,
                   struct yaml_fault *ret_fault) MUST_CHECK;

/* NULL: absent, or not a mapping. */
const struct yaml *yaml_get(const struct yaml *map, const char *key);
