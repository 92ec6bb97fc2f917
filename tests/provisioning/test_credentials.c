/* A device is given credentials of its own, and every way in which that can go wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/provisioning/action_world.h"

static const struct action_credentials fresh = {
    .username = "00256D-GW-1",
    .password = {"new-password"},
    .call_username = "farol-1",
    .call_password = {"new-call-password"},
};

#define OF(name) "Device.ManagementServer." name

static void begin(struct world *world)
{
    world_begin(world, "credentials.rotate", "{}");
    world->facts.credentials = &fresh;
    world_next(world);
}

static void expect_set(const struct world *world, const char *const pairs[][2], size_t count)
{
    const struct cwmp_set_parameter_values *body = &world->move.request.body.set_parameter_values;

    assert_int_equal(world->move.kind, ACTION_SEND);
    assert_int_equal(world->move.request.method, CWMP_SET_PARAMETER_VALUES);
    assert_int_equal(body->parameters.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(body->parameters.items[i].name, pairs[i][0]);
        assert_string_equal(body->parameters.items[i].value, pairs[i][1]);
        assert_int_equal(body->parameters.items[i].type, CWMP_STRING);
    }
}

static const char *const both[][2] = {
    {OF("Username"),                  "00256D-GW-1"      },
    {OF("Password"),                  "new-password"     },
    {OF("ConnectionRequestUsername"), "farol-1"          },
    {OF("ConnectionRequestPassword"), "new-call-password"},
};

static void expect_both(const struct world *world)
{
    expect_set(world, both, 4);
    assert_string_equal(world->move.request.body.set_parameter_values.parameter_key, world->record.id);
}

static void expect_call_pair(const struct world *world)
{
    expect_set(world, both + 2, 2);
}

static void say_yes(struct world *world, int32_t status)
{
    struct cwmp_message *answer = world_message(world, CWMP_SET_PARAMETER_VALUES_RESPONSE);

    answer->body.set_parameter_values_response.status = status;
    world_answer(world, answer);
}

/* A fault that names these parameters, a list that ends without a name; all of it "text". */
static void refuse(struct world *world, uint32_t code, const struct cwmp_parameter_fault *named)
{
    struct cwmp_message *fault = world_message(world, CWMP_FAULT);
    size_t count = 0;

    while (named[count].name != NULL)
        count++;
    fault->body.fault.code = code;
    fault->body.fault.text = "Invalid arguments";
    fault->body.fault.soap_string = "CWMP fault";
    fault->body.fault.parameters.items =
        (struct cwmp_parameter_fault *)arena_memdup(world->arena, named, count * sizeof(*named) + 1);
    fault->body.fault.parameters.count = count;
    world_answer(world, fault);
}

static const struct cwmp_parameter_fault nothing_named[] = {{.name = NULL}};
/* As netcwmp does: all that it was sent, what it would take with code 0. */
static const struct cwmp_parameter_fault all_named[] = {
    {OF("Username"),                  9008, "not writable"},
    {OF("Password"),                  9008, "not writable"},
    {OF("ConnectionRequestUsername"), 0,    "rubbish"     },
    {OF("ConnectionRequestPassword"), 0,    "rubbish"     },
    {NULL,                            0,    NULL          },
};

static void comes_back(struct world *world, bool with_the_new_one)
{
    world->facts.used_next = with_the_new_one;
    world_inform(world, 60, 5000, "2 PERIODIC", NULL);
}

static void expect_failure(const struct world *world, const char *words)
{
    assert_int_equal(world->record.state, ACTION_FAILED);
    if (strstr(world->move.save.failure, words) == NULL)
        fail_msg("%s is not in %s", words, world->move.save.failure);
    assert_null(strstr(world->move.save.failure, "new-password"));
    assert_null(strstr(world->move.save.failure, "new-call-password"));
}

static void expect_that_it_keeps_its_own(const struct world *world)
{
    expect_failure(world, "\"keeps_its_own\"");
    assert_string_equal(world->move.save.result,
                        "{\"credential\":\"kept\",\"call_credential\":\"accepted\"}");
}

/* ---- as it should be ---- */

