#include <string.h>

#include "acs/base/clock.h"
#include "tests/db/store_fixture.h"

/* ---- registration ---- */

static void a_device_is_made_once_and_found_again(void **state)
{
    struct box *first = box_register(*state, "once");
    struct box *again = box_register(*state, "once");

    assert_int_equal(rig_run(*state, first), ERR_OK);
    assert_int_equal(rig_run(*state, again), ERR_OK);
    assert_true(first->registration.device_id > 0);
    assert_int_equal(again->registration.device_id, first->registration.device_id);
    assert_string_equal(database_value("SELECT manufacturer FROM device WHERE id = %lld",
                                       (long long)first->registration.device_id),
                        "Maker");
    assert_int_equal(database_number("SELECT count(*) FROM device_hot WHERE device_id = %lld",
                                     (long long)first->registration.device_id),
                     1);
}

static void two_registrations_of_one_device_in_a_batch_agree(void **state)
{
    struct box *pair[] = {box_register(*state, "twin"), box_register(*state, "twin")};

    rig_submit(*state, pair[0]);
    rig_submit(*state, pair[1]);
    rig_wait(*state, pair, COUNT_OF(pair));
    assert_int_equal(pair[0]->outcome, ERR_OK);
    assert_int_equal(pair[1]->outcome, ERR_OK);
    assert_int_equal(pair[0]->registration.device_id, pair[1]->registration.device_id);
}

/* N-27 */
static void each_part_of_the_key_makes_another_device(void **state)
{
    struct box *boxes[4];

    for (size_t i = 0; i < COUNT_OF(boxes); i++)
        boxes[i] = box_register(*state, i == 3 ? "key-2" : "key");
    boxes[1]->registration.key.oui = "00256E";
    boxes[2]->registration.key.product_class = "";
    for (size_t i = 0; i < COUNT_OF(boxes); i++)
        assert_int_equal(rig_run(*state, boxes[i]), ERR_OK);
    for (size_t i = 0; i < COUNT_OF(boxes); i++)
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(boxes[i]->registration.device_id, boxes[j]->registration.device_id);
}

static void a_serial_number_that_cannot_be_one_harms_nobody_else(void **state)
{
    char endless[1000];
    struct box *boxes[] = {box_register(*state, ""), box_register(*state, "good neighbour"), NULL};

    memset(endless, 'x', sizeof(endless) - 1);
    endless[sizeof(endless) - 1] = '\0';
    boxes[2] = box_register(*state, endless);
    for (size_t i = 0; i < COUNT_OF(boxes); i++)
        rig_submit(*state, boxes[i]);
    rig_wait(*state, boxes, COUNT_OF(boxes));
    assert_int_equal(boxes[0]->outcome, ERR_INVALID);
    assert_int_equal(boxes[1]->outcome, ERR_OK);
    assert_int_equal(boxes[2]->outcome, ERR_INVALID);
    assert_non_null(strstr(boxes[0]->message, "empty or too long"));
}

/* ---- Inform ---- */

static void an_inform_takes_the_next_session_number(void **state)
{
    int64_t device = rig_device(*state, "counts", NULL);

    for (int64_t expected = 2; expected < 5; expected++) {
        struct box *box = box_inform(*state, device);

        assert_int_equal(rig_run(*state, box), ERR_OK);
        assert_int_equal(box->inform.session_no, expected);
    }
}

static void an_inform_is_committed_before_it_is_done(void **state)
{
    int64_t device = rig_device(*state, "commits", NULL);
    struct box *box = box_inform(*state, device);

    box->inform.uptime_s = 4711;
    box->inform.event_bits = 1U << 31 | 1U << 1;
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_string_equal(database_value("SELECT concat_ws(' ', uptime_s, event_bits, boots, "
                                       "extract(epoch FROM last_inform)::bigint) "
                                       "FROM device_hot WHERE device_id = %lld",
                                       (long long)device),
                        "4711 -2147483646 1 1700000000");
}

static void an_uptime_that_was_not_said_is_null(void **state)
{
    int64_t device = rig_device(*state, "silent", NULL);
    struct box *box = box_inform(*state, device);

    box->inform.uptime_s = -1;
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_string_equal(database_value("SELECT coalesce(uptime_s::text, 'null') FROM device_hot "
                                       "WHERE device_id = %lld",
                                       (long long)device),
                        "null");
}

