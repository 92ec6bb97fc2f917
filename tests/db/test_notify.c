#include "db/notify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "db/watch.h"
#include "tests/support/check.h"
#include "tests/support/database.h"

enum { HEARD_MAX = 2000, HEARD_CASES_MAX = 256, PATIENCE_US = 10 * US_PER_S, TICK_US = 1000 };

struct ear {
    struct loop *loop;
    struct notify *notify;
    struct loop_timer timer;
    loop_fn *look;
    struct notify_event heard[HEARD_MAX];
    size_t heard_count;
    char cases[HEARD_CASES_MAX], facts[HEARD_CASES_MAX];
    unsigned settings, campaigns, listening;
    int64_t campaign;
    size_t want_heard;
    unsigned want_listening;
    int64_t until_us;
};

static void on_event(const struct notify_event *event, void *ctx)
{
    struct ear *ear = ctx;

    assert_true(ear->heard_count < HEARD_MAX);
    ear->heard[ear->heard_count++] = *event;
}

static void on_case(const struct notify_case *news, void *ctx)
{
    struct ear *ear = ctx;
    size_t len = strlen(ear->cases);

    snprintf(ear->cases + len, sizeof(ear->cases) - len, "%" PRId64 "/%" PRId64 "/%s ", news->device_id,
             news->case_id, news->state);
}

static void on_facts(int64_t device_id, void *ctx)
{
    struct ear *ear = ctx;
    size_t len = strlen(ear->facts);

    snprintf(ear->facts + len, sizeof(ear->facts) - len, "%" PRId64 " ", device_id);
}

static void on_setting(void *ctx)
{
    struct ear *ear = ctx;

    ear->settings++;
}

static void on_campaign(int64_t campaign_id, void *ctx)
{
    struct ear *ear = ctx;

    ear->campaign = campaign_id;
    ear->campaigns++;
}

static void on_listening(void *ctx)
{
    struct ear *ear = ctx;

    ear->listening++;
}

static void look(void *ctx)
{
    struct ear *ear = ctx;
    bool satisfied = ear->heard_count >= ear->want_heard && ear->listening >= ear->want_listening;

    if (satisfied || clock_mono_us() > ear->until_us)
        loop_stop(ear->loop);
    else
        loop_timer_set(ear->loop, &ear->timer, clock_mono_us() + TICK_US, ear->look, ear);
}

static void wait_until(struct ear *ear, size_t heard, unsigned listening)
{
    ear->want_heard = heard;
    ear->want_listening = listening;
    ear->until_us = clock_mono_us() + PATIENCE_US;
    ear->look = look;
    look(ear);
    loop_run(ear->loop);
    assert_int_equal(ear->heard_count, heard);
    assert_int_equal(ear->listening, listening);
}

static int start(void **state)
{
    struct ear *ear = HEAP_NEW(struct ear);

    ear->loop = loop_new();
    ear->notify = notify_new(ear->loop, database_url(),
                             &(struct notify_handler){on_event, NULL, on_case, on_facts, on_setting,
                                                      on_campaign, on_listening, ear});
    *state = ear;
    wait_until(ear, 0, 1);
    return 0;
}

static int stop(void **state)
{
    struct ear *ear = *state;

    notify_free(ear->notify);
    loop_free(ear->loop);
    heap_free(ear);
    return 0;
}

static void an_event_is_heard_with_all_that_it_says(void **state)
{
    struct ear *ear = *state;
    long long id = database_number("INSERT INTO action_event (device_id, action_id, state) "
                                   "VALUES (42, 'act_01234567890123456789ab', 'succeeded') RETURNING id");

    wait_until(ear, 1, 1);
    assert_int_equal(ear->heard[0].id, id);
    assert_int_equal(ear->heard[0].device_id, 42);
    assert_string_equal(ear->heard[0].action_id, "act_01234567890123456789ab");
    assert_int_equal(ear->heard[0].state, ACTION_SUCCEEDED);
}

