#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "provisioning/quirks.h"
#include "tests/provisioning/action_world.h"

#define KEY   "act_01J9ABCDEFGHJKMNPQRSTV"
#define M_KEY "M Download:" KEY

static const char file[] =
    "{\"file\":\"fil_0123456789012345678901\",\"name\":\"fw.bin\",\"size\":1000,\"version\":\"2.0\"}";
static const char no_version[] =
    "{\"file\":\"fil_0123456789012345678901\",\"name\":\"fw.bin\",\"size\":1000}";

/* Up to the request that is sent; the device runs 1.0. */
static void begin(struct world *world, const char *args)
{
    world_begin(world, "firmware.install", args);
    world_use_files(world);
    world_run(world, "1.0");
    world_next(world);
    assert_int_equal(world->move.kind, ACTION_SEND);
    assert_int_equal(world->move.request.method, CWMP_DOWNLOAD);
}

static void take_it(struct world *world)
{
    world_transfer_response(world, CWMP_DOWNLOAD_RESPONSE, 1);
    assert_int_equal(world->record.state, ACTION_VERIFYING);
}

/* file_login: for models that do not fetch a file where nobody asks who they are. */
static void a_model_may_get_a_login_beside_the_address(void **state)
{
    static const struct quirks quirks = {.file_login = true};
    struct world world;
    const struct cwmp_download *download = &world.move.request.body.download;

    (void)state;
    world_begin(&world, "firmware.install", file);
    world_use_files(&world);
    world_run(&world, "1.0");
    world.facts.quirks = &quirks;
    world_next(&world);
    assert_string_equal(download->username, KEY);
    assert_string_equal(download->password, "a password");
    world_end(&world);
    world_begin(&world, "config.backup", "{}");
    world_use_files(&world);
    world.facts.quirks = &quirks;
    world_next(&world);
    assert_string_equal(world.move.request.body.upload.username, KEY);
    assert_string_equal(world.move.request.body.upload.password, "a password");
    world_end(&world);
}

static void assert_says(const char *json, const char *part)
{
    assert_non_null(json);
    if (strstr(json, part) == NULL)
        fail_msg("%s is not in %s", part, json);
}

static void all_ten_arguments_are_what_they_should_be(void **state)
{
    struct world world;
    const struct cwmp_download *download = &world.move.request.body.download;

    (void)state;
    begin(&world, file);
    assert_string_equal(download->command_key, KEY);
    assert_string_equal(download->file_type, "1 Firmware Upgrade Image");
    assert_string_equal(download->url, "http://acs/f/" KEY "/fw.bin");
    assert_string_equal(download->username, "");
    assert_string_equal(download->password, "");
    assert_int_equal(download->file_size, 1000);
    assert_string_equal(download->target_file_name, "");
    assert_int_equal(download->delay_s, 0);
    assert_string_equal(download->success_url, "");
    assert_string_equal(download->failure_url, "");
    assert_string_equal(world.record.intent, "Download");
    world_end(&world);
}

static void a_size_that_does_not_fit_is_not_known(void **state)
{
    struct world world;

    (void)state;
    begin(&world, "{\"file\":\"fil_0123456789012345678901\",\"name\":\"a\",\"size\":4294967296}");
    assert_int_equal(world.move.request.body.download.file_size, 0);
    world_end(&world);
}

static void the_new_version_and_the_devices_word_prove_it(void **state)
{
    struct world world;

    (void)state;
    begin(&world, file);
    take_it(&world);
    world_run(&world, "2.0");
    world_inform(&world, 120, 30, "1 BOOT", "7 TRANSFER COMPLETE", M_KEY, NULL);
    assert_int_equal(world.record.state, ACTION_VERIFYING); /* the Inform alone completes nothing (I-26) */
    world.facts.event_bits = 1u << 1 | 1u << 7;
    assert_true(world_transferred(&world, KEY, 0));
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_says(world.move.save.evidence, "\"version_before\":\"1.0\"");
    assert_says(world.move.save.evidence, "\"version\":\"2.0\"");
    assert_says(world.move.save.evidence, "\"started\":null");
    assert_true(world_transferred(&world, KEY, 0)); /* again: nothing happens */
    assert_false(world.move.changed);
    world_end(&world);
}

