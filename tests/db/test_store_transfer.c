#include <string.h>

#include "tests/db/store_fixture.h"

static struct cwmp_transfer_complete words(const char *key, uint32_t fault, const char *started)
{
    return (struct cwmp_transfer_complete){
        .command_key = key,
        .fault = {.code = fault, .text = fault != 0 ? "why" : ""},
        .start_time = started,
        .complete_time = "2026-01-02T03:05:05Z"
    };
}

/* action_id: the open one that the worker has found; NULL: none. */
static void tell(struct rig *rig, int64_t device, const struct cwmp_transfer_complete *told,
                 const char *action_id)
{
    struct store_transfer transfer = {.told = told, .action_id = action_id, .at_us = AT_US};
    struct box *box = box_new(rig, device);

    box->unit.transfer = &transfer;
    assert_int_equal(rig_run(rig, box), ERR_OK);
}

static const char *report(int64_t device)
{
    return database_value("SELECT string_agg(concat_ws('|', command_key, start_time, fault_code, fault_text, "
                          "action_id, copies),"
                          " ' ' ORDER BY start_time) FROM transfer_report WHERE device_id = %lld",
                          (long long)device);
}

static void each_report_is_kept_once(void **state)
{
    int64_t device = rig_device(*state, "once", NULL);
    struct cwmp_transfer_complete first = words("k", 0, "t1");
    struct cwmp_transfer_complete second = words("k", 9010, "t2");

    tell(*state, device, &first, NULL);
    tell(*state, device, &first, NULL);
    tell(*state, device, &second, NULL);
    assert_string_equal(report(device), "k|t1|0||2 k|t2|9010|why|1");
}

static void an_action_is_found_by_its_key(void **state)
{
    int64_t device = rig_device(*state, "key", NULL);
    struct cwmp_transfer_complete told = words("act_by_key", 0, "t");

    rig_add_action(device, "act_by_key");
    tell(*state, device, &told, NULL);
    assert_string_equal(report(device), "act_by_key|t|0||act_by_key|1");
    assert_string_equal(
        database_value("SELECT coalesce(evidence::text, 'none') FROM action WHERE id = 'act_by_key'"),
        "none"); /* it is open: that is for its program to say */
}

static void the_key_of_another_devices_action_is_nobodys(void **state)
{
    int64_t device = rig_device(*state, "mine", NULL);
    int64_t other = rig_device(*state, "other", NULL);
    struct cwmp_transfer_complete told = words("act_of_mine", 0, "t");

    rig_add_action(device, "act_of_mine");
    database_value(
        "UPDATE action SET state = 'failed', ended_at = now(), next_wake_at = NULL WHERE id = 'act_of_mine'");
    tell(*state, other, &told, NULL);
    assert_string_equal(report(other), "act_of_mine|t|0||1");
    assert_string_equal(
        database_value("SELECT coalesce(evidence::text, 'none') FROM action WHERE id = 'act_of_mine'"),
        "none");
}

static void a_lost_key_is_the_action_that_the_worker_found(void **state)
{
    int64_t device = rig_device(*state, "lost", NULL);
    struct cwmp_transfer_complete told = words("", 0, "t");

    rig_add_action(device, "act_found");
    tell(*state, device, &told, "act_found");
    assert_string_equal(report(device), "|t|0||act_found|1");
}

static void one_that_has_ended_learns_of_it_once(void **state)
{
    int64_t device = rig_device(*state, "late", NULL);
    struct cwmp_transfer_complete told = words("act_late", 9018, "t");

    rig_add_action(device, "act_late");
    database_value(
        "UPDATE action SET state = 'expired', ended_at = now(), next_wake_at = NULL, evidence = '{\"a\": 1}'"
        " WHERE id = 'act_late'");
    tell(*state, device, &told, NULL);
    tell(*state, device, &told, NULL);
    assert_string_equal(
        database_value(
            "SELECT concat_ws('|', state, evidence ->> 'a', evidence #>> '{transfer_complete,fault}',"
            " evidence #>> '{transfer_complete,late}') FROM action WHERE id = 'act_late'"),
        "expired|1|9018|true");
    assert_int_equal(database_number("SELECT count(*) FROM action_event WHERE action_id = 'act_late'"), 1);
}

static void what_is_too_long_is_cut(void **state)
{
    static char key[5001];
    int64_t device = rig_device(*state, "long", NULL);
    struct cwmp_transfer_complete told = words(key, 1, key);

    memset(key, 'k', sizeof(key) - 1);
    told.fault.text = key;
    tell(*state, device, &told, NULL);
    assert_int_equal(database_number("SELECT length(command_key) FROM transfer_report WHERE device_id = %lld",
                                     (long long)device),
                     256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_report_is_kept_once, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(an_action_is_found_by_its_key, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(the_key_of_another_devices_action_is_nobodys, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(a_lost_key_is_the_action_that_the_worker_found, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(one_that_has_ended_learns_of_it_once, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(what_is_too_long_is_cut, rig_setup, rig_teardown),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
