#include "db/migrate.h"

#include <pthread.h>
#include <string.h>

#include "db/sql.h"
#include "tests/support/check.h"
#include "tests/support/database.h"

static void everything_is_applied_once(void **state)
{
    unsigned applied = 0;

    (void)state;
    assert_int_equal(migrate_run(database_url(), &applied), ERR_OK);
    assert_int_equal(applied, SQL_MIGRATION_COUNT);
    assert_int_equal(migrate_run(database_url(), &applied), ERR_OK);
    assert_int_equal(applied, 0);
    assert_int_equal(migrate_run(database_url(), NULL), ERR_OK);
    assert_int_equal(database_number("SELECT count(*) FROM migration"), SQL_MIGRATION_COUNT);
}

static void what_is_missing_is_applied(void **state)
{
    unsigned applied = 0;

    (void)state;
    assert_int_equal(migrate_run(database_url(), NULL), ERR_OK);
    database_value("DELETE FROM migration WHERE number = %d", SQL_MIGRATION_COUNT);
    assert_int_equal(migrate_run(database_url(), &applied), ERR_INTERNAL); /* it is there already */
    assert_non_null(strstr(err_message(), sql_migrations[SQL_MIGRATION_COUNT - 1].name));
    assert_int_equal(database_number("SELECT count(*) FROM migration"), SQL_MIGRATION_COUNT - 1);
}

static void a_changed_migration_is_refused(void **state)
{
    (void)state;
    assert_int_equal(migrate_run(database_url(), NULL), ERR_OK);
    database_value("UPDATE migration SET sha256 = 'other' WHERE number = 2");
    assert_int_equal(migrate_run(database_url(), NULL), ERR_CONFLICT);
    assert_non_null(strstr(err_message(), "migration 2"));
    assert_non_null(strstr(err_message(), "another text"));
}

static void a_newer_database_is_refused(void **state)
{
    (void)state;
    assert_int_equal(migrate_run(database_url(), NULL), ERR_OK);
    database_value("INSERT INTO migration (number, name, sha256) VALUES (%d, 'future', 'x')",
                   SQL_MIGRATION_COUNT + 1);
    assert_int_equal(migrate_run(database_url(), NULL), ERR_CONFLICT);
    assert_non_null(strstr(err_message(), "newer than this program"));
    assert_non_null(strstr(err_message(), "future"));
}

static void a_gap_in_what_was_applied_is_refused(void **state)
{
    (void)state;
    assert_int_equal(migrate_run(database_url(), NULL), ERR_OK);
    database_value("DELETE FROM migration WHERE number = 1");
    assert_int_equal(migrate_run(database_url(), NULL), ERR_CONFLICT);
    assert_non_null(strstr(err_message(), "migration 1 is missing"));
}

static void *migrate_too(void *ctx)
{
    *(enum err *)ctx = migrate_run(database_url(), NULL);
    return NULL;
}

static void two_programs_that_start_at_once_do_not_collide(void **state)
{
    enum err outcomes[4] = {ERR_INTERNAL, ERR_INTERNAL, ERR_INTERNAL, ERR_INTERNAL};
    pthread_t threads[COUNT_OF(outcomes)];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, migrate_too, &outcomes[i]), 0);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(outcomes[i], ERR_OK);
    assert_int_equal(database_number("SELECT count(*) FROM migration"), SQL_MIGRATION_COUNT);
}

static void a_server_that_is_away_is_unavailable(void **state)
{
    (void)state;
    assert_int_equal(migrate_run("host=/nonexistent dbname=x", NULL), ERR_UNAVAILABLE);
    assert_non_null(strstr(err_message(), "cannot connect"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_is_applied_once, database_create, database_drop),
        cmocka_unit_test_setup_teardown(what_is_missing_is_applied, database_create, database_drop),
        cmocka_unit_test_setup_teardown(a_changed_migration_is_refused, database_create, database_drop),
        cmocka_unit_test_setup_teardown(a_newer_database_is_refused, database_create, database_drop),
        cmocka_unit_test_setup_teardown(a_gap_in_what_was_applied_is_refused, database_create, database_drop),
        cmocka_unit_test_setup_teardown(two_programs_that_start_at_once_do_not_collide, database_create,
                                        database_drop),
        cmocka_unit_test(a_server_that_is_away_is_unavailable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
