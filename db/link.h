/*
 * A connection to PostgreSQL in an event loop: always trying to be there, never blocking.
 *
 * It connects by itself, prepares the statements it was given, and from then on is ready: statements are sent
 * in pipeline mode, each answer comes to on_result, and link_sync() ends what is one transaction. When the
 * connection breaks, or a transaction is not answered within 6 s, on_lost is called once and it connects
 * again, with growing pauses of random length (at most 2 s, so that a server that comes back is neither
 * stormed nor kept waiting).
 *
 * Only for db/. A loss and the return are logged, once each: there is no caller to tell. Looking up a host
 * name blocks: use a socket directory or an address.
 */
#pragma once

#include <libpq-fe.h>

#include "acs/base/loop.h"
#include "db/bind.h"
#include "db/conn.h"

struct link;

struct link_config {
    struct loop *loop;
    const char *url;
    const struct conn_use *use;
    const enum sql *statements; /* prepared before it is ready */
    size_t statement_count;

    /* Callbacks may send, but not free the link. */
    void (*on_ready)(void *ctx);
    void (*on_lost)(void *ctx); /* was ready; err_message() says why not any more */
    void (*on_result)(PGresult *result,
                      void *ctx); /* now the callee's to clear; PGRES_PIPELINE_SYNC ends a transaction */
    void (*on_notify)(const PGnotify *notify, void *ctx); /* NULL: not wanted */
    void *ctx;
};

struct link *link_new(const struct link_config *config)
    MUST_CHECK;                    /* config is copied, what it points to is not */
void link_free(struct link *link); /* without a callback */
bool link_is_ready(const struct link *link);

/* Only while it is ready. A connection that breaks meanwhile is told by on_lost, later. Answers come in
 * binary. */
void link_send(struct link *link, enum sql statement, struct binds binds, struct arena *arena);
void link_sync(struct link *link);
