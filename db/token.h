/*
 * API tokens. Only their SHA-256 is kept.
 */
#pragma once

#include "acs/base/crypto.h"
#include "db/query.h"

struct token_row {
    int64_t id;
    const char *name;
    unsigned char hash[SHA256_BYTES];
    const char *capabilities; /* names with a space between; "*": all */
    int64_t created_at_us;
    int64_t expires_at_us;   /* 0: never */
    int64_t last_used_at_us; /* 0: not yet; good to a minute */
};

struct token_order {
    const char *name;
    unsigned char hash[SHA256_BYTES];
    const char *const *capabilities;
    size_t capability_count;
    int64_t expires_at_us; /* 0: never */
};

enum err token_add(struct db *db, const struct token_order *order, struct arena *arena) MUST_CHECK;

/*
 * ERR_NOT_FOUND: there is none, or it was revoked or has expired. hold: in a transaction, until whose end it
 * cannot be revoked.
 */
enum err token_find(struct db *db, const unsigned char hash[SHA256_BYTES], bool hold, struct arena *arena,
                    struct token_row *ret) MUST_CHECK;
/* Notes that it is being used; does nothing if that was noted within a minute. */
enum err token_touch(struct db *db, int64_t token_id, struct arena *arena) MUST_CHECK;
/* Which of these may still be used: ret gets those, ret_count how many. */
enum err token_valid(struct db *db, const int64_t *token_ids, size_t count, struct arena *arena,
                     int64_t **ret, size_t *ret_count) MUST_CHECK;
