/*
 * Sends what other systems are to be told: a few threads of their own, which may block.
 *
 * Events lie in the database, written in the transaction of what they are about (db/outbox.h). A thread takes
 * an outlet that has something due and to which nobody is sending, on whatever server, and sends it one after
 * the other; what became of each is committed before the next. A server that dies leaves them where they
 * were: they are sent again under the same id. So each is delivered at least once, and told apart by its id.
 */
#pragma once

#include "acs/auth/keyring.h"
#include "acs/config.h"
#include "db/pool.h"

struct outbox;

/* keyring NULL: there are no outlets, and nothing is sent. ERR_INVALID names the setting. */
enum err outbox_new(const struct config *config, struct db_pool *pool, const struct keyring *keyring,
                    struct outbox **ret) MUST_CHECK;
void outbox_free(
    struct outbox *outbox); /* NULL is allowed; what is being sent is given up, and sent again later */