static void both_pairs_are_sent_and_their_use_is_the_proof(void **state)
{
    (void)state;
    for (int32_t status = 0; status <= 1; status++) {
        struct world world;

        begin(&world);
        expect_both(&world);
        say_yes(&world, status);
        assert_int_equal(world.record.state, ACTION_VERIFYING);
        world_next(&world);
        assert_int_equal(world.move.kind, ACTION_WAIT);
        world_key(&world, world.record.id);
        comes_back(&world, true);
        assert_int_equal(world.record.state, ACTION_SUCCEEDED);
        assert_non_null(strstr(world.move.save.evidence, "\"the new credential\""));
        assert_non_null(strstr(world.move.save.evidence, world.record.id));
        world_end(&world);
    }
}

static void the_new_password_proves_it_without_an_answer_and_without_a_key(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    comes_back(&world, true);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.evidence, "\"parameter_key\":null"));
    world_end(&world);
}

static void a_key_alone_is_no_proof(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    say_yes(&world, 0);
    world_key(&world, world.record.id);
    comes_back(&world, false);
    assert_false(action_has_ended(world.record.state));
    world_next(&world);
    expect_both(&world);
    world_end(&world);
}

static void it_waits_until_the_root_is_known_and_asks_for_nothing_else(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "credentials.rotate", "{}");
    world.facts.credentials = &fresh;
    world.facts.root = NULL;
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_WAIT);
    assert_false(world.move.changed);
    world_end(&world);
}

static void a_model_that_cannot_bear_a_key_gets_none_and_its_key_says_nothing(void **state)
{
    static const struct quirks keyless = {.no_parameter_key = true};
    struct world world;

    (void)state;
    world_begin(&world, "credentials.rotate", "{}");
    world.facts.credentials = &fresh;
    world.facts.quirks = &keyless;
    world_next(&world);
    assert_string_equal(world.move.request.body.set_parameter_values.parameter_key, "");
    say_yes(&world, 0);
    world_key(&world, world.record.id);
    comes_back(&world, true);
    assert_non_null(strstr(world.move.save.evidence, "\"parameter_key\":null"));
    world_end(&world);
}

/* What it is about to get is gone by then: it has become what it has. */
static void it_may_come_with_the_old_one_and_leave_and_then_use_the_new_one(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    say_yes(&world, 0);
    comes_back(&world, false);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world.facts.credentials = NULL;
    comes_back(&world, true);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

/* ---- what goes wrong ---- */

static void it_takes_no_parameters(void **state)
{
    AUTO_JSON args = NULL;

    (void)state;
    assert_int_equal(json_read("{\"x\":1}", strlen("{\"x\":1}"), &args), ERR_OK);
    assert_int_equal(action_kind_find("credentials.rotate")->check(args), ERR_INVALID);
}

static void a_device_that_goes_on_with_the_old_ones_is_told_five_times_and_no_more(void **state)
{
    struct world world;
    int told = 0;

    (void)state;
    begin(&world);
    while (!action_has_ended(world.record.state)) {
        expect_both(&world);
        told++;
        if (told % 2 == 0) /* its answer may be lost, too */
            say_yes(&world, 0);
        comes_back(&world, false);
        if (!action_has_ended(world.record.state))
            world_next(&world);
    }
    assert_int_equal(told, 5);
    expect_failure(&world, "not_applied");
    world_end(&world);
}

static void without_new_credentials_it_ends(void **state)
{
    static const struct action_credentials sealed = {.username = "u", .call_username = "c"};
    static const struct action_credentials half = {.username = "u", .password = {"p"}, .call_username = "c"};
    static const struct action_credentials *const bad[] = {NULL, &sealed, &half};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct world world;

        world_begin(&world, "credentials.rotate", "{}");
        world.facts.credentials = bad[i];
        world_next(&world);
        expect_failure(&world, "withdrawn");
        world_end(&world);
    }
}

static void an_answer_that_is_none_fails(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    world_answer(&world, world_message(&world, CWMP_REBOOT_RESPONSE));
    expect_failure(&world, "wrong_answer");
    world_end(&world);
}

static void a_device_without_the_method_is_not_tried_by_halves(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    refuse(&world, 9000, nothing_named);
    expect_failure(&world, "not_supported");
    world_end(&world);
}

/* ---- devices that keep their own ---- */

