/*
 * Does the database answer, and has it the schema that this program was built with?
 */
#pragma once

#include "db/query.h"

/* ERR_CONFLICT: another schema, the message says which. */
enum err health_check(struct db *db, struct arena *arena) MUST_CHECK;
