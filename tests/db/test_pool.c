#include "db/pool.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "db/query.h"
#include "tests/support/check.h"
#include "tests/support/database.h"
#include "tests/support/pg_proxy.h"

enum { SIZE = 2 };

static int start(void **state)
{
    *state = db_pool_new(database_url(), SIZE);
    return 0;
}

static int stop(void **state)
{
    db_pool_free(*state);
    return 0;
}

static struct db *borrow(struct db_pool *pool)
{
    struct db *db = NULL;

    if (db_borrow(pool, &db) != ERR_OK)
        fail_msg("%s", err_message());
    return db;
}

static enum err list_migrations(struct db *db)
{
    AUTO_ARENA arena = arena_new(0);
    struct rows rows;

    return query_run(db, SQL_MIGRATION_LIST, NO_BINDS, arena, &rows);
}

static enum err add_migration(struct db *db, int number)
{
    AUTO_ARENA arena = arena_new(0);
    struct rows rows;

    return query_run(db, SQL_MIGRATION_ADD,
                     BINDS(bind_i64("number", number), bind_text("name", "test"), bind_text("sha256", "x")),
                     arena, &rows);
}

static long long count_of(int number)
{
    return database_number("SELECT count(*) FROM migration WHERE number = %d", number);
}

/* ---- borrowing ---- */

static void connections_are_made_when_they_are_needed(void **state)
{
    const char *count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                        "AND application_name = 'farol'";
    struct db *first, *second;

    assert_int_equal(database_number("%s", count), 0);
    first = borrow(*state);
    assert_int_equal(database_number("%s", count), 1);
    second = borrow(*state);
    assert_int_equal(database_number("%s", count), 2);
    db_return(second);
    db_return(first);
    first = borrow(*state);
    db_return(first);
    assert_int_equal(database_number("%s", count), 2);
}

static void an_empty_pool_says_so_after_a_second(void **state)
{
    struct db *first = borrow(*state);
    struct db *second = borrow(*state);
    struct db *third = NULL;
    int64_t began_ms = clock_mono_ms();

    assert_int_equal(db_borrow(*state, &third), ERR_UNAVAILABLE);
    assert_non_null(strstr(err_message(), "in use"));
    assert_in_range(clock_mono_ms() - began_ms, 900, 3000);
    db_return(first);
    db_return(second);
}

static void *return_soon(void *ctx)
{
    usleep(200000);
    db_return(ctx);
    return NULL;
}

static void who_waits_gets_what_another_thread_returns(void **state)
{
    struct db *first = borrow(*state);
    struct db *second = borrow(*state);
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, return_soon, first), 0);
    assert_ptr_equal(borrow(*state), first);
    pthread_join(thread, NULL);
    db_return(first);
    db_return(second);
}

static void *work_hard(void *ctx)
{
    for (int i = 0; i < 50; i++) {
        AUTO_DB db = NULL;

        if (db_borrow(ctx, &db) != ERR_OK || list_migrations(db) != ERR_OK)
            return ctx;
    }
    return NULL;
}

static void many_threads_share_few_connections(void **state)
{
    pthread_t threads[8];

    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work_hard, *state), 0);
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        void *failed;

        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
}

/* ---- transactions ---- */

static void a_transaction_is_all_or_nothing(void **state)
{
    struct db *db = borrow(*state);

    assert_int_equal(db_begin(db), ERR_OK);
    assert_int_equal(add_migration(db, 101), ERR_OK);
    assert_int_equal(count_of(101), 0);
    assert_int_equal(db_commit(db), ERR_OK);
    assert_int_equal(count_of(101), 1);
    assert_int_equal(db_begin(db), ERR_OK);
    assert_int_equal(add_migration(db, 102), ERR_OK);
    db_rollback(db);
    assert_int_equal(count_of(102), 0);
    assert_int_equal(list_migrations(db), ERR_OK);
    db_return(db);
}

static void what_is_returned_in_a_transaction_is_rolled_back(void **state)
{
    struct db *db = borrow(*state);

    assert_int_equal(db_begin(db), ERR_OK);
    assert_int_equal(add_migration(db, 103), ERR_OK);
    db_return(db);
    assert_int_equal(count_of(103), 0);
    assert_ptr_equal(borrow(*state), db);
    assert_int_equal(add_migration(db, 104), ERR_OK);
    assert_int_equal(count_of(104), 1);
    db_return(db);
}

static void a_failed_transaction_cannot_be_committed(void **state)
{
    struct db *db = borrow(*state);

    assert_int_equal(db_begin(db), ERR_OK);
    assert_int_equal(add_migration(db, 105), ERR_OK);
    assert_int_equal(add_migration(db, 105), ERR_CONFLICT);
    assert_int_equal(db_commit(db), ERR_INTERNAL);
    assert_int_equal(count_of(105), 0);
    assert_int_equal(db_commit(db), ERR_INTERNAL);
    assert_int_equal(list_migrations(db), ERR_OK);
    db_return(db);
}

/* ---- loss ---- */

static void an_idle_connection_that_died_is_replaced(void **state)
{
    struct db *db = borrow(*state);

    assert_int_equal(list_migrations(db), ERR_OK);
    db_return(db);
    database_cut_connections();
    db = borrow(*state);
    assert_int_equal(list_migrations(db), ERR_OK);
    db_return(db);
}

