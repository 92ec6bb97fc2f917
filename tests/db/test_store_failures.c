#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "tests/db/store_fixture.h"
#include "tests/support/pg_proxy.h"

static long long session_no(int64_t device)
{
    return database_number("SELECT session_no FROM device_hot WHERE device_id = %lld", (long long)device);
}

/* ---- bad data ---- */

static void one_unit_with_bad_data_is_refused_alone(void **state)
{
    enum { UNITS = 20, BAD_1 = 3, BAD_2 = 17 };
    struct box *boxes[UNITS];
    char name[] = "poison-00";

    for (size_t i = 0; i < UNITS; i++) {
        int64_t no, device;

        name[7] = (char)('0' + i / 10);
        name[8] = (char)('0' + i % 10);
        device = rig_device(*state, name, &no);
        rig_add_action(device, name);
        boxes[i] =
            box_action(*state, device, no, arena_strdup(((struct rig *)*state)->arena, name), ACTION_SESSION);
        boxes[i]->actions[0].save.progress = i == BAD_1 || i == BAD_2 ? "{not JSON" : "{}";
    }
    for (size_t i = 0; i < UNITS; i++)
        rig_submit(*state, boxes[i]);
    rig_wait(*state, boxes, UNITS);
    for (size_t i = 0; i < UNITS; i++) {
        bool bad = i == BAD_1 || i == BAD_2;

        assert_int_equal(boxes[i]->outcome, bad ? ERR_INVALID : ERR_OK);
        assert_int_equal(boxes[i]->actions[0].saved, !bad);
    }
    assert_non_null(strstr(boxes[BAD_1]->message, "json"));
    assert_int_equal(
        database_number("SELECT count(*) FROM action WHERE id LIKE 'poison-%%' AND state = 'session'"),
        UNITS - 2);
}

static void a_unit_is_all_or_nothing(void **state)
{
    struct cwmp_parameter_value value = {"Device.DeviceInfo.UpTime", "1", CWMP_UNSIGNED_INT};
    struct cwmp_parameter_values values = {&value, 1};
    int64_t no;
    int64_t device = rig_device(*state, "atomic", &no);
    struct box *box = box_action(*state, device, no, "act_atomic", ACTION_SESSION);

    rig_add_action(device, "act_atomic");
    box->actions[0].save.progress = "{not JSON";
    box->values = (struct store_values){.values = &values, .read_at_us = AT_US};
    box->unit.values = &box->values;
    assert_int_equal(rig_run(*state, box), ERR_INVALID);
    assert_int_equal(
        database_number("SELECT count(*) FROM device_page WHERE device_id = %lld", (long long)device), 0);
}

/* ---- deadlock ---- */

static void a_deadlock_is_tried_again(void **state)
{
    int64_t a = rig_device(*state, "lock-a", NULL);
    int64_t b = rig_device(*state, "lock-b", NULL);
    struct box *boxes[] = {box_inform(*state, a), box_inform(*state, b)};

    database_value("BEGIN");
    database_value("UPDATE device_hot SET boots = 1 WHERE device_id = %lld", (long long)b);
    rig_submit(*state, boxes[0]);
    rig_submit(*state, boxes[1]);
    rig_turn(*state, 200000); /* holds a, waits for b */
    database_value("UPDATE device_hot SET boots = 1 WHERE device_id = %lld",
                   (long long)a); /* until the store is the victim */
    assert_int_equal(boxes[0]->calls, 0);
    database_value("COMMIT");
    rig_wait(*state, boxes, COUNT_OF(boxes));
    for (size_t i = 0; i < COUNT_OF(boxes); i++) {
        assert_int_equal(boxes[i]->outcome, ERR_OK);
        assert_int_equal(boxes[i]->inform.session_no, 2);
    }
}

enum { SHARED_DEVICES = 20, ROUNDS = 100 };

struct contender {
    pthread_t thread;
    const int64_t *devices;
    unsigned failed;
};

