/* Lists as files: how long they are kept. */
#include "db/export.h"

#include "tests/db/reading.h"

static long long add(const char *expires_at)
{
    long long id = database_number(
        "WITH c AS (INSERT INTO campaign (name, kind, plan, created_by, changed_by, changers)"
        " VALUES ('x', 'reboot', '{}', 'x', 'x', '{1}') RETURNING id)"
        " INSERT INTO export (what, format, campaign_id, wave, total, created_by, created_by_id, expires_at)"
        " SELECT 'campaign_devices', 'csv', id, -1, 0, 'x', 1, %s FROM c RETURNING id",
        expires_at);

    database_value("INSERT INTO export_piece VALUES (%lld, 0, 'x')", id);
    return id;
}

static void what_is_a_day_old_goes(void **state)
{
    struct reading *reading = *state;
    long long kept = add("now() + interval '1 min'");

    add("now() - interval '1 min'");
    assert_int_equal(export_trim(reading->db), ERR_OK);
    assert_int_equal(database_number("SELECT id FROM export"), kept);
    assert_int_equal(database_number("SELECT export_id FROM export_piece"), kept);
}

static void two_servers_do_not_make_the_same_file(void **state)
{
    struct reading *reading = *state;
    struct db *other = NULL;
    struct export_work mine, theirs;

    database_value("TRUNCATE export CASCADE");
    add("now() + interval '1 min'");
    assert_int_equal(db_borrow(reading->pool, &other), ERR_OK);
    assert_int_equal(db_begin(reading->db), ERR_OK);
    assert_int_equal(db_begin(other), ERR_OK);
    assert_int_equal(export_claim(reading->db, reading->arena, &mine), ERR_OK);
    assert_int_equal(export_claim(other, reading->arena, &theirs), ERR_OK);
    assert_true(mine.id != 0);
    assert_int_equal(theirs.id, 0);
    db_rollback(other);
    db_rollback(reading->db);
    db_return(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_a_day_old_goes, reading_set_up, reading_tear_down),
        cmocka_unit_test_setup_teardown(two_servers_do_not_make_the_same_file, reading_set_up,
                                        reading_tear_down),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
