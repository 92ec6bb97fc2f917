/*
 * Getting in: sessions of people, the links by which a password is chosen, and how often signing in has
 * failed. Of cookies and links only the SHA-256 is kept.
 */
#pragma once

#include "acs/base/crypto.h"
#include "db/query.h"

/* ---- sessions ---- */

struct user_session_row {
    int64_t id;
    unsigned char hash[SHA256_BYTES];
    int64_t created_at_us, used_at_us, expires_at_us;
    int64_t user_id;
    const char *login;
    const char *name;
    const char *role;
    const char *scope; /* NULL: all homes */
};

struct user_session_order {
    unsigned char hash[SHA256_BYTES];
    int64_t user_id;
    const char *address;
    int64_t idle_ms; /* without use it ends after this time, */
    int64_t most_ms; /* with or without after this */
};

enum err user_session_open(struct db *db, const struct user_session_order *order, struct arena *arena,
                           struct user_session_row *ret) MUST_CHECK; /* id and times */

/* In a transaction, until whose end it cannot be ended, nor its user disabled or given another role. */
enum user_session_hold {
    USER_SESSION_LOOK,  /* not held */
    USER_SESSION_HOLD,  /* others may hold it as well */
    USER_SESSION_ALONE, /* and so that this transaction may do that itself */
};

/* ERR_NOT_FOUND: there is none, it has ended, or its user is disabled. */
enum err user_session_find(struct db *db, const unsigned char hash[SHA256_BYTES], enum user_session_hold hold,
                           struct arena *arena, struct user_session_row *ret) MUST_CHECK;
/* It is being used: its idle time begins anew. Nothing happens if somebody holds it. */
enum err user_session_touch(struct db *db, int64_t id, int64_t idle_ms, struct arena *arena) MUST_CHECK;
enum err user_session_end(struct db *db, int64_t id, struct arena *arena) MUST_CHECK;
/* All of a user but one; 0: all. */
enum err user_session_end_others(struct db *db, int64_t user_id, int64_t but_id,
                                 struct arena *arena) MUST_CHECK;
struct user_session_held {
    int64_t id;
    const char *scope; /* that it had; NULL: none */
};

/* Which of these are still open, with the same scope: ret gets their ids, ret_count how many. */
enum err user_session_valid(struct db *db, const struct user_session_held *held, size_t count,
                            struct arena *arena, int64_t **ret, size_t *ret_count) MUST_CHECK;

/* ---- links ---- */

/* user_id 0: whoever is the first user. */
enum err link_add(struct db *db, const unsigned char hash[SHA256_BYTES], int64_t user_id, int64_t life_s,
                  struct arena *arena) MUST_CHECK;
/* Uses it up, with this transaction. ERR_NOT_FOUND: there is none, or no more. */
enum err link_take(struct db *db, const unsigned char hash[SHA256_BYTES], struct arena *arena,
                   int64_t *ret_user_id) MUST_CHECK;
/* All of a user; 0: those of the first start. */
enum err link_drop(struct db *db, int64_t user_id, struct arena *arena) MUST_CHECK;

/* ---- sign-ins at the identity provider ---- */

struct flow {
    const char *state, *nonce, *verifier;
};

enum err flow_add(struct db *db, const unsigned char hash[SHA256_BYTES], const struct flow *flow,
                  int64_t life_s, struct arena *arena) MUST_CHECK;
/* Uses it up, with this transaction. ERR_NOT_FOUND: there is none, or no more. */
enum err flow_take(struct db *db, const unsigned char hash[SHA256_BYTES], struct arena *arena,
                   struct flow *ret) MUST_CHECK;

/* ---- tries ---- */

struct try_limit {
    int64_t most;    /* tries that may fail before it is locked */
    int64_t lock_ms; /* for how long, the first time */
};

/* Counts a try. ret_wait_s 0: it may go on; else how long to wait, and nothing was counted. */
enum err sign_in_try(struct db *db, const unsigned char key[SHA256_BYTES], const struct try_limit *limit,
                     struct arena *arena, int64_t *ret_wait_s) MUST_CHECK;
/* A try that was neither right nor wrong. */
enum err sign_in_uncount(struct db *db, const unsigned char key[SHA256_BYTES], const struct try_limit *limit,
                         struct arena *arena) MUST_CHECK;
/* The try was none: the login is the right person's, and the address has one failure less. */
enum err sign_in_done(struct db *db, const unsigned char login_key[SHA256_BYTES],
                      const unsigned char address_key[SHA256_BYTES], struct arena *arena) MUST_CHECK;

/* What this login has failed is forgotten. */
enum err sign_in_unlock(struct db *db, const char *login, struct arena *arena) MUST_CHECK;

/* Deletes sessions and links that were over before, and tries that old. As in db/upkeep.h. */
enum err people_trim(struct db *db, int64_t before_us, unsigned most, int64_t *ret_count) MUST_CHECK;