static void who_refuses_the_password_is_given_the_pair_to_be_called_by(void **state)
{
    static const struct cwmp_parameter_fault *const ways[] = {all_named, nothing_named};

    (void)state;
    for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
        struct world world;

        begin(&world);
        refuse(&world, 9003, ways[i]);
        assert_false(action_has_ended(world.record.state));
        world_next(&world);
        expect_call_pair(&world);
        say_yes(&world, 0);
        expect_that_it_keeps_its_own(&world);
        world_end(&world);
    }
}

static void who_refuses_that_pair_too_fails_by_its_fault(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    refuse(&world, 9003, all_named);
    world_next(&world);
    expect_call_pair(&world);
    refuse(&world, 9001, nothing_named);
    expect_failure(&world, "\"cwmp_fault\":9001");
    world_end(&world);
}

static void who_refuses_that_pair_by_name_is_not_asked_again(void **state)
{
    static const struct cwmp_parameter_fault named[] = {
        {OF("ConnectionRequestPassword"), 9007, "too long"},
        {NULL,                            0,    NULL      },
    };
    struct world world;

    (void)state;
    begin(&world);
    refuse(&world, 9003, named);
    expect_failure(&world, "ConnectionRequestPassword");
    assert_non_null(
        strstr(world.move.save.failure, "does not accept this value (fault 9007: its own words are not"));
    assert_null(strstr(world.move.save.failure, "too long")); /* it might have been the password */
    world_end(&world);
}

static void a_lost_answer_of_the_second_half_is_resolved_by_the_key(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    refuse(&world, 9003, all_named);
    world_next(&world);
    comes_back(&world, false);
    assert_false(action_has_ended(world.record.state));
    world_next(&world);
    expect_call_pair(&world);
    world_key(&world, world.record.id);
    comes_back(&world, false);
    expect_that_it_keeps_its_own(&world);
    world_end(&world);
}

static void answers_of_the_second_half_that_never_come_have_an_end(void **state)
{
    struct world world;
    int told = 0;

    (void)state;
    begin(&world);
    refuse(&world, 9003, all_named);
    world_next(&world);
    while (!action_has_ended(world.record.state)) {
        expect_call_pair(&world);
        told++;
        comes_back(&world, false);
        if (!action_has_ended(world.record.state))
            world_next(&world);
    }
    assert_int_equal(told, 5);
    expect_failure(&world, "no_answer");
    world_end(&world);
}

static void who_uses_the_new_password_after_all_has_it(void **state)
{
    struct world world;

    (void)state;
    begin(&world);
    refuse(&world, 9003, nothing_named);
    world_next(&world);
    comes_back(&world, true);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_pairs_are_sent_and_their_use_is_the_proof),
        cmocka_unit_test(the_new_password_proves_it_without_an_answer_and_without_a_key),
        cmocka_unit_test(a_key_alone_is_no_proof),
        cmocka_unit_test(it_may_come_with_the_old_one_and_leave_and_then_use_the_new_one),
        cmocka_unit_test(it_waits_until_the_root_is_known_and_asks_for_nothing_else),
        cmocka_unit_test(a_model_that_cannot_bear_a_key_gets_none_and_its_key_says_nothing),
        cmocka_unit_test(it_takes_no_parameters),
        cmocka_unit_test(a_device_that_goes_on_with_the_old_ones_is_told_five_times_and_no_more),
        cmocka_unit_test(without_new_credentials_it_ends),
        cmocka_unit_test(an_answer_that_is_none_fails),
        cmocka_unit_test(a_device_without_the_method_is_not_tried_by_halves),
        cmocka_unit_test(who_refuses_the_password_is_given_the_pair_to_be_called_by),
        cmocka_unit_test(who_refuses_that_pair_too_fails_by_its_fault),
        cmocka_unit_test(who_refuses_that_pair_by_name_is_not_asked_again),
        cmocka_unit_test(a_lost_answer_of_the_second_half_is_resolved_by_the_key),
        cmocka_unit_test(answers_of_the_second_half_that_never_come_have_an_end),
        cmocka_unit_test(who_uses_the_new_password_after_all_has_it),
    };

    return cmocka_run_group_tests_name("credentials", tests, NULL, NULL);
}
