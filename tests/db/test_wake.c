#include "db/wake.h"

#include <pthread.h>
#include <string.h>

#include "db/upkeep.h"
#include "tests/support/check.h"
#include "tests/support/database.h"

/* A pool, a connection of it, and an arena for what it answers. */
struct desk {
    struct db_pool *pool;
    struct db *db;
    struct arena *arena;
};

static int start(void **state)
{
    struct desk *desk = HEAP_NEW(struct desk);

    database_value("TRUNCATE action, action_event, device, device_hot CASCADE");
    desk->pool = db_pool_new(database_url(), 4);
    desk->arena = arena_new(0);
    *state = desk;
    return db_borrow(desk->pool, &desk->db) == ERR_OK ? 0 : -1;
}

static int stop(void **state)
{
    struct desk *desk = *state;

    db_return(desk->db);
    db_pool_free(desk->pool);
    arena_free(desk->arena);
    heap_free(desk);
    return 0;
}

static long long add_device(const char *url)
{
    return database_number(
        "INSERT INTO device (oui, product_class, serial, manufacturer, connection_request_url, "
        "source_address) VALUES ('00256D', 'Box', gen_random_uuid(), 'Maker', '%s', '192.0.2.7') "
        "RETURNING id",
        url);
}

static void add_action(long long device, const char *id)
{
    database_value("INSERT INTO action (device_id, id, kind, created_by, expires_at, next_wake_at) "
                   "VALUES (%lld, '%s', 'reboot', 'test', now() + interval '1 hour', now())",
                   device, id);
}

static size_t due(struct desk *desk, struct wake_target **targets)
{
    size_t count = 0;

    if (wake_due(desk->db, 10, desk->arena, targets, &count) != ERR_OK)
        fail_msg("%s", err_message());
    return count;
}

static size_t count_due(struct desk *desk)
{
    struct wake_target *targets;

    return due(desk, &targets);
}

static void tell(struct desk *desk, long long device, const char *detail, bool reached)
{
    assert_int_equal(wake_result(desk->db, device, &(struct wake_outcome){detail, reached, "http"}), ERR_OK);
}

static void time_passes(const char *interval)
{
    database_value("UPDATE action SET next_wake_at = next_wake_at - interval '%s'", interval);
}

/* "state tries detail seconds-to-the-next-call". */
static const char *shown(const char *id)
{
    return database_value("SELECT concat_ws(' ', state, wake_tries, wake_detail, "
                          "round(extract(epoch FROM next_wake_at - now()))) FROM action WHERE id = '%s'",
                          id);
}

static const char *story(const char *id)
{
    return database_value(
        "SELECT string_agg(state, ' ' ORDER BY id) FROM action_event WHERE action_id = '%s'", id);
}

/* ---- whom to call ---- */

static void a_queued_action_has_its_device_called(void **state)
{
    long long device = add_device("http://192.0.2.7:7547/abc");
    struct wake_target *targets = NULL;

    add_action(device, "act_1");
    assert_int_equal(due(*state, &targets), 1);
    assert_int_equal(targets[0].device_id, device);
    assert_string_equal(targets[0].connection_request_url, "http://192.0.2.7:7547/abc");
    assert_string_equal(targets[0].source_address, "192.0.2.7");
    assert_string_equal(shown("act_1"), "waking 1 5");
    assert_string_equal(story("act_1"), "waking");
    assert_int_equal(count_due(*state), 0);
}

/* What waits for proof stays what it is, whatever becomes of the call, and is called for only when it is
 * time. */
static void what_is_verifying_has_its_device_called_and_stays_so(void **state)
{
    long long device = add_device("http://192.0.2.7/");

    add_action(device, "act_1");
    database_value(
        "UPDATE action SET state = 'verifying', on_offline = 'fail', next_wake_at = now() + interval '10 s'");
    assert_int_equal(count_due(*state), 0);
    time_passes("10 s");
    assert_int_equal(count_due(*state), 1);
    assert_string_equal(shown("act_1"), "verifying 1 5");
    tell(*state, device, "unreachable", false);
    assert_string_equal(shown("act_1"), "verifying 1 5");
    for (int i = 2; i <= 4; i++) {
        time_passes("1 min");
        assert_int_equal(count_due(*state), 1);
    }
    time_passes("1 min");
    assert_int_equal(count_due(*state), 0);
    assert_string_equal(shown("act_1"), "verifying 4 no_session");
    assert_string_equal(story("act_1"), "");
}

