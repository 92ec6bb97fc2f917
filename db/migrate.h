/*
 * Brings the schema to what this program was built with (db/migrations).
 *
 * What is missing is applied in order, each migration in a transaction of its own, while an advisory lock
 * keeps others waiting. A migration that was applied with another text, or that this program does not know,
 * is refused with ERR_CONFLICT and nothing is changed: the database belongs to another version.
 */
#pragma once

#include "acs/base/err.h"

/* Waits as long as the migrations take. ret_applied: how many; may be NULL. */
enum err migrate_run(const char *url, unsigned *ret_applied) MUST_CHECK;
