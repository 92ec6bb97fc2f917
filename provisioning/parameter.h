/*
 * What is known of parameters in general, whatever the model: which hold secrets, when two values are the
 * same.
 */
#pragma once

#include "acs/base/arena.h"
#include "soap/types.h"

/*
 * True for parameters whose value must not be kept, listed or logged: passwords, passphrases, keys. By name,
 * since devices that should answer "" (TR-181 "hidden") often do not.
 */
bool parameter_is_secret(const char *name);

/*
 * True for parameters that do something when they are written and do not keep the value: the state of a
 * diagnostic, a reset. They are never written again by themselves, and read back they prove nothing (P-13).
 */
bool parameter_is_momentary(const char *name);

/* Equal as values of their type, not as text: 1 = true, 007 = 7, times by instant (P-40). */
bool parameter_values_equal(enum cwmp_type type, const char *a, const char *b);

/* A full parameter name (no trailing dot, no empty part, 1..256 characters). */
bool parameter_is_full_name(const char *name);
/* A full name or a partial path that ends in ".". */
bool parameter_is_path(const char *path);

/* "Device.X.3.": the path of an object that ends in the number of a row. */
bool parameter_is_row(const char *path);
/* "Device.X.": the path of an object that does not, and holds no alias either. */
bool parameter_is_table(const char *path);

/* The same list with the value of every secret replaced by "", and without objects, which some answer beside
 * values. */
const struct cwmp_parameter_values *parameter_values_without_secrets(
    const struct cwmp_parameter_values *values, struct arena *arena);
