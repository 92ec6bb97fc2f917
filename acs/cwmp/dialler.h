/*
 * Calls routers: the connection request of TR-069 3.2.2 over TCP, or that of G.2.2 over UDP where a router is
 * behind NAT and has said so, so that what was asked for happens now and not at the next periodic Inform.
 * Whom to call, when again and what to tell the screen is kept in the database (db/wake.h), so a crash
 * forgets no call; here is only the dialling, within the policy of dial_policy.h. A device that is in a
 * session with this server is not called: what waits for it is done there (C-25).
 */
#pragma once

#include "acs/config.h"
#include "acs/cwmp/worker.h"
#include "acs/http/client.h"
#include "db/pool.h"

struct dialler;

/* ERR_INVALID: networks; ERR_NOT_FOUND: the password file cannot be read; and what nat_new() says. */
enum err dialler_new(const struct config *config, struct loop *loop, struct dialler **ret) MUST_CHECK;
/* Who is here, and with what the routers' own passwords were sealed; before the first run. */
void dialler_use_workers(struct dialler *dialler, struct workers *workers);
void dialler_run(struct dialler *dialler, struct db_pool *pool); /* dials those whose time has come */
void dialler_free(struct dialler *dialler);
