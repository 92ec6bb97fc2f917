#include <string.h>

#include "acs/base/clock.h"
#include "tests/db/store_fixture.h"

static const char *column(const char *action_id, const char *expression)
{
    return database_value("SELECT %s FROM action WHERE id = '%s'", expression, action_id);
}

static long long event_count(const char *action_id)
{
    return database_number("SELECT count(*) FROM action_event WHERE action_id = '%s'", action_id);
}

static void a_save_writes_what_it_says_and_keeps_the_rest(void **state)
{
    int64_t session_no;
    int64_t device = rig_device(*state, "save", &session_no);
    struct box *box = box_action(*state, device, session_no, "act_save", ACTION_RUNNING);
    struct action_save *save = &box->actions[0].save;

    rig_add_action(device, "act_save");
    database_value("UPDATE action SET result = '{\"kept\": 1}', wake_tries = 1 WHERE id = 'act_save'");
    save->step = 2;
    save->memo = "{\"remember\": true}";
    save->intent = "Reboot";
    save->intent_at_us = AT_US + 1;
    save->sends = 1;
    save->progress = "{\"stage\": \"sent\"}";
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_true(box->actions[0].saved);
    assert_string_equal(
        column("act_save", "concat_ws('|', state, step, memo, revision, intent, sends, progress, result)"),
        "running|2|{\"remember\": true}|1|Reboot|1|{\"stage\": \"sent\"}|{\"kept\": 1}");
    assert_string_equal(column("act_save", "extract(epoch FROM intent_at)"), "1700000000.000001");
    assert_string_equal(column("act_save", "extract(epoch FROM stage_since)"), "1700000000.000000");
    assert_string_equal(column("act_save", "concat(ended_at, next_wake_at)"), "");
}

static void an_answer_ends_the_intent(void **state)
{
    int64_t session_no;
    int64_t device = rig_device(*state, "answer", &session_no);
    struct box *box = box_action(*state, device, session_no, "act_answer", ACTION_VERIFYING);

    rig_add_action(device, "act_answer");
    database_value("UPDATE action SET intent = 'Reboot', intent_at = now() WHERE id = 'act_answer'");
    box->actions[0].save.intent_at_us = AT_US; /* without an intent it has no time */
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_string_equal(column("act_answer", "concat(state, intent, intent_at)"), "verifying");
}

static void an_end_is_an_end(void **state)
{
    static const enum action_state ends[] = {ACTION_SUCCEEDED, ACTION_FAILED, ACTION_EXPIRED,
                                             ACTION_CANCELLED};
    int64_t session_no;
    int64_t device = rig_device(*state, "ends", &session_no);

    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        const char *name = action_state_name(ends[i]);
        struct box *box = box_action(*state, device, session_no, name, ends[i]);

        rig_add_action(device, name);
        box->actions[0].save.failure = "{\"code\": \"test\"}";
        assert_int_equal(rig_run(*state, box), ERR_OK);
        assert_true(box->actions[0].saved);
        assert_string_equal(
            column(name, "concat_ws('|', state, failure ->> 'code', extract(epoch FROM ended_at))"),
            arena_printf(((struct rig *)*state)->arena, "%s|test|1700000000.000000", name));
        box = box_action(*state, device, session_no, name, ACTION_RUNNING);
        box->actions[0].save.revision = 1;
        assert_int_equal(rig_run(*state, box), ERR_OK);
        assert_false(box->actions[0].saved);
    }
}

static void every_state_is_known_to_the_schema(void **state)
{
    int64_t session_no;
    int64_t device = rig_device(*state, "states", &session_no);

    rig_add_action(device, "act_states");
    for (int to = 0; to < ACTION_STATE_COUNT; to++) {
        struct box *box = box_action(*state, device, session_no, "act_states", (enum action_state)to);

        database_value(
            "UPDATE action SET state = 'queued', ended_at = NULL, revision = 0 WHERE id = 'act_states'");
        assert_int_equal(rig_run(*state, box), ERR_OK);
        assert_string_equal(column("act_states", "state"), action_state_name((enum action_state)to));
    }
}

/* ---- events ---- */

static void a_new_state_or_progress_is_an_event_and_nothing_else_is(void **state)
{
    static const struct {
        enum action_state state;
        const char *progress;
        long long events;
    } steps[] = {
        {ACTION_SESSION, NULL,            1},
        {ACTION_SESSION, NULL,            1},
        {ACTION_RUNNING, "{\"done\": 1}", 2},
        {ACTION_RUNNING, "{\"done\": 1}", 2},
        {ACTION_RUNNING, "{\"done\": 2}", 3},
        {ACTION_RUNNING, NULL,            3},
        {ACTION_FAILED,  NULL,            4},
    };
    int64_t session_no;
    int64_t device = rig_device(*state, "told", &session_no);

    rig_add_action(device, "act_told");
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        struct box *box = box_action(*state, device, session_no, "act_told", steps[i].state);

        box->actions[0].save.revision = (int32_t)i;
        box->actions[0].save.progress = steps[i].progress;
        assert_int_equal(rig_run(*state, box), ERR_OK);
        assert_true(box->actions[0].saved);
        assert_int_equal(event_count("act_told"), steps[i].events);
    }
    assert_string_equal(database_value("SELECT string_agg(concat_ws(' ', state, detail), ', ' ORDER BY id) "
                                       "FROM action_event WHERE action_id = 'act_told'"),
                        "session, running {\"done\": 1}, running {\"done\": 2}, failed");
}

