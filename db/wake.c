#include "db/wake.h"

enum { TRIES = 4, GIVE_UP_AT_ONCE = 500 };

enum err wake_due(struct db *db, unsigned most, struct arena *arena, struct wake_target **ret,
                  size_t *ret_count)
{
    struct rows rows;
    struct wake_target *targets;

    TRY(query_run(db, SQL_WAKE_GIVE_UP,
                  BINDS(bind_i64("most_tries", TRIES), bind_i64("most", GIVE_UP_AT_ONCE)), arena, &rows));
    TRY(query_run(db, SQL_WAKE_DUE, BINDS(bind_i64("most", most)), arena, &rows));
    targets = ARENA_ARRAY(arena, struct wake_target, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        targets[i].device_id = rows_i64(&rows, i, "device_id");
        targets[i].connection_request_url = rows_text(&rows, i, "connection_request_url");
        targets[i].udp_address = rows_text(&rows, i, "udp_connection_request_address");
        targets[i].source_address = rows_text(&rows, i, "source_address");
        targets[i].call_username = rows_text(&rows, i, "call_username");
        targets[i].call_secret = rows_text(&rows, i, "call_secret");
        targets[i].next_call_secret = rows_text(&rows, i, "next_call_secret");
    }
    *ret = targets;
    *ret_count = rows.count;
    return ERR_OK;
}

enum err wake_udp_stamp(struct db *db, int64_t device_id, int64_t *ret_s)
{
    AUTO_ARENA arena = arena_new(0);
    struct rows rows;

    TRY(query_run(db, SQL_WAKE_UDP_STAMP, BINDS(bind_i64("device_id", device_id)), arena, &rows));
    *ret_s = rows_i64(&rows, 0, "udp_called_s");
    return ERR_OK;
}

enum err wake_spared(struct db *db, int64_t device_id)
{
    AUTO_ARENA arena = arena_new(0);
    struct rows rows;

    return query_run(db, SQL_WAKE_SPARED, BINDS(bind_i64("device_id", device_id)), arena, &rows);
}

enum err wake_result(struct db *db, int64_t device_id, const struct wake_outcome *outcome)
{
    AUTO_ARENA arena = arena_new(0);
    struct bind device = bind_i64("device_id", device_id), detail = bind_text("detail", outcome->code),
                way = bind_text("way", outcome->way);
    struct rows rows;

    if (outcome->reached)
        return query_run(db, SQL_WAKE_REACHED, BINDS(device, detail, way), arena, &rows);
    return query_run(db, SQL_WAKE_NOT_REACHED, BINDS(device, detail, way, bind_i64("most_tries", TRIES)),
                     arena, &rows);
}
