#include "db/device.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/json.h"
#include "tests/db/reading.h"

static struct device_rows list(struct reading *reading, struct device_filter filter, struct device_page page)
{
    struct device_rows rows;

    if (page.most == 0)
        page.most = 100;
    assert_int_equal(device_list(reading->db, &filter, &page, reading->arena, &rows), ERR_OK);
    return rows;
}

static void pages_follow_each_other_in_both_directions(void **state)
{
    struct reading *reading = *state;
    struct device_rows rows;

    for (int i = 0; i < 5; i++)
        reading_add_device((const char[]){'S', (char)('0' + i), '\0'}, 10);
    rows = list(reading, (struct device_filter){0}, (struct device_page){.most = 2});
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows.items[0].id, 1);
    rows = list(reading, (struct device_filter){0}, (struct device_page){.most = 9, .after = 2});
    assert_int_equal(rows.count, 3);
    assert_int_equal(rows.items[0].id, 3);
    rows = list(reading, (struct device_filter){0}, (struct device_page){.most = 2, .newest = true});
    assert_int_equal(rows.items[0].id, 5);
    rows = list(reading, (struct device_filter){0}, (struct device_page){.newest = true, .after = 4});
    assert_int_equal(rows.count, 3);
    assert_int_equal(rows.items[0].id, 3);
    rows = list(reading, (struct device_filter){0}, (struct device_page){.after = 5});
    assert_int_equal(rows.count, 0);
}

static void every_filter_filters(void **state)
{
    struct reading *reading = *state;
    int64_t id = reading_add_device("ABC100%_\\x", 10);
    int64_t day_ago = clock_now_us() - 86400 * INT64_C(1000000);
    const struct {
        struct device_filter filter;
        size_t count;
    } rows[] = {
        {{.device_id = id},                                                1},
        {{.device_id = id + 1},                                            1},
        {{.device_id = id + 99},                                           0},
        {{.serial = "bc1"},                                                1},
        {{.serial = "00"},                                                 2},
        {{.serial = "%"},                                                  1},
        {{.serial = "_"},                                                  1},
        {{.serial = "\\"},                                                 1},
        {{.serial = "100%_\\X"},                                           1},
        {{.serial = "1%0"},                                                0},
        {{.serial = "'; DROP TABLE device; --"},                           0},
        {{.oui = "00259E"},                                                2},
        {{.oui = "00259"},                                                 0},
        {{.product_class = "HG8245"},                                      2},
        {{.product_class = "hg8245"},                                      0},
        {{.software_version = "V1"},                                       2},
        {{.software_version = "V2"},                                       0},
        {{.contact_before_us = day_ago},                                   1},
        {{.contact_after_us = day_ago},                                    1},
        {{.oui = "00259E", .serial = "abc", .contact_after_us = day_ago},  1},
        {{.oui = "00259E", .serial = "abc", .contact_before_us = day_ago}, 0},
    };

    reading_add_device("DEF00", 2 * 86400);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t count = -1;

        if (list(reading, rows[i].filter, (struct device_page){0}).count != rows[i].count)
            fail_msg("filter %zu does not list %zu devices", i, rows[i].count);
        assert_int_equal(device_count(reading->db, &rows[i].filter, 0, reading->arena, &count), ERR_OK);
        assert_int_equal(count, rows[i].count);
    }
}

static void counting_stops_where_it_is_told(void **state)
{
    struct reading *reading = *state;
    struct device_filter all = {0};
    int64_t count;

    reading_add_device("A", 1);
    reading_add_device("B", 1);
    assert_int_equal(device_count(reading->db, &all, 1, reading->arena, &count), ERR_OK);
    assert_int_equal(count, 1);
    assert_int_equal(device_estimate(reading->db, reading->arena, &count), ERR_OK);
    assert_true(count >= 0);
}

static void a_device_is_shown_with_what_is_known_and_what_is_due(void **state)
{
    struct reading *reading = *state;
    int64_t id = reading_add_device("A\"B\n", 100);
    struct device_row row;
    AUTO_JSON shown = NULL;

    reading_add_action(id, "act_1");
    database_value("UPDATE device SET cwmp_version = 4, source_address = '192.0.2.7'");
    assert_int_equal(device_show(reading->db, id, reading->arena, &row), ERR_OK);
    assert_int_equal(row.id, id);
    assert_int_equal(json_read(row.shown, strlen(row.shown), &shown), ERR_OK);
    assert_string_equal(json_string(json_get(shown, "serial"), ""), "A\"B\n");
    assert_string_equal(json_string(json_get(shown, "cwmp_version"), ""), "1.4");
    assert_string_equal(json_string(json_get(shown, "source_address"), ""), "192.0.2.7");
    assert_int_equal(json_kind(json_get(shown, "root")), JSON_NULL);
    assert_int_equal(json_int(json_get(shown, "period_s"), 0), 300);
    assert_int_equal(json_int(json_get(shown, "uptime_s"), 0), 77);
    assert_int_equal(json_int(json_get(shown, "open_actions"), 0), 1);
    assert_true(json_bool(json_get(shown, "online"), false));
    assert_int_equal(device_show(reading->db, id + 1, reading->arena, &row), ERR_NOT_FOUND);
}

