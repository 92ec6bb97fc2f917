/*
 * How playbooks are read, piece by piece. For read*.c and graph.c only.
 */
#pragma once

#include "acs/base/text.h"
#include "acs/base/yaml.h"
#include "provisioning/playbook/playbook.h"

struct read {
    struct arena *arena;
    struct fault_list *faults;
    struct playbook *playbook;
    size_t capacity; /* of steps */
};

/* Members that a mapping may have; anything else is a fault. */
void read_members(struct read *read, const struct yaml *map, const char *const *known, size_t count);
/* A scalar's text. NULL: absent (then a fault if it is needed), or no text (a fault). */
const char *read_text(struct read *read, const struct yaml *map, const char *key, bool needed);
bool read_flag(struct read *read, const struct yaml *map, const char *key, bool otherwise);
uint32_t read_seconds(struct read *read, const struct yaml *map, const char *key); /* 0: absent or wrong */
/* {pt-BR: …, en: …} with placeholders checked. node NULL: a fault at `place`. */
struct playbook_text read_words(struct read *read, const struct yaml *node, struct yaml_place place,
                                const char *what);

/* Adds the step, and those that stand in it. */
void read_step(struct read *read, const char *name, struct yaml_place place, const struct yaml *node);
/* The kinds' own members. */
void read_do(struct read *read, const struct yaml *node, struct playbook_step *step);

/* The name of the step that a way leads to; a step that stands there itself is added. NULL: a fault. */
const char *read_way_target(struct read *read, const struct playbook_step *step, const char *key,
                            const struct yaml *node);

/* Joins the ways to their steps and looks for what must not be. */
void graph_check(struct read *read, struct yaml_place start_place, const char *start);
