/*
 * What is in force of models: the quirks and the map, each with the rows that come with Farol and those of
 * the operator's file (devices.quirks_file, devices.map_file), read at the start and again on SIGHUP. A file
 * with an error changes nothing.
 */
#pragma once

#include "acs/cwmp/models.h"

struct model_files;

/* Paths: "" for the built-in rows only. ERR_NOT_FOUND, ERR_INVALID: path, line and column are named. */
enum err model_files_open(const char *quirks_path, const char *map_path, struct model_files **ret) MUST_CHECK;
/* What was in force before stays valid, since sessions may still look at it: it costs what the files hold. */
enum err model_files_reload(struct model_files *files) MUST_CHECK;
const struct model_data *model_files_data(const struct model_files *files);
void model_files_close(struct model_files *files); /* after all who use its data; NULL is allowed */
