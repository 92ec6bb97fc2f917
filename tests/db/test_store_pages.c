#include <string.h>

#include "tests/db/store_fixture.h"

static struct cwmp_parameter_value radio[] = {
    {"Device.WiFi.Radio.1.Channel",         "6",              CWMP_UNSIGNED_INT },
    {"Device.WiFi.Radio.1.Enable",          "1",              CWMP_BOOLEAN      },
    {"Device.WiFi.Radio.1.Stats.BytesSent", "12345678",       CWMP_UNSIGNED_LONG},
    {"Device.WiFi.Radio.2.Channel",         "36",             CWMP_UNSIGNED_INT },
    {"Device.WiFi.SSID.1.SSID",             "João \"\\ <x>", CWMP_STRING       },
    {"Device.DeviceInfo.UpTime",            "99",             CWMP_UNSIGNED_INT },
};
static const struct cwmp_parameter_values all = {radio, COUNT_OF(radio)};

static struct box *write_values(struct rig *rig, int64_t device, const struct cwmp_parameter_values *values,
                                int64_t at_us)
{
    struct box *box = box_values(rig, device, 1, values);

    box->values.read_at_us = at_us;
    assert_int_equal(rig_run(rig, box), ERR_OK);
    assert_true(box->values.written);
    return box;
}

/* "value type writable age": age in seconds since AT_US. */
static const char *shown(int64_t device, const char *name)
{
    return database_value(
        "SELECT concat_ws(' ', value, type, writable, extract(epoch FROM read_at)::bigint - 1700000000) "
        "FROM device_parameter WHERE device_id = %lld AND name = '%s'",
        (long long)device, name);
}

/* Where the rows of the device lie: changes when any is written. */
static const char *places(struct rig *rig, int64_t device)
{
    return arena_strdup(rig->arena,
                        database_value("SELECT string_agg(concat(page, ctid, xmin), ' ' ORDER BY page) "
                                       "FROM device_page WHERE device_id = %lld",
                                       (long long)device));
}

static const char *place(struct rig *rig, int64_t device, const char *page)
{
    return arena_strdup(rig->arena, database_value("SELECT concat(ctid, xmin) FROM device_page "
                                                   "WHERE device_id = %lld AND page = '%s'",
                                                   (long long)device, page));
}

static void values_are_kept_by_page_with_type_and_time(void **state)
{
    int64_t device = rig_device(*state, "first", NULL);

    write_values(*state, device, &all, AT_US);
    assert_int_equal(
        database_number("SELECT count(*) FROM device_page WHERE device_id = %lld", (long long)device), 4);
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Channel"), "6 xsd:unsignedInt 0");
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Stats.BytesSent"), "12345678 xsd:unsignedLong 0");
    assert_string_equal(shown(device, "Device.WiFi.SSID.1.SSID"), "João \"\\ <x> xsd:string 0");
    assert_string_equal(shown(device, "Device.DeviceInfo.UpTime"), "99 xsd:unsignedInt 0");
}

static void a_refresh_that_finds_nothing_new_writes_no_page(void **state)
{
    int64_t device = rig_device(*state, "same", NULL);
    const char *before;

    write_values(*state, device, &all, AT_US);
    before = places(*state, device);
    write_values(*state, device, &all, AT_US + 60000000);
    assert_string_equal(places(*state, device), before);
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Channel"), "6 xsd:unsignedInt 60");
}

static void only_the_page_that_differs_is_written(void **state)
{
    int64_t device = rig_device(*state, "differs", NULL);
    const char *radio1, *radio2;

    write_values(*state, device, &all, AT_US);
    radio1 = place(*state, device, "Device.WiFi.Radio.1.");
    radio2 = place(*state, device, "Device.WiFi.Radio.2.");
    radio[0].value = "11";
    write_values(*state, device, &all, AT_US + 60000000);
    radio[0].value = "6";
    assert_string_not_equal(place(*state, device, "Device.WiFi.Radio.1."), radio1);
    assert_string_equal(place(*state, device, "Device.WiFi.Radio.2."), radio2);
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Channel"), "11 xsd:unsignedInt 60");
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Enable"), "1 xsd:boolean 60");
}

