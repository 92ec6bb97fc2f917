/*
 * Which role somebody has here by the groups that they are in elsewhere: a table that the operator writes.
 * Pure, but for the file.
 *
 *     # role  group, as the directory names it
 *     admin   cn=farol-admins,ou=groups,dc=provedor,dc=example
 *     l1      cn=Atendimento N1,ou=groups,dc=provedor,dc=example
 *
 * The first line that fits counts. Groups are compared as a whole, in capitals or not: a part of a name would
 * be a group that somebody else may make.
 */
#pragma once

#include "acs/base/arena.h"

struct group_roles;

/* Keeps nothing of text. ERR_INVALID names the line. */
enum err group_roles_read(const char *text, struct group_roles **ret) MUST_CHECK;
/* ERR_NOT_FOUND, ERR_INVALID: as text_file_read(), and what it says. */
enum err group_roles_load(const char *path, struct group_roles **ret) MUST_CHECK;
void group_roles_free(struct group_roles *roles); /* NULL is allowed */

/* NULL: none of these groups has a role. It may be one that there is not here. */
const char *group_roles_find(const struct group_roles *roles, const char *const *groups, size_t count);
