/*
 * The link by which the first person gets in: told once at the start, as long as there is nobody.
 */
#pragma once

#include "acs/api/people.h"

/* Prints it to standard output, and never to the log. Says in the log why it cannot. */
void first_start_offer(struct db_pool *pool, const struct people *people);
