#include "db/action.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/json.h"
#include "tests/db/reading.h"

static void create(struct reading *reading, int64_t device_id, const char *id)
{
    struct action_order order = {
        .action_id = id,
        .device_id = device_id,
        .kind = "reboot",
        .args = "{\"a\":1}",
        .created_by = "Ana",
        .reason = "slow",
        .fail_offline = true,
        .expires_at_us = clock_now_us() + 900 * INT64_C(1000000),
    };

    assert_int_equal(action_create(reading->db, &order, reading->arena), ERR_OK);
}

static void a_new_action_is_shown_as_it_was_ordered(void **state)
{
    struct reading *reading = *state;
    int64_t device = reading_add_device("A", 100);
    struct action_row row;
    AUTO_JSON shown = NULL;

    create(reading, device, "act_1");
    assert_int_equal(action_show(reading->db, "act_1", reading->arena, &row), ERR_OK);
    assert_int_equal(row.device_id, device);
    assert_string_equal(row.state, "queued");
    assert_false(row.ended);
    assert_true(row.cancellable);
    assert_false(row.waits_for_contact); /* it is called at once */
    assert_true(row.next_wake_at_us > 0 && row.next_contact_us > row.next_wake_at_us);
    assert_int_equal(json_read(row.shown, strlen(row.shown), &shown), ERR_OK);
    assert_string_equal(json_string(json_get(shown, "type"), ""), "reboot");
    assert_int_equal(json_int(json_get(json_get(shown, "params"), "a"), 0), 1);
    assert_string_equal(json_string(json_get(shown, "created_by"), ""), "Ana");
    assert_string_equal(json_string(json_get(shown, "reason"), ""), "slow");
    assert_string_equal(json_string(json_get(shown, "on_offline"), ""), "fail");
    assert_int_equal(action_show(reading->db, "act_2", reading->arena, &row), ERR_NOT_FOUND);
}

static void creating_tells_one_event_with_the_commit(void **state)
{
    struct reading *reading = *state;
    int64_t device = reading_add_device("A", 100);
    struct action_events events;

    assert_int_equal(db_begin(reading->db), ERR_OK);
    create(reading, device, "act_1");
    assert_int_equal(database_number("SELECT count(*) FROM action_event"), 0);
    assert_int_equal(db_commit(reading->db), ERR_OK);
    assert_int_equal(action_event_list(reading->db, "act_1", 0, 10, reading->arena, &events), ERR_OK);
    assert_int_equal(events.count, 1);
    assert_string_equal(events.items[0].state, "queued");
    assert_int_equal(events.items[0].device_id, device);
    assert_true(events.items[0].at_us > 0);
    assert_null(events.items[0].detail);
}

static void an_action_for_no_device_is_refused(void **state)
{
    struct reading *reading = *state;
    struct action_order order = {.action_id = "act_1",
                                 .device_id = 99,
                                 .kind = "reboot",
                                 .args = "{}",
                                 .created_by = "Ana",
                                 .expires_at_us = 1};

    assert_int_equal(action_create(reading->db, &order, reading->arena), ERR_INVALID);
}

static void actions_are_listed_newest_first_by_state(void **state)
{
    struct reading *reading = *state;
    int64_t device = reading_add_device("A", 100);
    const struct {
        struct action_page page;
        const char *ids;
    } rows[] = {
        {{.most = 9},                       "act_4 act_3 act_2 act_1 "},
        {{.most = 2},                       "act_4 act_3 "            },
        {{.most = 9, .after = "act_3"},     "act_2 act_1 "            },
        {{.most = 9, .state = "open"},      "act_3 act_1 "            },
        {{.most = 9, .state = "ended"},     "act_4 act_2 "            },
        {{.most = 9, .state = "queued"},    "act_3 act_1 "            },
        {{.most = 9, .state = "cancelled"}, "act_4 act_2 "            },
        {{.most = 9, .state = "running"},   ""                        },
    };

    for (int i = 1; i <= 4; i++) {
        bool cancelled;

        create(reading, device, (const char[]){'a', 'c', 't', '_', (char)('0' + i), '\0'});
        if (i % 2 == 0)
            assert_int_equal(action_cancel(reading->db, i == 2 ? "act_2" : "act_4", "Ana", NULL,
                                           reading->arena, &cancelled),
                             ERR_OK);
    }
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text ids = TEXT_IN(reading->arena);
        struct action_rows found;

        assert_int_equal(action_list(reading->db, device, &rows[i].page, reading->arena, &found), ERR_OK);
        for (size_t n = 0; n < found.count; n++)
            text_printf(&ids, "%s ", found.items[n].id);
        assert_string_equal(text_string(&ids), rows[i].ids);
    }
}

