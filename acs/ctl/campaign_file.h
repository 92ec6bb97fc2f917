/*
 * The file of a campaign: YAML that people write (contrib/examples/campaign.yaml), to the JSON of the API.
 *
 * What stands there is a text where the API wants one, and else what it looks like: a number, true or false.
 * params.firmware is one of the library, and becomes the file that it is.
 */
#pragma once

#include "acs/base/yaml.h"
#include "acs/ctl/rest.h"

/* A number as JSON writes it, true, false: as it stands; all else, and what is quoted, is a text. */
void campaign_file_put(struct json_writer *json, const char *key, const struct yaml *node);

/* Reads the file (- is standard input) and asks the server where it names a firmware. CTL_USAGE: what is
 * wrong, with its place. */
enum ctl_exit campaign_file_read(struct ctl *ctl, const char *path, const char **ret_body);
