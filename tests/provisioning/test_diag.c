/* Tests that a device makes by order: every state and word of it, answers that are lost at each step, devices
 * that do not tell. The map is the one that comes with Farol. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "acs/base/text.h"
#include "provisioning/map/home.h"
#include "tests/provisioning/diag_world.h"

static const char ping_args[] = "{\"host\":\"8.8.8.8\"}";

/* ---- where it is ---- */

static void a_test_is_found_where_the_device_keeps_it(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_begin(&world, "diag.ping", ping_args, "Device.");
    diag_world_know(&world, "Device.IP.Diagnostics.IPPing.DiagnosticsState", "None");
    world_next(&world.world);
    world_next(&world.world);
    assert_int_equal(world.world.move.request.method, CWMP_GET_PARAMETER_VALUES);
    assert_string_equal(world.world.move.request.body.get_parameter_values.names.items[0],
                        "Device.IP.Diagnostics.IPPing.");
    diag_world_end(&world);
}

static void a_model_that_has_none_is_not_asked(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_begin(&world, "diag.ping", ping_args, "InternetGatewayDevice.");
    for (int i = 1; i <= 12; i++) {
        diag_world_know(&world, arena_printf(world.world.arena, "InternetGatewayDevice.LANDevice.1.X%d", i),
                        "1");
        diag_world_know(&world, arena_printf(world.world.arena, "InternetGatewayDevice.WANDevice.1.X%d", i),
                        "1");
    }
    world_next(&world.world);
    diag_assert_failed(&world, "not_available", "this model has no test of this kind (ping)");
    diag_world_end(&world);
}

static void places_are_tried_one_after_the_other(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_begin(&world, "diag.ping", ping_args, "Device.");
    world_next(&world.world);
    world_next(&world.world);
    assert_string_equal(world.world.move.request.body.get_parameter_values.names.items[0],
                        "Device.IP.Diagnostics.IPPing.");
    world_fault(&world.world, 9005);
    world_next(&world.world);
    assert_string_equal(world.world.move.request.body.get_parameter_values.names.items[0],
                        "Device.IPPingDiagnostics.");
    world_fault(&world.world, 9005);
    diag_assert_failed(&world, "not_available", "looked for in 2 places");
    diag_world_end(&world);
}

/* ---- the way of a test ---- */

static void it_is_ordered_in_one_request_and_proven_by_its_state(void **state)
{
    struct diag_world world;
    const struct cwmp_parameter_values *set;

    (void)state;
    diag_world_ping(&world, "{\"host\":\"8.8.8.8\",\"count\":5,\"size\":1400}");
    set = &world.world.move.request.body.set_parameter_values.parameters;
    assert_int_equal(world.world.move.request.method, CWMP_SET_PARAMETER_VALUES);
    assert_int_equal(set->count, 5);
    assert_string_equal(set->items[0].name, "Device.IP.Diagnostics.IPPing.Host");
    assert_string_equal(set->items[0].value, "8.8.8.8");
    assert_int_equal(set->items[1].type, CWMP_UNSIGNED_INT);
    assert_string_equal(set->items[4].name, "Device.IP.Diagnostics.IPPing.DiagnosticsState");
    assert_string_equal(set->items[4].value, "Requested");
    diag_world_ordered(&world);
    assert_int_equal(world.world.record.state, ACTION_VERIFYING);
    assert_int_equal(world.world.move.save.wake_in_s, 9);
    world_inform(&world.world, 5, -1, "8 DIAGNOSTICS COMPLETE", NULL);
    world_next(&world.world);
    assert_int_equal(world.world.move.request.method, CWMP_GET_PARAMETER_VALUES);
    diag_world_ping_result(&world, "Complete", "5", "0", "12");
    assert_int_equal(world.world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.world.move.save.result, "Perda de 0 %, 12 ms: boa conexão."));
    assert_non_null(strstr(world.world.move.save.result, "0 % lost, 12 ms: a good connection."));
    assert_non_null(strstr(world.world.move.save.evidence, "8 DIAGNOSTICS COMPLETE"));
    assert_int_equal(world.world.move.facts->count, 2);
    assert_string_equal(world.world.move.facts->items[0].name, "test.ping_loss_percent");
    assert_int_equal(world.world.move.facts->items[1].number, 12);
    diag_world_end(&world);
}

