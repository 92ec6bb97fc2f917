/* Reading a whole device: a pretended one with the manners that real ones have, and what was read of it in
 * the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/provisioning/fake_device.h"

static void a_device_is_read_whole_in_requests_that_grow(void **state)
{
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{}");
    fake = fake_make(&world, 20, 50, 100);
    fake_run(&world, &fake);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(fake_count_read(&fake), 2000);
    assert_int_equal(fake.lists, 1);
    assert_true(fake.requests < 10);
    assert_true(fake.largest > 100);
    assert_int_equal(fake_result(&world, "total"), 2000);
    assert_int_equal(fake_result(&world, "done"), 2000);
    assert_int_equal(fake_result(&world, "values"), 2000);
    world_end(&world);
}

static void one_bad_name_costs_only_itself(void **state)
{
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{}");
    fake = fake_make(&world, 10, 100, 0);
    fake.bad = "Device.Object3.P42";
    fake_run(&world, &fake);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(fake_count_read(&fake), 999);
    assert_non_null(strstr(world.move.save.result, "\"skipped\":[\"Device.Object3.P42\"]"));
    assert_true(fake.requests < 35);
    world_end(&world);
}

static void answers_that_are_too_large_are_halved_and_stay_small(void **state)
{
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{}");
    fake = fake_make(&world, 10, 100, 0);
    fake.values_max = 30;
    fake_run(&world, &fake);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(fake_count_read(&fake), 1000);
    assert_int_equal(fake_result(&world, "skipped_count"), 0);
    assert_true(fake.largest <= 30);
    world_end(&world);
}

static void names_that_are_too_many_are_listed_level_by_level(void **state)
{
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{}");
    fake = fake_make(&world, 30, 20, 25);
    fake.list_max = 40;
    fake_run(&world, &fake);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(fake_count_read(&fake), fake.count);
    world_end(&world);
}

static void a_root_that_is_refused_is_named_otherwise(void **state)
{
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{}");
    world.facts.root = NULL;
    fake = fake_make(&world, 5, 10, 0);
    for (size_t i = 0; i < fake.count; i++)
        fake.names[i] = arena_printf(world.arena, "InternetGateway%s", fake.names[i]);
    fake.only_root = "InternetGatewayDevice.";
    fake_run(&world, &fake);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(fake_count_read(&fake), 50);
    assert_int_equal(fake.lists, 2);
    world_end(&world);
}

static void a_device_that_refuses_every_root_fails_with_its_fault(void **state)
{
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{}");
    fake = fake_make(&world, 1, 1, 0);
    fake.only_root = "nothing";
    fake_run(&world, &fake);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "9005"));
    assert_int_equal(fake.lists, 2);
    world_end(&world);
}

static void a_name_that_the_answer_leaves_out_is_noted(void **state)
{
    static const struct quirks full = {.full_names = true};
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{}");
    world.facts.quirks = &full;
    fake = fake_make(&world, 2, 20, 0);
    fake.omitted = "Device.Object1.P7";
    fake_run(&world, &fake);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(fake_count_read(&fake), 39);
    assert_non_null(strstr(world.move.save.result, "\"omitted\":[\"Device.Object1.P7\"]"));
    world_end(&world);
}

static void what_is_left_out_below_a_path_is_counted(void **state)
{
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{}");
    fake = fake_make(&world, 2, 20, 0);
    fake.omitted = "Device.Object1.P7";
    fake_run(&world, &fake);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(fake_result(&world, "values"), 39);
    assert_int_equal(fake_result(&world, "omitted_count"), 1);
    world_end(&world);
}

static void a_path_that_is_refused_although_listed_is_read_name_by_name(void **state)
{
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{}");
    fake = fake_make(&world, 3, 200, 0);
    fake.bad_path = "Device.Object1.";
    fake_run(&world, &fake);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(fake_count_read(&fake), 400);
    assert_non_null(strstr(world.move.save.result, "\"skipped\":[\"Device.Object1.\"]"));
    world_end(&world);
}

/* As a stack of many firmware trees does. */
static void a_path_that_is_answered_by_itself_is_read_name_by_name(void **state)
{
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{}");
    fake = fake_make(&world, 20, 50, 30);
    fake.closed = true;
    fake_run(&world, &fake);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(fake_count_read(&fake), fake.count);
    assert_int_equal(fake_result(&world, "values"), (int64_t)fake.count);
    assert_int_equal(fake_result(&world, "done"), (int64_t)fake.count);
    assert_int_equal(fake_result(&world, "total"), (int64_t)fake.count);
    assert_int_equal(fake_result(&world, "omitted_count"), 0);
    world_end(&world);
}

