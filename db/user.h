/*
 * People who sign in. Of a password only its hash is here, of
 * a secret for codes only what the keyring has sealed.
 */
#pragma once

#include "db/query.h"

struct user_row {
    int64_t id;
    const char *login;
    const char *name;
    const char *role;
    const char *scope;        /* a filter; NULL: all homes */
    const char *source;       /* "local", "directory", "provider": who keeps name, role and password */
    const char *password;     /* as crypt(5) writes it; NULL: none yet */
    const char *totp_secret;  /* sealed; NULL: none */
    const char *totp_pending; /* likewise */
    int64_t totp_step;        /* of the last code that was taken */
    const char *language;     /* NULL: not chosen */
    const char *preferences;  /* a JSON object */
    int64_t created_at_us, signed_in_at_us, password_at_us, disabled_at_us; /* 0: not yet */
    int64_t revision;
};

/* ERR_NOT_FOUND: there is none. */
enum err user_by_login(struct db *db, const char *login, struct arena *arena,
                       struct user_row *ret) MUST_CHECK;
/* Likewise, and nobody else changes the row before the end of the transaction. */
enum err user_hold(struct db *db, int64_t id, struct arena *arena, struct user_row *ret) MUST_CHECK;
enum err user_by_id(struct db *db, int64_t id, struct arena *arena, struct user_row *ret) MUST_CHECK;

struct user_order {
    const char *login;
    const char *name;
    const char *role;
    const char *scope;      /* NULL: all homes */
    const char *password;   /* its hash; NULL: none yet */
    const char *created_by; /* NULL: by the link of the first start */
    const char *subject;    /* of whom the provider keeps; else not read */
};

/* ERR_CONFLICT: the login is taken. */
enum err user_add(struct db *db, const struct user_order *order, struct arena *arena,
                  int64_t *ret_id) MUST_CHECK;
/* Makes or follows whom the directory has let in: login, name and role of the order; nobody else changes the
 * row before the end of the transaction. ERR_NOT_FOUND: the login is a local person's, or disabled here. */
enum err user_of_directory(struct db *db, const struct user_order *order, struct arena *arena,
                           int64_t *ret_id) MUST_CHECK;
/* Likewise of the identity provider: they are who the subject says, and the login is that of the first time.
 */
enum err user_of_provider(struct db *db, const struct user_order *order, struct arena *arena,
                          int64_t *ret_id) MUST_CHECK;
enum err user_end_sessions_of_provider(struct db *db, const char *subject, struct arena *arena) MUST_CHECK;
bool user_is_local(const struct user_row *user); /* password, name and role are changed here */
enum err user_any(struct db *db, struct arena *arena,
                  bool *ret) MUST_CHECK; /* is there one whom this server keeps? */
/* Waits for others that would become the first user; until the end of the transaction. */
enum err user_first_turn(struct db *db, struct arena *arena) MUST_CHECK;

enum err user_set_password(struct db *db, int64_t id, const char *hash, struct arena *arena) MUST_CHECK;
enum err user_signed_in(struct db *db, int64_t id, struct arena *arena) MUST_CHECK;

/* ---- codes beside the password ---- */

/* Within user_hold(): a secret that counts once it is confirmed. */
enum err user_totp_begin(struct db *db, int64_t id, const char *sealed, struct arena *arena) MUST_CHECK;
enum err user_totp_confirm(struct db *db, int64_t id, int64_t step, struct arena *arena) MUST_CHECK;
/* The code of this step and all before it are used up. */
enum err user_totp_use(struct db *db, int64_t id, int64_t step, struct arena *arena) MUST_CHECK;
enum err user_totp_drop(struct db *db, int64_t id, struct arena *arena) MUST_CHECK;

/* ---- what a person prefers ---- */

struct user_wish {
    bool has_language;
    const char *language;    /* NULL: none any more */
    const char *preferences; /* a JSON object to merge; NULL: as they are */
};

/* ERR_INVALID: the preferences become too many. */
enum err user_prefer(struct db *db, int64_t id, const struct user_wish *wish, struct arena *arena) MUST_CHECK;

/* ---- as administrators see them ---- */

struct user_filter {
    int64_t after;     /* id of the last row of the page before */
    int64_t id;        /* 0: any */
    const char *login; /* NULL: any */
    const char *part;  /* of login or name, in capitals or not; NULL: any */
    unsigned most;
};

struct shown_user {
    int64_t id;
    int64_t revision;
    const char *shown; /* JSON object of the rest */
};

struct shown_users {
    struct shown_user *items;
    size_t count;
};

enum err user_list(struct db *db, const struct user_filter *filter, struct arena *arena,
                   struct shown_users *ret) MUST_CHECK;

struct user_change {
    const char *name; /* NULL: as it is, likewise the others */
    const char *role;
    bool has_scope;
    const char *scope; /* NULL: all homes */
    const bool *disabled;
    const char *by;
};

enum err user_patch(struct db *db, int64_t id, const struct user_change *change,
                    struct arena *arena) MUST_CHECK;
/* Neither the password nor codes count any more. */
enum err user_reset(struct db *db, int64_t id, struct arena *arena) MUST_CHECK;
/* How many can sign in as administrators; count them within user_first_turn(). */
enum err user_admins(struct db *db, struct arena *arena, int64_t *ret) MUST_CHECK;
