/* What is written to which device, and what is not written to any. */

#include "soap/rpc.h"
#include "soap/value_check.h"

#include "tests/soap/exchange.h"
#include "tests/soap/make.h"

static const char *written_as(struct exchange *exchange, const struct cwmp_message *message,
                              const struct soap_dialect *dialect)
{
    struct text out = TEXT_IN(exchange->arena);

    if (soap_encode(message, dialect, &out) != ERR_OK)
        fail_msg("not written: %s", err_message());
    return text_string(&out);
}

static void refuse_to_write(struct exchange *exchange, const struct cwmp_message *message, const char *words)
{
    const char *xml = NULL;

    if (exchange_encode(exchange, message, &xml) == ERR_OK)
        fail_msg("written: %s", xml);
    if (strstr(err_message(), words) == NULL)
        fail_msg("refused with '%s', not with '%s'", err_message(), words);
}

/* V-10: an older device is not asked what it cannot know, but it is answered whatever it asks. */
static void a_request_needs_a_version_that_has_it(void **state)
{
    struct exchange *exchange = *state;
    unsigned refused = 0;

    for (enum cwmp_method method = CWMP_UNKNOWN_METHOD + 1; method < CWMP_METHOD_COUNT; method++) {
        for (enum cwmp_version version = CWMP_1_0; version < cwmp_method_since(method); version++) {
            struct cwmp_message message = make_message(method, version, MAKE_PLAIN, exchange->arena);

            if (cwmp_is_response(method)) {
                exchange_write(exchange, &message);
                continue;
            }
            refuse_to_write(exchange, &message,
                            arena_printf(exchange->arena, "CWMP %s has no %s", cwmp_version_name(version),
                                         message.method_name));
            refused++;
        }
    }
    /* two of 1.1, and three requests and two reports of 1.2 in two older versions each */
    assert_int_equal(refused, 2 + 5 * 2);
}

/* P-29 */
static void lightweight_notifications_need_version_1_4(void **state)
{
    for (uint32_t notification = 0; notification <= 7; notification++) {
        for (enum cwmp_version version = CWMP_1_0; version <= CWMP_1_4; version++) {
            struct cwmp_attribute_change change = {.name = "Device.A", .notification = notification};
            struct cwmp_message message = {
                .method = CWMP_SET_PARAMETER_ATTRIBUTES,
                .version = version,
                .body.set_parameter_attributes.parameters = {&change, 1},
            };

            if (notification == 7)
                refuse_to_write(*state, &message, "Notification");
            else if (notification > 2 && version < CWMP_1_4)
                refuse_to_write(*state, &message, "P-29");
            else
                exchange_write(*state, &message);
        }
    }
}

/* P-05 */
static void no_parameter_is_set_twice_at_once(void **state)
{
    struct cwmp_parameter_value items[] = {
        {"Device.B", "1", CWMP_INT},
        {"Device.A", "1", CWMP_INT},
        {"Device.b", "1", CWMP_INT},
        {"Device.B", "2", CWMP_INT},
    };
    struct cwmp_message message = {
        .method = CWMP_SET_PARAMETER_VALUES,
        .body.set_parameter_values.parameters = {items, COUNT_OF(items)}
    };

    refuse_to_write(*state, &message, "has Device.B twice");
    message.body.set_parameter_values.parameters.count = 3; /* names differ by case (E-50) */
    exchange_write(*state, &message);
}

/* F-32 */
static void windows_are_in_order_and_apart(void **state)
{
    static const struct {
        uint32_t start, end, second_start, second_end;
        const char *words; /* NULL: they may be */
    } cases[] = {
        {0, 1, 1, 2,          NULL                                     },
        {0, 1, 5, UINT32_MAX, NULL                                     },
        {1, 1, 2, 3,          "TimeWindowList[0].WindowEnd is not"     },
        {2, 1, 3, 4,          "TimeWindowList[0].WindowEnd is not"     },
        {0, 2, 3, 3,          "TimeWindowList[1].WindowEnd is not"     },
        {0, 3, 2, 4,          "TimeWindowList[1].WindowStart is before"},
        {5, 6, 1, 2,          "TimeWindowList[1].WindowStart is before"},
    };
    struct exchange *exchange = *state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct cwmp_time_window windows[] = {
            {cases[i].start,        cases[i].end,        "2 Immediately", "", -1},
            {cases[i].second_start, cases[i].second_end, "3 When Idle",   "", 0 },
        };
        struct cwmp_message message =
            make_message(CWMP_SCHEDULE_DOWNLOAD, CWMP_1_2, MAKE_PLAIN, exchange->arena);

        message.body.schedule_download.windows = (struct cwmp_time_windows){windows, 2};
        if (cases[i].words != NULL)
            refuse_to_write(exchange, &message, cases[i].words);
        else
            exchange_write(exchange, &message);
    }
}