/* It is asked for by its path and by its name, and then no more. */
static void an_object_of_which_nothing_is_told_is_noted(void **state)
{
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{\"path\":\"Device.Object0.\"}");
    fake = fake_make(&world, 2, 1, 0);
    fake.omitted = "Device.Object0.P0";
    fake_run(&world, &fake);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_int_equal(fake_result(&world, "values"), 0);
    assert_int_equal(fake_result(&world, "omitted_count"), 1);
    assert_int_equal(fake.requests, 4);
    world_end(&world);
}

static void a_device_of_many_parameters_is_read_up_to_the_bound_with_a_small_plan(void **state)
{
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{}");
    fake = fake_make(&world, 100, 20, 900); /* 11,000 */
    world_next(&world);
    fake_serve(&world, &fake);
    assert_true(strlen(world.record.memo) < 20 * 1024);
    assert_int_equal(world.record.state, ACTION_RUNNING);
    fake_run(&world, &fake);
    assert_int_equal(fake_count_read(&fake), 11000);
    world_end(&world);
}

static void what_is_beyond_the_bound_is_said(void **state)
{
    struct world world;
    struct fake fake;
    struct cwmp_message *answer;

    (void)state;
    world_begin(&world, "refresh", "{}");
    fake = fake_make(&world, 600, 100, 0);
    world_next(&world);
    fake_list(&world, &fake, &world.move.request.body.get_parameter_names);
    assert_int_equal(world.record.state, ACTION_RUNNING);
    assert_non_null(strstr(world.move.save.progress, "\"total\":50000"));
    answer = ARENA_NEW(world.arena, struct cwmp_message);
    answer->method = CWMP_GET_PARAMETER_VALUES_RESPONSE;
    answer->body.get_parameter_values_response.parameters =
        (struct cwmp_parameter_values){ARENA_NEW(world.arena, struct cwmp_parameter_value), 1};
    answer->body.get_parameter_values_response.parameters.items[0] =
        (struct cwmp_parameter_value){"Device.Object0.P0", "x", CWMP_STRING};
    while (!action_has_ended(world.record.state)) {
        world_next(&world);
        if (world.move.request.method == CWMP_GET_PARAMETER_NAMES)
            fake_list(&world, &fake, &world.move.request.body.get_parameter_names);
        else
            world_answer(&world, answer);
    }
    assert_non_null(strstr(world.move.save.result, "\"cut\":true"));
    assert_non_null(strstr(world.move.save.result, "more than 50000"));
    world_end(&world);
}

static void it_goes_on_where_it_was_after_a_session_that_broke_off(void **state)
{
    struct world world;
    struct fake fake;
    unsigned turns = 0;

    (void)state;
    world_begin(&world, "refresh", "{}");
    fake = fake_make(&world, 20, 50, 0);
    while (!action_has_ended(world.record.state)) {
        world_next(&world);
        if (turns++ % 3 == 2)
            world_inform(&world, 60, 5000, "2 PERIODIC", NULL); /* the answer is lost */
        else
            fake_serve(&world, &fake);
    }
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(fake_count_read(&fake), 1000);
    assert_int_equal(fake.lists, 1);
    world_end(&world);
}