/* What may be cancelled in which state, with and without a request outstanding. */
static void an_action_is_cancelled_only_before_anything_reached_the_device(void **state)
{
    static const struct {
        const char *state, *intent;
        bool cancellable;
    } rows[] = {
        {"queued",    NULL,     true },
        {"waking",    NULL,     true },
        {"session",   NULL,     true },
        {"running",   NULL,     true },
        {"running",   "Reboot", false},
        {"session",   "Reboot", false},
        {"verifying", NULL,     false},
        {"succeeded", NULL,     false},
        {"failed",    NULL,     false},
        {"expired",   NULL,     false},
        {"cancelled", NULL,     false},
    };
    struct reading *reading = *state;
    int64_t device = reading_add_device("A", 100);

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *id = arena_printf(reading->arena, "act_%zu", i);
        struct action_row row;
        bool cancelled;

        create(reading, device, id);
        database_value(
            "UPDATE action SET state = '%s', next_wake_at = NULL, intent = nullif('%s', ''),"
            " intent_at = CASE '%s' WHEN '' THEN NULL ELSE now() END,"
            " ended_at = CASE WHEN '%s' IN ('succeeded', 'failed', 'expired', 'cancelled') THEN now() END"
            " WHERE id = '%s'",
            rows[i].state, text_or_empty(rows[i].intent), text_or_empty(rows[i].intent), rows[i].state, id);
        assert_int_equal(action_show(reading->db, id, reading->arena, &row), ERR_OK);
        assert_int_equal(row.cancellable, rows[i].cancellable);
        assert_int_equal(action_cancel(reading->db, id, "Ana", "wrong home", reading->arena, &cancelled),
                         ERR_OK);
        assert_int_equal(cancelled, rows[i].cancellable);
        assert_string_equal(database_value("SELECT state FROM action WHERE id = '%s'", id),
                            rows[i].cancellable ? "cancelled" : rows[i].state);
    }
}

static void a_cancelled_action_says_by_whom_and_why(void **state)
{
    struct reading *reading = *state;
    int64_t device = reading_add_device("A", 100);
    struct action_events events;
    bool cancelled;

    create(reading, device, "act_1");
    assert_int_equal(action_cancel(reading->db, "act_1", "Ana", "wrong home", reading->arena, &cancelled),
                     ERR_OK);
    assert_string_equal(database_value("SELECT failure ->> 'by' FROM action"), "Ana");
    assert_string_equal(database_value("SELECT failure ->> 'detail' FROM action"), "wrong home");
    assert_int_equal(database_number("SELECT revision FROM action"), 1); /* or a worker would overwrite it */
    assert_int_equal(action_event_list(reading->db, "act_1", 0, 10, reading->arena, &events), ERR_OK);
    assert_int_equal(events.count, 2);
    assert_string_equal(events.items[1].state, "cancelled");
    assert_non_null(strstr(events.items[1].detail, "wrong home"));
    assert_int_equal(action_cancel(reading->db, "act_9", "Ana", NULL, reading->arena, &cancelled), ERR_OK);
    assert_false(cancelled);
}

static void an_action_that_is_not_called_any_more_waits_for_the_next_contact(void **state)
{
    struct reading *reading = *state;
    int64_t device = reading_add_device("A", 100);
    struct action_row row;

    create(reading, device, "act_1");
    database_value("UPDATE action SET state = 'waking', next_wake_at = NULL, wake_tries = 3, wake_detail = "
                   "'unreachable'");
    assert_int_equal(action_show(reading->db, "act_1", reading->arena, &row), ERR_OK);
    assert_true(row.waits_for_contact);
    assert_int_equal(row.wake_tries, 3);
    assert_string_equal(row.wake_detail, "unreachable");
    assert_int_equal(row.next_wake_at_us, 0);
    assert_true(row.next_contact_us > clock_now_us());
}

static void events_are_fetched_by_name_and_replayed_by_topic(void **state)
{
    struct reading *reading = *state;
    int64_t first = reading_add_device("A", 1);
    int64_t second = reading_add_device("B", 1);
    struct action_topics topics = {.device_ids = &first, .device_count = 1};
    struct action_since since = {.after = 0, .most = 10};
    struct action_events events;

    create(reading, first, "act_1");
    create(reading, second, "act_2");
    create(reading, second, "act_3");
    assert_int_equal(action_event_fetch(reading->db, (int64_t[]){second, first, first}, (int64_t[]){3, 1, 2},
                                        3, reading->arena, &events),
                     ERR_OK);
    assert_int_equal(events.count, 2); /* event 2 is not of the first device */
    assert_int_equal(events.items[0].id, 1);
    assert_int_equal(events.items[1].id, 3);

    assert_int_equal(action_event_replay(reading->db, &topics, &since, reading->arena, &events), ERR_OK);
    assert_int_equal(events.count, 1);
    topics.action_ids = (const char *const[]){"act_3"};
    topics.action_count = 1;
    assert_int_equal(action_event_replay(reading->db, &topics, &since, reading->arena, &events), ERR_OK);
    assert_int_equal(events.count, 2);
    since.after = 1;
    assert_int_equal(action_event_replay(reading->db, &topics, &since, reading->arena, &events), ERR_OK);
    assert_int_equal(events.count, 1);
    assert_string_equal(events.items[0].action_id, "act_3");
    since.since_us = clock_now_us() - 60 * INT64_C(1000000); /* what is young comes again */
    assert_int_equal(action_event_replay(reading->db, &topics, &since, reading->arena, &events), ERR_OK);
    assert_int_equal(events.count, 2);
    since.most = 1;
    assert_int_equal(action_event_replay(reading->db, &topics, &since, reading->arena, &events), ERR_OK);
    assert_int_equal(events.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_action_is_shown_as_it_was_ordered, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(creating_tells_one_event_with_the_commit, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(an_action_for_no_device_is_refused, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(actions_are_listed_newest_first_by_state, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(an_action_is_cancelled_only_before_anything_reached_the_device,
                                        reading_set_up, reading_tear_down),
        cmocka_unit_test_setup_teardown(a_cancelled_action_says_by_whom_and_why, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(an_action_that_is_not_called_any_more_waits_for_the_next_contact,
                                        reading_set_up, reading_tear_down),
        cmocka_unit_test_setup_teardown(events_are_fetched_by_name_and_replayed_by_topic, reading_set_up,
                                        reading_tear_down),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