/* D-01, D-02 */
static void operations_are_typed_elements_or_one_array(void **state)
{
    static const struct soap_dialect plain = {0};
    static const struct soap_dialect array = {.operations_in_array = true};
    struct cwmp_operation operations[] = {
        {.kind = CWMP_INSTALL,                .url = "http://f/x", .execution_env_ref = "Device.E.1."},
        {.kind = CWMP_UPDATE},
    };
    struct cwmp_message message = {
        .method = CWMP_CHANGE_DU_STATE,
        .version = CWMP_1_2,
        .body.change_du_state = {{operations, 2}, "k"},
    };
    const char *content = "<URL>http://f/x</URL><ExecutionEnvRef>Device.E.1.</ExecutionEnvRef>";
    struct exchange *exchange = *state;

    assert_non_null(
        strstr(written_as(exchange, &message, &plain),
               arena_printf(exchange->arena,
                            "<cwmp:ChangeDUState><Operations xsi:type=\"cwmp:InstallOpStruct\">%s"
                            "</Operations><Operations xsi:type=\"cwmp:UpdateOpStruct\"></Operations>"
                            "<CommandKey>k</CommandKey></cwmp:ChangeDUState>",
                            content)));
    assert_non_null(
        strstr(written_as(exchange, &message, &array),
               arena_printf(exchange->arena,
                            "<Operations SOAP-ENC:arrayType=\"cwmp:OperationStruct[2]\">"
                            "<InstallOpStruct>%s</InstallOpStruct><UpdateOpStruct></UpdateOpStruct>"
                            "</Operations><CommandKey>k</CommandKey>",
                            content)));
    operations[1].kind = CWMP_NO_OPERATION;
    refuse_to_write(exchange, &message, "Operations: of no kind");
    message.body.change_du_state.operations.count = 0;
    refuse_to_write(exchange, &message, "Operations: 0 members are too few");
}

/* E-30 */
static void booleans_are_words_for_devices_that_need_them(void **state)
{
    static const struct soap_dialect words = {.boolean_words = true};
    struct cwmp_parameter_value items[] = {
        {"Device.A", "1",     CWMP_BOOLEAN},
        {"Device.B", "false", CWMP_BOOLEAN},
    };
    struct cwmp_message set = {
        .method = CWMP_SET_PARAMETER_VALUES, .body.set_parameter_values.parameters = {items, 2}
    };
    struct cwmp_message names = {
        .method = CWMP_GET_PARAMETER_NAMES, .body.get_parameter_names = {"Device.", true}
    };
    const char *xml = written_as(*state, &set, &words);

    assert_non_null(strstr(xml, ">true</Value>"));
    assert_non_null(strstr(xml, ">false</Value>"));
    assert_non_null(strstr(written_as(*state, &names, &words), "<NextLevel>true</NextLevel>"));
    assert_non_null(strstr(exchange_write(*state, &names), "<NextLevel>1</NextLevel>"));
}

