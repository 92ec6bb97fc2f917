#include "db/query.h"

#include <string.h>

#include "db/conn.h"
#include "tests/support/check.h"
#include "tests/support/database.h"

static int start(void **state)
{
    struct db_pool *pool = db_pool_new(database_url(), 1);
    struct db *db = NULL;

    if (db_borrow(pool, &db) != ERR_OK)
        return -1;
    *state = db;
    return 0;
}

static int stop(void **state)
{
    struct db *db = *state;
    struct db_pool *pool = db->pool;

    db_return(db);
    db_pool_free(pool);
    return 0;
}

static const unsigned char hash[32] = {0x00, 0x01, 0xfe, 0xff, '\\', '\'', '"'};

static enum err add_token(struct db *db, const char *name, const unsigned char *bytes, size_t len,
                          struct arena *arena, struct rows *rows)
{
    static const char *const capabilities[] = {"device:read", "it's \"{odd}\",\\ NULL", "", NULL};

    return query_run(
        db, SQL_TOKEN_ADD,
        BINDS(bind_text("name", name), bind_bytes("hash", bytes, len), bind_null("role"), bind_null("scope"),
              bind_texts("capabilities", capabilities, COUNT_OF(capabilities), arena),
              bind_time_us("expires_at", INT64_C(4102444799123456)), bind_text("created_by", "test")),
        arena, rows);
}

static void values_go_in_and_come_out_as_they_are(void **state)
{
    static const char name[] = "a'b\"c\\d;--\n$1 João 🏮";
    AUTO_ARENA arena = arena_new(0);
    struct rows rows;
    size_t len = 0;

    assert_int_equal(add_token(*state, name, hash, sizeof(hash), arena, &rows), ERR_OK);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.affected, 1);
    assert_true(rows_i64(&rows, 0, "id") > 0);
    assert_int_equal(
        query_run(*state, SQL_TOKEN_FIND, BINDS(bind_bytes("hash", hash, sizeof(hash))), arena, &rows),
        ERR_OK);
    assert_int_equal(rows.count, 1);
    assert_string_equal(rows_text(&rows, 0, "name"), name);
    assert_memory_equal(rows_bytes(&rows, 0, "hash", arena, &len), hash, sizeof(hash));
    assert_int_equal(len, sizeof(hash));
    assert_string_equal(rows_text(&rows, 0, "capabilities"), "device:read it's \"{odd}\",\\ NULL ");
    assert_int_equal(rows_time_us(&rows, 0, "expires_at"), INT64_C(4102444799123456));
    assert_true(rows_is_null(&rows, 0, "last_used_at"));
    assert_int_equal(rows_time_us(&rows, 0, "last_used_at"), 0);
    assert_null(rows_text(&rows, 0, "last_used_at"));
    assert_null(rows_bytes(&rows, 0, "last_used_at", arena, &len));
    assert_string_equal(
        database_value("SELECT array_length(capabilities, 1) || ' ' || (capabilities[4] IS NULL) "
                       "FROM api_token WHERE name LIKE 'a''b%%'"),
        "4 true");
}

static void arrays_of_numbers_may_be_empty(void **state)
{
    AUTO_ARENA arena = arena_new(0);
    const int64_t ids[] = {1, INT64_MIN, INT64_MAX, 0, -1};
    struct rows rows;

    assert_int_equal(query_run(*state, SQL_TOKEN_VALID,
                               BINDS(bind_i64s("token_ids", ids, COUNT_OF(ids), arena)), arena, &rows),
                     ERR_OK);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows_i64(&rows, 0, "id"), 1);
    assert_int_equal(
        query_run(*state, SQL_TOKEN_VALID, BINDS(bind_i64s("token_ids", NULL, 0, arena)), arena, &rows),
        ERR_OK);
    assert_int_equal(rows.count, 0);
    assert_int_equal(query_run(*state, SQL_TOKEN_VALID, BINDS(bind_null("token_ids")), arena, &rows), ERR_OK);
    assert_int_equal(rows.count, 0);
}

/* ---- our own mistakes ---- */

static void a_parameter_that_is_not_bound_is_our_bug(void **state)
{
    AUTO_ARENA arena = arena_new(0);
    struct rows rows;

    assert_int_equal(query_run(*state, SQL_TOKEN_TOUCH, NO_BINDS, arena, &rows), ERR_INTERNAL);
    assert_non_null(strstr(err_message(), "token_touch"));
    assert_int_equal(query_run(*state, SQL_TOKEN_TOUCH, BINDS(bind_i64("tokenid", 1)), arena, &rows),
                     ERR_INTERNAL);
    assert_non_null(strstr(err_message(), ":token_id"));
    assert_int_equal(
        query_run(*state, SQL_TOKEN_TOUCH, BINDS(bind_i64("token_id", 1), bind_i64("more", 1)), arena, &rows),
        ERR_INTERNAL);
}

