#include "db/sign_in.h"

#include <string.h>

#include "db/upkeep.h"

/* ---- sessions ---- */

enum err user_session_open(struct db *db, const struct user_session_order *order, struct arena *arena,
                           struct user_session_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_USER_SESSION_OPEN,
                  BINDS(bind_bytes("hash", order->hash, SHA256_BYTES), bind_i64("user_id", order->user_id),
                        bind_text("address", order->address), bind_i64("idle_ms", order->idle_ms),
                        bind_i64("most_ms", order->most_ms)),
                  arena, &rows));
    ret->id = rows_i64(&rows, 0, "id");
    ret->created_at_us = ret->used_at_us = rows_time_us(&rows, 0, "created_at");
    ret->expires_at_us = rows_time_us(&rows, 0, "expires_at");
    return ERR_OK;
}

enum err user_session_find(struct db *db, const unsigned char hash[SHA256_BYTES], enum user_session_hold hold,
                           struct arena *arena, struct user_session_row *ret)
{
    static const enum sql statements[] = {[USER_SESSION_LOOK] = SQL_USER_SESSION_FIND,
                                          [USER_SESSION_HOLD] = SQL_USER_SESSION_HOLD,
                                          [USER_SESSION_ALONE] = SQL_USER_SESSION_HOLD_ALONE};
    struct rows rows;
    const void *bytes;
    size_t len = 0;

    TRY(query_run(db, statements[hold], BINDS(bind_bytes("hash", hash, SHA256_BYTES)), arena, &rows));
    if (rows.count == 0)
        return err_set(ERR_NOT_FOUND, "there is no such session, or it has ended");
    bytes = rows_bytes(&rows, 0, "hash", arena, &len);
    if (bytes == NULL || len != SHA256_BYTES)
        return err_set(ERR_INTERNAL, "a session's hash of %zu bytes", len);
    *ret = (struct user_session_row){
        .id = rows_i64(&rows, 0, "id"),
        .created_at_us = rows_time_us(&rows, 0, "created_at"),
        .used_at_us = rows_time_us(&rows, 0, "used_at"),
        .expires_at_us = rows_time_us(&rows, 0, "expires_at"),
        .user_id = rows_i64(&rows, 0, "user_id"),
        .login = rows_text(&rows, 0, "login"),
        .name = rows_text(&rows, 0, "name"),
        .role = rows_text(&rows, 0, "role"),
        .scope = rows_text(&rows, 0, "scope"),
    };
    memcpy(ret->hash, bytes, SHA256_BYTES);
    return ERR_OK;
}

enum err user_session_touch(struct db *db, int64_t id, int64_t idle_ms, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_USER_SESSION_TOUCH,
                     BINDS(bind_i64("session_id", id), bind_i64("idle_ms", idle_ms)), arena, &rows);
}

enum err user_session_end(struct db *db, int64_t id, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_USER_SESSION_END, BINDS(bind_i64("session_id", id)), arena, &rows);
}

enum err user_session_end_others(struct db *db, int64_t user_id, int64_t but_id, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_USER_SESSION_END_OTHERS,
                     BINDS(bind_i64("user_id", user_id), bind_i64("session_id", but_id)), arena, &rows);
}

enum err user_session_valid(struct db *db, const struct user_session_held *held, size_t count,
                            struct arena *arena, int64_t **ret, size_t *ret_count)
{
    int64_t *ids = ARENA_ARRAY(arena, int64_t, count);
    const char **scopes = ARENA_ARRAY(arena, const char *, count);
    struct rows rows;

    for (size_t i = 0; i < count; i++) {
        ids[i] = held[i].id;
        scopes[i] = text_or_empty(held[i].scope);
    }
    TRY(query_run(
        db, SQL_USER_SESSION_VALID,
        BINDS(bind_i64s("session_ids", ids, count, arena), bind_texts("scopes", scopes, count, arena)), arena,
        &rows));
    *ret = ARENA_ARRAY(arena, int64_t, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        (*ret)[i] = rows_i64(&rows, i, "id");
    *ret_count = rows.count;
    return ERR_OK;
}

/* ---- links ---- */

enum err link_add(struct db *db, const unsigned char hash[SHA256_BYTES], int64_t user_id, int64_t life_s,
                  struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_LINK_ADD,
                     BINDS(bind_bytes("hash", hash, SHA256_BYTES), bind_id("user_id", user_id),
                           bind_i64("life_s", life_s)),
                     arena, &rows);
}

