/* A chain of invented rows, as PostgreSQL would send them. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "acs/audit/check.h"

struct chain {
    struct arena *arena;
    struct audit_keys *keys; /* the open key and two of a file */
    struct audit_record *rows;
    size_t count;
    struct audit_check *before; /* of each row: the check that stands in front of it */
};

struct chain *chain_new(size_t count);
void chain_free(struct chain *chain);
