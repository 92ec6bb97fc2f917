#include "soap/cwmp_json.h"

#include "tests/soap/dump.h"
#include "tests/soap/exchange.h"
#include "tests/soap/make.h"

static const char *dump(const struct cwmp_message *message, struct arena *arena)
{
    struct text text = TEXT_IN(arena);

    dump_message(message, &text);
    return text_string(&text);
}

static const char *written(const struct cwmp_message *message, struct arena *arena)
{
    struct text text = TEXT_IN(arena);
    struct json_writer w = JSON_WRITER(&text);

    cwmp_write_json(message, &w);
    return text_string(&text);
}

static enum err read_text(enum cwmp_method method, const char *text, struct arena *arena,
                          union cwmp_body *ret)
{
    AUTO_JSON json = NULL;

    if (json_read(text, strlen(text), &json) != ERR_OK)
        fail_msg("no JSON: %s: %s", err_message(), text);
    return cwmp_read_json(method, json, arena, ret);
}

static void there_and_back(struct cwmp_message *message, struct arena *arena)
{
    struct cwmp_message after = *message;
    const char *json = written(message, arena);

    if (read_text(message->method, json, arena, &after.body) != ERR_OK)
        fail_msg("%s: %s: %s", message->method_name, err_message(), json);
    make_secrets_empty(message);
    assert_string_equal(dump(message, arena), dump(&after, arena));
    assert_string_equal(written(message, arena), written(&after, arena));
}

static void every_message_survives_json(void **state)
{
    struct exchange *exchange = *state;

    for (enum cwmp_method method = CWMP_UNKNOWN_METHOD + 1; method < CWMP_METHOD_COUNT; method++) {
        for (enum make_style style = 0; style < MAKE_STYLE_COUNT; style++) {
            struct cwmp_message message = make_message(method, CWMP_1_4, style, exchange->arena);

            there_and_back(&message, exchange->arena);
            arena_reset(exchange->arena);
        }
    }
}

static void a_message_looks_as_the_standard_names_it(void **state)
{
    struct exchange *exchange = *state;
    struct cwmp_operation operations[] = {
        {.kind = CWMP_INSTALL, .url = "http://f/x", .username = "u", .password = "hunter2"},
        {.kind = CWMP_UPDATE    },
    };
    struct cwmp_parameter_fault faults[] = {
        {"Device.A", 9007, "no"}
    };
    struct cwmp_message du = {
        .method = CWMP_CHANGE_DU_STATE,
        .body.change_du_state = {.operations = {operations, 2}, .command_key = "k"},
    };
    struct cwmp_message fault = {
        .method = CWMP_FAULT,
        .body.fault = {"Client", "CWMP fault", 9003, "bad", {faults, 1}},
    };

    assert_string_equal(
        written(&du, exchange->arena),
        "{\"Operations\":[{\"Type\":\"InstallOpStruct\",\"URL\":\"http://f/x\",\"Username\":\"u\","
        "\"Password\":null},{\"Type\":\"UpdateOpStruct\"}],\"CommandKey\":\"k\"}");
    assert_string_equal(
        written(&fault, exchange->arena),
        "{\"faultcode\":\"Client\",\"faultstring\":\"CWMP fault\",\"FaultCode\":9003,"
        "\"FaultString\":\"bad\",\"SetParameterValuesFault\":[{\"ParameterName\":\"Device.A\","
        "\"FaultCode\":9007,\"FaultString\":\"no\"}]}");
}

static void values_may_be_written_as_json_has_them(void **state)
{
    static const char json[] =
        "{\"ParameterList\":[{\"Name\":\"A\",\"Value\":true},"
        "{\"Name\":\"B\",\"Value\":-7,\"Type\":\"int\"},"
        "{\"Name\":\"C\",\"Value\":\"18446744073709551615\",\"Type\":\"xsd:unsignedLong\"},"
        "{\"Name\":\"D\",\"Type\":\"string\"}]}";
    struct exchange *exchange = *state;
    union cwmp_body body;
    const struct cwmp_parameter_value *items;

    assert_int_equal(read_text(CWMP_SET_PARAMETER_VALUES, json, exchange->arena, &body), ERR_OK);
    items = body.set_parameter_values.parameters.items;
    assert_int_equal(body.set_parameter_values.parameters.count, 4);
    assert_string_equal(items[0].value, "1");
    assert_int_equal(items[0].type, CWMP_BOOLEAN);
    assert_string_equal(items[1].value, "-7");
    assert_string_equal(items[2].value, "18446744073709551615");
    assert_int_equal(items[2].type, CWMP_UNSIGNED_LONG);
    assert_string_equal(items[3].value, "");
    assert_string_equal(body.set_parameter_values.parameter_key, "");
}

static void nothing_at_all_is_a_request_without_arguments(void **state)
{
    struct exchange *exchange = *state;
    union cwmp_body body;

    assert_int_equal(cwmp_read_json(CWMP_FACTORY_RESET, NULL, exchange->arena, &body), ERR_OK);
    assert_int_equal(cwmp_read_json(CWMP_REBOOT, NULL, exchange->arena, &body), ERR_OK);
    assert_string_equal(body.reboot.command_key, "");
}