static void a_partial_read_keeps_the_rest_and_its_age(void **state)
{
    struct cwmp_parameter_value one = {"Device.WiFi.Radio.1.Channel", "1", CWMP_UNSIGNED_INT};
    struct cwmp_parameter_values part = {&one, 1};
    int64_t device = rig_device(*state, "partial", NULL);
    const char *before;

    write_values(*state, device, &all, AT_US);
    write_values(*state, device, &part, AT_US + 60000000);
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Channel"), "1 xsd:unsignedInt 60");
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Enable"), "1 xsd:boolean 0");
    before = places(*state, device);
    write_values(*state, device, &part, AT_US + 120000000);
    assert_string_equal(places(*state, device), before);
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Channel"), "1 xsd:unsignedInt 120");
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Enable"), "1 xsd:boolean 0");
}

static void after_a_partial_read_a_whole_one_makes_the_page_whole_again(void **state)
{
    struct cwmp_parameter_value one = {"Device.WiFi.Radio.1.Channel", "1", CWMP_UNSIGNED_INT};
    struct cwmp_parameter_values part = {&one, 1};
    int64_t device = rig_device(*state, "whole again", NULL);
    const char *before;

    write_values(*state, device, &all, AT_US);
    write_values(*state, device, &part, AT_US + 60000000);
    write_values(*state, device, &all, AT_US + 120000000);
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Channel"), "6 xsd:unsignedInt 120");
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Enable"), "1 xsd:boolean 120");
    before = places(*state, device);
    write_values(*state, device, &all, AT_US + 180000000);
    assert_string_equal(places(*state, device), before);
    assert_string_equal(
        database_value("SELECT times -> 'Device.WiFi.Radio.1.' FROM device_read WHERE device_id = %lld",
                       (long long)device),
        "{\"\": 1700000180}");
}

static void a_new_parameter_joins_its_page(void **state)
{
    struct cwmp_parameter_value more[] = {
        radio[0], radio[1], radio[2], {"Device.WiFi.Radio.1.TransmitPower", "100", CWMP_INT}
    };
    struct cwmp_parameter_values grown = {more, COUNT_OF(more)};
    int64_t device = rig_device(*state, "joins", NULL);

    write_values(*state, device, &all, AT_US);
    write_values(*state, device, &grown, AT_US + 1000000);
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.TransmitPower"), "100 xsd:int 1");
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Enable"), "1 xsd:boolean 1");
    assert_int_equal(
        database_number("SELECT count(*) FROM device_parameter WHERE device_id = %lld", (long long)device),
        7);
}

static void a_type_that_changes_is_a_change(void **state)
{
    int64_t device = rig_device(*state, "type", NULL);

    write_values(*state, device, &all, AT_US);
    radio[0].type = CWMP_INT;
    write_values(*state, device, &all, AT_US);
    radio[0].type = CWMP_UNSIGNED_INT;
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Channel"), "6 xsd:int 0");
}

static void every_type_is_shown_by_its_name(void **state)
{
    int64_t device = rig_device(*state, "types", NULL);

    for (int type = 0; type < CWMP_TYPE_COUNT; type++) {
        struct cwmp_parameter_value value = {"Device.X.Y", "", (enum cwmp_type)type};
        struct cwmp_parameter_values values = {&value, 1};

        write_values(*state, device, &values, AT_US);
        assert_string_equal(
            database_value("SELECT type || '/' || value FROM device_parameter WHERE device_id = %lld",
                           (long long)device),
            arena_printf(((struct rig *)*state)->arena, "%s/", cwmp_type_name((enum cwmp_type)type)));
    }
}

