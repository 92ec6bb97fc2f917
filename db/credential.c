#include "db/credential.h"

#include <string.h>

static const char *const enrolment_names[ENROLMENT_COUNT] = {
#define X(id, name) [ENROLMENT_##id] = (name),
    ENROLMENTS(X)
#undef X
};

const char *enrolment_name(enum enrolment enrolment)
{
    return enrolment_names[enrolment];
}

bool enrolment_by_name(const char *name, enum enrolment *ret)
{
    for (unsigned i = 0; i < ENROLMENT_COUNT; i++) {
        if (strcmp(enrolment_names[i], name) == 0) {
            *ret = (enum enrolment)i;
            return true;
        }
    }
    return false;
}

enum err credential_check_keys(struct db *db, const char *check, struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_CREDENTIAL_CHECK_ADD, BINDS(bind_text("value", check)), arena, &rows));
    TRY(query_run(db, SQL_CREDENTIAL_CHECK_FIND, NO_BINDS, arena, &rows));
    if (strcmp(rows_text(&rows, 0, "value"), check) != 0)
        return err_set(ERR_CONFLICT, "the secrets in this database were sealed with other keys");
    return ERR_OK;
}

enum err credential_show(struct db *db, int64_t device_id, struct arena *arena, struct credential_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CREDENTIAL_SHOW, BINDS(bind_i64("device_id", device_id)), arena, &rows));
    *ret = (struct credential_row){
        .device_id = rows_i64(&rows, 0, "id"),
        .device = {.oui = rows_text(&rows, 0, "oui"),
                   .product_class = rows_text(&rows, 0, "product_class"),
                   .serial_number = rows_text(&rows, 0, "serial")},
        .username = rows_text(&rows, 0, "username"),
        .secret = rows_text(&rows, 0, "secret"),
        .next_secret = rows_text(&rows, 0, "next_secret"),
        .call_username = rows_text(&rows, 0, "call_username"),
        .call_secret = rows_text(&rows, 0, "call_secret"),
        .next_call_secret = rows_text(&rows, 0, "next_call_secret"),
        .fell_back = rows_bool(&rows, 0, "fell_back"),
        .bindable = rows_bool(&rows, 0, "bindable"),
        .enrolment = (enum enrolment)rows_i64(&rows, 0, "enrolment"),
    };
    return ERR_OK;
}

enum err credential_register(struct db *db, const struct cwmp_device_id *device, struct arena *arena,
                             int64_t *ret_id)
{
    struct rows rows;

    TRY(query_run(db, SQL_CREDENTIAL_REGISTER,
                  BINDS(bind_text("oui", device->oui), bind_text("product_class", device->product_class),
                        bind_text("serial", device->serial_number)),
                  arena, &rows));
    if (rows.count == 0)
        return err_set(ERR_CONFLICT, "there is a device with this identity");
    *ret_id = rows_i64(&rows, 0, "device_id");
    return ERR_OK;
}

enum err credential_set(struct db *db, const struct credential_row *row, struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_CREDENTIAL_SET,
                  BINDS(bind_i64("device_id", row->device_id), bind_text("username", row->username),
                        bind_text("secret", row->secret), bind_text("call_username", row->call_username),
                        bind_text("call_secret", row->call_secret)),
                  arena, &rows));
    return rows.count == 0 ? err_set(ERR_CONFLICT, "another device has this user name") : ERR_OK;
}

enum err credential_prepare(struct db *db, const struct credential_row *row, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CREDENTIAL_PREPARE,
                     BINDS(bind_i64("device_id", row->device_id), bind_text("username", row->username),
                           bind_text("next_secret", row->next_secret),
                           bind_text("call_username", row->call_username),
                           bind_text("next_call_secret", row->next_call_secret)),
                     arena, &rows);
}

enum err credential_rotating(struct db *db, int64_t device_id, struct arena *arena, bool *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CREDENTIAL_ROTATING, BINDS(bind_i64("device_id", device_id)), arena, &rows));
    *ret = rows_bool(&rows, 0, "rotating");
    return ERR_OK;
}

enum err credential_enrol(struct db *db, int64_t device_id, enum enrolment enrolment, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CREDENTIAL_ENROL,
                     BINDS(bind_i64("device_id", device_id), bind_i64("enrolment", enrolment)), arena, &rows);
}

/* ---- alarms ---- */

static struct alarm_row read_alarm(const struct rows *rows, size_t row)
{
    return (struct alarm_row){rows_i64(rows, row, "id"), rows_i64(rows, row, "device_id"),
                              rows_i64(rows, row, "about_id"), rows_text(rows, row, "shown")};
}

enum err alarm_list(struct db *db, const struct alarm_filter *filter, struct arena *arena,
                    struct alarm_rows *ret)
{
    struct rows rows;

    TRY(query_run_inside(db, SQL_ALARM_LIST,
                         BINDS(bind_id("device_id", filter->device_id), bind_id("after", filter->after),
                               bind_bool("open_only", filter->open_only), BIND_SCOPE(filter->scope),
                               bind_i64("most", filter->most)),
                         filter->scope, arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct alarm_row, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = read_alarm(&rows, i);
    return ERR_OK;
}

enum err alarm_show(struct db *db, int64_t id, struct arena *arena, struct alarm_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_ALARM_SHOW, BINDS(bind_i64("id", id)), arena, &rows));
    *ret = read_alarm(&rows, 0);
    return ERR_OK;
}

enum err alarm_clear(struct db *db, int64_t id, const char *by, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_ALARM_CLEAR, BINDS(bind_i64("id", id), bind_text("by", by)), arena, &rows);
}
