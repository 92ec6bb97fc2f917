/*
 * What must be done for files now and then, a bounded piece at a time: removing the content of deleted ones,
 * removing uploads that nobody has continued, and reading all of the others again, to see that the disk has
 * kept them.
 */
#pragma once

#include "acs/files/files.h"
#include "db/pool.h"

struct files_upkeep {
    const struct files *files;
    struct depot_check *check; /* the one that is under way; NULL: none */
    struct depot_content content;
    char id[ID_MAX]; /* of a file with that content */
    int64_t look_ms; /* when to look for uploads that nobody has continued; monotonic */
};

void files_upkeep_run(struct files_upkeep *upkeep, struct db_pool *pool); /* some 30 ms at most */
void files_upkeep_end(struct files_upkeep *upkeep);