static void completed_is_complete(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_ping(&world, ping_args);
    diag_world_ordered(&world);
    world_inform(&world.world, 5, -1, "8 DIAGNOSTICS COMPLETE", NULL);
    world_next(&world.world);
    diag_world_ping_result(&world, "Completed", "2", "2", "250");
    assert_int_equal(world.world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.world.move.save.result, "Perda de 50 %, 250 ms: conexão ruim."));
    diag_world_end(&world);
}

static void nothing_that_comes_back_is_said_so(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_ping(&world, ping_args);
    diag_world_ordered(&world);
    world_inform(&world.world, 5, -1, "8 DIAGNOSTICS COMPLETE", NULL);
    world_next(&world.world);
    diag_world_ping_result(&world, "Complete", "0", "4", "0");
    assert_non_null(strstr(world.world.move.save.result, "Nenhuma resposta de 8.8.8.8"));
    assert_int_equal(world.world.move.facts->count, 1);
    assert_int_equal(world.world.move.facts->items[0].number, 100);
    diag_world_end(&world);
}

static void rounds_are_kept_one_by_one(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_ping(&world, "{\"host\":\"h\",\"rounds\":2}");
    diag_world_ordered(&world);
    world_inform(&world.world, 5, -1, "8 DIAGNOSTICS COMPLETE", NULL);
    world_next(&world.world);
    diag_world_ping_result(&world, "Complete", "4", "0", "10");
    assert_int_equal(world.world.record.state, ACTION_VERIFYING);
    diag_world_look(&world, "Complete");
    assert_int_equal(world.world.move.request.method, CWMP_SET_PARAMETER_VALUES);
    assert_true(text_ends_with(world.world.move.request.body.set_parameter_values.parameter_key, ".1"));
    diag_world_ordered(&world);
    world_inform(&world.world, 5, -1, "8 DIAGNOSTICS COMPLETE", NULL);
    world_next(&world.world);
    diag_world_ping_result(&world, "Complete", "3", "1", "20");
    assert_int_equal(world.world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.world.move.save.result, "\"rounds\":[{\"sent\":4,\"received\":4,"));
    assert_non_null(strstr(world.world.move.save.result, "{\"sent\":4,\"received\":3,"));
    assert_non_null(strstr(world.world.move.save.result, "12,5 %"));
    diag_world_end(&world);
}

/* ---- what goes wrong in the device ---- */

