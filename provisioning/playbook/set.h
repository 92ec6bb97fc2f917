/*
 * The playbooks that come with the program: set/<id>.yaml, embedded. An operator's own of the same id and a
 * higher version takes a built-in one's place.
 */
#pragma once

#include <stddef.h>

struct playbook_source {
    const char *id;
    const char *yaml;
    size_t len;
};

extern const struct playbook_source playbook_set[]; /* by id */
extern const size_t playbook_set_count;