static void a_statement_with_many_events_is_heard_in_full(void **state)
{
    enum { MANY = 1234 };
    struct ear *ear = *state;

    database_value("INSERT INTO action_event (device_id, id, action_id, state) OVERRIDING SYSTEM VALUE "
                   "SELECT 9000000000000000000 + n, 9000000000000000000 + n, repeat('x', 26), 'succeeded' "
                   "FROM generate_series(1, %d) n",
                   MANY);
    wait_until(ear, MANY, 1);
    for (size_t i = 0; i < MANY; i++)
        assert_int_equal(ear->heard[i].id, INT64_C(9000000000000000001) + (int64_t)i);
}

static void cases_are_heard_and_what_is_none_is_passed_over(void **state)
{
    static const char *const said[] = {"",    "1",         "1:2",      "x:2:open",  "1:x:open",
                                       ":::", "-1:2:open", "7:8:open", "7:8:closed"};
    struct ear *ear = *state;

    for (size_t i = 0; i < COUNT_OF(said); i++)
        database_value("SELECT pg_notify('farol_case', '%s')", said[i]);
    database_value("INSERT INTO action_event (device_id, action_id, state) VALUES (1, 'act_last', 'queued')");
    wait_until(ear, 1, 1);
    assert_string_equal(ear->cases, "7/8/open 7/8/closed ");
}

static void tell_last(struct ear *ear)
{
    database_value("INSERT INTO action_event (device_id, action_id, state) VALUES (1, 'act_last', 'queued')");
    wait_until(ear, ear->heard_count + 1, 1);
}

static void what_is_known_of_a_watched_device_is_heard_and_of_no_other(void **state)
{
    enum { LEASE_OVER_S = 3600 };
    static const int64_t watched[] = {12, 11, 12};
    struct ear *ear = *state;
    AUTO_ARENA arena = arena_new(1024);
    struct db_pool *pool = db_pool_new(database_url(), 1);
    struct db *db;

    assert_int_equal(db_borrow(pool, &db), ERR_OK);
    assert_int_equal(watch_renew(db, watched, COUNT_OF(watched), arena), ERR_OK);
    for (int device = 10; device <= 13; device++)
        database_value("INSERT INTO device_fact VALUES (%d, '{\"wan.ip\": [\"192.0.2.1\", 1]}')", device);
    tell_last(ear);
    assert_string_equal(ear->facts, "11 12 ");
    database_value(
        "UPDATE device_fact SET doc = '{\"wan.ip\": [\"192.0.2.2\", 2]}' WHERE device_id IN (10, 11)");
    tell_last(ear);
    assert_string_equal(ear->facts, "11 12 11 ");
    database_value("UPDATE device_watch SET until = now() - %d * interval '1 s' WHERE device_id = 11",
                   LEASE_OVER_S);
    database_value("UPDATE device_fact SET doc = '{\"wan.ip\": [\"192.0.2.3\", 3]}'");
    tell_last(ear);
    assert_string_equal(ear->facts, "11 12 11 12 ");
    assert_int_equal(watch_renew(db, watched, 1, arena), ERR_OK);
    assert_int_equal(database_number("SELECT count(*) FROM device_watch"), 1);
    db_return(db);
    db_pool_free(pool);
}

static void what_was_set_for_all_homes_is_heard(void **state)
{
    struct ear *ear = *state;

    database_value(
        "INSERT INTO setting (kind, name, value, changed_by) VALUES ('threshold', 'x', '1', 'ana')");
    database_value("UPDATE setting SET value = NULL, revision = 2");
    database_value("INSERT INTO action_event (device_id, action_id, state)"
                   " VALUES (42, 'act_01234567890123456789ab', 'succeeded')");
    wait_until(ear, 1, 1);
    assert_int_equal(ear->settings, 2);
}

