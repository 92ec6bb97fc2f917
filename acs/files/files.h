/*
 * What the parts of the server share of files: the depot they lie in, and the addresses that devices are
 * given.
 */
#pragma once

#include "acs/config.h"
#include "acs/files/depot.h"
#include "acs/http/networks.h"
#include "provisioning/facts.h"

/* Which devices share files.group_rate: those of a PON, of an OLT, or of a model. */
enum files_group { FILES_GROUP_PON, FILES_GROUP_OLT, FILES_GROUP_MODEL };

struct files {
    struct depot *depot;
    char *base;               /* "http://acs.example:7548", no "/" at the end */
    char *fetch_base;         /* likewise: of what is in front, for what devices fetch */
    struct networks *proxies; /* who may say where a request comes from */
    const struct config *config;
    enum files_group group;
    struct action_links links;
};

/* NULL if the setting files.directory is empty: then there are no files. ERR_INVALID: a setting is wrong. */
enum err files_open(const struct config *config, struct files **ret) MUST_CHECK;
void files_close(struct files *files); /* NULL is allowed */

/* What the address with this path of a ticket begins with. */
const char *files_base(const struct files *files, const char *path);
/* The addresses that devices are given, good from now on for as long as the settings say; NULL of NULL. */
const struct action_links *files_links(const struct files *files);