/* ---- shapes ---- */

static void an_exec_tells_how_many_rows_it_touched(void **state)
{
    AUTO_ARENA arena = arena_new(0);
    struct rows rows;

    assert_int_equal(query_run(*state, SQL_TOKEN_TOUCH, BINDS(bind_i64("token_id", 1)), arena, &rows),
                     ERR_OK);
    assert_int_equal(rows.affected, 1);
    assert_int_equal(rows.count, 0);
    assert_int_equal(query_run(*state, SQL_TOKEN_TOUCH, BINDS(bind_i64("token_id", 12345)), arena, &rows),
                     ERR_OK);
    assert_int_equal(rows.affected, 0);
}

static void one_row_that_is_not_there_is_not_found(void **state)
{
    AUTO_ARENA arena = arena_new(0);
    struct rows rows = {.count = 77};

    assert_int_equal(
        query_run(*state, SQL_ACTION_SHOW, BINDS(bind_text("action_id", "act_none")), arena, &rows),
        ERR_NOT_FOUND);
    assert_non_null(strstr(err_message(), "action_show"));
    assert_int_equal(rows.count, 77);
}

/* ---- refusals of PostgreSQL ---- */

static void a_key_that_is_taken_is_a_conflict(void **state)
{
    AUTO_ARENA arena = arena_new(0);
    struct rows rows;

    assert_int_equal(add_token(*state, "again", hash, sizeof(hash), arena, &rows), ERR_CONFLICT);
    assert_non_null(strstr(err_message(), "token_add: database: duplicate key"));
    assert_non_null(strstr(err_message(), "23505"));
}

static void data_that_does_not_fit_is_invalid(void **state)
{
    AUTO_ARENA arena = arena_new(0);
    struct rows rows;

    assert_int_equal(add_token(*state, "short hash", hash, 5, arena, &rows), ERR_INVALID);
    assert_int_equal(add_token(*state, "no hash", NULL, 0, arena, &rows), ERR_INVALID);
    assert_int_equal(add_token(*state, "bad \xff UTF-8", hash, sizeof(hash), arena, &rows), ERR_INVALID);
    assert_int_equal(query_run(*state, SQL_TOKEN_TOUCH, BINDS(bind_text("token_id", "seven")), arena, &rows),
                     ERR_INVALID);
    assert_int_equal(query_run(*state, SQL_TOKEN_TOUCH, BINDS(bind_i64("token_id", 1)), arena, &rows),
                     ERR_OK);
}

static void every_kind_of_refusal_has_its_meaning(void **state)
{
    static const struct {
        const char *sqlstate;
        enum err code;
    } meanings[] = {
        {NULL,    ERR_UNAVAILABLE},
        {"",      ERR_UNAVAILABLE},
        {"08006", ERR_UNAVAILABLE},
        {"22P02", ERR_INVALID    },
        {"23502", ERR_INVALID    },
        {"23514", ERR_INVALID    },
        {"23505", ERR_CONFLICT   },
        {"25006", ERR_UNAVAILABLE},
        {"25P02", ERR_INTERNAL   },
        {"40001", ERR_UNAVAILABLE},
        {"40P01", ERR_UNAVAILABLE},
        {"42P01", ERR_INTERNAL   },
        {"53100", ERR_UNAVAILABLE},
        {"53300", ERR_UNAVAILABLE},
        {"54000", ERR_TOO_LARGE  },
        {"55P03", ERR_UNAVAILABLE},
        {"57014", ERR_UNAVAILABLE},
        {"57P01", ERR_UNAVAILABLE},
        {"57P03", ERR_UNAVAILABLE},
        {"58030", ERR_UNAVAILABLE},
        {"XX000", ERR_INTERNAL   },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(meanings); i++)
        if (conn_error_code(meanings[i].sqlstate) != meanings[i].code)
            fail_msg("%s is %s", meanings[i].sqlstate, err_name(conn_error_code(meanings[i].sqlstate)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_go_in_and_come_out_as_they_are, start, stop),
        cmocka_unit_test_setup_teardown(arrays_of_numbers_may_be_empty, start, stop),
        cmocka_unit_test_setup_teardown(a_parameter_that_is_not_bound_is_our_bug, start, stop),
        cmocka_unit_test_setup_teardown(an_exec_tells_how_many_rows_it_touched, start, stop),
        cmocka_unit_test_setup_teardown(one_row_that_is_not_there_is_not_found, start, stop),
        cmocka_unit_test_setup_teardown(a_key_that_is_taken_is_a_conflict, start, stop),
        cmocka_unit_test_setup_teardown(data_that_does_not_fit_is_invalid, start, stop),
        cmocka_unit_test(every_kind_of_refusal_has_its_meaning),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
