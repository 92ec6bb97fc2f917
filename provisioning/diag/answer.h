/*
 * The object of a test as a device has answered it: its fields, and the rows of the tables below it.
 */
#pragma once

#include "provisioning/action.h"

/* The object's values, as the device has answered. */
struct diag_answer {
    const struct cwmp_parameter_values *values;
    const char *object;
};

/* The value of the field; NULL: it is not there. */
const char *diag_value(const struct diag_answer *is, const char *leaf);
uint64_t diag_number(const struct diag_answer *is, const char *leaf, uint64_t otherwise);
/* That field; NULL: it is not there. */
const struct cwmp_parameter_value *diag_find_field(const struct diag_answer *is, const char *leaf);

/* One argument of an order. */
struct diag_set {
    const char *leaf, *value;
    enum cwmp_type type; /* as the device says */
};

/* It shows all of them, as far as it has the fields. */
bool diag_holds(const struct diag_answer *is, const struct diag_set *sets, uint32_t set_count);

/* 16 digits that tell one answer from another, in whatever order its values came. In arena. */
const char *diag_fingerprint(const struct diag_answer *is, struct arena *arena);

/* The rows of the tables below the object: those that have a field of this name. */
struct diag_row {
    const char *path; /* with its dot */
    size_t first;     /* of the values */
};
enum { DIAG_TABLE_MAX = 128 };
size_t diag_rows(const struct diag_answer *is, const char *leaf, struct arena *arena, struct diag_row **ret);
const char *diag_row_value(const struct diag_answer *is, const struct diag_row *row, const char *leaf);
