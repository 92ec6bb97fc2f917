/*
 * From a struct to XML; refuses what the schema would not allow.
 */
#pragma once

#include "soap/fields.h"

/* The children of the root element. ERR_INVALID names the field. */
enum err fields_write(const struct field *fields, const void *base, const struct soap_dialect *dialect,
                      struct text *out) MUST_CHECK;
