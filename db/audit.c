#include "db/audit.h"

#include <string.h>

static enum err read_hash(const struct rows *rows, const char *column, struct arena *arena,
                          unsigned char ret[SHA256_BYTES])
{
    size_t len = 0;
    const void *bytes = rows_bytes(rows, 0, column, arena, &len);

    if (bytes == NULL || len != SHA256_BYTES)
        return err_set(ERR_INTERNAL, "the last audit row has a hash of %zu bytes", len);
    memcpy(ret, bytes, len);
    return ERR_OK;
}

enum err audit_head(struct db *db, int64_t device_id, struct arena *arena, struct audit_head *ret)
{
    struct audit_head head;
    struct rows rows;

    TRY(query_run(db, SQL_AUDIT_HEAD, BINDS(bind_id("device_id", device_id)), arena, &rows));
    head.seq = rows_i64(&rows, 0, "seq");
    head.now_us = rows_time_us(&rows, 0, "now");
    head.subscriber_id = rows_i64(&rows, 0, "subscriber_id");
    TRY(read_hash(&rows, "h", arena, head.h));
    *ret = head;
    return ERR_OK;
}

static struct bind bind_ids(const char *name, struct audit_ids ids, struct arena *arena)
{
    return ids.count == 0 ? bind_null(name) : bind_i64s(name, ids.items, ids.count, arena);
}

enum err audit_add(struct db *db, const struct audit_row *row, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_AUDIT_ADD,
                     BINDS(bind_i64("seq", row->seq), bind_time_us("at", row->at_us),
                           bind_id("actor_id", row->actor_id), bind_text("actor_kind", row->actor_kind),
                           bind_text("actor", row->actor), bind_text("session", row->session),
                           bind_text("source", row->source), bind_text("request", row->request),
                           bind_text("action", row->action), bind_text("decision", row->decision),
                           bind_id("device_id", row->device_id), bind_id("subscriber_id", row->subscriber_id),
                           bind_id("case_id", row->case_id), bind_ids("device_ids", row->device_ids, arena),
                           bind_ids("subscriber_ids", row->subscriber_ids, arena), bind_i64("key", row->key),
                           bind_bytes("payload_hash", row->payload_hash, SHA256_BYTES),
                           bind_text("object", row->object), bind_text("reason", row->reason),
                           bind_text("query", row->query), bind_text("before", row->before),
                           bind_text("after", row->after), bind_bytes("salt", row->salt, sizeof(row->salt)),
                           bind_bytes("prev", row->prev, SHA256_BYTES),
                           bind_bytes("h", row->h, SHA256_BYTES)),
                     arena, &rows);
}
