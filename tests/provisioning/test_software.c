/* software.change, and download.schedule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "provisioning/action.h"
#include "soap/cwmp.h"
#include "tests/provisioning/action_world.h"

#define KEY  "act_01J9ABCDEFGHJKMNPQRSTV"
#define UUID "6ba7b810-9dad-51d1-80b4-00c04fd430c8"
#define UNIT "Device.SoftwareModules.DeploymentUnit.3"

static const char both[] =
    "{\"operations\":[{\"operation\":\"install\",\"url\":\"http://h/x\",\"uuid\":\"" UUID "\"},"
    "{\"operation\":\"uninstall\",\"uuid\":\"" UUID "\",\"version\":\"1\"}]}";
static const char one[] = "{\"operations\":[{\"operation\":\"install\",\"url\":\"http://h/x\"}]}";

static struct cwmp_du_result result(const char *state, const char *unit, uint32_t fault)
{
    return (struct cwmp_du_result){
        .uuid = UUID,
        .deployment_unit_ref = unit,
        .version = "1.2",
        .current_state = state,
        .resolved = true,
        .execution_unit_refs = "",
        .start_time = "2026-01-02T03:04:05Z",
        .complete_time = "2026-01-02T03:04:06Z",
        .fault = {fault, fault != 0 ? "words" : ""},
    };
}

/* Up to where the device has taken the request. */
static void begin(struct world *world, const char *args)
{
    static const struct ability able = {.methods = " ChangeDUState ScheduleDownload ", .asked = true};

    world_begin(world, "software.change", args);
    world->facts.ability = &able;
    world->facts.version = CWMP_1_2;
    world_next(world);
    assert_int_equal(world->move.request.method, CWMP_CHANGE_DU_STATE);
}

static void take_it(struct world *world)
{
    world_answer(world, world_message(world, CWMP_CHANGE_DU_STATE_RESPONSE));
    assert_int_equal(world->record.state, ACTION_VERIFYING);
}

static void the_operations_are_sent_with_our_key(void **state)
{
    const struct cwmp_change_du_state *sent;
    struct world world;

    (void)state;
    begin(&world, both);
    sent = &world.move.request.body.change_du_state;
    assert_string_equal(sent->command_key, KEY);
    assert_int_equal(sent->operations.count, 2);
    assert_int_equal(sent->operations.items[0].kind, CWMP_INSTALL);
    assert_string_equal(sent->operations.items[0].url, "http://h/x");
    assert_int_equal(sent->operations.items[1].kind, CWMP_UNINSTALL);
    assert_string_equal(sent->operations.items[1].version, "1");
    take_it(&world);
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_WAIT);
    world_end(&world);
}

static void what_the_device_shows_counts(void **state)
{
    static const struct {
        const char *state, *shown; /* NULL: Fault 9005 */
        enum action_state end;
        const char *args;
    } cases[] = {
        {"Installed",   "Installed",   ACTION_SUCCEEDED, one                     },
        {"Installed",   "Uninstalled", ACTION_FAILED,    one                     },
        {"Installed",   NULL,          ACTION_FAILED,    one                     },
        {"Uninstalled", NULL,          ACTION_SUCCEEDED,
         "{\"operations\":[{\"operation\":\"uninstall\",\"uuid\":\"" UUID "\"}]}"},
        {"Uninstalled", "Installed",   ACTION_FAILED,
         "{\"operations\":[{\"operation\":\"uninstall\",\"uuid\":\"" UUID "\"}]}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct cwmp_du_result told = result(cases[i].state, UNIT, 0);
        struct world world;

        begin(&world, cases[i].args);
        take_it(&world);
        assert_true(world_changed(&world, KEY, &told, 1));
        assert_int_equal(world.record.state, ACTION_VERIFYING);
        world_next(&world);
        assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_VALUES);
        assert_string_equal(world.move.request.body.get_parameter_values.names.items[0], UNIT ".Status");
        if (cases[i].shown != NULL)
            world_values(&world, UNIT ".Status", cases[i].shown, CWMP_STRING);
        else
            world_fault(&world, 9005);
        assert_int_equal(world.record.state, cases[i].end);
        world_end(&world);
    }
}

static void a_unit_that_cannot_be_seen_is_believed(void **state)
{
    struct cwmp_du_result told = result("Installed", "", 0);
    struct world world;

    (void)state;
    begin(&world, one);
    take_it(&world);
    assert_true(world_changed(&world, KEY, &told, 1));
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.result, "\"state\":\"Installed\""));
    world_end(&world);
}

static void every_fault_is_kept(void **state)
{
    struct cwmp_du_result told[] = {result("Installed", UNIT, 0), result("Failed", "", 9028)};
    struct world world;

    (void)state;
    begin(&world, both);
    take_it(&world);
    assert_true(world_changed(&world, KEY, told, 2));
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "partly_failed"));
    assert_non_null(strstr(world.move.save.failure, "9028"));
    assert_non_null(strstr(world.move.save.result, "\"fault\":0"));
    assert_non_null(strstr(world.move.save.result, "\"fault\":9028,\"fault_text\":\"words\""));
    world_end(&world);
}