static void an_error_is_told_in_words(void **state)
{
    static const struct {
        const char *state, *words;
    } errors[] = {
        {"Error_CannotResolveHostName", "no address for that name"                },
        {"Error_Internal",              "an internal error of its own"            },
        {"Error_Other",                 "did not say why"                         },
        {"Error_OfItsOwn",              "could not make the test (Error_OfItsOwn)"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
        struct diag_world world;

        diag_world_ping(&world, ping_args);
        diag_world_ordered(&world);
        world_inform(&world.world, 5, -1, "8 DIAGNOSTICS COMPLETE", NULL);
        world_next(&world.world);
        diag_world_ping_result(&world, errors[i].state, "0", "0", "0");
        diag_assert_failed(&world, "test_failed", errors[i].words);
        assert_non_null(strstr(world.world.move.save.failure, "\"pt\":\"O roteador"));
        diag_world_end(&world);
    }
}

static void a_refusal_is_told_as_ever(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_ping(&world, ping_args);
    world_fault(&world.world, 9001);
    diag_assert_failed(&world, "device_fault", "9001");
    diag_world_end(&world);
}

static void a_restart_ends_it(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_ping(&world, ping_args);
    diag_world_ordered(&world);
    world_inform(&world.world, 3, 1, "1 BOOT", NULL);
    world_next(&world.world);
    diag_world_ping_result(&world, "None", "0", "0", "0");
    diag_assert_failed(&world, "stopped", "restarted during the test");
    diag_world_end(&world);
}

static void what_somebody_stopped_is_not_begun_again(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_ping(&world, ping_args);
    diag_world_ordered(&world);
    world_inform(&world.world, 30, -1, "2 PERIODIC", NULL);
    world_next(&world.world);
    diag_world_ping_result(&world, "None", "0", "0", "0");
    diag_assert_failed(&world, "stopped", "none was asked for");
    diag_world_end(&world);
}

/* ---- somebody else's ---- */

static void the_test_of_another_is_waited_for(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_begin_ping(&world, ping_args);
    diag_world_look(&world, "Requested");
    assert_int_equal(world.world.record.state, ACTION_VERIFYING);
    assert_int_equal(world.world.move.save.wake_in_s, 10);
    world_next(&world.world);
    assert_int_equal(world.world.move.kind, ACTION_WAIT);
    assert_false(world.world.move.changed);
    world_inform(&world.world, 10, -1, "6 CONNECTION REQUEST", NULL);
    diag_world_look(&world, "Complete");
    assert_int_equal(world.world.move.request.method, CWMP_SET_PARAMETER_VALUES);
    diag_world_end(&world);
}

static void one_that_does_not_end_is_not_disturbed(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_begin_ping(&world, ping_args);
    for (int i = 0; i < 13 && world.world.record.state != ACTION_FAILED; i++) {
        diag_world_look(&world, "Requested");
        if (world.world.record.state != ACTION_FAILED)
            world_inform(&world.world, 10, -1, "6 CONNECTION REQUEST", NULL);
    }
    diag_assert_failed(&world, "busy", "somebody else has ordered");
    diag_world_end(&world);
}

/* ---- no event, no end ---- */

static void a_device_that_does_not_tell_is_asked(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_ping(&world, ping_args);
    diag_world_ordered(&world);
    assert_int_equal(world.world.move.save.wake_in_s, 8);
    world_inform(&world.world, 2, -1, "4 VALUE CHANGE", NULL);
    assert_false(world.world.move.changed);
    world_inform(&world.world, 6, -1, "6 CONNECTION REQUEST", NULL);
    world_next(&world.world);
    diag_world_ping_result(&world, "Requested", "0", "0", "0");
    assert_int_equal(world.world.record.state, ACTION_VERIFYING);
    assert_int_equal(world.world.move.save.wake_in_s, 10);
    world_inform(&world.world, 10, -1, "6 CONNECTION REQUEST", NULL);
    world_next(&world.world);
    diag_world_ping_result(&world, "Complete", "4", "0", "9");
    assert_int_equal(world.world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.world.move.save.evidence, "\"asked\":2"));
    diag_world_end(&world);
}

static void assert_set(const struct diag_world *world, const char *name, const char *value)
{
    const struct cwmp_parameter_values *set = &world->world.move.request.body.set_parameter_values.parameters;

    assert_int_equal(world->world.move.request.method, CWMP_SET_PARAMETER_VALUES);
    assert_int_equal(set->count, 1);
    assert_string_equal(set->items[0].name, name);
    assert_string_equal(set->items[0].value, value);
}

static void a_test_without_end_is_given_up(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_ping(&world, ping_args);
    diag_world_ordered(&world);
    world_inform(&world.world, 700, -1, "6 CONNECTION REQUEST", NULL);
    world_next(&world.world);
    diag_world_ping_result(&world, "Requested", "0", "0", "0");
    world_next(&world.world);
    assert_set(&world, "Device.IP.Diagnostics.IPPing.DiagnosticsState", "Canceled");
    world_fault(&world.world, 9007); /* it does not know the word */
    world_next(&world.world);
    assert_set(&world, "Device.IP.Diagnostics.IPPing.NumberOfRepetitions", "3");
    diag_world_ordered(&world);
    diag_assert_failed(&world, "timeout", "was still under way; it was ended");
    diag_world_end(&world);
}