static void who_is_verifying_is_not_taken_along_before_its_time(void **state)
{
    long long device = add_device("http://192.0.2.7/");

    add_action(device, "act_1");
    database_value("UPDATE action SET state = 'verifying', next_wake_at = now() + interval '10 s'");
    add_action(device, "act_2");
    assert_int_equal(count_due(*state), 1);
    assert_string_equal(shown("act_1"), "verifying 0 10");
    assert_string_equal(shown("act_2"), "waking 1 5");
}

/* C-13 */
static void ten_actions_are_one_call(void **state)
{
    long long device = add_device("http://192.0.2.7/");
    char id[] = "act_0";

    for (; id[4] <= '9'; id[4]++)
        add_action(device, id);
    assert_int_equal(count_due(*state), 1);
    assert_int_equal(database_number("SELECT count(*) FROM action WHERE state = 'waking'"), 10);
    assert_int_equal(count_due(*state), 0);
}

static void an_action_that_comes_while_the_device_is_called_waits_with_the_others(void **state)
{
    long long device = add_device("http://192.0.2.7/");

    add_action(device, "act_1");
    assert_int_equal(count_due(*state), 1);
    add_action(device, "act_2");
    assert_int_equal(count_due(*state), 0);
    assert_string_equal(shown("act_2"), "queued 0 0");
    tell(*state, device, "refused", false);
    assert_int_equal(count_due(*state), 1);
    assert_string_equal(shown("act_2"), "waking 1 5");
    assert_string_equal(shown("act_1"), "waking 2 refused 15");
}

/* C-25 */
static void a_device_that_is_here_is_looked_for_again_and_no_call_is_counted(void **state)
{
    struct desk *desk = *state;
    long long device = add_device("http://192.0.2.7/");

    add_action(device, "act_1");
    for (int i = 0; i < 6; i++) { /* more often than a device is called */
        assert_int_equal(count_due(*state), 1);
        assert_int_equal(wake_spared(desk->db, device), ERR_OK);
        assert_string_equal(shown("act_1"), "waking 0 in_session 2");
        assert_int_equal(count_due(*state), 0);
        time_passes("3 s");
    }
    assert_int_equal(count_due(*state), 1);
    assert_string_equal(shown("act_1"), "waking 1 in_session 5");
    assert_string_equal(story("act_1"), "waking");
}

static void the_limit_counts_devices_and_the_longest_waiting_is_first(void **state)
{
    struct wake_target *targets = NULL;
    struct desk *desk = *state;
    long long devices[3];
    size_t count = 0;

    for (size_t i = 0; i < COUNT_OF(devices); i++) {
        devices[i] = add_device("http://192.0.2.7/");
        add_action(devices[i], (const char[]){'a', 'c', 't', (char)('0' + i), '\0'});
    }
    database_value("UPDATE action SET next_wake_at = now() - interval '1 min' WHERE device_id = %lld",
                   devices[2]);
    assert_int_equal(wake_due(desk->db, 1, desk->arena, &targets, &count), ERR_OK);
    assert_int_equal(count, 1);
    assert_int_equal(targets[0].device_id, devices[2]);
    assert_int_equal(count_due(desk), 2);
}

static void campaigns_have_the_room_that_is_left(void **state)
{
    struct wake_target *targets = NULL;
    struct desk *desk = *state;
    long long devices[3];
    size_t count = 0;

    for (size_t i = 0; i < COUNT_OF(devices); i++) {
        devices[i] = add_device("http://192.0.2.7/");
        add_action(devices[i], (const char[]){'a', 'c', 't', (char)('0' + i), '\0'});
    }
    add_action(devices[1], "act9"); /* the desk's, at a device that a campaign wants as well */
    database_value(
        "UPDATE action SET campaign_id = 1, next_wake_at = now() - interval '1 min' WHERE id <> 'act9'");
    assert_int_equal(wake_due(desk->db, 1, desk->arena, &targets, &count), ERR_OK);
    assert_int_equal(count, 1);
    assert_int_equal(targets[0].device_id, devices[1]);
    assert_string_equal(
        database_value("SELECT string_agg(id, ' ' ORDER BY id) FROM action WHERE state = 'waking'"),
        "act1 act9");
    assert_int_equal(wake_due(desk->db, 1, desk->arena, &targets, &count), ERR_OK);
    assert_int_equal(count, 1);
    assert_int_equal(count_due(desk), 1);
    assert_int_equal(count_due(desk), 0);
}

