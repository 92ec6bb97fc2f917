#include "db/transfer.h"

#include "db/upkeep.h"

#include <string.h>

static enum err not_open(const char *action_id)
{
    return err_set(ERR_NOT_FOUND, "no open action '%.32s' wants a transfer", action_id);
}

enum err transfer_fetch(struct db *db, const char *action_id, const char *from, struct arena *arena,
                        struct transfer_fetch *ret)
{
    struct rows rows;
    const void *sha256;
    size_t len = 0;

    TRY(query_run(db, SQL_TRANSFER_FETCH,
                  BINDS(bind_text("action_id", action_id), bind_text("address", from)), arena, &rows));
    if (rows.count == 0)
        return not_open(action_id);
    sha256 = rows_bytes(&rows, 0, "sha256", arena, &len);
    if (sha256 == NULL || len != SHA256_BYTES)
        return err_set(ERR_INTERNAL, "a hash of %zu bytes", len);
    *ret = (struct transfer_fetch){
        .device_id = rows_i64(&rows, 0, "device_id"),
        .file_id = rows_text(&rows, 0, "id"),
        .name = rows_text(&rows, 0, "name"),
        .size = rows_i64(&rows, 0, "size"),
        .pon = rows_text(&rows, 0, "pon"),
        .olt = rows_text(&rows, 0, "olt"),
        .model = rows_text(&rows, 0, "model"),
        .campaign = rows_text(&rows, 0, "campaign"),
        .campaign_rate = rows_i64(&rows, 0, "campaign_rate"),
    };
    memcpy(ret->sha256, sha256, SHA256_BYTES);
    return ERR_OK;
}

enum err transfer_charge(struct db *db, const struct transfer_charge *charge, struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_TRANSFER_CHARGE,
                  BINDS(bind_i64("device_id", charge->device_id), bind_text("action_id", charge->action_id),
                        bind_i64("bytes", charge->bytes), bind_i64("budget", charge->budget)),
                  arena, &rows));
    if (rows.count == 0)
        return err_set(ERR_TOO_LARGE, "the action %.32s has used up what may be fetched for it",
                       charge->action_id);
    return ERR_OK;
}

enum err transfer_refund(struct db *db, const struct transfer_charge *charge, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_TRANSFER_REFUND,
                     BINDS(bind_i64("device_id", charge->device_id),
                           bind_text("action_id", charge->action_id), bind_i64("bytes", charge->bytes)),
                     arena, &rows);
}

enum err transfer_send(struct db *db, const char *action_id, const char *from, struct arena *arena,
                       struct transfer_send *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_TRANSFER_SEND, BINDS(bind_text("action_id", action_id), bind_text("address", from)),
                  arena, &rows));
    if (rows.count == 0)
        return not_open(action_id);
    *ret = (struct transfer_send){
        .device_id = rows_i64(&rows, 0, "device_id"),
        .kind = rows_text(&rows, 0, "kind"),
        .created_by = rows_text(&rows, 0, "created_by"),
        .used = rows_i64(&rows, 0, "used"),
    };
    return ERR_OK;
}

enum err transfer_trim(struct db *db, int64_t before_us, unsigned most, int64_t *ret_count)
{
    static const enum sql statements[] = {SQL_TRANSFER_TRIM, SQL_TRANSFER_USE_TRIM};

    return upkeep_trim(db, statements, sizeof(statements) / sizeof(*statements), before_us, most, ret_count);
}