#define WINDOW(start, end) \
    "{\"WindowStart\":" start ",\"WindowEnd\":" end ",\"WindowMode\":\"2 Immediately\"}"
#define SCHEDULE(windows) \
    "{\"FileType\":\"1 Firmware Upgrade Image\",\"URL\":\"http://f/x\",\"TimeWindowList\":[" windows "]}"
#define LONG_40 "1234567890123456789012345678901234567890"

static const struct {
    enum cwmp_method method;
    const char *json;
    const char *error;
} refusals[] = {
    {CWMP_REBOOT,                                  "[]",                                                                         "an object is expected"                                                                            },
    {CWMP_REBOOT,                                  "{\"commandKey\":\"\"}",                                                      "there is no member commandKey"                                                                    },
    {CWMP_REBOOT,                                  "{\"CommandKey\":7}",                                                         "CommandKey: a text is expected"                                                                   },
    {CWMP_REBOOT,                                  "{\"CommandKey\":\"" LONG_40 "\"}",                                           "CommandKey: 40 characters where 32"                                                               },
    {CWMP_REBOOT,                                  "{\"CommandKey\":\"\\u0001\"}",                                               "CommandKey: text holds a byte"                                                                    },
    {CWMP_FACTORY_RESET,                           "{\"Now\":true}",                                                             "there is no member Now"                                                                           },
    {CWMP_ADD_OBJECT,                              "{}",                                                                         "ObjectName: is missing"                                                                           },
    {CWMP_ADD_OBJECT,                              "{\"ObjectName\":null}",                                                      "ObjectName: is missing"                                                                           },
    {CWMP_ADD_OBJECT,                              "{\"ObjectName\":\"Device.X.3.\"}",                                           "ObjectName: 'Device.X.3.'"                                                                        },
    {CWMP_DELETE_OBJECT,                           "{\"ObjectName\":\"Device.X.\"}",                                             "ObjectName: 'Device.X.'"                                                                          },
    {CWMP_GET_PARAMETER_VALUES,                    "{}",                                                                         "ParameterNames: is missing"                                                                       },
    {CWMP_GET_PARAMETER_VALUES,                    "{\"ParameterNames\":\"A\"}",                                                 "ParameterNames: a list is expected"                                                               },
    {CWMP_GET_PARAMETER_VALUES,                    "{\"ParameterNames\":[]}",                                                    "ParameterNames: 0 members are too few"                                                            },
    {CWMP_GET_PARAMETER_VALUES,                    "{\"ParameterNames\":[\"A\",4]}",                                             "ParameterNames[1]: a text is expected"                                                            },
    {CWMP_GET_PARAMETER_VALUES,                    "{\"ParameterNames\":[null]}",                                                "ParameterNames[0]: a member is expected"                                                          },
    {CWMP_GET_PARAMETER_NAMES,                     "{\"NextLevel\":1}",                                                          "NextLevel: true or false is expected"                                                             },
    {CWMP_GET_PARAMETER_NAMES,                     "{\"ParameterPath\":\"A\",\"NextLevel\":true}",                               "P-23"                                                                                             },
    {CWMP_SET_PARAMETER_VALUES,                    "{\"ParameterList\":[{\"Name\":\"A\",\"Value\":\"1\"}]}",
     "ParameterList[0].Type: is missing"                                                                                                                                                                                            },
    {CWMP_SET_PARAMETER_VALUES,                    "{\"ParameterList\":[{\"Name\":\"A\",\"Value\":\"x\",\"Type\":\"int\"}]}",
     "ParameterList[0].Value: "                                                                                                                                                                                                     },
    {CWMP_SET_PARAMETER_VALUES,                    "{\"ParameterList\":[{\"Name\":\"A\",\"Type\":\"int\"}]}",
     "ParameterList[0].Value: is missing"                                                                                                                                                                                           },
    {CWMP_SET_PARAMETER_VALUES,                    "{\"ParameterList\":[{\"Name\":\"A\",\"Value\":1.5,\"Type\":\"int\"}]}",
     "ParameterList[0].Value: a text, true"                                                                                                                                                                                         },
    {CWMP_SET_PARAMETER_VALUES,                    "{\"ParameterList\":[{\"Name\":\"A\",\"Value\":1,\"Type\":\"decimal\"}]}",
     "ParameterList[0].Type: a type like"                                                                                                                                                                                           },
    {CWMP_SET_PARAMETER_VALUES,                    "{\"ParameterList\":[{\"Name\":\"A.\",\"Value\":true}]}",
     "ParameterList[0].Name: 'A.'"                                                                                                                                                                                                  },
    {CWMP_SET_PARAMETER_VALUES,
     "{\"ParameterList\":[{\"Name\":\"A\",\"Value\":true},{\"Name\":\"A\",\"Value\":true}]}",                                    "ParameterList has A twice"                                                                        },
    {CWMP_SET_PARAMETER_ATTRIBUTES,                "{\"ParameterList\":[{\"Name\":\"A\",\"Notification\":7}]}",
     "ParameterList[0].Notification: 7 is not from 0 to 6"                                                                                                                                                                          },
    {CWMP_SET_PARAMETER_ATTRIBUTES,                "{\"ParameterList\":[{\"Name\":\"A\",\"AccessList\":[\"Me\"]}]}",
     "ParameterList[0].AccessList[0]: 'Me' is not"                                                                                                                                                                                  },
    {CWMP_SCHEDULE_INFORM,                         "{}",                                                                         "DelaySeconds: is missing"                                                                         },
    {CWMP_SCHEDULE_INFORM,                         "{\"DelaySeconds\":0}",                                                       "DelaySeconds: 0 is not from 1"                                                                    },
    {CWMP_SCHEDULE_INFORM,                         "{\"DelaySeconds\":4294967296}",                                              "DelaySeconds: 4294967296 is not"                                                                  },
    {CWMP_SCHEDULE_INFORM,                         "{\"DelaySeconds\":1.5}",                                                     "DelaySeconds: a number is expected"                                                               },
    {CWMP_DOWNLOAD,                                "{\"FileType\":\"Firmware\",\"URL\":\"http://f/x\"}",                         "FileType: 'Firmware' is neither"                                                                  },
    {CWMP_DOWNLOAD,                                "{\"FileType\":\"2 Web Content\",\"URL\":\"http://a:b@f/x\"}",
     "URL: the URL has a user in it"                                                                                                                                                                                                },
    {CWMP_SCHEDULE_DOWNLOAD,                       SCHEDULE(""),                                                                 "TimeWindowList: 0 members are too few"                                                            },
    {CWMP_SCHEDULE_DOWNLOAD,                       SCHEDULE(WINDOW("1",                                                          "2") "," WINDOW("3",                                                                                 "4") "," WINDOW("5", "6")),
     "TimeWindowList: 3 members are too many"},
    {CWMP_SCHEDULE_DOWNLOAD,                                       SCHEDULE(WINDOW("1",                                                                                   "2") "," WINDOW("\"x\"",                                                                                                                                                                                      "4")),
     "TimeWindowList[1].WindowStart: a number is expected"},
    {CWMP_SCHEDULE_DOWNLOAD,SCHEDULE(WINDOW("2","2")),"TimeWindowList[0].WindowEnd is not behind"},
    {CWMP_SCHEDULE_DOWNLOAD,                                            SCHEDULE(WINDOW("1",                                                                                                   "5") "," WINDOW("4",                                                                                                                                                                                                 "9")),
     "TimeWindowList[1].WindowStart is before"},
    {CWMP_CHANGE_DU_STATE, "{}",                                                                             "Operations: is missing"                                                                                                                                                                                                                                                                                            },
    {CWMP_CHANGE_DU_STATE,                         "{\"Operations\":[{}]}",
     "Operations[0].Type: one of InstallOpStruct, "
     "UpdateOpStruct, UninstallOpStruct is expected"                                                                                                                                                                                      },
    {CWMP_CHANGE_DU_STATE,                         "{\"Operations\":[{\"Type\":\"OperationStruct\"}]}",                                                                                                 "Operations[0].Type: one of"                                                                                               },
    {CWMP_CHANGE_DU_STATE,                         "{\"Operations\":[{\"Type\":\"InstallOpStruct\"}]}",
     "Operations[0].URL: is missing"                                                                                                                                                                                },
    {CWMP_CHANGE_DU_STATE,                         "{\"Operations\":[{\"Type\":\"UninstallOpStruct\",\"UUID\":\"7\"}]}",
     "Operations[0].UUID: '7' is not a UUID"},
    {CWMP_CHANGE_DU_STATE,                         "{\"Operations\":[{\"Type\":\"UninstallOpStruct\",\"URL\":\"http://f/x\"}]}",
     "Operations[0]: there is no member URL"                                                                                                                                                                                                },
    {CWMP_TRANSFER_COMPLETE,                         "{\"FaultStruct\":[]}",         "FaultStruct: an object is expected"                                                                                                                                                                                        },
    {CWMP_TRANSFER_COMPLETE,                         "{\"FaultStruct\":{\"Code\":1}}", "FaultStruct: there is no member Code"                                                                                                                                                                                        },
};

static void what_is_wrong_is_named(void **state)
{
    struct exchange *exchange = *state;

    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        union cwmp_body body;

        if (read_text(refusals[i].method, refusals[i].json, exchange->arena, &body) == ERR_OK)
            fail_msg("not refused: %s", refusals[i].json);
        if (strstr(err_message(), refusals[i].error) == NULL)
            fail_msg("refused with '%s', not with '%s': %s", err_message(), refusals[i].error,
                     refusals[i].json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXCHANGE_TEST(every_message_survives_json),
        EXCHANGE_TEST(a_message_looks_as_the_standard_names_it),
        EXCHANGE_TEST(values_may_be_written_as_json_has_them),
        EXCHANGE_TEST(nothing_at_all_is_a_request_without_arguments),
        EXCHANGE_TEST(what_is_wrong_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
