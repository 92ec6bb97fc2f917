/* Homes that fall silent together: when the rule opens an incident, who belongs to it, when it closes it. */
#include "db/incident.h"

#include "tests/support/check.h"
#include "tests/support/database.h"

static const struct incident_rule rule = {
    .least = 8, .percent = 30, .window_s = 600, .grace_s = 60, .back_percent = 70};

struct desk {
    struct db_pool *pool;
    struct db *db;
};

static int start(void **state)
{
    struct desk *desk = HEAP_NEW(struct desk);

    database_value("TRUNCATE device, device_hot, device_place, device_call, incident, incident_home CASCADE");
    desk->pool = db_pool_new(database_url(), 2);
    *state = desk;
    return db_borrow(desk->pool, &desk->db) == ERR_OK ? 0 : -1;
}

static int stop(void **state)
{
    struct desk *desk = *state;

    db_return(desk->db);
    db_pool_free(desk->pool);
    heap_free(desk);
    return 0;
}

/* Homes of a box, with a period of five minutes, whose last contact was so long ago. */
static void add_homes(int count, const char *cto, const char *pon, int seconds_ago)
{
    database_value(
        "WITH d AS (INSERT INTO device (oui, product_class, serial, manufacturer)"
        " SELECT '00256D', 'Box', gen_random_uuid(), 'Maker' FROM generate_series(1, %d) RETURNING id),"
        " p AS (INSERT INTO device_place (device_id, olt, pon, cto, changed_by) SELECT id, 'OLT-1', '%s', "
        "'%s', 'test' FROM d)"
        " INSERT INTO device_hot (device_id, period_s, last_inform)"
        " SELECT id, 300, now() - interval '%d s' FROM d",
        count, pon, cto, seconds_ago);
}

static int64_t sweep(void **state)
{
    struct desk *desk = *state;
    int64_t opened = -1;

    if (incident_sweep(desk->db, &rule, &opened) != ERR_OK)
        fail_msg("%s", err_message());
    return opened;
}

static void test_eight_homes_of_a_box(void **state)
{
    add_homes(8, "CTO-17", "1", 400);
    add_homes(4, "CTO-17", "1", 100);
    assert_int_equal(sweep(state), 1);
    assert_string_equal(database_value("SELECT kind || ' ' || place FROM incident"), "cto CTO-17");
    assert_int_equal(database_number("SELECT count(*) FROM incident_home"), 8);
    assert_int_equal(sweep(state), 0);
    assert_int_equal(database_number("SELECT count(*) FROM incident_home"), 8);
}

static void test_seven_are_none(void **state)
{
    add_homes(7, "CTO-17", "1", 400);
    assert_int_equal(sweep(state), 0);
}

static void test_less_than_three_in_ten_are_none(void **state)
{
    add_homes(8, "CTO-17", "1", 400);
    add_homes(19, "CTO-17", "1", 10);
    assert_int_equal(sweep(state), 0);
    database_value("DELETE FROM device WHERE id IN (SELECT device_id FROM device_hot WHERE last_inform > "
                   "now() - interval '60 s' LIMIT 1)");
    assert_int_equal(sweep(state), 1);
}

static void test_within_the_grace_nobody_is_silent(void **state)
{
    add_homes(20, "CTO-17", "1", 355);
    assert_int_equal(sweep(state), 0);
}

static void test_those_of_different_hours_are_none(void **state)
{
    for (int i = 0; i < 8; i++)
        add_homes(1, "CTO-17", "1", 400 + i * 400);
    assert_int_equal(sweep(state), 0);
}

static void test_a_call_that_fails_is_silence(void **state)
{
    add_homes(8, "CTO-17", "1", 100);
    assert_int_equal(sweep(state), 0);
    database_value("INSERT INTO device_call SELECT device_id, now(), 'http', 'unreachable', false, now(), "
                   "now(), 'unreachable' FROM device_hot");
    assert_int_equal(sweep(state), 1);
}

static void test_a_call_that_was_refused_is_none(void **state)
{
    add_homes(8, "CTO-17", "1", 100);
    database_value("INSERT INTO device_call SELECT device_id, now(), 'http', 'denied', false, now(), now(), "
                   "'denied' FROM device_hot");
    assert_int_equal(sweep(state), 0);
}