static void names_and_flags_are_kept_beside_the_values(void **state)
{
    struct cwmp_parameter_info list[] = {
        {"Device.WiFi.Radio.1.Channel", true },
        {"Device.WiFi.Radio.1.Enable",  false},
        {"Device.WiFi.Radio.1.Never",   true },
        {"Device.WiFi.SSID.",           true }
    };
    struct cwmp_parameter_infos infos = {list, COUNT_OF(list)};
    int64_t device = rig_device(*state, "flags", NULL);
    struct box *box;

    write_values(*state, device, &all, AT_US);
    box = box_values(*state, device, 1, NULL);
    box->values.infos = &infos;
    database_value("UPDATE device_hot SET values_hash = 9 WHERE device_id = %lld", (long long)device);
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Channel"), "6 xsd:unsignedInt t 0");
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Enable"), "1 xsd:boolean f 0");
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Never"), "t");
    assert_string_equal(shown(device, "Device.WiFi.SSID."), "t");
    assert_int_equal(
        database_number("SELECT values_hash FROM device_hot WHERE device_id = %lld", (long long)device), 9);
    write_values(*state, device, &all, AT_US + 1000000);
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Channel"), "6 xsd:unsignedInt t 1");
}

static void flags_that_are_known_write_nothing(void **state)
{
    struct cwmp_parameter_info list[] = {
        {"Device.WiFi.Radio.1.Channel", true}
    };
    struct cwmp_parameter_infos infos = {list, COUNT_OF(list)};
    int64_t device = rig_device(*state, "known flags", NULL);
    const char *before = "";

    for (int i = 0; i < 2; i++) {
        struct box *box = box_values(*state, device, 1, &all);

        box->values.infos = &infos;
        assert_int_equal(rig_run(*state, box), ERR_OK);
        if (i == 1)
            assert_string_equal(places(*state, device), before);
        before = places(*state, device);
    }
}

static void list_flags(struct rig *rig, int64_t device, struct cwmp_parameter_info *list, size_t count)
{
    struct cwmp_parameter_infos infos = {list, count};
    struct box *box = box_values(rig, device, 1, NULL);

    box->values.infos = &infos;
    assert_int_equal(rig_run(rig, box), ERR_OK);
}

/* Of the same page, and the other way round: by hash alone the second listing of everything would be known.
 */
static void a_listing_of_a_part_changes_that_part(void **state)
{
    struct cwmp_parameter_info list[] = {
        {"Device.WiFi.Radio.1.Channel", true },
        {"Device.WiFi.Radio.1.Enable",  false}
    };
    struct cwmp_parameter_info part[] = {
        {"Device.WiFi.Radio.1.Enable", true}
    };
    int64_t device = rig_device(*state, "part", NULL);
    const char *before;

    list_flags(*state, device, list, COUNT_OF(list));
    list_flags(*state, device, part, COUNT_OF(part));
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Enable"), "t");
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Channel"), "t");
    before = places(*state, device);
    list_flags(*state, device, part, COUNT_OF(part));
    assert_string_equal(places(*state, device), before);
    list_flags(*state, device, list, COUNT_OF(list));
    assert_string_equal(shown(device, "Device.WiFi.Radio.1.Enable"), "f");
}

static void the_hash_of_an_inform_comes_back_with_the_next_one(void **state)
{
    int64_t device = rig_device(*state, "hash", NULL);
    struct box *box = box_values(*state, device, 1, &all);
    struct box *inform = box_inform(*state, device);

    box->values.inform_hash = INT64_MIN + 5;
    box->identity = (struct store_identity){.software_version = "1.2",
                                            .root = "Device.",
                                            .cwmp_version = CWMP_1_2,
                                            .connection_request_url = "http://192.0.2.1:7547/x",
                                            .source_address = "192.0.2.1"};
    box->values.identity = &box->identity;
    box->values.identity_hash = 77;
    assert_int_equal(rig_run(*state, box), ERR_OK);
    assert_int_equal(rig_run(*state, inform), ERR_OK);
    assert_int_equal(inform->inform.values_hash, INT64_MIN + 5);
    assert_int_equal(inform->inform.identity_hash, 77);
    assert_string_equal(
        database_value("SELECT concat_ws(' ', software_version, hardware_version, root, cwmp_version, "
                       "connection_request_url, host(source_address)) FROM device WHERE id = %lld",
                       (long long)device),
        "1.2 Device. 2 http://192.0.2.1:7547/x 192.0.2.1");
}

