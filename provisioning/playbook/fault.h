/*
 * What is wrong with a playbook, each with its place and in both languages. Collected, so that an author sees
 * all of it at once.
 */
#pragma once

#include <stdbool.h>

#include "acs/base/yaml.h"

enum playbook_fault {
#define FAULT(id, code, severity, pt, en) FAULT_##id,
#include "provisioning/playbook/fault.def"
#undef FAULT
};

enum { FAULTS_MAX = 50 };

struct fault_row {
    enum playbook_fault fault;
    struct yaml_place place;
    const char *subject; /* what {} stands for */
};

struct fault_list {
    struct arena *arena;
    struct fault_row items[FAULTS_MAX]; /* in the order of their places, once fault_sort() was called */
    unsigned count;                     /* further ones are not kept */
    unsigned errors;                    /* of all */
};

void fault_add(struct fault_list *list, struct yaml_place place, enum playbook_fault fault,
               const char *subject);
void fault_sort(struct fault_list *list);

bool fault_is_error(enum playbook_fault fault);
const char *fault_code(enum playbook_fault fault); /* "unknown_step" */
/* What to say, in the arena; portuguese: else English. */
const char *fault_say(const struct fault_row *row, bool portuguese, struct arena *arena);
