/* Configurations and logs; and which action a TransferComplete is about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "provisioning/transfer.h"
#include "tests/provisioning/action_world.h"

#define KEY "act_01J9ABCDEFGHJKMNPQRSTV"

static const char file[] = "{\"file\":\"fil_0123456789012345678901\",\"name\":\"a.cfg\",\"size\":10}";
static const struct action_upload sent = {"fil_0123456789012345678902", "00ff", 10};

static void begin(struct world *world, const char *kind, const char *args)
{
    world_begin(world, kind, args);
    world_use_files(world);
    world_next(world);
    assert_int_equal(world->move.kind, ACTION_SEND);
}

static void upload(struct world *world)
{
    assert_int_equal(action_uploaded(&world->record, &world->facts, &sent, world->arena, &world->move),
                     ERR_OK);
    action_apply(&world->record, &world->move.save);
}

static void numbers_of_types_are_not_mixed(void **state)
{
    struct world world;

    (void)state;
    begin(&world, "config.restore", file);
    assert_string_equal(world.move.request.body.download.file_type, "3 Vendor Configuration File");
    world_end(&world);
    begin(&world, "config.backup", "{}");
    assert_string_equal(world.move.request.body.upload.file_type, "1 Vendor Configuration File");
    assert_string_equal(world.move.request.body.upload.command_key, KEY);
    assert_string_equal(world.move.request.body.upload.url, "http://acs/u/" KEY);
    world_end(&world);
    begin(&world, "log.fetch", "{}");
    assert_string_equal(world.move.request.body.upload.file_type, "2 Vendor Log File");
    world_end(&world);
}

static void a_configuration_is_there_when_the_device_says_so(void **state)
{
    struct world world;

    (void)state;
    begin(&world, "config.restore", file);
    world_transfer_response(&world, CWMP_DOWNLOAD_RESPONSE, 1);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_inform(&world, 60, 10, "1 BOOT", "7 TRANSFER COMPLETE", "M Download:" KEY, NULL);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    assert_true(world_transferred(&world, KEY, 0));
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);

    begin(&world, "config.restore", file);
    world_transfer_response(&world, CWMP_DOWNLOAD_RESPONSE, 0);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);

    begin(&world, "config.restore", file);
    world_inform(&world, 60, 10, "2 PERIODIC", NULL); /* the answer was lost: not again */
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_WAIT);
    assert_true(world_transferred(&world, KEY, 9018));
    assert_int_equal(world.record.state, ACTION_FAILED);
    world_end(&world);
}

static void a_reset_ends_what_was_pending(void **state)
{
    struct world world;

    (void)state;
    begin(&world, "config.backup", "{}");
    world_transfer_response(&world, CWMP_UPLOAD_RESPONSE, 1);
    world_inform(&world, 60, 10, "0 BOOTSTRAP", NULL);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_non_null(strstr(world.move.save.failure, "device_reset"));
    world_end(&world);
}

static void a_file_is_the_proof_and_its_order_does_not_matter(void **state)
{
    struct world world;

    (void)state;
    begin(&world, "config.backup", "{}");
    world_transfer_response(&world, CWMP_UPLOAD_RESPONSE, 1);
    upload(&world);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.result, sent.file_id));
    assert_true(world_transferred(&world, KEY, 0));
    assert_false(world.move.changed);
    world_end(&world);

    begin(&world, "config.backup", "{}");
    world_transfer_response(&world, CWMP_UPLOAD_RESPONSE, 1);
    assert_true(world_transferred(&world, KEY, 0));
    assert_int_equal(world.record.state, ACTION_VERIFYING); /* where is the file? */
    upload(&world);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_non_null(strstr(world.move.save.evidence, "transfer_complete"));
    world_end(&world);
}

/* While the request is outstanding, before anything was answered. */
static void a_file_may_come_before_the_response(void **state)
{
    struct world world;

    (void)state;
    begin(&world, "log.fetch", "{}");
    upload(&world);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_null(world.record.intent);
    world_end(&world);
}

