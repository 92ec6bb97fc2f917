/*
 * How it goes with a firmware: who runs it, and what became of its installations. Of the homes of a scope;
 * NULL: of all.
 */
#pragma once

#include "db/query.h"

struct firmware_base {
    const char *manufacturer; /* NULL: any */
    const char *product_class;
    int64_t devices, running;
};

struct firmware_bases {
    struct firmware_base *items;
    size_t count;
};

enum err firmware_base(struct db *db, const char *id, const struct filter *scope, struct arena *arena,
                       struct firmware_bases *ret) MUST_CHECK;

struct firmware_outcome {
    const char *product_class;
    int64_t succeeded, failed, unknown;
    int64_t median_s; /* of those that succeeded; -1: there are none */
};

struct firmware_outcomes {
    struct firmware_outcome *items;
    size_t count;
};

/* Of the newest thousand installations that were begun and have ended. */
enum err firmware_outcomes(struct db *db, const char *file, const struct filter *scope, struct arena *arena,
                           struct firmware_outcomes *ret) MUST_CHECK;