static void the_inform_of_a_deleted_device_says_so(void **state)
{
    struct box *boxes[] = {box_inform(*state, 999999), box_inform(*state, rig_device(*state, "lives", NULL))};

    rig_submit(*state, boxes[0]);
    rig_submit(*state, boxes[1]);
    rig_wait(*state, boxes, COUNT_OF(boxes));
    assert_int_equal(boxes[0]->outcome, ERR_NOT_FOUND);
    assert_non_null(strstr(boxes[0]->message, "register"));
    assert_int_equal(boxes[1]->outcome, ERR_OK);
}

static void events_worth_keeping_are_kept_in_their_order(void **state)
{
    struct cwmp_event list[] = {
        {"1 BOOT",   ""     },
        {"M Reboot", "act_1"}
    };
    struct cwmp_events events = {list, COUNT_OF(list)};
    struct store_history history = {&events, INT64_C(1700000000000000), "{\"a\": 1}"};
    int64_t device = rig_device(*state, "events", NULL);
    struct box *box = box_inform(*state, device);

    box->unit.history = &history;
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_string_equal(database_value("SELECT string_agg(concat_ws('/', session_no, place, code, "
                                       "command_key, detail), ' ' ORDER BY place) "
                                       "FROM device_event WHERE device_id = %lld",
                                       (long long)device),
                        "2/0/1 BOOT//{\"a\": 1} 2/1/M Reboot/act_1/{\"a\": 1}");
}

static void bootstrap_forgets_the_hashes(void **state)
{
    int64_t device = rig_device(*state, "bootstrap", NULL);
    struct box *box = box_inform(*state, device);

    database_value("UPDATE device_hot SET values_hash = 5, identity_hash = 6 WHERE device_id = %lld",
                   (long long)device);
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_int_equal(box->inform.values_hash, 5);
    assert_int_equal(box->inform.identity_hash, 6);
    box = box_inform(*state, device);
    box->inform.bootstrap = true;
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_int_equal(box->inform.values_hash, 0);
    assert_int_equal(box->inform.identity_hash, 0);
}

/* ---- the period ---- */

/* One row: when the 2 PERIODIC come, in seconds, and what is learnt. */
static const struct {
    const char *what;
    int at_s[8]; /* the first 0 behind the start ends it */
    int period_s;
} periods[] = {
    {"one distance is enough",                {1, 301},                   300 },
    {"a second more or less is the same",     {1, 301, 602, 901},         300 },
    {"one that was missed changes nothing",   {1, 301, 601, 1201, 1501},  300 },
    {"missed at the very beginning",          {1, 7201, 10801, 14401},    3600},
    {"a new period counts when it is steady", {1, 301, 601, 4201, 7801},  3600},
    {"but not before",                        {1, 301, 601, 4201},        300 },
    {"a repetition is no period",             {1, 301, 302, 601, 901},    300 },
    {"nor is a long silence",                 {1, 301, 3000001, 3000301}, 300 },
};

static void the_period_is_learnt_from_when_informs_come(void **state)
{
    for (size_t i = 0; i < COUNT_OF(periods); i++) {
        int64_t device = rig_device(*state, periods[i].what, NULL);
        long long learnt;

        for (size_t at = 0; at < COUNT_OF(periods[i].at_s) && periods[i].at_s[at] != 0; at++) {
            struct box *box = box_inform(*state, device);

            box->inform.at_us = AT_US + periods[i].at_s[at] * INT64_C(1000000);
            box->inform.periodic = true;
            assert_int_equal(rig_run(*state, box), ERR_OK);
        }
        learnt = database_number("SELECT period_s FROM device_hot WHERE device_id = %lld", (long long)device);
        if (learnt != periods[i].period_s)
            fail_msg("%s: %lld s", periods[i].what, learnt);
    }
}

/* ---- open actions ---- */