static void results_that_do_not_fit_are_no_success(void **state)
{
    static const struct {
        const char *args, *state, *code;
    } cases[] = {
        {both, "Installed",   "results_missing"},
        {one,  "Failed",      "not_applied"    },
        {one,  "Uninstalled", "not_applied"    },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct cwmp_du_result told = result(cases[i].state, "", 0);
        struct world world;

        begin(&world, cases[i].args);
        take_it(&world);
        assert_true(world_changed(&world, KEY, &told, 1));
        assert_int_equal(world.record.state, ACTION_FAILED);
        assert_non_null(strstr(world.move.save.failure, cases[i].code));
        world_end(&world);
    }
}

static void results_may_come_before_the_response_and_in_any_session(void **state)
{
    struct cwmp_du_result told = result("Installed", UNIT, 0);
    struct world world;

    (void)state;
    begin(&world, one);
    assert_true(world_changed(&world, KEY, &told, 1));
    world_answer(&world, world_message(&world, CWMP_CHANGE_DU_STATE_RESPONSE));
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_VALUES);
    world_end(&world);

    begin(&world, one); /* and the response is lost: it is never sent again */
    world_inform(&world, 60, 1000, "2 PERIODIC", NULL);
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_WAIT);
    assert_false(world_changed(&world, "of somebody else", &told, 1));
    assert_true(world_changed(&world, "", &told, 1)); /* the only one that waits */
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_next(&world);
    world_inform(&world, 60, 1000, "2 PERIODIC", NULL); /* the question may be asked again */
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_VALUES);
    world_values(&world, UNIT ".Status", "Installed", CWMP_STRING);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void a_refusal_and_a_reset_are_the_end(void **state)
{
    struct world world;

    (void)state;
    begin(&world, one);
    world_fault(&world, 9004);
    assert_int_equal(world.record.state, ACTION_FAILED);
    world_end(&world);
    begin(&world, one);
    take_it(&world);
    world_inform(&world, 60, 10, "0 BOOTSTRAP", NULL);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "device_reset"));
    world_end(&world);
}

static void arguments_are_checked_with_the_field_named(void **state)
{
    static const struct {
        const char *kind, *args, *names; /* NULL: they are fine */
    } cases[] = {
#define OP(members)   "{\"operations\":[{" members "}]}"
#define WINDOW(inner) "{\"file\":\"fil_0123456789012345678901\",\"windows\":[" inner "]}"
        {"software.change",   "{}",                                                                     "operations"             },
        {"software.change",   "{\"operations\":[]}",                                                    "operations"             },
        {"software.change",   OP("\"operation\":\"remove\""),                                           "operations[0].operation"},
        {"software.change",   OP("\"operation\":\"install\""),                                          "operations[0].url"      },
        {"software.change",   OP("\"operation\":\"install\",\"url\":\"ftp://h/x\""),                    "operations[0].url"      },
        {"software.change",   OP("\"operation\":\"install\",\"url\":\"http://u:p@h/x\""),               "operations[0].url"      },
        {"software.change",   OP("\"operation\":\"install\",\"url\":\"http://h/x@y\""),                 NULL                     },
        {"software.change",   OP("\"operation\":\"install\",\"url\":\"http://h\",\"version\":\"1\""),
                                                                                                 "operations[0].version"                                                                                                 },
        {"software.change",   OP("\"operation\":\"install\",\"url\":\"http://h\",\"x\":1"),             "x"                      },
        {"software.change",   OP("\"operation\":\"uninstall\""),                                        "operations[0].uuid"     },
        {"software.change",   OP("\"operation\":\"uninstall\",\"uuid\":\"6ba7b810\""),                  "operations[0].uuid"     },
        {"software.change",   OP("\"operation\":\"uninstall\",\"uuid\":\"" UUID "\",\"all\":true"),
                                                                                                 "operations[0].all"                                                                                                     },
        {"software.change",   OP("\"operation\":\"update\""),                                           "operations[0].uuid"     },
        {"software.change",   OP("\"operation\":\"update\",\"all\":true"),                              NULL                     },
        {"software.change",   OP("\"operation\":\"update\",\"all\":true,\"uuid\":\"" UUID "\""),
                                                                                                 "operations[0].uuid"                                                                                                    },
        {"download.schedule", "{\"file\":\"fil_0123456789012345678901\"}",                              "windows"                },
        {"download.schedule", WINDOW("{\"start_s\":10,\"end_s\":10}"),                                  "windows[0].end_s"       },
        {"download.schedule", WINDOW("{\"end_s\":10}"),                                                 "windows[0].start_s"     },
        {"download.schedule", WINDOW("{\"start_s\":0,\"end_s\":9},{\"start_s\":8,\"end_s\":12}"),
                                                                                                 "windows[1].start_s"                                                                                                    },
        {"download.schedule", WINDOW("{\"start_s\":0,\"end_s\":9,\"mode\":\"now\"}"),                   "windows[0].mode"        },
        {"download.schedule", WINDOW("{\"start_s\":0,\"end_s\":9,\"max_retries\":-2}"),
                                                                                                 "windows[0].max_retries"                                                                                                },
        {"download.schedule", WINDOW("{\"start_s\":0,\"end_s\":9},{\"start_s\":9,\"end_s\":12}"),       NULL                     },
        {"download.schedule",
                                                                                                 WINDOW("{\"start_s\":0,\"end_s\":1},{\"start_s\":1,\"end_s\":2},{\"start_s\":3,\"end_s\":4}"),
                                                                                                 "windows"                                                                                                               },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        AUTO_JSON json = NULL;

        assert_int_equal(json_read(cases[i].args, strlen(cases[i].args), &json), ERR_OK);
        assert_int_equal(action_kind_find(cases[i].kind)->check(json),
                         cases[i].names != NULL ? ERR_INVALID : ERR_OK);
        if (cases[i].names != NULL)
            assert_non_null(strstr(err_message(), cases[i].names));
    }
}

