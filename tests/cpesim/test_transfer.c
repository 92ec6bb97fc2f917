/* Files, queued transfers and attributes of a home, without a network. */
#include <string.h>

#include "tests/cpesim/image.h"
#include "tests/cpesim/job.h"
#include "tests/cpesim/lone_home.h"
#include "tests/cpesim/rpc.h"

static struct cwmp_message ask(struct lone_home *lone, struct cwmp_message request)
{
    request.version = CWMP_1_2;
    request.header.id = "7";
    request.method_name = cwmp_method_name(request.method);
    return rpc_execute(&lone->home, &request, lone->arena);
}

static uint32_t fault_of(struct cwmp_message answer)
{
    return answer.method == CWMP_FAULT ? answer.body.fault.code : 0;
}

static struct bytes content(const char *text)
{
    struct bytes bytes = {0};

    bytes_puts(&bytes, text);
    return bytes;
}

/* ---- what files mean ---- */

static void a_configuration_brings_back_what_was_set(void **state)
{
    struct lone_home lone;
    struct tree *tree;
    struct bytes file = {0};

    (void)state;
    lone_home_open(&lone, "gpon181");
    tree = &lone.home.tree;
    tree_put_text(tree, "DeviceInfo.ProvisioningCode", "a\\b\nc");
    tree_put_text(tree, "DeviceInfo.SoftwareVersion", "9");
    image_write_config(tree, &file);
    tree_put_text(tree, "DeviceInfo.ProvisioningCode", "other");
    tree_put_text(tree, "Time.NTPServer1", "other");
    assert_int_equal(image_apply_config(&file, tree), ERR_OK);
    assert_string_equal(tree_text(tree, "DeviceInfo.ProvisioningCode", lone.arena), "a\\b\nc");
    assert_string_equal(tree_text(tree, "Time.NTPServer1", lone.arena), "a.ntp.example");
    assert_string_equal(tree_text(tree, "DeviceInfo.SoftwareVersion", lone.arena), "9"); /* not of the file */
    bytes_free(&file);
    lone_home_close(&lone);
}

static void what_is_no_configuration_changes_nothing(void **state)
{
    static const char *const cases[] = {"", "nonsense", "cpesim configuration o", "\n\n"};
    struct lone_home lone;
    struct bytes with_zero = content("cpesim configuration of X\n");

    (void)state;
    lone_home_open(&lone, "gpon181");
    tree_put_text(&lone.home.tree, "Time.NTPServer1", "mine");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct bytes file = content(cases[i]);

        assert_int_equal(image_apply_config(&file, &lone.home.tree), ERR_INVALID);
        bytes_free(&file);
    }
    bytes_add(&with_zero, "\0", 1);
    assert_int_equal(image_apply_config(&with_zero, &lone.home.tree), ERR_INVALID);
    bytes_free(&with_zero);
    assert_string_equal(tree_text(&lone.home.tree, "Time.NTPServer1", lone.arena), "mine");
    lone_home_close(&lone);
}

/* ---- the queue ---- */

static struct cwmp_message download(struct lone_home *lone, const char *key, const char *type,
                                    const char *url)
{
    struct cwmp_message request = {.method = CWMP_DOWNLOAD};

    request.body.download = (struct cwmp_download){
        .command_key = key, .file_type = type, .url = url, .target_file_name = "", .delay_s = 3600};
    return ask(lone, request);
}

static void a_download_is_judged_at_once(void **state)
{
    static const char firmware[] = "1 Firmware Upgrade Image", url[] = "http://h/x";
    static const struct {
        const char *key, *type, *url;
        uint32_t fault;
    } cases[] = {
        {"k",                                 firmware,         url,              0   },
        {"k",                                 "X 0A51C0 Image", url,              0   },
        {"123456789012345678901234567890123", firmware,         url,              9003},
        {"k",                                 "9 Firmware",     url,              9003},
        {"k",                                 "",               url,              9003},
        {"k",                                 firmware,         "ftp://h/x",      9013},
        {"k",                                 firmware,         "https://h/x",    9013},
        {"k",                                 firmware,         "http://u:p@h/x", 9003},
    };
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct cwmp_message answer = download(&lone, cases[i].key, cases[i].type, cases[i].url);

        assert_int_equal(fault_of(answer), cases[i].fault);
        if (cases[i].fault == 0)
            assert_int_equal(answer.body.transfer_response.status, 1);
    }
    lone_home_close(&lone);
}

static struct cwmp_known_transfers queue(struct lone_home *lone)
{
    return ask(lone, (struct cwmp_message){.method = CWMP_GET_ALL_QUEUED_TRANSFERS})
        .body.get_all_queued_transfers_response.transfers;
}

