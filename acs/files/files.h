/*
 * What the parts of the server share of files: the depot they lie in, and the addresses that devices are
 * given.
 */
#pragma once

#include "acs/config.h"
#include "acs/files/depot.h"

struct files {
    struct depot *depot;
    char *base; /* "http://acs.example:7548", no "/" at the end */
    const struct config *config;
};

/* NULL if the setting files.directory is empty: then there are no files. ERR_INVALID: a setting is wrong. */
enum err files_open(const struct config *config, struct files **ret) MUST_CHECK;
void files_close(struct files *files); /* NULL is allowed */

/* Where the device of an action fetches this file, or sends one (name NULL), from now on for as long as the
 * settings say. In arena; 256 characters at most (TR-069 A.3.2.8). */
const char *files_fetch_url(const struct files *files, const char *action_id, const char *name,
                            struct arena *arena) MUST_CHECK;
const char *files_send_url(const struct files *files, const char *action_id, struct arena *arena) MUST_CHECK;
