/* What was kept of a device: sessions, events, parameters; and the health of the database itself. */
#include "db/history.h"

#include <string.h>

#include "db/health.h"
#include "db/parameter.h"
#include "tests/db/reading.h"

static void sessions_come_newest_first_with_their_events(void **state)
{
    struct reading *reading = *state;
    int64_t device = reading_add_device("A", 1);
    struct session_rows rows;

    database_value(
        "INSERT INTO device_session SELECT 1, n, now(), now() + interval '1 second', 'completed', NULL, n,"
        " CASE n WHEN 3 THEN 4 ELSE 2 END FROM generate_series(1, 3) n");
    database_value("INSERT INTO device_event VALUES (1, 2, 1, now(), 'M Reboot', 'act_1'), (1, 2, 0, now(), "
                   "'1 BOOT', '')");
    assert_int_equal(history_sessions(reading->db, device, 0, 2, reading->arena, &rows), ERR_OK);
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows.items[0].session_no, 3);
    assert_string_equal(rows.items[0].events, "[\"2 PERIODIC\"]");
    assert_string_equal(rows.items[1].events, "[\"1 BOOT\", \"M Reboot\"]");
    assert_int_equal(rows.items[1].rpc_count, 2);
    assert_int_equal(rows.items[1].ended_at_us - rows.items[1].started_at_us, 1000000);
    assert_int_equal(history_sessions(reading->db, device, 2, 9, reading->arena, &rows), ERR_OK);
    assert_int_equal(rows.count, 1);
    assert_string_equal(rows.items[0].events, "[]");
    assert_int_equal(history_sessions(reading->db, device + 1, 0, 9, reading->arena, &rows), ERR_OK);
    assert_int_equal(rows.count, 0);
}

static void events_come_newest_first_from_any_place(void **state)
{
    struct reading *reading = *state;
    int64_t device = reading_add_device("A", 1);
    struct event_place after;
    struct event_rows rows;

    database_value(
        "INSERT INTO device_event SELECT 1, s, p, now(), s || '.' || p, '' FROM generate_series(1, 2) s,"
        " generate_series(0, 2) p");
    assert_int_equal(history_events(reading->db, device, NULL, 2, reading->arena, &rows), ERR_OK);
    assert_int_equal(rows.count, 2);
    assert_string_equal(rows.items[0].code, "2.2");
    assert_string_equal(rows.items[1].code, "2.1");
    after = rows.items[1].place;
    assert_int_equal(history_events(reading->db, device, &after, 9, reading->arena, &rows), ERR_OK);
    assert_int_equal(rows.count, 4);
    assert_string_equal(rows.items[0].code, "2.0");
    assert_string_equal(rows.items[1].code, "1.2");
}

static int add_parameters(void **state)
{
    int code = reading_set_up(state);

    reading_add_device("A", 1);
    database_value("INSERT INTO device_page (device_id, page, names_hash, content_hash, doc, writable) VALUES"
                   " (1, 'Device.WiFi.', 0, 0, '{\"B\": \"i1\", \"A.C\": \"sx\"}',"
                   " '{\"B\": true, \"SSID.\": false}'),"
                   " (1, 'Device.', 0, 0, '{\"Z\": \"s9\"}', '{}')");
    database_value("INSERT INTO device_read VALUES (1, '{\"Device.WiFi.\": {\"\": 1000, \"B\": 2000}}')");
    return code;
}

static void parameters_come_by_name_below_a_path(void **state)
{
    static const struct {
        struct parameter_from from;
        const char *names;
    } rows[] = {
        {{.most = 9},                           "Device.WiFi.A.C Device.WiFi.B Device.WiFi.SSID. Device.Z "},
        {{.most = 2},                           "Device.WiFi.A.C Device.WiFi.B "                           },
        {{.most = 9, .after = "Device.WiFi.B"}, "Device.WiFi.SSID. Device.Z "                              },
        {{.most = 9, .path = "Device.WiFi."},   "Device.WiFi.A.C Device.WiFi.B Device.WiFi.SSID. "         },
        {{.most = 9, .path = "Device.WiFi.B"},  "Device.WiFi.B "                                           },
        {{.most = 9, .path = "Device.WiFi"},    ""                                                         },
        {{.most = 9, .path = "Device.%."},      ""                                                         },
    };
    struct reading *reading = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text names = TEXT_IN(reading->arena);
        struct parameter_rows found;

        assert_int_equal(parameter_list(reading->db, 1, &rows[i].from, reading->arena, &found), ERR_OK);
        for (size_t n = 0; n < found.count; n++)
            text_printf(&names, "%s ", found.items[n].name);
        assert_string_equal(text_string(&names), rows[i].names);
    }
}

static void a_parameter_tells_when_it_was_read_and_whether_it_can_be_written(void **state)
{
    struct reading *reading = *state;
    struct parameter_rows found;

    assert_int_equal(
        parameter_list(reading->db, 1, &(struct parameter_from){.most = 9}, reading->arena, &found), ERR_OK);
    assert_string_equal(found.items[0].value, "x"); /* A.C */
    assert_string_equal(found.items[0].type, "xsd:string");
    assert_false(found.items[0].writable_known);
    assert_int_equal(found.items[0].read_at_us, 1000 * INT64_C(1000000));
    assert_true(found.items[1].writable_known && found.items[1].writable); /* B */
    assert_int_equal(found.items[1].read_at_us, 2000 * INT64_C(1000000));
    assert_null(found.items[2].value); /* SSID. */
    assert_true(found.items[2].writable_known && !found.items[2].writable);
    assert_int_equal(found.items[2].read_at_us, 0);
}

static void another_schema_is_told(void **state)
{
    struct reading *reading = *state;

    assert_int_equal(health_check(reading->db, reading->arena), ERR_OK);
    database_value("INSERT INTO migration VALUES (9999, 'future', '')");
    assert_int_equal(health_check(reading->db, reading->arena), ERR_CONFLICT);
    assert_non_null(strstr(err_message(), "9999"));
    database_value("DELETE FROM migration WHERE number = 9999");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sessions_come_newest_first_with_their_events, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(events_come_newest_first_from_any_place, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(parameters_come_by_name_below_a_path, add_parameters,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(a_parameter_tells_when_it_was_read_and_whether_it_can_be_written,
                                        add_parameters, reading_tear_down),
        cmocka_unit_test_setup_teardown(another_schema_is_told, reading_set_up, reading_tear_down),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
