/* Brings the database that PGDATABASE names up to date: what test_schema.py dumps. */
#include <stdio.h>

#include "db/migrate.h"

int main(void)
{
    if (migrate_run("", NULL) == ERR_OK)
        return 0;
    fprintf(stderr, "%s\n", err_message());
    return 1;
}