static void what_did_not_come_in_an_inform_makes_its_hash_unknown(void **state)
{
    int64_t device = rig_device(*state, "unknown", NULL);
    struct box *inform = box_inform(*state, device);

    database_value("UPDATE device_hot SET values_hash = 5, identity_hash = 6 WHERE device_id = %lld",
                   (long long)device);
    write_values(*state, device, &all, AT_US);
    assert_int_equal(rig_run(*state, inform), ERR_OK);
    assert_int_equal(inform->inform.values_hash, 0);
    assert_int_equal(inform->inform.identity_hash, 6);
}

static void an_identity_alone_keeps_what_is_not_said(void **state)
{
    int64_t device = rig_device(*state, "identity", NULL);
    char endless[2000];

    memset(endless, 'v', sizeof(endless) - 1);
    endless[sizeof(endless) - 1] = '\0';
    for (int i = 0; i < 2; i++) {
        struct box *box = box_values(*state, device, 1, NULL);

        box->identity.software_version = i == 0 ? "9.9" : NULL;
        box->identity.hardware_version = i == 0 ? NULL : endless;
        box->values.identity = &box->identity;
        assert_int_equal(rig_run(*state, box), ERR_OK);
    }
    assert_string_equal(
        database_value("SELECT concat_ws(' ', software_version, length(hardware_version)) FROM device "
                       "WHERE id = %lld",
                       (long long)device),
        "9.9 256");
    assert_int_equal(
        database_number("SELECT count(*) FROM device_read WHERE device_id = %lld", (long long)device), 0);
}

static void ten_thousand_parameters_are_kept(void **state)
{
    enum { COUNT = 10000 };
    struct arena *arena = ((struct rig *)*state)->arena;
    struct cwmp_parameter_value *many = ARENA_ARRAY(arena, struct cwmp_parameter_value, COUNT);
    struct cwmp_parameter_values values = {many, COUNT};
    int64_t device = rig_device(*state, "large", NULL);
    struct box *others[3];

    for (size_t i = 0; i < COUNT; i++)
        many[i] = (struct cwmp_parameter_value){
            arena_printf(arena, "Device.Hosts.Host.%zu.Name%zu", i / 50, i % 50),
            arena_printf(arena, "%zu", i), CWMP_STRING};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        others[i] = box_values(*state, rig_device(*state, (const char[]){'L', (char)('0' + i), 0}, NULL), 1,
                               i == 1 ? &values : &all);
        rig_submit(*state, others[i]);
    }
    write_values(*state, device, &values, AT_US);
    rig_wait(*state, others, COUNT_OF(others));
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_true(others[i]->values.written);
    assert_int_equal(
        database_number("SELECT count(*) FROM device_page WHERE device_id = %lld", (long long)device), 200);
    assert_string_equal(shown(device, "Device.Hosts.Host.199.Name49"), "9999 xsd:string 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_are_kept_by_page_with_type_and_time, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_refresh_that_finds_nothing_new_writes_no_page, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(only_the_page_that_differs_is_written, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_partial_read_keeps_the_rest_and_its_age, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(after_a_partial_read_a_whole_one_makes_the_page_whole_again,
                                        rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_new_parameter_joins_its_page, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_type_that_changes_is_a_change, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(every_type_is_shown_by_its_name, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(names_and_flags_are_kept_beside_the_values, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(flags_that_are_known_write_nothing, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_listing_of_a_part_changes_that_part, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(the_hash_of_an_inform_comes_back_with_the_next_one, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(what_did_not_come_in_an_inform_makes_its_hash_unknown, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(an_identity_alone_keeps_what_is_not_said, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(ten_thousand_parameters_are_kept, rig_setup, rig_teardown),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