static void a_failed_upload_says_why(void **state)
{
    struct world world;

    (void)state;
    begin(&world, "log.fetch", "{}");
    world_transfer_response(&world, CWMP_UPLOAD_RESPONSE, 1);
    assert_true(world_transferred(&world, KEY, 9011));
    assert_int_equal(world.record.state, ACTION_FAILED);
    world_end(&world);
}

static void other_kinds_take_no_transfers(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "reboot", "{}");
    world_next(&world);
    assert_false(world_transferred(&world, KEY, 0));
    assert_false(world_transferred(&world, "", 0));
    assert_int_equal(action_uploaded(&world.record, &world.facts, &sent, world.arena, &world.move),
                     ERR_NOT_FOUND);
    world_end(&world);
}

static void a_lost_key_is_the_only_one_that_waits(void **state)
{
    struct action_record records[] = {
        {.id = "act_1", .kind = "reboot",           .state = ACTION_VERIFYING},
        {.id = "act_2", .kind = "firmware.install", .state = ACTION_VERIFYING},
        {.id = "act_3", .kind = "config.backup",    .state = ACTION_SESSION  },
        {.id = "act_4", .kind = "log.fetch",        .state = ACTION_SUCCEEDED},
    };
    const size_t count = sizeof(records) / sizeof(*records);

    (void)state;
    assert_ptr_equal(action_of_transfer(records, count, ""), &records[1]);
    assert_ptr_equal(action_of_transfer(records, count, "act_3"), &records[2]);
    assert_null(action_of_transfer(records, count, "act_9"));
    assert_null(action_of_transfer(records, count, "act_1"));
    records[2].intent = "Upload";
    records[2].state = ACTION_RUNNING;
    assert_null(action_of_transfer(records, count, "")); /* two: there is no telling */
    assert_null(action_of_transfer(NULL, 0, ""));
}

static void arguments_are_checked(void **state)
{
    static const struct {
        const char *kind;
        const char *args;
        enum err wanted;
    } samples[] = {
        {"firmware.install", "{\"file\":\"fil_0123456789012345678901\"}",                          ERR_OK     },
        {"firmware.install", "{\"file\":\"fil_0123456789012345678901\",\"target_version\":\"2\"}", ERR_OK     },
        {"firmware.install", "{\"file\":\"fil_0123456789012345678901\",\"target_version\":\"\"}",
         ERR_INVALID                                                                                          },
        {"firmware.install", "{\"file\":\"fil_0123456789012345678901\",\"target_version\":2}",     ERR_INVALID},
        {"firmware.install", "{\"file\":\"fil_0123456789012345678901\",\"size\":2}",               ERR_INVALID},
        {"firmware.install", "{\"file\":\"act_0123456789012345678901\"}",                          ERR_INVALID},
        {"firmware.install", "{\"file\":7}",                                                       ERR_INVALID},
        {"firmware.install", "{}",                                                                 ERR_INVALID},
        {"config.restore",   "{\"file\":\"fil_0123456789012345678901\"}",                          ERR_OK     },
        {"config.restore",   "{\"file\":\"fil_012345678901234567890\"}",                           ERR_INVALID},
        {"config.backup",    "{}",                                                                 ERR_OK     },
        {"config.backup",    "{\"file\":\"fil_0123456789012345678901\"}",                          ERR_INVALID},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
        AUTO_JSON args = NULL;

        assert_int_equal(json_read(samples[i].args, strlen(samples[i].args), &args), ERR_OK);
        if (action_kind_find(samples[i].kind)->check(args) != samples[i].wanted)
            fail_msg("%s %s", samples[i].kind, samples[i].args);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_types_are_not_mixed),
        cmocka_unit_test(a_configuration_is_there_when_the_device_says_so),
        cmocka_unit_test(a_reset_ends_what_was_pending),
        cmocka_unit_test(a_file_is_the_proof_and_its_order_does_not_matter),
        cmocka_unit_test(a_file_may_come_before_the_response),
        cmocka_unit_test(a_failed_upload_says_why),
        cmocka_unit_test(other_kinds_take_no_transfers),
        cmocka_unit_test(a_lost_key_is_the_only_one_that_waits),
        cmocka_unit_test(arguments_are_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
