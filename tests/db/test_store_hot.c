/*
 * Whether an Inform's update of device_hot is heap-only. Runs alone: old versions of a row are only cleared
 * away once no transaction of the whole cluster is older, so the long ones of other tests would be measured
 * too.
 */
#include "acs/base/clock.h"
#include "tests/db/store_fixture.h"

/* A server process reports what it did at most once a second, and when it is idle. */
static void let_statistics_arrive(struct rig *rig)
{
    rig_turn(rig, 1100000);
    rig_device(rig, "report", NULL);
    rig_turn(rig, 200000);
}

static void informs_are_heap_only_updates(void **state)
{
    enum { DEVICES = 40, ROUNDS = 100 };
    struct box *boxes[DEVICES];
    int64_t ids[DEVICES];
    char serial[] = "hot-00";
    long long updates, hot;

    for (size_t i = 0; i < DEVICES; i++) {
        serial[4] = (char)('0' + i / 10);
        serial[5] = (char)('0' + i % 10);
        ids[i] = rig_device(*state, serial, NULL);
    }
    let_statistics_arrive(*state);
    updates = database_number("SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'device_hot'");
    hot = database_number("SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'device_hot'");
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < DEVICES; i++) {
            boxes[i] = box_inform(*state, ids[i]);
            boxes[i]->inform.periodic = true;
            boxes[i]->inform.at_us = AT_US + (int64_t)round * 60 * US_PER_S;
            rig_submit(*state, boxes[i]);
        }
        rig_wait(*state, boxes, DEVICES);
    }
    let_statistics_arrive(*state);
    updates =
        database_number("SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'device_hot'") - updates;
    hot = database_number("SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'device_hot'") - hot;
    assert_true(updates >= DEVICES * ROUNDS);
    assert_true(100 * hot >= 99 * updates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(informs_are_heap_only_updates, rig_setup, rig_teardown),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
