/*
 * Makes lists into files, in a thread of its own (README.md).
 */
#pragma once

#include "db/pool.h"

struct exporter_config {
    struct db_pool *pool;
    bool (*may_run)(void *ctx); /* the schema is there; NULL: always */
    void *ctx;
};

struct exporter;

/* ERR_UNAVAILABLE: there can be no thread. */
enum err exporter_start(const struct exporter_config *config, struct exporter **ret) MUST_CHECK;
void exporter_stop(struct exporter *exporter); /* NULL is allowed */