static void only_actions_that_wait_are_woken(void **state)
{
    long long device = add_device("http://192.0.2.7/");

    add_action(device, "act_runs");
    database_value("UPDATE action SET state = 'running', next_wake_at = NULL");
    add_action(device, "act_waits");
    assert_int_equal(count_due(*state), 1);
    assert_string_equal(shown("act_runs"), "running 0");
    tell(*state, device, "refused", false);
    assert_string_equal(shown("act_runs"), "running 0");
}

/* ---- outcomes ---- */

static void who_was_not_reached_is_called_again_and_then_awaited(void **state)
{
    static const char *const expected[] = {"queued 1 silence 5", "queued 2 silence 15", "queued 3 silence 60",
                                           "queued 4 silence"};
    long long device = add_device("http://192.0.2.7/");

    add_action(device, "act_1");
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_int_equal(count_due(*state), 1);
        tell(*state, device, "silence", false);
        assert_string_equal(shown("act_1"), expected[i]);
        assert_int_equal(count_due(*state), 0);
        time_passes("61 s");
    }
    assert_int_equal(count_due(*state), 0);
    assert_string_equal(story("act_1"), "waking queued waking queued waking queued waking queued");
}

/* C-11 */
static void who_was_reached_has_half_a_minute_to_come(void **state)
{
    long long device = add_device("http://192.0.2.7/");

    add_action(device, "act_1");
    assert_int_equal(count_due(*state), 1);
    tell(*state, device, "called", true);
    assert_string_equal(shown("act_1"), "waking 1 called 30");
    assert_string_equal(story("act_1"), "waking");
    time_passes("31 s");
    assert_int_equal(count_due(*state), 1);
    assert_string_equal(shown("act_1"), "waking 2 called 15");
}

static void who_never_comes_is_awaited_in_the_end(void **state)
{
    long long device = add_device("http://192.0.2.7/");

    add_action(device, "act_1");
    for (int i = 0; i < 4; i++) {
        assert_int_equal(count_due(*state), 1);
        tell(*state, device, "called", true);
        time_passes("61 s");
    }
    assert_int_equal(count_due(*state), 0);
    assert_string_equal(shown("act_1"), "queued 4 no_session");
    assert_string_equal(story("act_1"), "waking queued");
}

static void a_call_whose_outcome_nobody_tells_is_made_again(void **state)
{
    add_action(add_device("http://192.0.2.7/"), "act_1");
    assert_int_equal(count_due(*state), 1);
    time_passes("6 s");
    assert_int_equal(count_due(*state), 1);
    assert_string_equal(shown("act_1"), "waking 2 15");
}

static void a_device_without_an_address_is_awaited(void **state)
{
    add_action(add_device(""), "act_1");
    assert_int_equal(count_due(*state), 0);
    assert_string_equal(shown("act_1"), "queued 0 no_address");
    assert_int_equal(count_due(*state), 0);
    assert_string_equal(database_value("SELECT count(*) FROM action_event"), "0");
}

static void what_shall_fail_offline_fails_with_the_first_call(void **state)
{
    long long device = add_device("http://192.0.2.7/");

    add_action(device, "act_fail");
    add_action(device, "act_queue");
    database_value("UPDATE action SET on_offline = 'fail' WHERE id = 'act_fail'");
    assert_int_equal(count_due(*state), 1);
    tell(*state, device, "silence", false);
    assert_string_equal(shown("act_fail"), "failed 1 silence");
    assert_string_equal(shown("act_queue"), "queued 1 silence 5");
    assert_string_equal(
        database_value("SELECT concat_ws(' ', failure ->> 'code', revision, ended_at IS NOT NULL) "
                       "FROM action WHERE id = 'act_fail'"),
        "device_offline 1 t");
    add_action(add_device(""), "act_nowhere");
    database_value("UPDATE action SET on_offline = 'fail' WHERE id = 'act_nowhere'");
    assert_int_equal(count_due(*state), 0);
    assert_string_equal(shown("act_nowhere"), "failed 0 no_address");
    assert_string_equal(story("act_nowhere"), "failed");
}

/* The device came while the call was being answered (C-12): its session has the last word. */
static void an_outcome_that_comes_late_changes_nothing(void **state)
{
    long long device = add_device("http://192.0.2.7/");

    add_action(device, "act_1");
    assert_int_equal(count_due(*state), 1);
    database_value("UPDATE action SET state = 'session', next_wake_at = NULL, revision = 1");
    tell(*state, device, "silence", false);
    tell(*state, device, "called", true);
    assert_string_equal(shown("act_1"), "session 1");
}

/* ---- several programs ---- */

struct dialler {
    struct db_pool *pool;
    pthread_t thread;
    size_t called;
};

