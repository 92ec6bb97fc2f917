/*
 * The figures of the desk.
 */
#pragma once

#include "db/query.h"

struct case_period {
    int64_t from_us, until_us;
    unsigned days;              /* within which another contact is a repeated one */
    unsigned visit_days;        /* within which a visit is one of this case */
    const struct filter *scope; /* only cases of homes of it; NULL: all */
};

/* ret: JSON object. */
enum err case_kpis(struct db *db, const struct case_period *period, struct arena *arena,
                   const char **ret) MUST_CHECK;
