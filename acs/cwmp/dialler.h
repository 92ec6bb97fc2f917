/*
 * Calls routers: the connection request of TR-069 3.2.2 over TCP, or that of G.2.2 over UDP where a router is
 * behind NAT and has said so, so that what was asked for happens now and not at the next periodic Inform.
 * Whom to call, when again and what to tell the screen is kept in the database (db/wake.h), so a crash
 * forgets no call; here is only the dialling, within the policy of dial_policy.h.
 */
#pragma once

#include "acs/auth/keyring.h"
#include "acs/config.h"
#include "acs/http/client.h"
#include "db/pool.h"

struct dialler;

/* ERR_INVALID: networks; ERR_NOT_FOUND: the password file cannot be read; and what nat_new() says. */
enum err dialler_new(const struct config *config, struct loop *loop, struct dialler **ret) MUST_CHECK;
/* With which the routers' own passwords were sealed; before the first run. NULL: there are none. */
void dialler_use_keys(struct dialler *dialler, const struct keyring *keyring);
void dialler_run(struct dialler *dialler, struct db_pool *pool); /* dials those whose time has come */
void dialler_free(struct dialler *dialler);