enum err link_take(struct db *db, const unsigned char hash[SHA256_BYTES], struct arena *arena,
                   int64_t *ret_user_id)
{
    struct rows rows;

    TRY(query_run(db, SQL_LINK_TAKE, BINDS(bind_bytes("hash", hash, SHA256_BYTES)), arena, &rows));
    if (rows.count == 0)
        return err_set(ERR_NOT_FOUND, "there is no such link, or it was used or has expired");
    *ret_user_id = rows_i64(&rows, 0, "user_id");
    return ERR_OK;
}

enum err link_drop(struct db *db, int64_t user_id, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_LINK_DROP, BINDS(bind_id("user_id", user_id)), arena, &rows);
}

/* ---- sign-ins at the identity provider ---- */

enum err flow_add(struct db *db, const unsigned char hash[SHA256_BYTES], const struct flow *flow,
                  int64_t life_s, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_FLOW_ADD,
                     BINDS(bind_bytes("hash", hash, SHA256_BYTES), bind_text("state", flow->state),
                           bind_text("nonce", flow->nonce), bind_text("verifier", flow->verifier),
                           bind_i64("life_s", life_s)),
                     arena, &rows);
}

enum err flow_take(struct db *db, const unsigned char hash[SHA256_BYTES], struct arena *arena,
                   struct flow *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_FLOW_TAKE, BINDS(bind_bytes("hash", hash, SHA256_BYTES)), arena, &rows));
    if (rows.count == 0)
        return err_set(ERR_NOT_FOUND, "this sign-in was not begun here, or it is over");
    *ret = (struct flow){.state = rows_text(&rows, 0, "state"),
                         .nonce = rows_text(&rows, 0, "nonce"),
                         .verifier = rows_text(&rows, 0, "verifier")};
    return ERR_OK;
}

/* ---- tries ---- */

enum err sign_in_try(struct db *db, const unsigned char key[SHA256_BYTES], const struct try_limit *limit,
                     struct arena *arena, int64_t *ret_wait_s)
{
    struct rows rows;

    TRY(query_run(db, SQL_SIGN_IN_TRY,
                  BINDS(bind_bytes("key", key, SHA256_BYTES), bind_i64("most", limit->most),
                        bind_i64("lock_ms", limit->lock_ms)),
                  arena, &rows));
    if (rows.count > 0) {
        *ret_wait_s = 0;
        return ERR_OK;
    }
    TRY(query_run(db, SQL_SIGN_IN_WAIT, BINDS(bind_bytes("key", key, SHA256_BYTES)), arena, &rows));
    *ret_wait_s = rows_i64(&rows, 0, "wait_s");
    return ERR_OK;
}

enum err sign_in_uncount(struct db *db, const unsigned char key[SHA256_BYTES], const struct try_limit *limit,
                         struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_SIGN_IN_UNCOUNT,
                     BINDS(bind_bytes("key", key, SHA256_BYTES), bind_i64("most", limit->most)), arena,
                     &rows);
}

enum err sign_in_done(struct db *db, const unsigned char login_key[SHA256_BYTES],
                      const unsigned char address_key[SHA256_BYTES], struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_SIGN_IN_DONE,
                     BINDS(bind_bytes("login_key", login_key, SHA256_BYTES),
                           bind_bytes("address_key", address_key, SHA256_BYTES)),
                     arena, &rows);
}

enum err sign_in_unlock(struct db *db, const char *login, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_SIGN_IN_UNLOCK, BINDS(bind_text("login", login)), arena, &rows);
}

enum err people_trim(struct db *db, int64_t before_us, unsigned most, int64_t *ret_count)
{
    static const enum sql statements[] = {
        SQL_PEOPLE_TRIM_SESSIONS,
        SQL_PEOPLE_TRIM_LINKS,
        SQL_PEOPLE_TRIM_GUARDS,
        SQL_PEOPLE_TRIM_FLOWS,
    };

    return upkeep_trim(db, statements, sizeof(statements) / sizeof(*statements), before_us, most, ret_count);
}