static void answers_that_never_come_make_requests_smaller_and_end_at_last(void **state)
{
    struct world world;
    struct fake fake;
    size_t first, last = 0;
    unsigned turns = 0;

    (void)state;
    world_begin(&world, "refresh", "{}");
    fake = fake_make(&world, 20, 50, 0);
    world_next(&world);
    fake_serve(&world, &fake);
    world_next(&world);
    first = world.move.request.body.get_parameter_values.names.count;
    while (!action_has_ended(world.record.state)) {
        if (world.move.kind == ACTION_SEND && world.move.request.method == CWMP_GET_PARAMETER_VALUES)
            last = world.move.request.body.get_parameter_values.names.count;
        world_inform(&world, 60, 5000, "2 PERIODIC", NULL);
        assert_true(turns++ < 100);
        if (!action_has_ended(world.record.state))
            world_next(&world);
    }
    assert_true(last < first || first == 1);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "no_answer"));
    world_end(&world);
}

/* Serves like a simulator of the field that dies of every name without a value, and comes back. */
static void serve_or_die(struct world *world, struct fake *fake, const char *deadly)
{
    const struct cwmp_strings *names = &world->move.request.body.get_parameter_values.names;

    if (world->move.request.method == CWMP_GET_PARAMETER_VALUES)
        for (size_t i = 0; i < names->count; i++)
            if (strstr(names->items[i], deadly) != NULL) {
                world_inform(world, 10, 5000, "2 PERIODIC", NULL);
                return;
            }
    fake_serve(world, fake);
}

static void names_that_end_every_session_are_left_out_however_many(void **state)
{
    static const struct quirks full = {.full_names = true};
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{}");
    world.facts.quirks = &full;
    fake = fake_make(&world, 40, 20, 0);
    while (!action_has_ended(world.record.state)) {
        world_next(&world);
        if (world.move.kind == ACTION_SEND)
            serve_or_die(&world, &fake, ".P1"); /* P1, P10 … P19: 11 of 20, ten of them in a row */
    }
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(fake_count_read(&fake), 40 * 9);
    assert_int_equal(fake_result(&world, "values"), 40 * 9);
    assert_int_equal(fake_result(&world, "skipped_count"), 40 * 11);
    assert_int_equal(fake_result(&world, "done"), 800);
    assert_non_null(strstr(world.move.save.result, "\"Device.Object0.P17\""));
    world_end(&world);
}

static void what_was_read_of_a_device_that_breaks_off_for_good_is_told(void **state)
{
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{}");
    fake = fake_make(&world, 100, 50, 0);
    for (int i = 0; i < 3; i++) {
        world_next(&world);
        fake_serve(&world, &fake);
    }
    while (!action_has_ended(world.record.state)) {
        world_next(&world);
        if (world.move.kind == ACTION_SEND)
            world_inform(&world, 10, 5000, "2 PERIODIC", NULL);
    }
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "no_answer"));
    assert_int_equal(fake_result(&world, "values"), (int64_t)fake_count_read(&fake));
    assert_true(fake_count_read(&fake) > 0);
    world_end(&world);
}

static void a_device_that_restarts_twice_over_a_request_is_left_alone(void **state)
{
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{}");
    fake = fake_make(&world, 2, 20, 0);
    world_next(&world);
    fake_serve(&world, &fake);
    world_next(&world);
    world_inform(&world, 60, 5, "1 BOOT", NULL);
    assert_false(action_has_ended(world.record.state));
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_SEND);
    world_inform(&world, 60, 5, "1 BOOT", NULL);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "quarantined"));
    world_end(&world);
}

static void restarts_over_different_requests_are_no_loop(void **state)
{
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{}");
    fake = fake_make(&world, 20, 100, 0);
    for (int i = 0; i < 3; i++) {
        world_next(&world);
        world_inform(&world, 60, 5, "1 BOOT", NULL);
        world_next(&world);
        fake_serve(&world, &fake);
    }
    assert_false(action_has_ended(world.record.state));
    world_end(&world);
}

