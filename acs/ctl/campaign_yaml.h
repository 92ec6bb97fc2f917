/*
 * A campaign as the file that campaign_file.h reads: what people go on writing at. Groups stand in lines of
 * their own, and what is deeper as JSON, which is YAML, too.
 */
#pragma once

#include "acs/base/json.h"

void campaign_yaml_write(const struct json *campaign, struct text *out);