/* E-32 */
static void times_to_set_are_written_in_utc(void **state)
{
    static const struct {
        const char *value, *written;
    } cases[] = {
        {"2026-11-22T19:40:01-03:00", ">2026-11-22T22:40:01Z<"},
        {"2026-11-22T19:40:01",       ">2026-11-22T19:40:01Z<"},
        {"0001-01-01T00:00:00",       ">0001-01-01T00:00:00Z<"},
        {"9999-12-31T23:59:59Z",      ">9999-12-31T23:59:59Z<"},
        {"0001-01-03T03:04:05",       ">0001-01-03T03:04:05<" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct cwmp_parameter_value item = {"Device.T", cases[i].value, CWMP_DATE_TIME};
        struct cwmp_message message = {
            .method = CWMP_SET_PARAMETER_VALUES, .body.set_parameter_values.parameters = {&item, 1}
        };

        assert_non_null(strstr(exchange_write(*state, &message), cases[i].written));
    }
}

#define UUID "6ba7b810-9dad-51d1-80b4-00c04fd430c8"

static const struct {
    enum err (*check)(const char *text);
    const char *text;
    bool good;
} shapes[] = {
    {value_check_uuid,      UUID,                                   true },
    {value_check_uuid,      UUID "0",                               false},
    {value_check_uuid,      "6ba7b810-9dad-51d1-80b4-00c04fd430c",  false},
    {value_check_uuid,      "6ba7b8109dad-51d1-80b4-00c04fd430c8x", false},
    {value_check_uuid,      "",                                     false},
    {value_check_numbered,  "1 Firmware Upgrade Image",             true },
    {value_check_numbered,  "6 Stored Firmware Image",              true },
    {value_check_numbered,  "3 Vendor Configuration File 12",       true },
    {value_check_numbered,  "X 00256D Logo",                        true },
    {value_check_numbered,  "X EXAMPLE-COM a  b",                   true },
    {value_check_numbered,  "X 00256D",                             false},
    {value_check_numbered,  "X 00256D ",                            false},
    {value_check_numbered,  "X 00256D a\nb",                        false},
    {value_check_numbered,  "0 Image",                              false},
    {value_check_numbered,  "1",                                    false},
    {value_check_numbered,  "1  Image",                             false},
    {value_check_numbered,  "1 Image ",                             false},
    {value_check_numbered,  "Image",                                false},
    {value_check_numbered,  "",                                     false},
    {value_check_url,       "http://files.example.com/a?b=1&c",     true },
    {value_check_url,       "ftp://[2001:db8::7]:21/a@b",           true },
    {value_check_url,       "http://user:word@host/",               false},
    {value_check_url,       "http://user@host",                     false},
    {value_check_url,       "http://",                              false},
    {value_check_url,       "/a/b",                                 false},
    {value_check_url,       "://host",                              false},
    {value_check_url,       "http://host/a b",                      false},
    {value_check_url,       "http://host/\u00e9",                   false},
    {value_check_url,       "",                                     false},
    {value_check_parameter, "Device.A",                             true },
    {value_check_parameter, "Device.",                              false},
    {value_check_parameter, "",                                     false},
    {value_check_table,     "Device.X.",                            true },
    {value_check_table,     "Device.X.[a].",                        true },
    {value_check_table,     "Device.X.1.Y.",                        true },
    {value_check_table,     "Device.X.1.",                          false},
    {value_check_table,     "Device.X.*.",                          false},
    {value_check_table,     "Device.X",                             false},
    {value_check_table,     "Device..",                             false},
    {value_check_table,     ".",                                    false},
    {value_check_table,     "",                                     false},
    {value_check_instance,  "Device.X.17.",                         true },
    {value_check_instance,  "Device.X.[a].",                        true },
    {value_check_instance,  "Device.X.",                            false},
    {value_check_instance,  "Device.X.*.",                          false},
    {value_check_instance,  "Device.X.17",                          false},
    {value_check_instance,  "",                                     false},
    {value_check_access,    "Subscriber",                           true },
    {value_check_access,    "X_00256D_Shop",                        true },
    {value_check_access,    "subscriber",                           false},
    {value_check_du_state,  "Failed",                               true },
    {value_check_du_state,  "",                                     false},
    {value_check_base64,    "",                                     true },
    {value_check_base64,    "RmFy\r\nb2w=",                         true },
    {value_check_base64,    "RmFyb2w",                              false},
    {value_check_base64,    "Rm=yb2w=",                             false},
    {value_check_base64,    "R===",                                 false},
};

static void texts_have_the_shape_that_the_standard_gives_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(shapes); i++)
        if ((shapes[i].check(shapes[i].text) == ERR_OK) != shapes[i].good)
            fail_msg("'%s' is %s", shapes[i].text, shapes[i].good ? "refused" : "taken");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXCHANGE_TEST(a_request_needs_a_version_that_has_it),
        EXCHANGE_TEST(lightweight_notifications_need_version_1_4),
        EXCHANGE_TEST(no_parameter_is_set_twice_at_once),
        EXCHANGE_TEST(windows_are_in_order_and_apart),
        EXCHANGE_TEST(operations_are_typed_elements_or_one_array),
        EXCHANGE_TEST(booleans_are_words_for_devices_that_need_them),
        EXCHANGE_TEST(times_to_set_are_written_in_utc),
        cmocka_unit_test(texts_have_the_shape_that_the_standard_gives_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
