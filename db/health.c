#include "db/health.h"

#include <inttypes.h>

enum err health_check(struct db *db, struct arena *arena)
{
    struct rows rows;
    int64_t number;

    TRY(query_run(db, SQL_HEALTH_SCHEMA, NO_BINDS, arena, &rows));
    number = rows_i64(&rows, 0, "number");
    if (number != SQL_MIGRATION_COUNT)
        return err_set(ERR_CONFLICT, "the schema is number %" PRId64 ", this program needs number %d", number,
                       SQL_MIGRATION_COUNT);
    return ERR_OK;
}