static void an_inform_brings_the_open_actions_oldest_first(void **state)
{
    int64_t device = rig_device(*state, "actions", NULL);
    struct box *box = box_inform(*state, device);

    rig_add_action(device, "act_b");
    rig_add_action(device, "act_a");
    rig_add_action(device, "act_over");
    database_value("UPDATE action SET args = '{\"x\": 1}', memo = '50 Device.A.', intent = 'Reboot', sends = "
                   "1, revision = 3, "
                   "step = 2, intent_at = '2023-11-14T22:13:20Z', created_at = '2023-11-14T22:13:21Z' "
                   "WHERE id = 'act_b'");
    database_value(
        "UPDATE action SET state = 'cancelled', ended_at = now(), next_wake_at = NULL WHERE id = 'act_over'");
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_int_equal(box->inform.action_count, 2);
    assert_string_equal(box->inform.actions[0].id, "act_b");
    assert_string_equal(box->inform.actions[0].args, "{\"x\": 1}");
    assert_string_equal(box->inform.actions[0].memo, "50 Device.A.");
    assert_string_equal(box->inform.actions[0].intent, "Reboot");
    assert_int_equal(box->inform.actions[0].intent_at_us, AT_US);
    assert_int_equal(box->inform.actions[0].created_at_us, AT_US + US_PER_S);
    assert_int_equal(box->inform.actions[0].revision, 3);
    assert_int_equal(box->inform.actions[0].step, 2);
    assert_int_equal(box->inform.actions[0].sends, 1);
    assert_int_equal(box->inform.actions[0].device_id, device);
    assert_string_equal(box->inform.actions[1].id, "act_a");
    assert_string_equal(box->inform.actions[1].kind, "reboot");
    assert_int_equal(box->inform.actions[1].state, ACTION_QUEUED);
    assert_null(box->inform.actions[1].intent);
    assert_true(box->inform.actions[1].expires_at_us > clock_now_us());
}

/* What a campaign has begun goes on; the rest of it comes after what people want, however old it is. */
static void what_a_campaign_has_not_begun_comes_last(void **state)
{
    static const char *const order[] = {"act_begun", "act_desk_1", "act_desk_2", "act_campaign"};
    int64_t device = rig_device(*state, "campaign", NULL);
    struct box *box = box_inform(*state, device);

    rig_add_action(device, "act_campaign");
    rig_add_action(device, "act_begun");
    rig_add_action(device, "act_desk_1");
    rig_add_action(device, "act_desk_2");
    database_value("UPDATE action SET campaign_id = 1, created_at = now() - interval '1 hour', touched = id "
                   "= 'act_begun'"
                   " WHERE id IN ('act_campaign', 'act_begun')");
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_int_equal(box->inform.action_count, 4);
    for (unsigned i = 0; i < 4; i++)
        assert_string_equal(box->inform.actions[i].id, order[i]);
}

static void actions_are_read_again_without_another_session(void **state)
{
    int64_t session_no;
    int64_t device = rig_device(*state, "reload", &session_no);
    struct box *box = box_inform(*state, device);

    rig_add_action(device, "act_reload");
    box->inform.session_no = session_no;
    store_reload_actions(((struct rig *)*state)->store, &box->unit);
    rig_wait(*state, &box, 1);
    assert_int_equal(box->outcome, ERR_OK);
    assert_int_equal(box->inform.action_count, 1);
    assert_int_equal(box->inform.session_no, session_no);
    assert_int_equal(
        database_number("SELECT session_no FROM device_hot WHERE device_id = %lld", (long long)device),
        session_no);
}

/* ---- history of sessions ---- */

static void a_session_leaves_one_row_also_when_told_twice(void **state)
{
    int64_t session_no;
    int64_t device = rig_device(*state, "history", &session_no);

    for (int i = 0; i < 2; i++) {
        struct box *box = box_new(*state, device);

        box->unit.session_no = session_no;
        box->session = (struct store_session){AT_US, AT_US + 5 * US_PER_S, "failed", "gone", 3, 2};
        box->unit.session = &box->session;
        assert_int_equal(rig_run(*state, box), ERR_OK);
    }
    assert_string_equal(
        database_value("SELECT string_agg(concat_ws(' ', result, detail, rpc_count, event_bits, "
                       "ended_at - started_at), ',') FROM device_session WHERE device_id = %lld",
                       (long long)device),
        "failed gone 3 2 00:00:05");
}

/* ---- batches ---- */

static void units_that_come_together_are_one_transaction(void **state)
{
    struct box *boxes[8];

    for (size_t i = 0; i < COUNT_OF(boxes); i++)
        boxes[i] = box_inform(*state, rig_device(*state, (const char[]){(char)('a' + i), '\0'}, NULL));
    for (size_t i = 0; i < COUNT_OF(boxes); i++)
        rig_submit(*state, boxes[i]);
    rig_wait(*state, boxes, COUNT_OF(boxes));
    for (size_t i = 0; i < COUNT_OF(boxes); i++)
        assert_int_equal(boxes[i]->outcome, ERR_OK);
    assert_int_equal(database_number("SELECT count(DISTINCT xmin::text) FROM device_hot WHERE device_id IN "
                                     "(SELECT id FROM device WHERE length(serial) = 1)"),
                     1);
}