static void the_evidence_of_a_success_is_in_its_event(void **state)
{
    int64_t session_no;
    int64_t device = rig_device(*state, "evidence", &session_no);
    struct box *box = box_action(*state, device, session_no, "act_evidence", ACTION_SUCCEEDED);

    rig_add_action(device, "act_evidence");
    box->actions[0].save.progress = "{\"done\": 3}";
    box->actions[0].save.evidence = "{\"event\": \"M Reboot\"}";
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_string_equal(database_value("SELECT detail FROM action_event WHERE action_id = 'act_evidence'"),
                        "{\"event\": \"M Reboot\"}");
}

/* ---- guards ---- */

static void a_save_on_an_old_revision_is_dropped(void **state)
{
    int64_t session_no;
    int64_t device = rig_device(*state, "revision", &session_no);
    struct box *box = box_action(*state, device, session_no, "act_revision", ACTION_RUNNING);

    rig_add_action(device, "act_revision");
    database_value("UPDATE action SET revision = 7 WHERE id = 'act_revision'");
    box->actions[0].save.revision = 6;
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_false(box->actions[0].saved);
    assert_string_equal(column("act_revision", "concat_ws(' ', state, revision)"), "queued 7");
    assert_int_equal(event_count("act_revision"), 0);
}

static void an_older_session_writes_nothing(void **state)
{
    struct cwmp_parameter_value value = {"Device.DeviceInfo.UpTime", "1", CWMP_UNSIGNED_INT};
    struct cwmp_parameter_values values = {&value, 1};
    int64_t old_no;
    int64_t device = rig_device(*state, "fence", &old_no);
    struct box *box;

    rig_add_action(device, "act_fence");
    assert_int_equal(rig_run(*state, box_inform(*state, device)), ERR_OK);
    box = box_action(*state, device, old_no, "act_fence", ACTION_RUNNING);
    box->values = (struct store_values){.values = &values, .identity = &box->identity, .identity_hash = 3};
    box->identity.software_version = "stolen";
    box->unit.values = &box->values;
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_false(box->actions[0].saved);
    assert_false(box->values.written);
    assert_string_equal(column("act_fence", "state"), "queued");
    assert_int_equal(
        database_number("SELECT count(*) FROM device_page WHERE device_id = %lld", (long long)device), 0);
    assert_int_equal(database_number("SELECT count(*) FROM device WHERE software_version = 'stolen'"), 0);
}

/* A newer Inform that has not committed yet holds the fence: who is behind it waits, and then finds it taken.
 */
static void a_save_waits_for_an_inform_that_is_being_committed(void **state)
{
    int64_t session_no;
    int64_t device = rig_device(*state, "race", &session_no);
    struct box *box = box_action(*state, device, session_no, "act_race", ACTION_RUNNING);

    rig_add_action(device, "act_race");
    database_value("BEGIN");
    database_value("UPDATE device_hot SET session_no = session_no + 1 WHERE device_id = %lld",
                   (long long)device);
    rig_submit(*state, box);
    rig_turn(*state, 200000);
    assert_int_equal(box->calls, 0);
    database_value("COMMIT");
    rig_wait(*state, &box, 1);
    assert_int_equal(box->outcome, ERR_OK);
    assert_false(box->actions[0].saved);
}

/* The other way round: what the older session commits first is seen by the newer one. */
static void an_inform_sees_what_an_older_session_has_just_committed(void **state)
{
    struct box *inform;
    int64_t device = rig_device(*state, "sees", NULL);

    rig_add_action(device, "act_sees");
    database_value("BEGIN");
    database_value("UPDATE device_hot SET values_hash = 1 WHERE device_id = %lld", (long long)device);
    database_value("UPDATE action SET intent = 'Reboot', intent_at = now() WHERE id = 'act_sees'");
    inform = box_inform(*state, device);
    rig_submit(*state, inform);
    rig_turn(*state, 200000);
    assert_int_equal(inform->calls, 0);
    database_value("COMMIT");
    rig_wait(*state, &inform, 1);
    assert_int_equal(inform->inform.action_count, 1);
    assert_string_equal(inform->inform.actions[0].intent, "Reboot");
}

