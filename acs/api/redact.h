/*
 * A body as it may be kept: secrets as null.
 *
 * What is secret says openapi.yaml: `writeOnly: true` at the member; at the parameters of an action
 * `x-secret: kind`, which asks the table of kinds (provisioning/action.h) by the member `type` beside them.
 * Members that nobody has described are null, too: nobody knows what is in them.
 */
#pragma once

#include "acs/api/schema.h"

void redact(const struct schema *schema, const struct json *value, struct json_writer *out);