/* ---- download.schedule ---- */

static const char schedule[] =
    "{\"file\":\"fil_0123456789012345678901\",\"name\":\"fw.bin\",\"size\":1000,\"version\":\"2.0\","
    "\"windows\":"
    "[{\"start_s\":3600,\"end_s\":7200,\"mode\":\"idle\",\"message\":\"m\",\"max_retries\":-1},"
    "{\"start_s\":9000,\"end_s\":9600}]}";

static void begin_schedule(struct world *world)
{
    static const struct ability able = {.methods = " ScheduleDownload ", .asked = true};

    world_begin(world, "download.schedule", schedule);
    world->facts.ability = &able;
    world->facts.version = CWMP_1_2;
    world_use_files(world);
    world_run(world, "1.0");
    world_next(world);
}

static void the_windows_are_sent_and_the_version_is_the_proof(void **state)
{
    const struct cwmp_schedule_download *sent;
    struct world world;

    (void)state;
    begin_schedule(&world);
    sent = &world.move.request.body.schedule_download;
    assert_int_equal(world.move.request.method, CWMP_SCHEDULE_DOWNLOAD);
    assert_string_equal(sent->command_key, KEY);
    assert_int_equal(sent->windows.count, 2);
    assert_string_equal(sent->windows.items[0].mode, "3 When Idle");
    assert_int_equal(sent->windows.items[0].max_retries, -1);
    assert_string_equal(sent->windows.items[1].mode, "1 At Any Time");
    world_answer(&world, world_message(&world, CWMP_SCHEDULE_DOWNLOAD_RESPONSE));
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_inform(&world, 600, 10, "1 BOOT", NULL); /* a restart before the window says nothing */
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_run(&world, "2.0");
    world_inform(&world, 3600, 10, "1 BOOT", "7 TRANSFER COMPLETE", "M ScheduleDownload:" KEY, NULL);
    assert_true(world_transferred(&world, KEY, 0));
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void what_was_not_done_in_its_windows_is_9020(void **state)
{
    struct world world;

    (void)state;
    begin_schedule(&world);
    world_answer(&world, world_message(&world, CWMP_SCHEDULE_DOWNLOAD_RESPONSE));
    assert_true(world_transferred(&world, KEY, 9020));
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "9020"));
    world_end(&world);
}

static void it_lives_as_long_as_its_windows(void **state)
{
    AUTO_JSON json = NULL;

    (void)state;
    assert_int_equal(json_read(schedule, strlen(schedule), &json), ERR_OK);
    assert_int_equal(action_kind_find("download.schedule")->ttl_of(json), 9600 + 86400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_operations_are_sent_with_our_key),
        cmocka_unit_test(what_the_device_shows_counts),
        cmocka_unit_test(a_unit_that_cannot_be_seen_is_believed),
        cmocka_unit_test(every_fault_is_kept),
        cmocka_unit_test(results_that_do_not_fit_are_no_success),
        cmocka_unit_test(results_may_come_before_the_response_and_in_any_session),
        cmocka_unit_test(a_refusal_and_a_reset_are_the_end),
        cmocka_unit_test(arguments_are_checked_with_the_field_named),
        cmocka_unit_test(the_windows_are_sent_and_the_version_is_the_proof),
        cmocka_unit_test(what_was_not_done_in_its_windows_is_9020),
        cmocka_unit_test(it_lives_as_long_as_its_windows),
    };

    return cmocka_run_group_tests_name("software", tests, NULL, NULL);
}