static void *contend(void *ctx)
{
    struct contender *contender = ctx;
    struct rig *rig = rig_new(database_url(), 0, 64);

    for (size_t round = 0; round < ROUNDS; round++) {
        struct box *boxes[SHARED_DEVICES];

        for (size_t i = 0; i < SHARED_DEVICES; i++) {
            boxes[i] = box_inform(rig, contender->devices[i]);
            rig_submit(rig, boxes[i]);
        }
        rig_wait(rig, boxes, SHARED_DEVICES);
        for (size_t i = 0; i < SHARED_DEVICES; i++)
            contender->failed += boxes[i]->outcome != ERR_OK;
    }
    rig_free(rig);
    return NULL;
}

static void two_workers_with_the_same_devices_lose_nothing(void **state)
{
    int64_t devices[SHARED_DEVICES];
    struct contender contenders[2] = {{.devices = devices}, {.devices = devices}};
    char name[] = "shared-00";

    for (size_t i = 0; i < SHARED_DEVICES; i++) {
        name[7] = (char)('0' + i / 10);
        name[8] = (char)('0' + i % 10);
        devices[i] = rig_device(*state, name, NULL);
    }
    for (size_t i = 0; i < COUNT_OF(contenders); i++)
        assert_int_equal(pthread_create(&contenders[i].thread, NULL, contend, &contenders[i]), 0);
    for (size_t i = 0; i < COUNT_OF(contenders); i++)
        pthread_join(contenders[i].thread, NULL);
    assert_int_equal(contenders[0].failed + contenders[1].failed, 0);
    for (size_t i = 0; i < SHARED_DEVICES; i++)
        assert_int_equal(session_no(devices[i]), 1 + 2 * ROUNDS);
}

/* ---- loss ---- */

static void a_killed_connection_ends_the_batch_and_comes_back(void **state)
{
    int64_t device = rig_device(*state, "killed", NULL);
    struct box *box = box_inform(*state, device);

    database_value("BEGIN");
    database_value("UPDATE device_hot SET boots = 1 WHERE device_id = %lld", (long long)device);
    rig_submit(*state, box);
    rig_turn(*state, 100000);
    database_cut_connections();
    rig_wait(*state, &box, 1);
    assert_int_equal(box->outcome, ERR_UNAVAILABLE);
    assert_false(store_is_ready(((struct rig *)*state)->store));
    database_value("COMMIT");
    rig_wait_ready(*state, true);
    box = box_inform(*state, device);
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_int_equal(box->inform.session_no, 2);
}

static void an_idle_connection_that_is_killed_comes_back(void **state)
{
    database_cut_connections();
    rig_wait_ready(*state, false);
    rig_wait_ready(*state, true);
    rig_device(*state, "idle", NULL);
}

static void while_the_database_is_away_units_end_at_once(void **state)
{
    struct pg_proxy *proxy = pg_proxy_new(database_name());
    struct rig *rig = rig_new(pg_proxy_url(proxy), 500, 64);
    int64_t device = rig_device(rig, "away", NULL);
    int64_t began_us;

    (void)state;
    pg_proxy_stop(proxy);
    rig_wait_ready(rig, false);
    for (int i = 0; i < 100; i++) {
        struct box *box = box_inform(rig, device);

        began_us = clock_mono_us();
        assert_int_equal(rig_run(rig, box), ERR_UNAVAILABLE);
        assert_true(clock_mono_us() - began_us < 500000);
    }
    rig_turn(rig, 2500000); /* long enough for the longest pause */
    pg_proxy_start(proxy);
    began_us = clock_mono_us();
    rig_wait_ready(rig, true);
    assert_true(clock_mono_us() - began_us < 3000000); /* R3 */
    assert_int_equal(rig_run(rig, box_inform(rig, device)), ERR_OK);
    rig_free(rig);
    pg_proxy_free(proxy);
}

static void a_database_that_falls_silent_is_given_up(void **state)
{
    struct pg_proxy *proxy = pg_proxy_new(database_name());
    struct rig *rig = rig_new(pg_proxy_url(proxy), 500, 64);
    struct box *box = box_inform(rig, rig_device(rig, "silent", NULL));
    int64_t began_us = clock_mono_us();

    (void)state;
    pg_proxy_stall(proxy, true);
    assert_int_equal(rig_run(rig, box), ERR_UNAVAILABLE);
    assert_in_range(clock_mono_us() - began_us, 5000000, 9000000);
    pg_proxy_stall(proxy, false);
    rig_wait_ready(rig, true);
    rig_free(rig);
    pg_proxy_free(proxy);
}

