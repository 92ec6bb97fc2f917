/*
 * What somebody may here by the groups that they are in elsewhere (acs/auth/group_role.h).
 */
#pragma once

#include "acs/api/call.h"

struct sign_in_groups {
    const char *login; /* proved: it may stand in a log */
    const char *const *items;
    size_t count;
    const struct group_roles *roles;
    const char *setting; /* the name of that table: "directory.roles_file" */
};

/* *ret NULL: none of them has a role, or one that there is not; the log says so. */
enum err sign_in_find_role(struct call *call, const struct sign_in_groups *groups,
                           const char **ret) MUST_CHECK;
