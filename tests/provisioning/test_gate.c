/* What holds for the requests of every kind of action: methods that a device has or has not, and when that is
 * asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/provisioning/action_world.h"

static void methods_answer(struct world *world, const char *const *names, size_t count)
{
    struct cwmp_message *answer = ARENA_NEW(world->arena, struct cwmp_message);
    struct cwmp_strings *methods = &answer->body.get_rpc_methods_response.methods;

    answer->method = CWMP_GET_RPC_METHODS_RESPONSE;
    answer->method_name = "GetRPCMethodsResponse";
    methods->items = ARENA_ARRAY(world->arena, const char *, count);
    methods->count = count;
    for (size_t i = 0; i < count; i++)
        methods->items[i] = names[i];
    world_answer(world, answer);
}

static void the_list_of_methods_is_asked_for_first_where_nothing_is_known(void **state)
{
    static const char *const names[] = {"GetRPCMethods", "GetParameterNames", "GetParameterValues",
                                        "X_ACME_Fly"};
    static const struct ability nothing;
    struct world world;

    (void)state;
    world_begin(&world, "refresh", "{}");
    world.facts.ability = &nothing;
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_RPC_METHODS);
    methods_answer(&world, names, 4);
    assert_string_equal(world.move.learnt->methods, " GetRPCMethods GetParameterNames GetParameterValues ");
    world.facts.ability = world.move.learnt;
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_NAMES);
    assert_int_equal(world.record.sends, 1);
    world_end(&world);
}

static void a_device_that_gives_no_list_is_asked_once_and_may_be_asked_for_anything(void **state)
{
    static const struct ability nothing;
    struct world world;

    (void)state;
    for (int lost = 0; lost < 2; lost++) {
        world_begin(&world, "refresh", "{}");
        world.facts.ability = &nothing;
        world_next(&world);
        if (lost)
            world_inform(&world, 60, 5, "1 BOOT", NULL);
        else
            world_fault(&world, 9000);
        assert_true(world.move.learnt->asked);
        assert_null(world.move.learnt->methods);
        world.facts.ability = world.move.learnt;
        world_next(&world);
        assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_NAMES);
        world_end(&world);
    }
}

static void a_model_that_fails_over_the_list_is_not_asked(void **state)
{
    static const struct ability nothing;
    struct quirks quirks = quirks_none;
    struct world world;

    (void)state;
    quirks.avoided[CWMP_GET_RPC_METHODS / 64] = UINT64_C(1) << CWMP_GET_RPC_METHODS % 64;
    world_begin(&world, "refresh", "{}");
    world.facts.ability = &nothing;
    world.facts.quirks = &quirks;
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_NAMES);
    world_end(&world);
}

static void what_the_device_does_not_list_is_not_sent(void **state)
{
    static const struct ability ability = {.methods = " GetParameterValues GetParameterNames "};
    struct world world;

    (void)state;
    world_begin(&world, "reboot", "{}");
    world.facts.ability = &ability;
    world_next(&world);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "not_supported"));
    assert_non_null(strstr(world.move.save.failure, "Reboot"));
    world_end(&world);
}

static void a_list_without_what_every_device_has_is_not_believed(void **state)
{
    static const struct ability ability = {.methods = " Inform TransferComplete "};
    struct world world;

    (void)state;
    world_begin(&world, "reboot", "{}");
    world.facts.ability = &ability;
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_SEND);
    world_end(&world);
}

static void a_method_that_was_refused_is_remembered_and_not_tried_again(void **state)
{
    struct world world;
    const struct ability *learnt;

    (void)state;
    world_begin(&world, "reboot", "{}");
    world_next(&world);
    world_fault(&world, 9000);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "not_supported"));
    learnt = world.move.learnt;
    assert_string_equal(learnt->refused, " Reboot ");
    world.record.state = ACTION_SESSION;
    world.facts.ability = learnt;
    world_next(&world);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "Reboot"));
    world_end(&world);
}

static void names_are_found_whole(void **state)
{
    static const struct ability ability = {.methods = " GetParameterValues RebootSoon "};
    struct ability_question question = {.ability = &ability};

    (void)state;
    assert_int_equal(ability_check(&question, CWMP_GET_PARAMETER_VALUES), ERR_OK);
    assert_int_equal(ability_check(&question, CWMP_REBOOT), ERR_CONFLICT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_of_methods_is_asked_for_first_where_nothing_is_known),
        cmocka_unit_test(a_device_that_gives_no_list_is_asked_once_and_may_be_asked_for_anything),
        cmocka_unit_test(a_model_that_fails_over_the_list_is_not_asked),
        cmocka_unit_test(what_the_device_does_not_list_is_not_sent),
        cmocka_unit_test(a_list_without_what_every_device_has_is_not_believed),
        cmocka_unit_test(a_method_that_was_refused_is_remembered_and_not_tried_again),
        cmocka_unit_test(names_are_found_whole),
    };

    return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