static void *dial_all(void *ctx)
{
    struct dialler *dialler = ctx;
    struct wake_target *targets;
    AUTO_ARENA arena = arena_new(0);
    AUTO_DB db = NULL;
    size_t count = 1;

    if (db_borrow(dialler->pool, &db) != ERR_OK)
        return NULL;
    for (int empty = 0; empty < 3; empty += count == 0) {
        if (wake_due(db, 7, arena, &targets, &count) != ERR_OK)
            return NULL;
        dialler->called += count;
    }
    return NULL;
}

static void two_programs_share_the_calls(void **state)
{
    enum { DEVICES = 100 };
    struct desk *desk = *state;
    struct dialler diallers[2] = {{.pool = desk->pool}, {.pool = desk->pool}};

    database_value("INSERT INTO device (oui, product_class, serial, manufacturer, connection_request_url) "
                   "SELECT '00256D', 'Box', n, 'Maker', 'http://192.0.2.7/' FROM generate_series(1, %d) n",
                   DEVICES);
    database_value("INSERT INTO action (device_id, id, kind, created_by, expires_at, next_wake_at) "
                   "SELECT id, 'act_' || id || '_' || n, 'reboot', 'test', now() + interval '1 h', now() "
                   "FROM device, generate_series(1, 3) n");
    for (size_t i = 0; i < COUNT_OF(diallers); i++)
        assert_int_equal(pthread_create(&diallers[i].thread, NULL, dial_all, &diallers[i]), 0);
    for (size_t i = 0; i < COUNT_OF(diallers); i++)
        pthread_join(diallers[i].thread, NULL);
    assert_int_equal(diallers[0].called + diallers[1].called, DEVICES);
    assert_int_equal(database_number("SELECT count(*) FROM action WHERE state = 'waking' AND wake_tries = 1"),
                     3 * DEVICES);
}

/* ---- expiry ---- */

static void what_is_past_its_time_ends_as_it_must(void **state)
{
    static const struct {
        const char *id, *state, *intent, *end, *code;
    } cases[] = {
        {"act_queued",    "queued",    NULL,     "expired", "expired"        },
        {"act_waking",    "waking",    NULL,     "expired", "expired"        },
        {"act_session",   "session",   NULL,     "expired", "expired"        },
        {"act_between",   "running",   NULL,     "expired", "expired"        },
        {"act_sent",      "running",   "Reboot", "failed",  "outcome_unknown"},
        {"act_verifying", "verifying", NULL,     "failed",  "outcome_unknown"},
    };
    struct desk *desk = *state;
    long long device = add_device("http://192.0.2.7/");
    int64_t count = 0;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        add_action(device, cases[i].id);
        database_value("UPDATE action SET expires_at = now() - interval '1 s', state = '%s', intent = "
                       "%s%s%s, intent_at = %s, "
                       "next_wake_at = NULL WHERE id = '%s'",
                       cases[i].state, cases[i].intent ? "'" : "", cases[i].intent ? cases[i].intent : "NULL",
                       cases[i].intent ? "'" : "", cases[i].intent ? "now()" : "NULL", cases[i].id);
    }
    add_action(device, "act_in_time");
    assert_int_equal(actions_expire(desk->db, 4, &count), ERR_OK);
    assert_int_equal(count, 4);
    assert_int_equal(actions_expire(desk->db, 4, &count), ERR_OK);
    assert_int_equal(count, 2);
    assert_int_equal(actions_expire(desk->db, 4, &count), ERR_OK);
    assert_int_equal(count, 0);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_string_equal(
            database_value("SELECT concat_ws(' ', state, failure ->> 'code', revision, ended_at IS NULL) "
                           "FROM action WHERE id = '%s'",
                           cases[i].id),
            arena_printf(desk->arena, "%s %s 1 f", cases[i].end, cases[i].code));
        assert_string_equal(story(cases[i].id), cases[i].end);
    }
    assert_string_equal(shown("act_in_time"), "queued 0 0");
}

/* ---- retention ---- */

