#include "acs/first_start.h"

#include <stdio.h>

#include "acs/base/log.h"

static enum err offer(struct db_pool *pool, const struct people *people)
{
    AUTO_ARENA arena = arena_new(1024);
    const char *link;
    AUTO_DB db = NULL;

    TRY(db_borrow(pool, &db));
    TRY(people_first_link(db, people, arena, &link));
    if (link == NULL)
        return ERR_OK;
    fprintf(stdout, "Nobody can sign in yet. The first user is made here, once:\n  %s\n", link);
    fflush(stdout);
    return ERR_OK;
}

void first_start_offer(struct db_pool *pool, const struct people *people)
{
    if (offer(pool, people) != ERR_OK)
        log_warn("no link for the first user; the next start tries again", log_s("why", err_message()));
}
