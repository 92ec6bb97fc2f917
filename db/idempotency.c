#include "db/idempotency.h"

#include <string.h>

static bool is_same_request(const struct rows *rows, const struct idempotency_key *key, struct arena *arena)
{
    size_t len = 0;
    const void *hash = rows_bytes(rows, 0, "request_hash", arena, &len);

    return hash != NULL && len == SHA256_BYTES && memcmp(hash, key->request_hash, len) == 0;
}

enum err idempotency_begin(struct db *db, const struct idempotency_key *key, struct arena *arena,
                           enum idempotency_outcome *ret, struct idempotency_answer *ret_answer)
{
    struct rows rows;

    TRY(query_run(db, SQL_IDEMPOTENCY_LOCK,
                  BINDS(bind_i64("actor_id", key->actor_id), bind_text("key", key->key)), arena, &rows));
    if (!rows_bool(&rows, 0, "locked")) {
        *ret = IDEMPOTENCY_RUNNING;
        return ERR_OK;
    }
    TRY(query_run(db, SQL_IDEMPOTENCY_FIND,
                  BINDS(bind_i64("actor_id", key->actor_id), bind_text("key", key->key)), arena, &rows));
    if (rows.count == 0) {
        *ret = IDEMPOTENCY_FIRST;
        return ERR_OK;
    }
    *ret = is_same_request(&rows, key, arena) ? IDEMPOTENCY_REPEATED : IDEMPOTENCY_OTHER;
    *ret_answer = (struct idempotency_answer){
        .status = (unsigned)rows_i64(&rows, 0, "status"),
        .response = rows_text(&rows, 0, "response"),
        .action_id = rows_text(&rows, 0, "action_id"),
    };
    return ERR_OK;
}

enum err idempotency_keep(struct db *db, const struct idempotency_key *key,
                          const struct idempotency_answer *answer, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_IDEMPOTENCY_KEEP,
                     BINDS(bind_i64("actor_id", key->actor_id), bind_text("key", key->key),
                           bind_bytes("request_hash", key->request_hash, SHA256_BYTES),
                           bind_i64("status", answer->status), bind_text("response", answer->response),
                           bind_text("action_id", answer->action_id)),
                     arena, &rows);
}