static void several_actions_of_a_unit_are_judged_one_by_one(void **state)
{
    int64_t session_no;
    int64_t device = rig_device(*state, "several", &session_no);
    struct box *box = box_action(*state, device, session_no, "act_s0", ACTION_SESSION);

    for (unsigned i = 0; i < STORE_UNIT_ACTIONS; i++) {
        const char *id = arena_printf(((struct rig *)*state)->arena, "act_s%u", i);

        rig_add_action(device, id);
        box->actions[i].save = (struct action_save){
            .action_id = id, .state = ACTION_SESSION, .revision = i == 2, .at_us = AT_US};
        box->unit.actions[i] = &box->actions[i];
    }
    box->unit.action_count = STORE_UNIT_ACTIONS;
    assert_int_equal(rig_run(*state, box), ERR_OK);
    for (unsigned i = 0; i < STORE_UNIT_ACTIONS; i++)
        assert_int_equal(box->actions[i].saved, i != 2);
}

/* ---- what a device can do ---- */

static void learn(struct rig *rig, int64_t device, int64_t session_no, const struct store_ability *ability)
{
    struct box *box = box_action(rig, device, session_no, "act_learn", ACTION_RUNNING);

    box->unit.ability = ability;
    assert_int_equal(rig_run(rig, box), ERR_OK);
}

static void what_is_learnt_comes_with_the_open_actions(void **state)
{
    const struct store_ability ability = {
        "1.2", {" GetRPCMethods Reboot ", " Upload ", true}
    };
    int64_t session_no;
    int64_t device = rig_device(*state, "ability", &session_no);
    struct box *box;

    rig_add_action(device, "act_learn");
    database_value("UPDATE device SET software_version = '1.2' WHERE id = %lld", (long long)device);
    learn(*state, device, session_no, &ability);
    box = box_inform(*state, device);
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_string_equal(box->inform.software_version, "1.2");
    assert_string_equal(box->inform.ability.software_version, "1.2");
    assert_string_equal(box->inform.ability.can.methods, " GetRPCMethods Reboot ");
    assert_string_equal(box->inform.ability.can.refused, " Upload ");
    assert_true(box->inform.ability.can.asked);
}

static void bootstrap_forgets_what_was_learnt_and_when_values_were_read(void **state)
{
    struct cwmp_parameter_value value = {"Device.DeviceInfo.HardwareVersion", "R1", CWMP_STRING};
    const struct cwmp_parameter_values values = {&value, 1};
    const struct store_ability ability = {
        "1.2", {" Reboot ", NULL, true}
    };
    int64_t session_no;
    int64_t device = rig_device(*state, "forget", &session_no);
    struct box *box;

    rig_add_action(device, "act_forget");
    database_value("UPDATE action SET id = 'act_learn2' WHERE id = 'act_forget'");
    box = box_action(*state, device, session_no, "act_learn2", ACTION_RUNNING);
    box->unit.ability = &ability;
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_int_equal(rig_run(*state, box_values(*state, device, session_no, &values)), ERR_OK);
    assert_int_equal(
        database_number(
            "SELECT count(*) FROM device_parameter WHERE device_id = %lld AND read_at IS NOT NULL",
            (long long)device),
        1);
    box = box_inform(*state, device);
    box->inform.bootstrap = true;
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_null(box->inform.ability.software_version);
    assert_null(box->inform.ability.can.methods);
    assert_int_equal(
        database_number("SELECT count(*) FROM device_parameter WHERE device_id = %lld AND read_at IS NULL",
                        (long long)device),
        1);
}

static void an_older_session_teaches_nothing(void **state)
{
    const struct store_ability ability = {
        "1.2", {" Reboot ", NULL, true}
    };
    int64_t session_no;
    int64_t device = rig_device(*state, "unlearnt", &session_no);
    struct box *box;

    rig_add_action(device, "act_unlearnt");
    assert_int_equal(rig_run(*state, box_inform(*state, device)), ERR_OK);
    box = box_action(*state, device, session_no, "act_unlearnt", ACTION_RUNNING);
    box->unit.ability = &ability;
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_int_equal(
        database_number("SELECT count(*) FROM device_ability WHERE device_id = %lld", (long long)device), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_save_writes_what_it_says_and_keeps_the_rest, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(an_answer_ends_the_intent, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(an_end_is_an_end, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(every_state_is_known_to_the_schema, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_new_state_or_progress_is_an_event_and_nothing_else_is, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(the_evidence_of_a_success_is_in_its_event, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_save_on_an_old_revision_is_dropped, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(an_older_session_writes_nothing, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_save_waits_for_an_inform_that_is_being_committed, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(an_inform_sees_what_an_older_session_has_just_committed, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(several_actions_of_a_unit_are_judged_one_by_one, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(what_is_learnt_comes_with_the_open_actions, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(bootstrap_forgets_what_was_learnt_and_when_values_were_read,
                                        rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(an_older_session_teaches_nothing, rig_setup, rig_teardown),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