static void the_queue_is_listed_and_has_an_end(void **state)
{
    struct cwmp_message cancel = {.method = CWMP_CANCEL_TRANSFER, .body.cancel_transfer.command_key = "2"};
    struct transfer_end end = {.event = EVENT_M_UPLOAD, .command_key = "u"};
    struct cwmp_known_transfers list;
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    home_transfer_ended(&lone.home, &end);
    for (int i = 1; i < JOBS_MAX; i++)
        assert_int_equal(fault_of(download(&lone, arena_printf(lone.arena, "%d", i), "1 F", "http://h/x")),
                         0);
    assert_int_equal(fault_of(download(&lone, "one too many", "1 F", "http://h/x")), 9004);
    list = queue(&lone);
    assert_int_equal(list.count, JOBS_MAX);
    assert_string_equal(list.items[0].command_key, "1");
    assert_int_equal(list.items[0].state, CWMP_TRANSFER_WAITING);
    assert_true(list.items[0].is_download);
    assert_int_equal(list.items[3].state, CWMP_TRANSFER_FINISHED);
    assert_false(list.items[3].is_download);
    assert_int_equal(fault_of(ask(&lone, cancel)), 0);
    assert_int_equal(fault_of(ask(&lone, cancel)), 0); /* one that is not there is no error (F-35) */
    assert_int_equal(queue(&lone).count, JOBS_MAX - 1);
    assert_int_equal(ask(&lone, (struct cwmp_message){.method = CWMP_GET_QUEUED_TRANSFERS})
                         .body.get_queued_transfers_response.transfers.count,
                     JOBS_MAX - 1);
    lone_home_close(&lone);
}

static void an_end_is_told_as_often_as_the_home_wants(void **state)
{
    struct transfer_end end = {.event = EVENT_M_DOWNLOAD, .command_key = "d"};
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    lone.home.odd = ODD_TWICE;
    home_transfer_ended(&lone.home, &end);
    assert_int_equal(lone.home.events.count, 2);
    assert_false(home_transfer_told(&lone.home, 0)); /* and once more */
    assert_int_equal(lone.home.transfer_count, 1);
    assert_true(home_transfer_told(&lone.home, 0));
    assert_int_equal(lone.home.transfer_count, 0);
    lone.home.odd = ODD_NEVER;
    home_transfer_ended(&lone.home, &end);
    assert_int_equal(lone.home.transfer_count, 0);
    lone.home.odd = ODD_NOTHING;
    end.telling = FATE_TELLS_THRICE;
    home_transfer_ended(&lone.home, &end);
    assert_false(home_transfer_told(&lone.home, 0));
    assert_false(home_transfer_told(&lone.home, 0));
    assert_true(home_transfer_told(&lone.home, 0));
    end.telling = FATE_NEVER_TELLS;
    home_transfer_ended(&lone.home, &end);
    assert_int_equal(lone.home.transfer_count, 0);
    end.telling = FATE_FINE;
    lone.home.odd = ODD_LATE;
    home_transfer_ended(&lone.home, &end);
    assert_int_equal(lone.home.transfer_count, 0);
    lone_home_close(&lone);
}

static void a_schedule_needs_windows(void **state)
{
    struct cwmp_time_window window = {.start = 10, .end = 20, .mode = "1 At Any Time", .max_retries = -1};
    struct cwmp_message request = {.method = CWMP_SCHEDULE_DOWNLOAD};
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    request.body.schedule_download = (struct cwmp_schedule_download){
        .command_key = "s", .file_type = "1 F", .url = "http://h/x", .target_file_name = ""};
    assert_int_equal(fault_of(ask(&lone, request)), 9003);
    request.body.schedule_download.windows = (struct cwmp_time_windows){&window, 1};
    assert_int_equal(fault_of(ask(&lone, request)), 0);
    assert_int_equal(queue(&lone).count, 1);
    lone_home_close(&lone);
}