static void a_second_unit_of_a_device_travels_in_the_next_batch(void **state)
{
    int64_t device = rig_device(*state, "second", NULL);
    struct box *boxes[] = {box_inform(*state, device), box_inform(*state, device),
                           box_inform(*state, device)};

    for (size_t i = 0; i < COUNT_OF(boxes); i++)
        rig_submit(*state, boxes[i]);
    rig_wait(*state, boxes, COUNT_OF(boxes));
    for (size_t i = 0; i < COUNT_OF(boxes); i++)
        assert_int_equal(boxes[i]->inform.session_no, 2 + (int64_t)i);
    assert_true(boxes[0]->order < boxes[1]->order && boxes[1]->order < boxes[2]->order);
}

static void more_than_the_cap_goes_in_several_batches(void **state)
{
    struct box *boxes[3 * RIG_CAP];
    char serial[] = "cap-000";

    for (size_t i = 0; i < COUNT_OF(boxes); i++) {
        serial[4] = (char)('0' + i / 100);
        serial[5] = (char)('0' + i / 10 % 10);
        serial[6] = (char)('0' + i % 10);
        boxes[i] = box_register(*state, serial);
        rig_submit(*state, boxes[i]);
    }
    rig_wait(*state, boxes, COUNT_OF(boxes));
    assert_int_equal(
        database_number("SELECT count(DISTINCT xmin::text) FROM device WHERE serial LIKE 'cap-%%'"), 3);
}

static void submit_never_calls_back_before_it_returns(void **state)
{
    struct box *boxes[RIG_CAP + 1];

    for (size_t i = 0; i < COUNT_OF(boxes); i++) {
        boxes[i] = box_register(*state, "early");
        rig_submit(*state, boxes[i]);
        assert_int_equal(boxes[i]->calls, 0);
    }
    rig_wait(*state, boxes, COUNT_OF(boxes));
}

static void a_lonely_unit_waits_no_longer_than_the_linger_time(void **state)
{
    struct rig *slow = rig_new(database_url(), 300000, RIG_CAP);
    struct box *box = box_register(slow, "lonely");
    int64_t began_us = clock_mono_us();

    (void)state;
    assert_int_equal(rig_run(slow, box), ERR_OK);
    assert_in_range(clock_mono_us() - began_us, 300000, 2000000);
    rig_free(slow);
}

static void a_full_batch_does_not_linger(void **state)
{
    struct rig *slow = rig_new(database_url(), 10000000, 2);
    struct box *boxes[] = {box_register(slow, "full-1"), box_register(slow, "full-2")};
    int64_t began_us = clock_mono_us();

    (void)state;
    rig_submit(slow, boxes[0]);
    rig_submit(slow, boxes[1]);
    rig_wait(slow, boxes, COUNT_OF(boxes));
    assert_true(clock_mono_us() - began_us < 5000000);
    rig_free(slow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_device_is_made_once_and_found_again, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(two_registrations_of_one_device_in_a_batch_agree, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(each_part_of_the_key_makes_another_device, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_serial_number_that_cannot_be_one_harms_nobody_else, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(an_inform_takes_the_next_session_number, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(an_inform_is_committed_before_it_is_done, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(an_uptime_that_was_not_said_is_null, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(the_inform_of_a_deleted_device_says_so, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(events_worth_keeping_are_kept_in_their_order, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(bootstrap_forgets_the_hashes, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(the_period_is_learnt_from_when_informs_come, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(an_inform_brings_the_open_actions_oldest_first, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(what_a_campaign_has_not_begun_comes_last, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(actions_are_read_again_without_another_session, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(a_session_leaves_one_row_also_when_told_twice, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(units_that_come_together_are_one_transaction, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(a_second_unit_of_a_device_travels_in_the_next_batch, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(more_than_the_cap_goes_in_several_batches, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(submit_never_calls_back_before_it_returns, rig_setup, rig_teardown),
        cmocka_unit_test(a_lonely_unit_waits_no_longer_than_the_linger_time),
        cmocka_unit_test(a_full_batch_does_not_linger),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
