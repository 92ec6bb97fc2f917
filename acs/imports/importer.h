/*
 * Takes files of subscribers in, one at a time, in a thread of its own: sessions and requests do not wait for
 * it. Some two hundred records are one transaction; between two of them the server may die, or the import be
 * cancelled, and nothing is half done. What was cut off is gone on with by whichever server looks next.
 */
#pragma once

#include "acs/api/subscriber_body.h"
#include "db/pool.h"

struct importer_config {
    struct db_pool *pool;
    struct subscriber_policy policy;
    bool (*may_run)(void *ctx); /* the schema is there; NULL: always */
    void *ctx;
};

struct importer;

/* ERR_UNAVAILABLE: there can be no thread. */
enum err importer_start(const struct importer_config *config, struct importer **ret) MUST_CHECK;
/* Waits for the transaction that is under way. NULL is allowed. */
void importer_stop(struct importer *importer);
