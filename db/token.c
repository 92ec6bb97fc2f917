#include "db/token.h"

#include <string.h>

enum err token_add(struct db *db, const struct token_order *order, struct arena *arena, int64_t *ret_id)
{
    struct rows rows;

    TRY(query_run(db, SQL_TOKEN_ADD,
                  BINDS(bind_text("name", order->name), bind_bytes("hash", order->hash, SHA256_BYTES),
                        bind_text("role", order->role),
                        bind_texts("capabilities", order->capabilities, order->capability_count, arena),
                        bind_text("scope", order->scope), bind_time_us("expires_at", order->expires_at_us),
                        bind_text("created_by", order->created_by)),
                  arena, &rows));
    if (ret_id != NULL)
        *ret_id = rows_i64(&rows, 0, "id");
    return ERR_OK;
}

enum err token_find(struct db *db, const unsigned char hash[SHA256_BYTES], bool hold, struct arena *arena,
                    struct token_row *ret)
{
    struct rows rows;
    const void *bytes;
    size_t len = 0;

    TRY(query_run(db, hold ? SQL_TOKEN_HOLD : SQL_TOKEN_FIND, BINDS(bind_bytes("hash", hash, SHA256_BYTES)),
                  arena, &rows));
    if (rows.count == 0)
        return err_set(ERR_NOT_FOUND, "there is no such token, or it may no longer be used");
    bytes = rows_bytes(&rows, 0, "hash", arena, &len);
    if (bytes == NULL || len != SHA256_BYTES)
        return err_set(ERR_INTERNAL, "a token's hash of %zu bytes", len);
    *ret = (struct token_row){
        .id = rows_i64(&rows, 0, "id"),
        .name = rows_text(&rows, 0, "name"),
        .scope = rows_text(&rows, 0, "scope"),
        .role = rows_text(&rows, 0, "role"),
        .capabilities = rows_text(&rows, 0, "capabilities"),
        .created_at_us = rows_time_us(&rows, 0, "created_at"),
        .expires_at_us = rows_time_us(&rows, 0, "expires_at"),
        .last_used_at_us = rows_time_us(&rows, 0, "last_used_at"),
    };
    memcpy(ret->hash, bytes, SHA256_BYTES);
    return ERR_OK;
}

enum err token_touch(struct db *db, int64_t token_id, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_TOKEN_TOUCH, BINDS(bind_i64("token_id", token_id)), arena, &rows);
}

enum err token_valid(struct db *db, const int64_t *token_ids, size_t count, struct arena *arena,
                     int64_t **ret, size_t *ret_count)
{
    struct rows rows;

    TRY(query_run(db, SQL_TOKEN_VALID, BINDS(bind_i64s("token_ids", token_ids, count, arena)), arena, &rows));
    *ret = ARENA_ARRAY(arena, int64_t, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        (*ret)[i] = rows_i64(&rows, i, "id");
    *ret_count = rows.count;
    return ERR_OK;
}

/* ---- as administrators see them ---- */

static struct shown_token read_shown(const struct rows *rows, size_t i)
{
    return (struct shown_token){
        .id = rows_i64(rows, i, "id"),
        .name = rows_text(rows, i, "name"),
        .scope = rows_text(rows, i, "scope"),
        .role = rows_text(rows, i, "role"),
        .capabilities = rows_text(rows, i, "capabilities"),
        .state = rows_text(rows, i, "state"),
        .created_by = rows_text(rows, i, "created_by"),
        .revoked_by = rows_text(rows, i, "revoked_by"),
        .created_at_us = rows_time_us(rows, i, "created_at"),
        .expires_at_us = rows_time_us(rows, i, "expires_at"),
        .last_used_at_us = rows_time_us(rows, i, "last_used_at"),
        .revoked_at_us = rows_time_us(rows, i, "revoked_at"),
    };
}

enum err token_list(struct db *db, const struct token_filter *filter, struct arena *arena,
                    struct shown_tokens *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_TOKEN_LIST,
                  BINDS(bind_id("after", filter->after), bind_id("token_id", filter->id),
                        bind_text("state", filter->state), bind_i64("most", filter->most)),
                  arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct shown_token, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = read_shown(&rows, i);
    return ERR_OK;
}

enum err token_revoke(struct db *db, int64_t token_id, const char *by, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_TOKEN_REVOKE, BINDS(bind_i64("token_id", token_id), bind_text("by", by)), arena,
                     &rows);
}
