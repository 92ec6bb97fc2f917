#include "db/user.h"

#include <string.h>

static struct user_row read_user(const struct rows *rows, size_t i)
{
    return (struct user_row){
        .id = rows_i64(rows, i, "id"),
        .login = rows_text(rows, i, "login"),
        .name = rows_text(rows, i, "name"),
        .role = rows_text(rows, i, "role"),
        .scope = rows_text(rows, i, "scope"),
        .source = rows_text(rows, i, "source"),
        .password = rows_text(rows, i, "password"),
        .totp_secret = rows_text(rows, i, "totp_secret"),
        .totp_pending = rows_text(rows, i, "totp_pending"),
        .totp_step = rows_i64(rows, i, "totp_step"),
        .language = rows_text(rows, i, "language"),
        .preferences = rows_text(rows, i, "preferences"),
        .created_at_us = rows_time_us(rows, i, "created_at"),
        .signed_in_at_us = rows_time_us(rows, i, "signed_in_at"),
        .password_at_us = rows_time_us(rows, i, "password_at"),
        .disabled_at_us = rows_time_us(rows, i, "disabled_at"),
        .revision = rows_i64(rows, i, "revision"),
    };
}

enum err user_by_login(struct db *db, const char *login, struct arena *arena, struct user_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_USER_BY_LOGIN, BINDS(bind_text("login", login)), arena, &rows));
    if (rows.count == 0)
        return err_set(ERR_NOT_FOUND, "there is no user of this login");
    *ret = read_user(&rows, 0);
    return ERR_OK;
}

enum err user_by_id(struct db *db, int64_t id, struct arena *arena, struct user_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_USER_BY_ID, BINDS(bind_i64("user_id", id)), arena, &rows));
    *ret = read_user(&rows, 0);
    return ERR_OK;
}

enum err user_hold(struct db *db, int64_t id, struct arena *arena, struct user_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_USER_HOLD, BINDS(bind_i64("user_id", id)), arena, &rows));
    *ret = read_user(&rows, 0);
    return ERR_OK;
}

enum err user_add(struct db *db, const struct user_order *order, struct arena *arena, int64_t *ret_id)
{
    struct rows rows;

    TRY(query_run(db, SQL_USER_ADD,
                  BINDS(bind_text("login", order->login), bind_text("name", order->name),
                        bind_text("role", order->role), bind_text("scope", order->scope),
                        bind_text("password", order->password), bind_text("created_by", order->created_by)),
                  arena, &rows));
    *ret_id = rows_i64(&rows, 0, "id");
    return ERR_OK;
}

enum err user_of_directory(struct db *db, const struct user_order *order, struct arena *arena,
                           int64_t *ret_id)
{
    struct rows rows;

    TRY(query_run(db, SQL_USER_OF_DIRECTORY,
                  BINDS(bind_text("login", order->login), bind_text("name", order->name),
                        bind_text("role", order->role)),
                  arena, &rows));
    if (rows.count == 0)
        return err_set(ERR_NOT_FOUND, "the login is a local person's, or disabled");
    *ret_id = rows_i64(&rows, 0, "id");
    return ERR_OK;
}

enum err user_of_provider(struct db *db, const struct user_order *order, struct arena *arena, int64_t *ret_id)
{
    struct rows rows;

    TRY(query_run(db, SQL_USER_OF_PROVIDER,
                  BINDS(bind_text("login", order->login), bind_text("name", order->name),
                        bind_text("role", order->role), bind_text("subject", order->subject)),
                  arena, &rows));
    if (rows.count == 0)
        return err_set(ERR_NOT_FOUND, "the login is somebody else's, or the person is disabled");
    *ret_id = rows_i64(&rows, 0, "id");
    return ERR_OK;
}

enum err user_end_sessions_of_provider(struct db *db, const char *subject, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_USER_END_SESSIONS_OF_PROVIDER, BINDS(bind_text("subject", subject)), arena,
                     &rows);
}

bool user_is_local(const struct user_row *user)
{
    return strcmp(user->source, "local") == 0;
}

enum err user_any(struct db *db, struct arena *arena, bool *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_USER_ANY, NO_BINDS, arena, &rows));
    *ret = rows_bool(&rows, 0, "there");
    return ERR_OK;
}

enum err user_first_turn(struct db *db, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_USER_FIRST_TURN, NO_BINDS, arena, &rows);
}

enum err user_set_password(struct db *db, int64_t id, const char *hash, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_USER_SET_PASSWORD, BINDS(bind_i64("user_id", id), bind_text("password", hash)),
                     arena, &rows);
}

enum err user_signed_in(struct db *db, int64_t id, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_USER_SIGNED_IN, BINDS(bind_i64("user_id", id)), arena, &rows);
}

enum err user_totp_begin(struct db *db, int64_t id, const char *sealed, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_USER_TOTP_BEGIN, BINDS(bind_i64("user_id", id), bind_text("sealed", sealed)),
                     arena, &rows);
}

enum err user_totp_confirm(struct db *db, int64_t id, int64_t step, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_USER_TOTP_CONFIRM, BINDS(bind_i64("user_id", id), bind_i64("step", step)), arena,
                     &rows);
}

enum err user_totp_use(struct db *db, int64_t id, int64_t step, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_USER_TOTP_USE, BINDS(bind_i64("user_id", id), bind_i64("step", step)), arena,
                     &rows);
}

enum err user_totp_drop(struct db *db, int64_t id, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_USER_TOTP_DROP, BINDS(bind_i64("user_id", id)), arena, &rows);
}

enum err user_prefer(struct db *db, int64_t id, const struct user_wish *wish, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_USER_PREFER,
                     BINDS(bind_i64("user_id", id), bind_bool("has_language", wish->has_language),
                           bind_text("language", wish->language),
                           bind_text("preferences", wish->preferences)),
                     arena, &rows);
}

/* ---- as administrators see them ---- */

enum err user_list(struct db *db, const struct user_filter *filter, struct arena *arena,
                   struct shown_users *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_USER_LIST,
                  BINDS(bind_id("after", filter->after), bind_id("user_id", filter->id),
                        bind_text("login", filter->login), bind_text("part", filter->part),
                        bind_i64("most", filter->most)),
                  arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct shown_user, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = (struct shown_user){rows_i64(&rows, i, "id"), rows_i64(&rows, i, "revision"),
                                            rows_text(&rows, i, "shown")};
    return ERR_OK;
}

enum err user_patch(struct db *db, int64_t id, const struct user_change *change, struct arena *arena)
{
    const char *disabled = change->disabled == NULL ? NULL : *change->disabled ? "true" : "false";
    struct rows rows;

    return query_run(db, SQL_USER_PATCH,
                     BINDS(bind_i64("user_id", id), bind_text("name", change->name),
                           bind_text("role", change->role), bind_bool("has_scope", change->has_scope),
                           bind_text("scope", change->scope), bind_text("disabled", disabled),
                           bind_text("by", change->by)),
                     arena, &rows);
}

enum err user_reset(struct db *db, int64_t id, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_USER_RESET, BINDS(bind_i64("user_id", id)), arena, &rows);
}

enum err user_admins(struct db *db, struct arena *arena, int64_t *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_USER_ADMINS, NO_BINDS, arena, &rows));
    *ret = rows_i64(&rows, 0, "count");
    return ERR_OK;
}