static void a_lock_that_is_held_ends_in_unavailable(void **state)
{
    int64_t device = rig_device(*state, "held", NULL);
    struct box *box = box_inform(*state, device);

    database_value("BEGIN");
    database_value("UPDATE device_hot SET boots = 1 WHERE device_id = %lld", (long long)device);
    assert_int_equal(rig_run(*state, box), ERR_UNAVAILABLE);
    assert_non_null(strstr(box->message, "timeout"));
    assert_true(store_is_ready(((struct rig *)*state)->store));
    database_value("COMMIT");
    assert_int_equal(rig_run(*state, box_inform(*state, device)), ERR_OK);
}

/* R4: whatever part of the answer is lost, what was told as done is in the database. */
static void a_cut_at_any_byte_of_the_answer_never_acknowledges_too_much(void **state)
{
    enum { STEP = 13, WHOLE = 10, MOST = 10000 };
    struct pg_proxy *proxy = pg_proxy_new(database_name());
    struct rig *rig = rig_new(pg_proxy_url(proxy), 0, 64);
    int64_t device = rig_device(rig, "cut", NULL);
    unsigned outcomes[2] = {0, 0};

    (void)state;
    for (size_t bytes = 1; outcomes[1] <= WHOLE; bytes += STEP) { /* until the cuts are behind its end */
        struct box *box = box_inform(rig, device);
        long long before = session_no(device);

        assert_true(bytes < MOST);
        pg_proxy_cut_after(proxy, bytes);
        rig_submit(rig, box);
        rig_wait(rig, &box, 1);
        outcomes[box->outcome == ERR_OK]++;
        if (box->outcome == ERR_OK)
            assert_int_equal(session_no(device), box->inform.session_no);
        else
            assert_int_equal(box->outcome, ERR_UNAVAILABLE);
        assert_in_range(session_no(device) - before, 0, 1);
        rig_wait_ready(rig, true);
    }
    assert_true(outcomes[0] > WHOLE);
    rig_free(rig);
    pg_proxy_free(proxy);
}

static void units_that_are_open_when_the_store_ends_are_unavailable(void **state)
{
    struct rig *rig = rig_new(database_url(), 1000000, 64);
    int64_t device = rig_device(rig, "ending", NULL);
    struct box *sent = box_inform(rig, device);
    struct box *waiting = box_inform(rig, device);

    (void)state;
    database_value("BEGIN");
    database_value("UPDATE device_hot SET boots = 1 WHERE device_id = %lld", (long long)device);
    rig_submit(rig, sent);
    rig_submit(rig, waiting);
    rig_turn(rig, 1200000);
    store_free(rig->store);
    rig->store = NULL;
    assert_int_equal(sent->calls, 1);
    assert_int_equal(sent->outcome, ERR_UNAVAILABLE);
    assert_int_equal(waiting->calls, 1);
    assert_int_equal(waiting->outcome, ERR_UNAVAILABLE);
    database_value("COMMIT");
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_unit_with_bad_data_is_refused_alone, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_unit_is_all_or_nothing, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_deadlock_is_tried_again, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(two_workers_with_the_same_devices_lose_nothing, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(a_killed_connection_ends_the_batch_and_comes_back, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(an_idle_connection_that_is_killed_comes_back, rig_setup,
                                        rig_teardown),
        cmocka_unit_test(while_the_database_is_away_units_end_at_once),
        cmocka_unit_test(a_database_that_falls_silent_is_given_up),
        cmocka_unit_test_setup_teardown(a_lock_that_is_held_ends_in_unavailable, rig_setup, rig_teardown),
        cmocka_unit_test(a_cut_at_any_byte_of_the_answer_never_acknowledges_too_much),
        cmocka_unit_test(units_that_are_open_when_the_store_ends_are_unavailable),
    };

    log_setup(LOG_ERROR, LOG_TEXT); /* every loss is a warning */
    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