static void the_new_version_is_proof_without_transfer_complete(void **state)
{
    struct world world;

    (void)state;
    begin(&world, file);
    take_it(&world);
    world_run(&world, "2.0");
    world_inform(&world, 120, 30, "1 BOOT", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

/* It was announced and never came: the version decides at the next contact. */
static void an_announcement_is_waited_for_once(void **state)
{
    struct world world;

    (void)state;
    begin(&world, file);
    take_it(&world);
    world_run(&world, "2.0");
    world_inform(&world, 120, 30, "1 BOOT", "7 TRANSFER COMPLETE", M_KEY, NULL);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_inform(&world, 60, 90, "2 PERIODIC", "7 TRANSFER COMPLETE", M_KEY, NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void transfer_complete_alone_proves_nothing(void **state)
{
    struct world world;

    (void)state;
    begin(&world, file);
    take_it(&world);
    world_inform(&world, 60, 5000, "7 TRANSFER COMPLETE", M_KEY, NULL);
    world.facts.event_bits = 1u << 7;
    assert_true(world_transferred(&world, KEY, 0)); /* before the restart that applies it */
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_inform(&world, 120, 30, "1 BOOT", NULL);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_says(world.move.save.failure, "\"code\":\"version_wrong\"");
    assert_says(world.move.save.failure, "runs 1.0, not 2.0");
    world_end(&world);
}

static void the_old_version_after_the_restart_is_a_failure(void **state)
{
    struct world world;

    (void)state;
    begin(&world, file);
    take_it(&world);
    world_inform(&world, 120, 30, "1 BOOT", "7 TRANSFER COMPLETE", M_KEY, NULL);
    world.facts.event_bits = 1u << 1 | 1u << 7;
    assert_true(world_transferred(&world, KEY, 0));
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_says(world.move.save.failure, "version_wrong");
    world_end(&world);
}

/* A restart may be a power cut in the middle: the device is given one more contact to tell. */
static void a_restart_with_the_old_version_and_no_word_fails_at_the_next_contact(void **state)
{
    struct world world;

    (void)state;
    begin(&world, file);
    take_it(&world);
    world_inform(&world, 120, 30, "1 BOOT", NULL);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_inform(&world, 300, 330, "2 PERIODIC", NULL);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_says(world.move.save.failure, "no TransferComplete came");
    world_end(&world);
}

static void a_model_that_never_sends_it_fails_at_once(void **state)
{
    const struct quirks silent = {.no_transfer_complete = true};
    struct world world;

    (void)state;
    begin(&world, file);
    take_it(&world);
    world.facts.quirks = &silent;
    world_inform(&world, 120, 30, "1 BOOT", NULL);
    assert_int_equal(world.record.state, ACTION_FAILED);
    world_end(&world);
}

static void contacts_without_a_restart_are_waited_out(void **state)
{
    struct world world;

    (void)state;
    begin(&world, file);
    take_it(&world);
    for (int i = 0; i < 5; i++) {
        world_inform(&world, 300, 5000 + 300 * i, "2 PERIODIC", NULL);
        assert_int_equal(world.record.state, ACTION_VERIFYING);
        world_next(&world);
        assert_int_equal(world.move.kind, ACTION_WAIT);
    }
    world_end(&world);
}

static void a_fault_is_told_in_words(void **state)
{
    static const uint32_t codes[] = {9001, 9002, 9010, 9011, 9012, 9014, 9015, 9016, 9017, 9018, 9019, 9020};

    (void)state;
    for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
        struct world world;

        begin(&world, file);
        take_it(&world);
        world_inform(&world, 60, 5000, "7 TRANSFER COMPLETE", M_KEY, NULL);
        assert_true(world_transferred(&world, KEY, codes[i]));
        assert_int_equal(world.record.state, ACTION_FAILED);
        assert_says(world.move.save.failure, "transfer_failed");
        assert_says(world.move.save.failure, "words of the device");
        assert_says(world.move.save.failure, cwmp_fault_meaning(codes[i]));
        world_end(&world);
    }
}

static void refusals_of_the_request_fail_with_their_reason(void **state)
{
    static const uint32_t codes[] = {9000, 9001, 9002, 9003, 9010, 9012, 9013};

    (void)state;
    for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
        struct world world;

        begin(&world, file);
        world_fault(&world, codes[i]);
        assert_int_equal(world.record.state, ACTION_FAILED);
        assert_says(world.move.save.failure, cwmp_fault_meaning(codes[i]));
        world_end(&world);
    }
}

/* Its queue is full: proven not to have been taken. Once more, and half an hour later. */
static void a_full_queue_is_tried_once_more(void **state)
{
    struct world world;

    (void)state;
    begin(&world, file);
    world_fault(&world, 9004);
    assert_false(action_has_ended(world.record.state));
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_WAIT);
    world.facts.now_us += INT64_C(1801) * 1000000;
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_SEND);
    world_fault(&world, 9004);
    assert_int_equal(world.record.state, ACTION_FAILED);
    world_end(&world);
}