static void a_home_lists_what_its_version_has(void **state)
{
    static const struct {
        const char *model;
        bool cancels, lists_all;
    } cases[] = {
        {"gpon181",  true,  true },
        {"gpon098",  true,  true },
        {"dsl098",   false, true },
        {"cheap098", false, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct cwmp_message cancel = {.method = CWMP_CANCEL_TRANSFER,
                                      .body.cancel_transfer.command_key = "k"};
        struct cwmp_message all = {.method = CWMP_GET_ALL_QUEUED_TRANSFERS};
        struct lone_home lone;

        lone_home_open(&lone, cases[i].model);
        assert_int_equal(fault_of(ask(&lone, cancel)), cases[i].cancels ? 0 : 9000);
        assert_int_equal(fault_of(ask(&lone, all)), cases[i].lists_all ? 0 : 9000);
        lone_home_close(&lone);
    }
}

/* ---- attributes ---- */

static uint32_t set(struct lone_home *lone, struct cwmp_attribute_change *changes, size_t count)
{
    struct cwmp_message request = {.method = CWMP_SET_PARAMETER_ATTRIBUTES};

    request.body.set_parameter_attributes.parameters = (struct cwmp_attribute_changes){changes, count};
    return fault_of(ask(lone, request));
}

static struct cwmp_parameter_attribute get(struct lone_home *lone, const char *name)
{
    struct cwmp_message request = {.method = CWMP_GET_PARAMETER_ATTRIBUTES};
    struct cwmp_message answer;

    request.body.get_parameter_attributes.names = (struct cwmp_strings){&name, 1};
    answer = ask(lone, request);
    assert_int_equal(fault_of(answer), 0);
    assert_true(answer.body.get_parameter_attributes_response.parameters.count > 0);
    return answer.body.get_parameter_attributes_response.parameters.items[0];
}

static void attributes_are_set_together_or_not_at_all(void **state)
{
    struct cwmp_attribute_change changes[] = {
        {.name = "Device.Time.",       .notification_change = true, .notification = 1},
        {.name = "Device.Time.Enable", .access_list_change = true },
        {.name = "Device.DeviceInfo.UpTime", .notification_change = true,           .notification = 2                 },
    };
    struct cwmp_attribute_change forced = {.name = "Device.ManagementServer.ConnectionRequestURL",
                                           .notification_change = true,
                                           .notification = 0};
    struct cwmp_attribute_change unknown = {
        .name = "Device.Nope", .notification_change = true, .notification = 1};
    struct cwmp_attribute_change light = {
        .name = "Device.Time.Enable", .notification_change = true, .notification = 3};
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    assert_int_equal(get(&lone, "Device.ManagementServer.ConnectionRequestURL").notification, 2);
    assert_int_equal(set(&lone, changes, 3), 9009);
    assert_int_equal(get(&lone, "Device.Time.Enable").notification, 0);
    assert_int_equal(set(&lone, &forced, 1), 9009);
    assert_int_equal(set(&lone, &unknown, 1), 9005);
    assert_int_equal(set(&lone, &light, 1), 9003);
    assert_int_equal(set(&lone, changes, 2), 0);
    assert_int_equal(get(&lone, "Device.Time.Enable").notification, 1);
    assert_int_equal(get(&lone, "Device.Time.Enable").access_list.count, 0);
    assert_int_equal(get(&lone, "Device.Time.NTPServer1").access_list.count, 1);
    lone_home_close(&lone);
}

static void a_passive_change_waits_and_an_active_one_does_not(void **state)
{
    struct cwmp_attribute_change changes[] = {
        {.name = "Device.Time.NTPServer1", .notification_change = true, .notification = 1},
        {.name = "Device.Time.NTPServer2", .notification_change = true, .notification = 2},
    };
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    assert_int_equal(set(&lone, changes, 2), 0);
    assert_int_equal(home_set(&lone.home, "Device.Time.NTPServer1", "x"), ERR_OK);
    assert_int_equal(lone.home.change_count, 1);
    assert_false(events_have(&lone.home.events, EVENT_VALUE_CHANGE));
    assert_int_equal(home_set(&lone.home, "Device.Time.NTPServer2", "x"), ERR_OK);
    assert_int_equal(lone.home.change_count, 2);
    assert_true(events_have(&lone.home.events, EVENT_VALUE_CHANGE));
    assert_int_equal(home_set(&lone.home, "Device.Time.Enable", "0"), ERR_OK);
    assert_int_equal(lone.home.change_count, 2);
    lone_home_close(&lone);
}

static void a_journal_brings_back_attributes_versions_and_what_is_to_be_told(void **state)
{
    static const char *const lines[] = {
        ("{\"did\":\"SetParameterAttributes\",\"values\":{\"Device.Time.NTPServer1\":\"2\",\"Device.Time."
         "Enable\":\"- \"}}"),
        "{\"did\":\"Download\",\"command_key\":\"a\",\"version\":\"9.9\"}",
        "{\"did\":\"Upload\",\"command_key\":\"b\",\"fault\":9011}",
        "{\"did\":\"Download\",\"command_key\":\"c\",\"at_once\":true}",
        "{\"did\":\"told\",\"event\":\"M Download\",\"command_key\":\"a\"}",
    };
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        AUTO_JSON line = NULL;

        assert_int_equal(json_read(lines[i], strlen(lines[i]), &line), ERR_OK);
        home_recall(&lone.home, line);
    }
    assert_int_equal(get(&lone, "Device.Time.NTPServer1").notification, 2);
    assert_int_equal(get(&lone, "Device.Time.Enable").access_list.count, 0);
    assert_string_equal(tree_text(&lone.home.tree, "DeviceInfo.SoftwareVersion", lone.arena), "9.9");
    assert_int_equal(lone.home.transfer_count, 1);
    assert_int_equal(lone.home.transfers[0].fault, 9011);
    assert_true(events_have(&lone.home.events, EVENT_TRANSFER_COMPLETE));
    lone_home_close(&lone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_configuration_brings_back_what_was_set),
        cmocka_unit_test(what_is_no_configuration_changes_nothing),
        cmocka_unit_test(a_download_is_judged_at_once),
        cmocka_unit_test(the_queue_is_listed_and_has_an_end),
        cmocka_unit_test(an_end_is_told_as_often_as_the_home_wants),
        cmocka_unit_test(a_schedule_needs_windows),
        cmocka_unit_test(a_home_lists_what_its_version_has),
        cmocka_unit_test(attributes_are_set_together_or_not_at_all),
        cmocka_unit_test(a_passive_change_waits_and_an_active_one_does_not),
        cmocka_unit_test(a_journal_brings_back_attributes_versions_and_what_is_to_be_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