static void what_cannot_be_ended_is_given_up_all_the_same(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_ping(&world, ping_args);
    diag_world_ordered(&world);
    world_inform(&world.world, 700, -1, "6 CONNECTION REQUEST", NULL);
    world_next(&world.world);
    diag_world_ping_result(&world, "Requested", "0", "0", "0");
    world_next(&world.world);
    world_inform(&world.world, 5, -1, "2 PERIODIC", NULL); /* the answer is lost */
    world_next(&world.world);
    assert_set(&world, "Device.IP.Diagnostics.IPPing.DiagnosticsState", "Canceled");
    world_fault(&world.world, 9001);
    world_next(&world.world);
    world_fault(&world.world, 9001);
    diag_assert_failed(&world, "timeout", "no way to end it");
    diag_world_end(&world);
}

/* ---- one that was given up is ended behind it ---- */

static void begin_stop(struct diag_world *world, const char *object, const char *sets)
{
    const char *root = text_starts_with(object, "Device.") ? "Device." : "InternetGatewayDevice.";
    AUTO_ARENA arena = arena_new(256);
    const char *args = arena_printf(arena, "{\"of\":\"act_x\",\"object\":\"%s\",\"sets\":%s}", object, sets);

    diag_world_begin(world, "diag.stop", "{}", root);
    world->world.record.args = arena_strdup(world->world.arena, args);
    world_next(&world->world);
}

static void a_cancelled_test_is_ended_on_the_device(void **state)
{
    static const char object[] = "Device.IP.Diagnostics.IPPing.";
    struct diag_world world;

    (void)state;
    begin_stop(&world, object, "[[\"Host\",\"h\",\"string\"]]");
    diag_world_answer(&world, object, "DiagnosticsState", "Requested", "Host", "h", NULL);
    world_next(&world.world);
    assert_set(&world, "Device.IP.Diagnostics.IPPing.DiagnosticsState", "Canceled");
    diag_world_ordered(&world);
    world_next(&world.world);
    diag_world_answer(&world, object, "DiagnosticsState", "None", "Host", "h", NULL);
    assert_int_equal(world.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(world.world.move.save.evidence, "{\"state\":\"None\",\"stopped\":true}");
    diag_world_end(&world);
}

static void where_nothing_else_may_be_written_an_argument_ends_it(void **state)
{
    static const char object[] = "InternetGatewayDevice.IPPingDiagnostics.";
    struct diag_world world;

    (void)state;
    begin_stop(&world, object, "[[\"Host\",\"h\",\"string\"],[\"Timeout\",\"1000\",\"unsignedInt\"]]");
    diag_world_answer(&world, object, "DiagnosticsState", "Requested", "Host", "h", "Timeout", "1000", NULL);
    world_next(&world.world);
    assert_set(&world, "InternetGatewayDevice.IPPingDiagnostics.Timeout", "999");
    world_inform(&world.world, 5, -1, "2 PERIODIC", NULL); /* the answer is lost: it looks again */
    world_next(&world.world);
    diag_world_answer(&world, object, "DiagnosticsState", "None", "Host", "h", "Timeout", "999", NULL);
    assert_int_equal(world.world.record.state, ACTION_SUCCEEDED);
    diag_world_end(&world);
}

static void a_device_that_goes_on_testing_is_told(void **state)
{
    static const char object[] = "InternetGatewayDevice.DownloadDiagnostics.";
    struct diag_world world;

    (void)state;
    begin_stop(&world, object, "[[\"DownloadURL\",\"http://a/b\",\"string\"]]");
    diag_world_answer(&world, object, "DiagnosticsState", "Requested", "DownloadURL", "http://a/b", NULL);
    world_next(&world.world);
    assert_set(&world, "InternetGatewayDevice.DownloadDiagnostics.DownloadURL", "http://a/b?");
    diag_world_ordered(&world);
    world_next(&world.world);
    diag_world_answer(&world, object, "DiagnosticsState", "Requested", "DownloadURL", "http://a/b?", NULL);
    diag_assert_failed(&world, "cannot_be_stopped", "refused all of them");
    diag_world_end(&world);
}

static void a_test_of_somebody_else_is_not_ended(void **state)
{
    static const char object[] = "Device.IP.Diagnostics.IPPing.";
    struct diag_world world;

    (void)state;
    begin_stop(&world, object, "[[\"Host\",\"h\",\"string\"]]");
    diag_world_answer(&world, object, "DiagnosticsState", "Requested", "Host", "other", NULL);
    assert_int_equal(world.world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.world.move.save.evidence, "\"stopped\":false"));
    diag_world_end(&world);
}

