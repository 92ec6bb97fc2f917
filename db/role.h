/*
 * Roles that are copies of built-in ones (acs/auth/role.def, which are no rows), and how many have a role.
 */
#pragma once

#include "db/query.h"

struct role_row {
    const char *name;
    const char *title;
    const char *copy_of;
    const char *capabilities; /* names with a space between */
    int64_t revision;
};

struct role_rows {
    struct role_row *items; /* by name */
    size_t count;
};

enum err role_list(struct db *db, struct arena *arena, struct role_rows *ret) MUST_CHECK;

/*
 * The names of what a copy may, with a space between. hold: in a transaction, until whose end it cannot be
 * changed. ERR_NOT_FOUND: there is no such copy.
 */
enum err role_find(struct db *db, const char *name, bool hold, struct arena *arena,
                   const char **ret) MUST_CHECK;

/* In a transaction, until whose end nobody else changes it, or gives it to somebody. ERR_NOT_FOUND. */
enum err role_take(struct db *db, const char *name, struct arena *arena, struct role_row *ret) MUST_CHECK;

struct role_order {
    const char *name;
    const char *title;
    const char *copy_of;
    const char *const *capabilities;
    size_t capability_count;
    const char *created_by;
};

/* ERR_CONFLICT: there is one of this name. */
enum err role_add(struct db *db, const struct role_order *order, struct arena *arena) MUST_CHECK;
/* The title and the capabilities of the order; a title that is NULL stays. */
enum err role_patch(struct db *db, const struct role_order *order, struct arena *arena) MUST_CHECK;
enum err role_delete(struct db *db, const char *name, struct arena *arena) MUST_CHECK;

struct role_use {
    const char *role;
    int64_t people, tokens; /* disabled ones too, but no tokens that were revoked */
};

struct role_uses {
    struct role_use *items;
    size_t count;
};

/* name NULL: of all roles that somebody has. */
enum err role_use_list(struct db *db, const char *name, struct arena *arena,
                       struct role_uses *ret) MUST_CHECK;