static void a_device_is_online_for_two_periods_after_its_last_contact(void **state)
{
    static const struct {
        long long ago_s;
        bool online;
    } rows[] = {
        {0,     true },
        {599,   true },
        {601,   false},
        {86400, false}
    };
    struct reading *reading = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t id = reading_add_device((const char[]){'S', (char)('0' + (int)i), '\0'}, rows[i].ago_s);
        struct device_presence presence;

        assert_int_equal(device_presence(reading->db, id, reading->arena, &presence), ERR_OK);
        assert_int_equal(presence.online, rows[i].online);
        assert_true(presence.next_contact_us > 0);
    }
}

static void a_device_that_never_came_is_not_online(void **state)
{
    struct reading *reading = *state;
    struct device_presence presence;

    database_value(
        "INSERT INTO device (oui, product_class, serial, manufacturer) VALUES ('A', 'B', 'C', '')");
    assert_int_equal(device_presence(reading->db, 1, reading->arena, &presence), ERR_OK);
    assert_false(presence.online);
    assert_int_equal(presence.next_contact_us, 0);
    assert_int_equal(device_presence(reading->db, 2, reading->arena, &presence), ERR_NOT_FOUND);
}

static void a_serial_number_finds_one_device_or_says_why_not(void **state)
{
    struct reading *reading = *state;
    int64_t id;

    reading_add_device("ONE", 1);
    reading_add_device("TWO", 1);
    database_value(
        "INSERT INTO device (oui, product_class, serial, manufacturer) VALUES ('A', 'B', 'TWO', '')");
    assert_int_equal(device_by_serial(reading->db, "ONE", reading->arena, &id), ERR_OK);
    assert_int_equal(id, 1);
    assert_int_equal(device_by_serial(reading->db, "TWO", reading->arena, &id), ERR_CONFLICT);
    assert_int_equal(device_by_serial(reading->db, "one", reading->arena, &id), ERR_NOT_FOUND);
}

static void whoever_locks_a_device_counts_its_open_actions(void **state)
{
    struct reading *reading = *state;
    int64_t id = reading_add_device("A", 1);
    int64_t open;

    reading_add_action(id, "act_1");
    reading_add_action(id, "act_2");
    database_value("UPDATE action SET state = 'failed', ended_at = now() WHERE id = 'act_1'");
    assert_int_equal(db_begin(reading->db), ERR_OK);
    assert_int_equal(device_lock(reading->db, id, reading->arena, &open), ERR_OK);
    assert_int_equal(open, 1);
    assert_int_equal(
        database_number("SELECT count(*) FROM (SELECT FROM device FOR NO KEY UPDATE SKIP LOCKED) d"), 0);
    db_rollback(reading->db);
    assert_int_equal(device_lock(reading->db, id + 1, reading->arena, &open), ERR_NOT_FOUND);
}

/* What is not asked for must not cost: the plan for a filter that is given uses its index. */
static void a_list_that_is_filtered_goes_by_the_index(void **state)
{
    (void)state;
    database_value("INSERT INTO device (oui, product_class, serial, manufacturer)"
                   " SELECT '00259E', 'X', md5(i::text), 'M' FROM generate_series(1, 20000) i");
    database_value("VACUUM ANALYZE device");
    for (size_t i = 0; i < SQL_COUNT; i++)
        if (strcmp(sql_statements[i].name, "device_list") == 0)
            database_value("PREPARE device_list AS %s", sql_statements[i].text);
    database_value("SET plan_cache_mode = force_custom_plan");
    database_value("CREATE TEMP TABLE plan (line text)");
    database_value("DO $$ DECLARE line text; BEGIN FOR line IN EXECUTE "
                   "'EXPLAIN EXECUTE device_list(NULL, false, NULL, ''abcdef12'', NULL, NULL, NULL, NULL, "
                   "NULL, false, true, 50)' "
                   "LOOP INSERT INTO plan VALUES (line); END LOOP; END $$");
    assert_int_equal(database_number("SELECT count(*) FROM plan WHERE line LIKE '%%device_serial_part%%'"),
                     1);
    database_value("DEALLOCATE device_list");
    database_value("DROP TABLE plan");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pages_follow_each_other_in_both_directions, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(every_filter_filters, reading_set_up, reading_tear_down),
        cmocka_unit_test_setup_teardown(counting_stops_where_it_is_told, reading_set_up, reading_tear_down),
        cmocka_unit_test_setup_teardown(a_device_is_shown_with_what_is_known_and_what_is_due, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(a_device_is_online_for_two_periods_after_its_last_contact,
                                        reading_set_up, reading_tear_down),
        cmocka_unit_test_setup_teardown(a_device_that_never_came_is_not_online, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(a_serial_number_finds_one_device_or_says_why_not, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(whoever_locks_a_device_counts_its_open_actions, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(a_list_that_is_filtered_goes_by_the_index, reading_set_up,
                                        reading_tear_down),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