static void test_the_most_specific_group_wins(void **state)
{
    add_homes(9, "CTO-17", "1", 400);
    add_homes(9, "CTO-18", "1", 400);
    assert_int_equal(sweep(state), 2);
    assert_int_equal(database_number("SELECT count(*) FROM incident WHERE kind = 'cto'"), 2);
    assert_int_equal(sweep(state), 0);
}

static void test_a_pon_whose_boxes_are_small(void **state)
{
    add_homes(4, "CTO-1", "1", 400);
    add_homes(4, "CTO-2", "1", 400);
    add_homes(4, "CTO-3", "2", 400);
    assert_int_equal(sweep(state), 1);
    assert_string_equal(database_value("SELECT kind || ' ' || place FROM incident"), "pon OLT-1 1");
    assert_int_equal(sweep(state), 0);
}

static void test_who_falls_silent_later_joins(void **state)
{
    add_homes(8, "CTO-17", "1", 400);
    assert_int_equal(sweep(state), 1);
    add_homes(2, "CTO-17", "1", 380);
    assert_int_equal(sweep(state), 0);
    assert_int_equal(database_number("SELECT count(*) FROM incident_home"), 10);
}

static void come_back(int count)
{
    database_value("UPDATE device_hot SET last_inform = now() WHERE device_id IN"
                   " (SELECT device_id FROM incident_home WHERE back_at IS NULL ORDER BY 1 LIMIT %d)",
                   count);
}

static void test_it_ends_when_most_are_back(void **state)
{
    add_homes(10, "CTO-17", "1", 400);
    assert_int_equal(sweep(state), 1);
    come_back(6);
    assert_int_equal(sweep(state), 0);
    assert_int_equal(database_number("SELECT count(*) FROM incident WHERE closed_at IS NULL"), 1);
    assert_int_equal(database_number("SELECT count(back_at) FROM incident_home"), 6);
    come_back(1);
    assert_int_equal(sweep(state), 0);
    assert_int_equal(database_number("SELECT count(*) FROM incident WHERE closed_at IS NULL"), 0);
}

static void test_what_a_person_opened_a_person_closes(void **state)
{
    add_homes(8, "CTO-17", "1", 400);
    database_value(
        "INSERT INTO incident (kind, place, since, opened_by) VALUES ('cto', 'CTO-17', now(), 'carla')");
    assert_int_equal(sweep(state), 0);
    assert_int_equal(database_number("SELECT count(*) FROM incident_home"), 8);
    come_back(8);
    assert_int_equal(sweep(state), 0);
    assert_int_equal(database_number("SELECT count(*) FROM incident WHERE closed_at IS NULL"), 1);
}

static void test_one_server_at_a_time(void **state)
{
    struct desk *desk = *state;
    AUTO_DB other = NULL;
    AUTO_ARENA arena = arena_new(1024);
    struct rows rows;

    add_homes(8, "CTO-17", "1", 400);
    assert_int_equal(db_borrow(desk->pool, &other), ERR_OK);
    assert_int_equal(db_begin(other), ERR_OK);
    assert_int_equal(query_run(other, SQL_INCIDENT_TURN, NO_BINDS, arena, &rows), ERR_OK);
    assert_int_equal(sweep(state), 0);
    assert_int_equal(db_commit(other), ERR_OK);
    assert_int_equal(sweep(state), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_eight_homes_of_a_box, start, stop),
        cmocka_unit_test_setup_teardown(test_seven_are_none, start, stop),
        cmocka_unit_test_setup_teardown(test_less_than_three_in_ten_are_none, start, stop),
        cmocka_unit_test_setup_teardown(test_within_the_grace_nobody_is_silent, start, stop),
        cmocka_unit_test_setup_teardown(test_those_of_different_hours_are_none, start, stop),
        cmocka_unit_test_setup_teardown(test_a_call_that_fails_is_silence, start, stop),
        cmocka_unit_test_setup_teardown(test_a_call_that_was_refused_is_none, start, stop),
        cmocka_unit_test_setup_teardown(test_the_most_specific_group_wins, start, stop),
        cmocka_unit_test_setup_teardown(test_a_pon_whose_boxes_are_small, start, stop),
        cmocka_unit_test_setup_teardown(test_who_falls_silent_later_joins, start, stop),
        cmocka_unit_test_setup_teardown(test_it_ends_when_most_are_back, start, stop),
        cmocka_unit_test_setup_teardown(test_what_a_person_opened_a_person_closes, start, stop),
        cmocka_unit_test_setup_teardown(test_one_server_at_a_time, start, stop),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
