/*
 * Values in an action's arguments, [{"name","value","type"?}…], from their check to the proof that the device
 * has them.
 */
#pragma once

#include "acs/base/json.h"
#include "soap/types.h"

enum { VALUES_MAX = 64 }; /* of one SetParameterValues */

/*
 * prefix: of every name, "" when the names are whole. most: values at most. ERR_INVALID names the place, as
 * "values[2].name: …".
 */
enum err values_check(const struct json *values, const char *prefix, size_t most) MUST_CHECK;

struct values_choice {
    const struct json *values;
    const char *prefix; /* of every name */
    size_t first, count;
    const struct json
        *types; /* that the device has told, from the first of these on; NULL: none, the caller's hold */
};

/* As they are to be set. */
void values_read(const struct values_choice *choice, struct arena *arena, struct cwmp_parameter_values *ret);

/* "types": those that the device uses now. */
void values_write_types(struct json_writer *json, const struct cwmp_parameter_values *wanted,
                        const struct cwmp_parameter_values *now);

/* NULL: the device has all of them. What acts when it is written (parameter_is_momentary()) is not compared.
 */
const struct cwmp_parameter_value *values_first_difference(const struct cwmp_parameter_values *wanted,
                                                           const struct cwmp_parameter_values *now);

/* Writing one of them again would do it again (P-13). */
bool values_are_momentary(const struct cwmp_parameter_values *values);

void values_names(const struct cwmp_parameter_values *values, struct arena *arena, struct cwmp_strings *ret);
