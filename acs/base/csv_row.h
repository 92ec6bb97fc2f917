/*
 * Objects as rows of CSV (csv.h): a cell for each of these members, one that is not there is empty.
 */
#pragma once

#include <stddef.h>

#include "acs/base/json.h"

void csv_row_put_cell(const struct json *value, char separator, struct text *text);

/* Whole rows, with commas. */
void csv_row_put_head(const char *const *names, size_t count, struct text *text);
enum err csv_row_put(const char *object, const char *const *names, size_t count,
                     struct text *text) MUST_CHECK;
