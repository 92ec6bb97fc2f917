/* Attributes that a device was proved to have, and what a 0 BOOTSTRAP makes of them. */
#include <string.h>

#include "acs/base/clock.h"
#include "tests/db/store_fixture.h"

enum { SUBSCRIBER = 1 };

static const char *subscriber[] = {"Subscriber"};

/* An attribute that a device has. */
struct has {
    int at; /* seconds behind AT_US */
    const char *path;
    int notification; /* below 0: not set */
    int access;       /* how many of "Subscriber"; below 0: not set */
};

static void keep(struct rig *rig, int64_t device, int64_t session_no, struct has one)
{
    struct cwmp_attribute_change change = {
        .name = one.path,
        .notification_change = one.notification >= 0,
        .notification = one.notification >= 0 ? (uint32_t)one.notification : 0,
        .access_list_change = one.access >= 0,
        .access_list = {subscriber, one.access > 0 ? (size_t)one.access : 0},
    };
    const struct cwmp_attribute_changes has = {&change, 1};
    const struct store_attributes attributes = {&has, "act_set", AT_US + one.at * US_PER_S};
    struct box *box = box_new(rig, device);

    box->unit.session_no = session_no;
    box->unit.attributes = &attributes;
    assert_int_equal(rig_run(rig, box), ERR_OK);
}

static const char *kept(int64_t device)
{
    return text_or_empty(
        database_value("SELECT string_agg(concat_ws('|', path, coalesce(notification::text, '-'),"
                       " coalesce(access_list::text, '-'), action_id), ' ' ORDER BY path COLLATE \"C\")"
                       " FROM device_attribute WHERE device_id = %lld",
                       (long long)device));
}

static void bootstrap(struct rig *rig, int64_t device, const char *restore_id)
{
    struct box *box = box_inform(rig, device);

    box->inform.bootstrap = true;
    box->inform.restore_id = restore_id;
    box->inform.restore_expires_us = AT_US * 2;
    assert_int_equal(rig_run(rig, box), ERR_OK);
}

static void a_later_one_replaces_what_it_names(void **state)
{
    int64_t session_no;
    int64_t device = rig_device(*state, "later", &session_no);

    keep(*state, device, session_no, (struct has){0, "Device.A", 2, -1});
    keep(*state, device, session_no, (struct has){1, "Device.A", -1, SUBSCRIBER});
    assert_string_equal(kept(device), "Device.A|2|[\"Subscriber\"]|act_set");
    keep(*state, device, session_no, (struct has){2, "Device.A", 0, 0});
    assert_string_equal(kept(device), "Device.A|0|[]|act_set");
}

static void what_stands_for_all_below_replaces_those(void **state)
{
    int64_t session_no;
    int64_t device = rig_device(*state, "below", &session_no);

    keep(*state, device, session_no, (struct has){0, "Device.A.B", 2, -1});
    keep(*state, device, session_no, (struct has){1, "Device.A.C", 2, SUBSCRIBER});
    keep(*state, device, session_no, (struct has){2, "Device.AB", 2, -1});
    keep(*state, device, session_no, (struct has){5, "Device.A.", 1, -1});
    assert_string_equal(kept(device),
                        "Device.A.|1|-|act_set Device.A.C|-|[\"Subscriber\"]|act_set Device.AB|2|-|act_set");
    keep(*state, device, session_no, (struct has){4, "Device.A.B", 2, -1}); /* and stands beside it again */
    assert_string_equal(kept(device), "Device.A.|1|-|act_set Device.A.B|2|-|act_set "
                                      "Device.A.C|-|[\"Subscriber\"]|act_set Device.AB|2|-|act_set");
}

static void a_session_that_was_superseded_keeps_nothing(void **state)
{
    int64_t session_no;
    int64_t device = rig_device(*state, "fenced", &session_no);

    assert_int_equal(rig_run(*state, box_inform(*state, device)), ERR_OK);
    keep(*state, device, session_no, (struct has){0, "Device.A", 2, -1});
    assert_string_equal(kept(device), "");
}