static void quirks_limit_names_and_values(void **state)
{
    static const struct quirks small = {.batch = 25, .names_max = 2, .next_level = true};
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{}");
    world.facts.quirks = &small;
    fake = fake_make(&world, 4, 20, 0);
    world_next(&world);
    assert_true(world.move.request.body.get_parameter_names.next_level);
    while (!action_has_ended(world.record.state)) {
        if (world.move.request.method == CWMP_GET_PARAMETER_VALUES)
            assert_true(world.move.request.body.get_parameter_values.names.count <= 2);
        fake_serve(&world, &fake);
        if (!action_has_ended(world.record.state))
            world_next(&world);
    }
    assert_int_equal(fake_count_read(&fake), 80);
    assert_true(fake.largest <= 25);
    world_end(&world);
}

static void a_subtree_is_read_by_its_path(void **state)
{
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{\"path\":\"Device.Object1.\"}");
    fake = fake_make(&world, 3, 20, 0);
    fake_run(&world, &fake);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(fake_count_read(&fake), 20);
    world_end(&world);
}

static void a_device_that_lists_nothing_fails_plainly(void **state)
{
    struct world world;
    struct fake fake;

    (void)state;
    world_begin(&world, "refresh", "{}");
    fake = fake_make(&world, 0, 0, 0);
    fake_run(&world, &fake);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "empty"));
    world_end(&world);
}

static void a_plan_that_is_not_ours_fails_and_does_no_harm(void **state)
{
    static const char *const memos[] = {"", "1 2 3", "1 2 3 4 5 6 7 8 9 10 11 12 13 \nx7 Device.\n",
                                        "1 2 3 4 5 6 7 8 9 10 11 12 13 \n+x Device.\n",
                                        "1 2 3 4 5 6 7 8 9 10 11 12 13 \n+1 Device."};

    (void)state;
    for (size_t i = 0; i < sizeof(memos) / sizeof(*memos); i++) {
        struct world world;
        struct action_move move;

        world_begin(&world, "refresh", "{}");
        world.record.memo = memos[i];
        assert_int_equal(action_next(&world.record, &world.facts, world.arena, &move), ERR_INTERNAL);
        world_end(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_is_read_whole_in_requests_that_grow),
        cmocka_unit_test(one_bad_name_costs_only_itself),
        cmocka_unit_test(answers_that_are_too_large_are_halved_and_stay_small),
        cmocka_unit_test(names_that_are_too_many_are_listed_level_by_level),
        cmocka_unit_test(a_root_that_is_refused_is_named_otherwise),
        cmocka_unit_test(a_device_that_refuses_every_root_fails_with_its_fault),
        cmocka_unit_test(a_name_that_the_answer_leaves_out_is_noted),
        cmocka_unit_test(what_is_left_out_below_a_path_is_counted),
        cmocka_unit_test(a_path_that_is_refused_although_listed_is_read_name_by_name),
        cmocka_unit_test(a_path_that_is_answered_by_itself_is_read_name_by_name),
        cmocka_unit_test(an_object_of_which_nothing_is_told_is_noted),
        cmocka_unit_test(a_device_of_many_parameters_is_read_up_to_the_bound_with_a_small_plan),
        cmocka_unit_test(what_is_beyond_the_bound_is_said),
        cmocka_unit_test(it_goes_on_where_it_was_after_a_session_that_broke_off),
        cmocka_unit_test(answers_that_never_come_make_requests_smaller_and_end_at_last),
        cmocka_unit_test(names_that_end_every_session_are_left_out_however_many),
        cmocka_unit_test(what_was_read_of_a_device_that_breaks_off_for_good_is_told),
        cmocka_unit_test(a_device_that_restarts_twice_over_a_request_is_left_alone),
        cmocka_unit_test(restarts_over_different_requests_are_no_loop),
        cmocka_unit_test(quirks_limit_names_and_values),
        cmocka_unit_test(a_subtree_is_read_by_its_path),
        cmocka_unit_test(a_device_that_lists_nothing_fails_plainly),
        cmocka_unit_test(a_plan_that_is_not_ours_fails_and_does_no_harm),
    };

    return cmocka_run_group_tests_name("refresh", tests, NULL, NULL);
}
