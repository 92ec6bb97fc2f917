/* Rows of tables: made once and never twice, whatever is lost on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/provisioning/action_world.h"

static const char add_row[] = "{\"object\":\"Device.X.\"}";
static const char add_with_values[] =
    "{\"object\":\"Device.X.\",\"values\":[{\"name\":\"Enable\",\"value\":\"true\",\"type\":\"boolean\"}]}";

static void added(struct world *world, uint32_t instance, int32_t status)
{
    struct cwmp_message *answer = world_message(world, CWMP_ADD_OBJECT_RESPONSE);

    answer->body.add_object_response.instance_number = instance;
    answer->body.add_object_response.status = status;
    world_answer(world, answer);
}

/* up to the point where AddObject is outstanding; rows 1 and 5 were there before */
static void begin(struct world *world, const char *args)
{
    world_begin(world, "object.add", args);
    world_next(world);
    assert_int_equal(world->move.request.method, CWMP_GET_PARAMETER_NAMES);
    assert_true(world->move.request.body.get_parameter_names.next_level);
    world_names(world, "Device.X.1.", "Device.X.5.", NULL);
    world_next(world);
    assert_int_equal(world->move.request.method, CWMP_ADD_OBJECT);
    assert_string_equal(world->move.request.body.add_object.object_name, "Device.X.");
    assert_string_equal(world->move.request.body.add_object.parameter_key, world->record.id);
}

static void the_number_that_the_device_gives_is_used_and_the_row_is_read(void **state)
{
    struct world world;

    (void)state;
    begin(&world, add_row);
    added(&world, 17, 0);
    world_next(&world);
    assert_string_equal(world.move.request.body.get_parameter_values.names.items[0], "Device.X.17.");
    world_values(&world, "Device.X.17.Enable", "0", CWMP_BOOLEAN);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.result, "\"instance\":17"));
    world_end(&world);
}

static void its_values_are_set_in_the_same_session_with_the_types_of_the_device(void **state)
{
    struct cwmp_message *yes;
    struct world world;

    (void)state;
    begin(&world, add_with_values);
    added(&world, 17, 0);
    world_next(&world);
    world_values(&world, "Device.X.17.Enable", "0", CWMP_UNSIGNED_INT);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_SET_PARAMETER_VALUES);
    assert_string_equal(world.move.request.body.set_parameter_values.parameters.items[0].name,
                        "Device.X.17.Enable");
    assert_int_equal(world.move.request.body.set_parameter_values.parameters.items[0].type,
                     CWMP_UNSIGNED_INT);
    assert_string_not_equal(world.move.request.body.set_parameter_values.parameter_key, world.record.id);
    yes = world_message(&world, CWMP_SET_PARAMETER_VALUES_RESPONSE);
    world_answer(&world, yes);
    world_next(&world);
    world_values(&world, "Device.X.17.Enable", "true", CWMP_BOOLEAN);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.evidence, "\"equal\":1"));
    world_end(&world);
}

static void values_that_are_refused_leave_a_row_that_is_named(void **state)
{
    struct world world;

    (void)state;
    begin(&world, add_with_values);
    added(&world, 17, 0);
    world_next(&world);
    world_values(&world, "Device.X.17.Enable", "0", CWMP_BOOLEAN);
    world_next(&world);
    world_fault(&world, 9003);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.result, "\"instance\":17"));
    world_end(&world);
}

static void a_lost_answer_with_our_key_finds_the_new_row_and_makes_no_other(void **state)
{
    struct world world;

    (void)state;
    begin(&world, add_row);
    world_key(&world, world.record.id);
    world_inform(&world, 30, 1000, "2 PERIODIC", NULL);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_NAMES);
    world_names(&world, "Device.X.1.", "Device.X.5.", "Device.X.6.", NULL);
    world_next(&world);
    assert_string_equal(world.move.request.body.get_parameter_values.names.items[0], "Device.X.6.");
    world_end(&world);
}

static void a_lost_answer_with_another_key_and_no_new_row_is_sent_once_more(void **state)
{
    struct world world;

    (void)state;
    begin(&world, add_row);
    for (int i = 0; i < 2; i++) {
        world_key(&world, "older");
        world_inform(&world, 30, 1000, "2 PERIODIC", NULL);
        world_next(&world);
        assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_NAMES);
        world_names(&world, "Device.X.1.", "Device.X.5.", NULL);
        if (i == 0) {
            world_next(&world);
            assert_int_equal(world.move.request.method, CWMP_ADD_OBJECT);
        }
    }
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "no_answer"));
    world_end(&world);
}

static void a_row_that_somebody_else_made_is_not_taken_for_ours(void **state)
{
    struct world world;

    (void)state;
    begin(&world, add_row);
    world_key(&world, "older");
    world_inform(&world, 30, 1000, "2 PERIODIC", NULL);
    world_next(&world);
    world_names(&world, "Device.X.1.", "Device.X.5.", "Device.X.6.", NULL);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "unresolved"));
    world_end(&world);
}