static void a_reset_makes_the_action_that_sets_them_again(void **state)
{
    int64_t session_no;
    int64_t device = rig_device(*state, "reset", &session_no);
    struct box *box = box_inform(*state, device);

    keep(*state, device, session_no, (struct has){3, "Device.B", 2, 0});
    keep(*state, device, session_no, (struct has){5, "Device.A.", 1, -1});
    box->inform.bootstrap = true;
    box->inform.restore_id = "act_again";
    box->inform.restore_expires_us = AT_US * 2;
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_int_equal(box->inform.action_count, 1); /* known in the same session */
    assert_string_equal(box->inform.actions[0].kind, "attributes.restore");
    assert_string_equal(
        box->inform.actions[0].args,
        "{\"attributes\": [{\"name\": \"Device.B\", \"access_list\": [], \"notification\": 2}, "
        "{\"name\": \"Device.A.\", \"notification\": 1}]}");
    assert_string_equal(kept(device), "Device.A.|1|-|act_set Device.B|2|[]|act_set");
    assert_int_equal(database_number("SELECT count(*) FROM action_event WHERE action_id = 'act_again'"), 1);
}

static void nothing_is_made_where_nothing_was_set(void **state)
{
    int64_t device = rig_device(*state, "bare", NULL);

    bootstrap(*state, device, "act_none");
    assert_int_equal(database_number("SELECT count(*) FROM action WHERE device_id = %lld", (long long)device),
                     0);
}

/* What a first one has set before the second reset is gone. */
static void a_second_reset_begins_it_anew(void **state)
{
    int64_t session_no;
    int64_t device = rig_device(*state, "twice", &session_no);

    keep(*state, device, session_no, (struct has){0, "Device.A", 2, -1});
    bootstrap(*state, device, "act_first");
    database_value(
        "UPDATE action SET state = 'verifying', step = 1064, memo = '+', intent = 'X', intent_at = now(),"
        " sends = 2, next_wake_at = NULL WHERE id = 'act_first'");
    bootstrap(*state, device, "act_second");
    assert_string_equal(
        database_value("SELECT string_agg(concat_ws('|', id, state, step, memo, intent, sends), ' ')"
                       " FROM action WHERE device_id = %lld",
                       (long long)device),
        "act_first|session|0|{}|0");
}

/* One that somebody asks for comes behind it, or the older ones would stay. */
static void it_comes_before_what_was_asked_for(void **state)
{
    int64_t session_no;
    int64_t device = rig_device(*state, "order", &session_no);
    struct box *box;

    keep(*state, device, session_no, (struct has){0, "Device.A", 2, -1});
    rig_add_action(device, "act_asked");
    database_value(
        "UPDATE action SET kind = 'attributes.set', state = 'running', step = 3, next_wake_at = NULL,"
        " created_at = now() - interval '1 day' WHERE id = 'act_asked'");
    box = box_inform(*state, device);
    box->inform.bootstrap = true;
    box->inform.restore_id = "act_before";
    box->inform.restore_expires_us = AT_US * 2;
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_int_equal(box->inform.action_count, 2);
    assert_string_equal(box->inform.actions[0].id, "act_before");
    assert_string_equal(box->inform.actions[1].id, "act_asked");
    assert_int_equal(box->inform.actions[1].step, 0); /* what it had set is gone, too */
    assert_int_equal(database_number("SELECT count(*) FROM action_event WHERE action_id = 'act_asked' AND"
                                     " detail ->> 'again' = '0 BOOTSTRAP'"),
                     1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_later_one_replaces_what_it_names, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(what_stands_for_all_below_replaces_those, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_session_that_was_superseded_keeps_nothing, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_reset_makes_the_action_that_sets_them_again, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(nothing_is_made_where_nothing_was_set, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_second_reset_begins_it_anew, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(it_comes_before_what_was_asked_for, rig_setup, rig_teardown),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