static void old_history_is_forgotten_piece_by_piece(void **state)
{
    struct desk *desk = *state;
    int64_t count = 0;

    database_value("TRUNCATE device_event, device_session");
    add_action(add_device(""), "act_open");
    database_value("INSERT INTO device_event SELECT 1, n, 0, to_timestamp(n), '1 BOOT', '' FROM "
                   "generate_series(1, 100) n");
    database_value(
        "INSERT INTO device_session SELECT 1, n, to_timestamp(n), to_timestamp(n), 'completed', NULL, 1, 1 "
        "FROM generate_series(1, 100) n");
    database_value(
        "INSERT INTO action_event (device_id, action_id, at, state) "
        "SELECT 1, CASE WHEN n %% 2 = 0 THEN 'act_open' ELSE 'act_gone' END, to_timestamp(n), 'queued' "
        "FROM generate_series(1, 100) n");
    add_action(add_device(""), "act_old");
    add_action(add_device(""), "act_new");
    database_value("UPDATE action SET state = 'succeeded', next_wake_at = NULL, ended_at = to_timestamp(50) "
                   "WHERE id = 'act_old'");
    database_value("UPDATE action SET state = 'succeeded', next_wake_at = NULL, ended_at = to_timestamp(51) "
                   "WHERE id = 'act_new'");
    database_value(
        "INSERT INTO verdict (device_id, at, shown_to, actor_id, code, rules, question, answer) "
        "SELECT 1, to_timestamp(50 + n), 'ana', 1, 'ok', 1, '{}', '{}' FROM generate_series(0, 1) n");
    database_value("INSERT INTO playbook (id, version, source, created_by) VALUES ('dns', 1, '', 'ana')");
    database_value("INSERT INTO playbook_run (id, device_id, playbook, version, dry, phase, step, state, "
                   "started_by, changed_at) "
                   "SELECT 'run_' || lpad(n::text, 22, '0'), (SELECT min(id) FROM device), 'dns', 1, false, "
                   "'asking', 'a', '{}', 'ana', "
                   "to_timestamp(50 + n) "
                   "FROM generate_series(0, 1) n");
    assert_int_equal(history_trim(desk->db, INT64_C(51000000), 20, &count), ERR_OK);
    assert_int_equal(count, 63);
    while (count > 0)
        assert_int_equal(history_trim(desk->db, INT64_C(51000000), 20, &count), ERR_OK);
    assert_int_equal(database_number("SELECT count(*) FROM device_event"), 50);
    assert_int_equal(database_number("SELECT min(session_no) FROM device_session"), 51);
    assert_int_equal(database_number("SELECT count(*) FROM action_event WHERE action_id = 'act_open'"), 50);
    assert_int_equal(database_number("SELECT count(*) FROM action_event WHERE action_id = 'act_gone'"), 25);
    assert_string_equal(database_value("SELECT string_agg(id, ' ' ORDER BY id) FROM action"),
                        "act_new act_open");
    assert_int_equal(database_number("SELECT count(*) FROM verdict"), 1);
    assert_int_equal(database_number("SELECT count(*) FROM playbook_run"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_queued_action_has_its_device_called, start, stop),
        cmocka_unit_test_setup_teardown(what_is_verifying_has_its_device_called_and_stays_so, start, stop),
        cmocka_unit_test_setup_teardown(who_is_verifying_is_not_taken_along_before_its_time, start, stop),
        cmocka_unit_test_setup_teardown(ten_actions_are_one_call, start, stop),
        cmocka_unit_test_setup_teardown(a_device_that_is_here_is_looked_for_again_and_no_call_is_counted,
                                        start, stop),
        cmocka_unit_test_setup_teardown(an_action_that_comes_while_the_device_is_called_waits_with_the_others,
                                        start, stop),
        cmocka_unit_test_setup_teardown(the_limit_counts_devices_and_the_longest_waiting_is_first, start,
                                        stop),
        cmocka_unit_test_setup_teardown(campaigns_have_the_room_that_is_left, start, stop),
        cmocka_unit_test_setup_teardown(only_actions_that_wait_are_woken, start, stop),
        cmocka_unit_test_setup_teardown(who_was_not_reached_is_called_again_and_then_awaited, start, stop),
        cmocka_unit_test_setup_teardown(who_was_reached_has_half_a_minute_to_come, start, stop),
        cmocka_unit_test_setup_teardown(who_never_comes_is_awaited_in_the_end, start, stop),
        cmocka_unit_test_setup_teardown(a_call_whose_outcome_nobody_tells_is_made_again, start, stop),
        cmocka_unit_test_setup_teardown(a_device_without_an_address_is_awaited, start, stop),
        cmocka_unit_test_setup_teardown(what_shall_fail_offline_fails_with_the_first_call, start, stop),
        cmocka_unit_test_setup_teardown(an_outcome_that_comes_late_changes_nothing, start, stop),
        cmocka_unit_test_setup_teardown(two_programs_share_the_calls, start, stop),
        cmocka_unit_test_setup_teardown(what_is_past_its_time_ends_as_it_must, start, stop),
        cmocka_unit_test_setup_teardown(old_history_is_forgotten_piece_by_piece, start, stop),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
