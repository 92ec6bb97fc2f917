/* Attributes of parameters in an action's results: what was read, in one form for both kinds. */
#pragma once

#include "acs/base/json.h"
#include "soap/types.h"

/* "attributes": [{"name","notification","access_list"}…] */
void attributes_write(const struct cwmp_parameter_attributes *attributes, struct json_writer *json);