static void a_device_that_tells_no_key_is_judged_by_its_rows(void **state)
{
    struct world world;

    (void)state;
    begin(&world, add_row);
    world_inform(&world, 30, 1000, "2 PERIODIC", NULL);
    world_next(&world);
    world_names(&world, "Device.X.1.", "Device.X.6.", "Device.X.5.", NULL);
    assert_int_equal(world.record.state, ACTION_RUNNING);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_VALUES);
    world_end(&world);
}

static void two_new_rows_after_a_lost_answer_are_a_matter_for_people(void **state)
{
    struct world world;

    (void)state;
    begin(&world, add_row);
    world_key(&world, world.record.id);
    world_inform(&world, 30, 1000, "2 PERIODIC", NULL);
    world_next(&world);
    world_names(&world, "Device.X.6.", "Device.X.7.", NULL);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "unresolved"));
    world_end(&world);
}

static void a_list_that_is_refused_while_it_is_in_doubt_repeats_nothing(void **state)
{
    struct world world;

    (void)state;
    begin(&world, add_row);
    world_inform(&world, 30, 1000, "2 PERIODIC", NULL);
    world_next(&world);
    world_fault(&world, 9002);
    assert_int_equal(world.record.state, ACTION_FAILED);
    world_end(&world);
}

static void a_table_that_faults_because_it_is_empty_is_empty(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "object.add", add_row);
    world_next(&world);
    world_fault(&world, 9005);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_ADD_OBJECT);
    world_end(&world);
}

static void no_number_is_no_answer(void **state)
{
    struct world world;

    (void)state;
    begin(&world, add_row);
    added(&world, 0, 0);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "wrong_answer"));
    world_end(&world);
}

static void status_1_waits_for_the_restart(void **state)
{
    struct world world;

    (void)state;
    begin(&world, add_row);
    added(&world, 17, 1);
    world_next(&world);
    world_answer(&world, world_message(&world, CWMP_GET_PARAMETER_VALUES_RESPONSE));
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_WAIT);
    world_inform(&world, 60, 5, "1 BOOT", NULL);
    world_next(&world);
    world_values(&world, "Device.X.17.Enable", "0", CWMP_BOOLEAN);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

/* A device that does not know the row's name before its restart; its values are set after that. */
static void a_row_that_is_not_shown_before_the_restart_gets_its_values_after_it(void **state)
{
    struct world world;

    (void)state;
    begin(&world, add_with_values);
    added(&world, 17, 1);
    world_next(&world);
    world_fault(&world, 9005);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_inform(&world, 60, 500, "2 PERIODIC", NULL);
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_WAIT);
    world_inform(&world, 90, 5, "1 BOOT", NULL);
    world_next(&world);
    world_values(&world, "Device.X.17.Enable", "0", CWMP_BOOLEAN);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_SET_PARAMETER_VALUES);
    world_answer(&world, world_message(&world, CWMP_SET_PARAMETER_VALUES_RESPONSE));
    world_next(&world);
    world_values(&world, "Device.X.17.Enable", "true", CWMP_BOOLEAN);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void a_row_that_is_not_there_after_the_restart_has_failed(void **state)
{
    struct world world;

    (void)state;
    begin(&world, add_row);
    added(&world, 17, 1);
    world_next(&world);
    world_fault(&world, 9005);
    world_inform(&world, 90, 5, "1 BOOT", NULL);
    world_next(&world);
    world_fault(&world, 9005);
    assert_int_equal(world.record.state, ACTION_FAILED);
    world_end(&world);
}

static void a_model_that_bears_no_key_gets_none(void **state)
{
    static const struct quirks keyless = {.no_parameter_key = true};
    struct world world;

    (void)state;
    world_begin(&world, "object.add", add_row);
    world.facts.quirks = &keyless;
    world_next(&world);
    world_names(&world, "Device.X.1.", NULL);
    world_next(&world);
    assert_string_equal(world.move.request.body.add_object.parameter_key, "");
    world_key(&world, "anything");
    world_inform(&world, 30, 1000, "2 PERIODIC", NULL);
    world_next(&world);
    world_names(&world, "Device.X.1.", "Device.X.2.", NULL);
    assert_int_equal(world.record.state, ACTION_RUNNING);
    world_end(&world);
}

/* ---- object.delete ---- */

static void begin_delete(struct world *world)
{
    world_begin(world, "object.delete", "{\"object\":\"Device.X.5.\"}");
    world_next(world);
    assert_int_equal(world->move.request.method, CWMP_DELETE_OBJECT);
    assert_string_equal(world->move.request.body.delete_object.object_name, "Device.X.5.");
}

