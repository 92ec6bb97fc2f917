/*
 * What people and tokens may, as bundles: the built-in ones (role.def), and the names of capabilities as the
 * database keeps them. Pure.
 */
#pragma once

#include "acs/auth/capability.h"
#include "acs/base/arena.h"

enum role {
#define ROLE(id, name, pt, en, holds) ROLE_##id,
#include "acs/auth/role.def"
#undef ROLE
    ROLE_COUNT
};

const char *role_name(enum role role); /* "l1" */
const char *role_title_pt(enum role role);
const char *role_title_en(enum role role);
capability_set role_capabilities(enum role role); /* with what everybody has */
bool role_by_name(const char *name, enum role *ret);

/* What everybody has who is known at all. */
extern const capability_set capabilities_of_all;
/* What is about single homes, so that somebody with a scope may have it. */
extern const capability_set capabilities_of_homes;
/*
 * Names with a space between, and what everybody has. "*" is all there are; a name that this program does not
 * know gives nothing.
 */
capability_set capabilities_read(const char *names, struct arena *arena);
