/*
 * What is done beside sessions and requests, in one thread of its own: calling routers (connection requests),
 * ending what has expired, keeping files, trimming history, telling workers what people have set. Also brings
 * the schema up when the database was away at the start.
 */
#pragma once

#include <stdbool.h>

#include "acs/api/people.h"
#include "acs/auth/keyring.h"
#include "acs/config.h"
#include "acs/cwmp/worker.h"
#include "acs/files/files.h"
#include "db/pool.h"

struct background;

/* Reads the password file and the networks: ERR_INVALID or ERR_NOT_FOUND says what is wrong with them. */
enum err background_new(const struct config *config, const struct files *files,
                        struct background **ret) MUST_CHECK;
/* Before the workers are freed it must be stopped. */
enum err background_start(struct background *background, struct db_pool *pool, struct workers *workers,
                          const struct people *people) MUST_CHECK;
/* keyring: NULL, or what the secrets in the database must have been sealed with; ERR_INVALID: it was another
 * one. */
enum err background_check_keys(struct db_pool *pool, const struct keyring *keyring) MUST_CHECK;
void background_wake(struct background *background); /* any thread: an action was queued, look now */
/* Any thread: somebody has set something for all homes (db/setting.h), have the workers know. */
void background_read_settings(struct background *background);
void background_set_ready(struct background *background);
bool background_is_ready(const struct background *background); /* the schema is what this program needs */
void background_stop(struct background *background);
void background_free(struct background *background);