static void a_deleted_row_is_looked_for_and_not_found(void **state)
{
    struct world world;

    (void)state;
    begin_delete(&world);
    world_answer(&world, world_message(&world, CWMP_DELETE_OBJECT_RESPONSE));
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_next(&world);
    world_fault(&world, 9005);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void a_row_that_is_gone_already_is_a_success(void **state)
{
    struct world world;

    (void)state;
    begin_delete(&world);
    world_fault(&world, 9005);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void a_row_that_is_still_listed_is_a_failure(void **state)
{
    struct world world;

    (void)state;
    begin_delete(&world);
    world_answer(&world, world_message(&world, CWMP_DELETE_OBJECT_RESPONSE));
    world_next(&world);
    world_names(&world, "Device.X.5.Enable", NULL);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "not_applied"));
    world_end(&world);
}

static void a_lost_delete_is_sent_twice_at_most(void **state)
{
    struct world world;

    (void)state;
    begin_delete(&world);
    world_inform(&world, 30, 1000, "2 PERIODIC", NULL);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_DELETE_OBJECT);
    world_inform(&world, 30, 1000, "2 PERIODIC", NULL);
    assert_int_equal(world.record.state, ACTION_FAILED);
    world_end(&world);
}

static void a_lost_delete_with_our_key_is_only_looked_for(void **state)
{
    struct world world;

    (void)state;
    begin_delete(&world);
    world_key(&world, world.record.id);
    world_inform(&world, 30, 1000, "2 PERIODIC", NULL);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_NAMES);
    world_end(&world);
}

static void arguments_are_checked_with_the_field_named(void **state)
{
    static const struct {
        const char *kind, *args, *names;
    } cases[] = {
        {"object.add",    "{}",                                                                              "object"},
        {"object.add",    "{\"object\":\"Device.X.3.\"}",                                                    "object"},
        {"object.add",    "{\"object\":\"Device.X\"}",                                                       "object"},
        {"object.add",    "{\"object\":\"Device.X.[a].\"}",                                                  "object"},
        {"object.add",    "{\"object\":\"Device.X.\",\"values\":[{\"name\":\"\",\"value\":\"1\"}]}",
         "values[0].name"                                                                                            },
        {"object.add",    "{\"object\":\"Device.X.\",\"values\":[{\"name\":\"Password\",\"value\":\"1\"}]}",
         "secret"                                                                                                    },
        {"object.add",    "{\"object\":\"Device.X.\",\"now\":1}",                                            "now"   },
        {"object.delete", "{\"object\":\"Device.X.\"}",                                                      "object"},
        {"object.delete", "{\"object\":\"Device.X.*.\"}",                                                    "object"},
        {"object.delete", "{\"object\":\"Device.X.0.\"}",                                                    "object"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        AUTO_JSON json = NULL;

        assert_int_equal(json_read(cases[i].args, strlen(cases[i].args), &json), ERR_OK);
        assert_int_equal(action_kind_find(cases[i].kind)->check(json), ERR_INVALID);
        assert_non_null(strstr(err_message(), cases[i].names));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_number_that_the_device_gives_is_used_and_the_row_is_read),
        cmocka_unit_test(its_values_are_set_in_the_same_session_with_the_types_of_the_device),
        cmocka_unit_test(values_that_are_refused_leave_a_row_that_is_named),
        cmocka_unit_test(a_lost_answer_with_our_key_finds_the_new_row_and_makes_no_other),
        cmocka_unit_test(a_lost_answer_with_another_key_and_no_new_row_is_sent_once_more),
        cmocka_unit_test(a_row_that_somebody_else_made_is_not_taken_for_ours),
        cmocka_unit_test(a_device_that_tells_no_key_is_judged_by_its_rows),
        cmocka_unit_test(two_new_rows_after_a_lost_answer_are_a_matter_for_people),
        cmocka_unit_test(a_list_that_is_refused_while_it_is_in_doubt_repeats_nothing),
        cmocka_unit_test(a_table_that_faults_because_it_is_empty_is_empty),
        cmocka_unit_test(no_number_is_no_answer),
        cmocka_unit_test(status_1_waits_for_the_restart),
        cmocka_unit_test(a_row_that_is_not_shown_before_the_restart_gets_its_values_after_it),
        cmocka_unit_test(a_row_that_is_not_there_after_the_restart_has_failed),
        cmocka_unit_test(a_model_that_bears_no_key_gets_none),
        cmocka_unit_test(a_deleted_row_is_looked_for_and_not_found),
        cmocka_unit_test(a_row_that_is_gone_already_is_a_success),
        cmocka_unit_test(a_row_that_is_still_listed_is_a_failure),
        cmocka_unit_test(a_lost_delete_is_sent_twice_at_most),
        cmocka_unit_test(a_lost_delete_with_our_key_is_only_looked_for),
        cmocka_unit_test(arguments_are_checked_with_the_field_named),
    };

    return cmocka_run_group_tests_name("objects", tests, NULL, NULL);
}