static void a_connection_that_dies_in_use_is_unavailable_and_then_replaced(void **state)
{
    struct db *db = borrow(*state);

    assert_int_equal(db_begin(db), ERR_OK);
    database_cut_connections();
    assert_int_equal(list_migrations(db), ERR_UNAVAILABLE);
    assert_int_equal(list_migrations(db), ERR_UNAVAILABLE);
    assert_int_equal(db_commit(db), ERR_UNAVAILABLE);
    db_return(db);
    db = borrow(*state);
    assert_int_equal(list_migrations(db), ERR_OK);
    db_return(db);
}

static void a_server_that_is_away_is_asked_seldom_and_found_soon(void **state)
{
    struct pg_proxy *proxy = pg_proxy_new(database_name());
    struct db_pool *pool = db_pool_new(pg_proxy_url(proxy), 1);
    struct db *db = NULL;
    int64_t began_ms;

    (void)state;
    pg_proxy_stop(proxy);
    assert_int_equal(db_borrow(pool, &db), ERR_UNAVAILABLE);
    assert_non_null(strstr(err_message(), "cannot connect"));
    began_ms = clock_mono_ms();
    assert_int_equal(db_borrow(pool, &db), ERR_UNAVAILABLE);
    assert_non_null(strstr(err_message(), "not available"));
    assert_true(clock_mono_ms() - began_ms < 50);
    pg_proxy_start(proxy);
    while (db_borrow(pool, &db) != ERR_OK && clock_mono_ms() - began_ms < 5000)
        usleep(10000);
    assert_true(clock_mono_ms() - began_ms < 1000);
    assert_int_equal(list_migrations(db), ERR_OK);
    db_return(db);
    db_pool_free(pool);
    pg_proxy_free(proxy);
}

static void an_answer_that_does_not_come_is_not_waited_for(void **state)
{
    struct pg_proxy *proxy = pg_proxy_new(database_name());
    struct db_pool *pool = db_pool_new(pg_proxy_url(proxy), 1);
    struct db *db = borrow(pool);
    int64_t began_ms;

    (void)state;
    assert_int_equal(list_migrations(db), ERR_OK);
    pg_proxy_stall(proxy, true);
    began_ms = clock_mono_ms();
    assert_int_equal(list_migrations(db), ERR_UNAVAILABLE);
    assert_non_null(strstr(err_message(), "no answer in time"));
    assert_in_range(clock_mono_ms() - began_ms, 1900, 3500);
    pg_proxy_stall(proxy, false);
    db_return(db);
    db = borrow(pool);
    assert_int_equal(list_migrations(db), ERR_OK);
    db_return(db);
    db_pool_free(pool);
    pg_proxy_free(proxy);
}

static void a_statement_that_waits_for_a_lock_ends_in_time(void **state)
{
    struct db *db = borrow(*state);
    int64_t began_ms = clock_mono_ms();

    database_value("BEGIN");
    database_value("LOCK TABLE migration");
    assert_int_equal(list_migrations(db), ERR_UNAVAILABLE);
    assert_non_null(strstr(err_message(), "timeout"));
    assert_in_range(clock_mono_ms() - began_ms, 1000, 3500);
    database_value("ROLLBACK");
    assert_int_equal(list_migrations(db), ERR_OK);
    db_return(db);
}

/* A server that is stopped, or whose machine sleeps, with the lock of everybody: PostgreSQL ends it, and the
 * others go on. */
static void who_falls_asleep_in_a_transaction_lets_go_of_what_it_holds(void **state)
{
    struct db *sleeper = borrow(*state);
    int64_t began_ms = clock_mono_ms();

    assert_int_equal(db_begin(sleeper), ERR_OK);
    assert_int_equal(add_migration(sleeper, 9009), ERR_OK);
    while (database_number("SELECT count(*) FROM pg_locks WHERE relation = 'migration'::regclass "
                           "AND mode = 'RowExclusiveLock'") > 0 &&
           clock_mono_ms() - began_ms < 30000)
        usleep(100000);
    assert_in_range(clock_mono_ms() - began_ms, 5000, 20000);
    assert_int_equal(db_commit(sleeper), ERR_UNAVAILABLE);
    db_return(sleeper);
    assert_int_equal(count_of(9009), 0);
    sleeper = borrow(*state);
    assert_int_equal(list_migrations(sleeper), ERR_OK);
    db_return(sleeper);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(connections_are_made_when_they_are_needed, start, stop),
        cmocka_unit_test_setup_teardown(an_empty_pool_says_so_after_a_second, start, stop),
        cmocka_unit_test_setup_teardown(who_waits_gets_what_another_thread_returns, start, stop),
        cmocka_unit_test_setup_teardown(many_threads_share_few_connections, start, stop),
        cmocka_unit_test_setup_teardown(a_transaction_is_all_or_nothing, start, stop),
        cmocka_unit_test_setup_teardown(what_is_returned_in_a_transaction_is_rolled_back, start, stop),
        cmocka_unit_test_setup_teardown(a_failed_transaction_cannot_be_committed, start, stop),
        cmocka_unit_test_setup_teardown(an_idle_connection_that_died_is_replaced, start, stop),
        cmocka_unit_test_setup_teardown(a_connection_that_dies_in_use_is_unavailable_and_then_replaced, start,
                                        stop),
        cmocka_unit_test(a_server_that_is_away_is_asked_seldom_and_found_soon),
        cmocka_unit_test(an_answer_that_does_not_come_is_not_waited_for),
        cmocka_unit_test_setup_teardown(a_statement_that_waits_for_a_lock_ends_in_time, start, stop),
        cmocka_unit_test_setup_teardown(who_falls_asleep_in_a_transaction_lets_go_of_what_it_holds, start,
                                        stop),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