static void what_changes_of_a_campaign_is_heard_once_a_transaction(void **state)
{
    struct ear *ear = *state;
    long long id = database_number("INSERT INTO campaign (name, kind, plan, created_by, changed_by, changers)"
                                   " VALUES ('x', 'reboot', '{}', 'x', 'x', '{1}') RETURNING id");

    database_value("INSERT INTO campaign_wave (campaign_id, number, size) VALUES (%lld, 0, 2)", id);
    database_value("BEGIN");
    database_value("UPDATE campaign_wave SET healthy = 1 WHERE campaign_id = %lld", id);
    database_value("UPDATE campaign SET why = 'judging' WHERE id = %lld", id);
    database_value("INSERT INTO campaign_event (campaign_id, by, kind) VALUES (%lld, 'x', 'wave')", id);
    database_value("COMMIT");
    database_value("NOTIFY farol_campaign, 'x'");
    tell_last(ear);
    assert_int_equal(ear->campaigns, 2); /* made; all that came after */
    assert_int_equal(ear->campaign, id);
}

static void what_was_rolled_back_is_not_heard(void **state)
{
    struct ear *ear = *state;

    database_value("BEGIN");
    database_value(
        "INSERT INTO action_event (device_id, action_id, state) VALUES (1, 'act_undone', 'queued')");
    database_value("ROLLBACK");
    database_value("INSERT INTO action_event (device_id, action_id, state) VALUES (1, 'act_done', 'queued')");
    wait_until(ear, 1, 1);
    assert_string_equal(ear->heard[0].action_id, "act_done");
}

static void what_is_not_ours_is_passed_over(void **state)
{
    static const char *const strange[] = {
        "",
        "hello",
        "1:2:3",
        "1:2:act_x:dancing",
        "x:2:a:queued",
        "1::act_x:queued",
        "::: :::",
        "1:2:act_that_is_much_too_long_to_be_one:queued",
    };
    struct ear *ear = *state;

    for (size_t i = 0; i < COUNT_OF(strange); i++)
        database_value("SELECT pg_notify('farol_action', '%s')", strange[i]);
    database_value("SELECT pg_notify('farol_action', '8:9:act_good:waking')");
    wait_until(ear, 1, 1);
    assert_int_equal(ear->heard[0].id, 8);
    assert_int_equal(ear->heard[0].device_id, 9);
    assert_int_equal(ear->heard[0].state, ACTION_WAKING);
}

static void after_a_loss_it_listens_again_and_says_so(void **state)
{
    struct ear *ear = *state;

    for (unsigned i = 0; i < 3; i++) {
        database_cut_connections();
        wait_until(ear, i, i + 2);
        database_value(
            "INSERT INTO action_event (device_id, action_id, state) VALUES (1, 'act_after', 'queued')");
        wait_until(ear, i + 1, i + 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_event_is_heard_with_all_that_it_says, start, stop),
        cmocka_unit_test_setup_teardown(a_statement_with_many_events_is_heard_in_full, start, stop),
        cmocka_unit_test_setup_teardown(cases_are_heard_and_what_is_none_is_passed_over, start, stop),
        cmocka_unit_test_setup_teardown(what_is_known_of_a_watched_device_is_heard_and_of_no_other, start,
                                        stop),
        cmocka_unit_test_setup_teardown(what_was_set_for_all_homes_is_heard, start, stop),
        cmocka_unit_test_setup_teardown(what_changes_of_a_campaign_is_heard_once_a_transaction, start, stop),
        cmocka_unit_test_setup_teardown(what_was_rolled_back_is_not_heard, start, stop),
        cmocka_unit_test_setup_teardown(what_is_not_ours_is_passed_over, start, stop),
        cmocka_unit_test_setup_teardown(after_a_loss_it_listens_again_and_says_so, start, stop),
    };

    log_setup(LOG_ERROR, LOG_TEXT); /* every loss is a warning */
    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
