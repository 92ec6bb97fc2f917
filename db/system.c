#include "db/system.h"

enum err system_show(struct db *db, struct arena *arena, struct system_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_SYSTEM_SHOW, NO_BINDS, arena, &rows));
    *ret = (struct system_row){
        .schema = rows_i64(&rows, 0, "schema"),
        .bytes = rows_i64(&rows, 0, "bytes"),
        .waiting = rows_i64(&rows, 0, "waiting"),
        .running = rows_i64(&rows, 0, "running"),
        .outbox_waiting = rows_i64(&rows, 0, "outbox_waiting"),
        .outbox_late_s = rows_i64(&rows, 0, "late_s"),
        .failing = rows_i64(&rows, 0, "failing"),
        .unsigned_rows = rows_i64(&rows, 0, "unsigned"),
        .signed_at_us = rows_time_us(&rows, 0, "signed_at"),
        .unsigned_since_us = rows_time_us(&rows, 0, "unsigned_since"),
        .figures_at_us = rows_time_us(&rows, 0, "figures_at"),
        .contacts = rows_is_null(&rows, 0, "contacts") ? -1 : rows_i64(&rows, 0, "contacts"),
    };
    return ERR_OK;
}