/* ---- lost answers ---- */

static void a_look_is_repeated(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_begin_ping(&world, ping_args);
    world_next(&world.world);
    world_inform(&world.world, 5, -1, "2 PERIODIC", NULL);
    world_next(&world.world);
    assert_int_equal(world.world.move.request.method, CWMP_GET_PARAMETER_VALUES);
    world_inform(&world.world, 5, -1, "2 PERIODIC", NULL);
    world_next(&world.world);
    world_inform(&world.world, 5, -1, "2 PERIODIC", NULL);
    diag_assert_failed(&world, "no_answer", "GetParameterValues");
    diag_world_end(&world);
}

static void an_order_that_was_taken_is_not_sent_again(void **state)
{
    static const struct {
        const char *before, *event, *after;
    } cases[] = {
        {"None",     "2 PERIODIC",             "Requested"},
        {"Complete", "2 PERIODIC",             "Requested"},
        {"None",     "2 PERIODIC",             "Complete" },
        {"Complete", "8 DIAGNOSTICS COMPLETE", "Complete" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct diag_world world;

        diag_world_begin_ping(&world, ping_args);
        diag_world_look(&world, cases[i].before);
        world_inform(&world.world, 5, -1, cases[i].event, NULL);
        world_next(&world.world);
        assert_int_equal(world.world.move.request.method, CWMP_GET_PARAMETER_VALUES);
        diag_world_ping_result(&world, cases[i].after, "4", "0", "9");
        assert_int_equal(world.world.record.state,
                         strcmp(cases[i].after, "Complete") == 0 ? ACTION_SUCCEEDED : ACTION_VERIFYING);
        diag_world_end(&world);
    }
}

static void the_parameter_key_proves_that_it_was_taken(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_begin_ping(&world, ping_args);
    diag_world_look(&world, "Complete");
    world_key(&world.world, "act_01J9ABCDEFGHJKMNPQRSTV.0");
    world_inform(&world.world, 5, -1, "2 PERIODIC", NULL);
    world_next(&world.world);
    diag_world_ping_result(&world, "Complete", "4", "0", "9");
    assert_int_equal(world.world.record.state, ACTION_SUCCEEDED);
    diag_world_end(&world);
}

static void an_order_that_was_not_taken_is_sent_once_more(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_begin_ping(&world, ping_args);
    diag_world_look(&world, "Complete");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(world.world.move.request.method, CWMP_SET_PARAMETER_VALUES);
        world_key(&world.world, "another");
        world_inform(&world.world, 5, -1, "2 PERIODIC", NULL);
        world_next(&world.world);
        diag_world_ping_result(&world, "Complete", "4", "0", "9");
        if (i == 0)
            world_next(&world.world);
    }
    diag_assert_failed(&world, "no_answer", "did not begin it");
    diag_world_end(&world);
}

static void results_that_may_be_old_are_not_taken_for_new(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_begin_ping(&world, ping_args);
    diag_world_look(&world, "Complete");
    world_inform(&world.world, 5, -1, "2 PERIODIC", NULL);
    world_next(&world.world);
    diag_world_ping_result(&world, "Complete", "4", "0", "9");
    diag_assert_failed(&world, "no_proof", "earlier test");
    diag_world_end(&world);
}