static void a_lost_answer_is_never_a_reason_to_send_again(void **state)
{
    struct world world;

    (void)state;
    begin(&world, file);
    world_inform(&world, 60, 5000, "2 PERIODIC", NULL);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_next(&world);
    assert_int_equal(world.move.kind, ACTION_WAIT);
    world_run(&world, "2.0");
    world_inform(&world, 60, 10, "1 BOOT", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void transfer_complete_may_come_before_the_response(void **state)
{
    struct world world;

    (void)state;
    begin(&world, file);
    assert_true(world_transferred(&world, KEY, 0));
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    assert_null(world.record.intent);
    world_transfer_response(&world, CWMP_DOWNLOAD_RESPONSE, 1);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_run(&world, "2.0");
    world_inform(&world, 60, 10, "1 BOOT", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_says(world.move.save.evidence, "\"transfer_complete\":{\"fault\":0");
    world_end(&world);
}

static void status_0_is_looked_at_at_once(void **state)
{
    struct world world;

    (void)state;
    begin(&world, file);
    world_transfer_response(&world, CWMP_DOWNLOAD_RESPONSE, 0);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_VALUES);
    world_values(&world, "Device.DeviceInfo.SoftwareVersion", "2.0", CWMP_STRING);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_says(world.move.save.evidence, "2026-01-02T03:05:05Z");
    world_end(&world);
}

static void a_reset_takes_the_transfer_with_it(void **state)
{
    struct world world;

    (void)state;
    begin(&world, file);
    take_it(&world);
    world_inform(&world, 60, 10, "0 BOOTSTRAP", "1 BOOT", NULL);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_says(world.move.save.failure, "device_reset");
    world_end(&world);
}

/* Some say 0 BOOTSTRAP in every session, and some after an upgrade. */
static void not_every_bootstrap_is_a_reset(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "firmware.install", file);
    world_use_files(&world);
    world_run(&world, "1.0");
    world.facts.event_bits = 1;
    world_next(&world);
    take_it(&world);
    world_inform(&world, 60, 5000, "0 BOOTSTRAP", NULL);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_end(&world);

    begin(&world, file);
    take_it(&world);
    world_run(&world, "2.0");
    world_inform(&world, 60, 10, "0 BOOTSTRAP", "1 BOOT", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void without_a_target_a_change_is_the_proof(void **state)
{
    struct world world;

    (void)state;
    begin(&world, no_version);
    take_it(&world);
    world_run(&world, "1.5");
    world_inform(&world, 60, 10, "1 BOOT", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_says(world.move.save.evidence, "the file names no version");
    world_end(&world);

    begin(&world, no_version);
    take_it(&world);
    world_inform(&world, 60, 10, "1 BOOT", "7 TRANSFER COMPLETE", M_KEY, NULL);
    world.facts.event_bits = 2;
    assert_true(world_transferred(&world, KEY, 0));
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_says(world.move.save.failure, "version_unchanged");
    world_end(&world);
}

/* The version was there before: it can prove nothing, so the device's word must do. */
static void the_same_version_again_needs_the_devices_word(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "firmware.install", file);
    world_use_files(&world);
    world_run(&world, "2.0");
    world_next(&world);
    take_it(&world);
    world_inform(&world, 60, 5000, "2 PERIODIC", NULL);
    assert_int_equal(world.record.state, ACTION_VERIFYING);
    world_inform(&world, 60, 10, "1 BOOT", "7 TRANSFER COMPLETE", M_KEY, NULL);
    assert_true(world_transferred(&world, KEY, 0));
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    assert_says(world.move.save.evidence, "ran this version before");
    world_end(&world);
}

static void the_version_before_is_asked_for_where_it_is_not_known(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "firmware.install", no_version);
    world_use_files(&world);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_GET_PARAMETER_VALUES);
    world_values(&world, "Device.DeviceInfo.SoftwareVersion", "1.0", CWMP_STRING);
    world_next(&world);
    assert_int_equal(world.move.request.method, CWMP_DOWNLOAD);
    take_it(&world);
    world_run(&world, "1.1");
    world_inform(&world, 60, 10, "1 BOOT", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void the_callers_version_counts_more_than_the_files(void **state)
{
    struct world world;

    (void)state;
    begin(&world,
          "{\"file\":\"fil_0123456789012345678901\",\"version\":\"2.0\",\"target_version\":\"2.0-br\"}");
    take_it(&world);
    world_run(&world, "2.0-br");
    world_inform(&world, 60, 10, "1 BOOT", NULL);
    assert_int_equal(world.record.state, ACTION_SUCCEEDED);
    world_end(&world);
}

static void without_a_file_server_it_fails(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world, "firmware.install", file);
    world_run(&world, "1.0");
    world_next(&world);
    assert_int_equal(world.record.state, ACTION_FAILED);
    assert_says(world.move.save.failure, "files_off");
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_ten_arguments_are_what_they_should_be),
        cmocka_unit_test(a_model_may_get_a_login_beside_the_address),
        cmocka_unit_test(a_size_that_does_not_fit_is_not_known),
        cmocka_unit_test(the_new_version_and_the_devices_word_prove_it),
        cmocka_unit_test(the_new_version_is_proof_without_transfer_complete),
        cmocka_unit_test(an_announcement_is_waited_for_once),
        cmocka_unit_test(transfer_complete_alone_proves_nothing),
        cmocka_unit_test(the_old_version_after_the_restart_is_a_failure),
        cmocka_unit_test(a_restart_with_the_old_version_and_no_word_fails_at_the_next_contact),
        cmocka_unit_test(a_model_that_never_sends_it_fails_at_once),
        cmocka_unit_test(contacts_without_a_restart_are_waited_out),
        cmocka_unit_test(a_fault_is_told_in_words),
        cmocka_unit_test(refusals_of_the_request_fail_with_their_reason),
        cmocka_unit_test(a_full_queue_is_tried_once_more),
        cmocka_unit_test(a_lost_answer_is_never_a_reason_to_send_again),
        cmocka_unit_test(transfer_complete_may_come_before_the_response),
        cmocka_unit_test(status_0_is_looked_at_at_once),
        cmocka_unit_test(a_reset_takes_the_transfer_with_it),
        cmocka_unit_test(not_every_bootstrap_is_a_reset),
        cmocka_unit_test(without_a_target_a_change_is_the_proof),
        cmocka_unit_test(the_same_version_again_needs_the_devices_word),
        cmocka_unit_test(the_version_before_is_asked_for_where_it_is_not_known),
        cmocka_unit_test(the_callers_version_counts_more_than_the_files),
        cmocka_unit_test(without_a_file_server_it_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
