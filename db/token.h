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
    const char *scope;        /* a filter; NULL: all homes */
    const char *role;         /* what it may; NULL: that is said by … */
    const char *capabilities; /* names with a space between; "*": all */
    int64_t created_at_us;
    int64_t expires_at_us;   /* 0: never */
    int64_t last_used_at_us; /* 0: not yet; good to a minute */
};

struct token_order {
    const char *name;
    unsigned char hash[SHA256_BYTES];
    const char *scope; /* NULL: all homes */
    const char *role;  /* NULL: these */
    const char *const *capabilities;
    size_t capability_count;
    int64_t expires_at_us;  /* 0: never */
    const char *created_by; /* NULL: nobody, but at the server */
};

/* ret_id NULL: it is not wanted. ERR_CONFLICT: there is one of this hash. */
enum err token_add(struct db *db, const struct token_order *order, struct arena *arena,
                   int64_t *ret_id) MUST_CHECK;

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

/* ---- as administrators see them ---- */

struct token_filter {
    int64_t after;     /* id of the last row of the page before */
    int64_t id;        /* 0: any */
    const char *state; /* active, expired or revoked; NULL: any */
    unsigned most;
};

struct shown_token {
    int64_t id;
    const char *name;
    const char *scope;        /* NULL: all homes */
    const char *role;         /* NULL: single capabilities */
    const char *capabilities; /* its own, or of the copy of a role; "" of a built-in one */
    const char *state;
    const char *created_by, *revoked_by;                                  /* NULL: nobody */
    int64_t created_at_us, expires_at_us, last_used_at_us, revoked_at_us; /* 0: not, or not yet */
};

struct shown_tokens {
    struct shown_token *items; /* newest first */
    size_t count;
};

enum err token_list(struct db *db, const struct token_filter *filter, struct arena *arena,
                    struct shown_tokens *ret) MUST_CHECK;
/* It counts from the next request on; a change that it is making is finished before. */
enum err token_revoke(struct db *db, int64_t token_id, const char *by, struct arena *arena) MUST_CHECK;