/* The device says yes to the order and ignores it. */
static void results_that_were_there_before_the_order_are_nobodys(void **state)
{
    static const struct {
        const char *event, *average;
        bool passes;
    } cases[] = {
        {"6 CONNECTION REQUEST",   "9",  false},
        {"6 CONNECTION REQUEST",   "11", true }, /* they are others */
        {"8 DIAGNOSTICS COMPLETE", "9",  true }, /* the device says that they are new */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct diag_world world;

        diag_world_begin_ping(&world, ping_args);
        world_next(&world.world);
        diag_world_ping_result(&world, "Complete", "4", "0", "9");
        world_next(&world.world);
        assert_int_equal(world.world.move.request.method, CWMP_SET_PARAMETER_VALUES);
        diag_world_ordered(&world);
        world_inform(&world.world, 9, -1, cases[i].event, NULL);
        world_next(&world.world);
        diag_world_ping_result(&world, "Complete", "4", "0", cases[i].average);
        if (cases[i].passes)
            assert_int_equal(world.world.record.state, ACTION_SUCCEEDED);
        else
            diag_assert_failed(&world, "no_proof", "showed before");
        diag_world_end(&world);
    }
}

static void the_reading_of_results_is_repeated(void **state)
{
    struct diag_world world;

    (void)state;
    diag_world_ping(&world, ping_args);
    diag_world_ordered(&world);
    world_inform(&world.world, 5, -1, "8 DIAGNOSTICS COMPLETE", NULL);
    world_next(&world.world);
    world_inform(&world.world, 5, -1, "2 PERIODIC", NULL);
    world_next(&world.world);
    assert_int_equal(world.world.move.request.method, CWMP_GET_PARAMETER_VALUES);
    diag_world_ping_result(&world, "Complete", "4", "0", "9");
    assert_int_equal(world.world.record.state, ACTION_SUCCEEDED);
    diag_world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_test_is_found_where_the_device_keeps_it),
        cmocka_unit_test(a_model_that_has_none_is_not_asked),
        cmocka_unit_test(places_are_tried_one_after_the_other),
        cmocka_unit_test(it_is_ordered_in_one_request_and_proven_by_its_state),
        cmocka_unit_test(completed_is_complete),
        cmocka_unit_test(nothing_that_comes_back_is_said_so),
        cmocka_unit_test(rounds_are_kept_one_by_one),
        cmocka_unit_test(an_error_is_told_in_words),
        cmocka_unit_test(a_refusal_is_told_as_ever),
        cmocka_unit_test(a_restart_ends_it),
        cmocka_unit_test(what_somebody_stopped_is_not_begun_again),
        cmocka_unit_test(the_test_of_another_is_waited_for),
        cmocka_unit_test(one_that_does_not_end_is_not_disturbed),
        cmocka_unit_test(a_device_that_does_not_tell_is_asked),
        cmocka_unit_test(a_test_without_end_is_given_up),
        cmocka_unit_test(what_cannot_be_ended_is_given_up_all_the_same),
        cmocka_unit_test(a_cancelled_test_is_ended_on_the_device),
        cmocka_unit_test(where_nothing_else_may_be_written_an_argument_ends_it),
        cmocka_unit_test(a_device_that_goes_on_testing_is_told),
        cmocka_unit_test(a_test_of_somebody_else_is_not_ended),
        cmocka_unit_test(a_look_is_repeated),
        cmocka_unit_test(an_order_that_was_taken_is_not_sent_again),
        cmocka_unit_test(the_parameter_key_proves_that_it_was_taken),
        cmocka_unit_test(an_order_that_was_not_taken_is_sent_once_more),
        cmocka_unit_test(results_that_may_be_old_are_not_taken_for_new),
        cmocka_unit_test(results_that_were_there_before_the_order_are_nobodys),
        cmocka_unit_test(the_reading_of_results_is_repeated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
