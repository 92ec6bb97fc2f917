#include "soap/envelope.h"

#include "tests/soap/exchange.h"
#include "tests/soap/make.h"

#define ROOT                                                                          \
    "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\"" \
    " xmlns:SOAP-ENC=\"http://schemas.xmlsoap.org/soap/encoding/\" "                  \
    "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\""                                  \
    " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:cwmp=\"urn:dslforum-org:cwmp-"
#define END "</SOAP-ENV:Body></SOAP-ENV:Envelope>"

static struct cwmp_message message_of(enum cwmp_method method)
{
    return (struct cwmp_message){.method = method, .version = CWMP_1_0};
}

static void refuse_to_write(struct exchange *exchange, const struct cwmp_message *message, const char *words)
{
    const char *xml = NULL;

    if (exchange_encode(exchange, message, &xml) == ERR_OK)
        fail_msg("written: %s", xml);
    if (strstr(err_message(), words) == NULL)
        fail_msg("refused with '%s', not with '%s'", err_message(), words);
}

/* What seven stacks out of seven accept: no declaration, these prefixes, ID first. Every byte of it is meant.
 */
static void the_answer_to_an_inform_is_exactly_this(void **state)
{
    struct cwmp_message answer = message_of(CWMP_INFORM_RESPONSE);

    answer.header.id = "1";
    answer.body.inform_response.max_envelopes = 1;
    assert_string_equal(
        exchange_write(*state, &answer),
        ROOT "1-0\"><SOAP-ENV:Header><cwmp:ID SOAP-ENV:mustUnderstand=\"1\">1</cwmp:ID></SOAP-ENV:Header>"
             "<SOAP-ENV:Body><cwmp:InformResponse><MaxEnvelopes>1</MaxEnvelopes></cwmp:InformResponse>" END);

    answer.version = CWMP_1_4;
    answer.header.use_version = "1.4";
    assert_string_equal(exchange_write(*state, &answer), ROOT
                        "1-2\"><SOAP-ENV:Header><cwmp:ID SOAP-ENV:mustUnderstand=\"1\">1</cwmp:ID>"
                        "<cwmp:UseCWMPVersion SOAP-ENV:mustUnderstand=\"1\">1.4</cwmp:UseCWMPVersion>"
                        "</SOAP-ENV:Header><SOAP-ENV:Body><cwmp:InformResponse><MaxEnvelopes>1</MaxEnvelopes>"
                        "</cwmp:InformResponse>" END);
}

static void a_message_without_an_id_has_no_header(void **state)
{
    struct cwmp_message message = message_of(CWMP_TRANSFER_COMPLETE_RESPONSE);

    assert_string_equal(
        exchange_write(*state, &message),
        ROOT "1-0\"><SOAP-ENV:Body><cwmp:TransferCompleteResponse></cwmp:TransferCompleteResponse>" END);
}

static void a_declaration_is_written_for_devices_that_need_it(void **state)
{
    const struct soap_dialect dialect = {.declaration = true};
    struct exchange *exchange = *state;
    struct cwmp_message message = message_of(CWMP_GET_RPC_METHODS);
    struct text out = TEXT_IN(exchange->arena);

    text_puts(&out, "before");
    assert_int_equal(soap_encode(&message, &dialect, &out), ERR_OK);
    assert_true(
        text_starts_with(text_string(&out), "before<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:"));
}

/* A client that looks for "soap-env:Body", letter by letter. */
static void the_prefix_is_written_small_for_devices_that_compare_it(void **state)
{
    const struct soap_dialect dialect = {.small_prefix = true};
    struct exchange *exchange = *state;
    struct cwmp_message message = {
        .method = CWMP_INFORM_RESPONSE, .header = {.id = "7"}, .body.inform_response = {.max_envelopes = 1}};
    struct text out = TEXT_IN(exchange->arena);

    assert_int_equal(soap_encode(&message, &dialect, &out), ERR_OK);
    assert_string_equal(
        text_string(&out),
        "<soap-env:Envelope xmlns:soap-env=\"http://schemas.xmlsoap.org/soap/envelope/\""
        " xmlns:SOAP-ENC=\"http://schemas.xmlsoap.org/soap/encoding/\""
        " xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\""
        " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:cwmp=\"urn:dslforum-org:cwmp-1-0\">"
        "<soap-env:Header><cwmp:ID soap-env:mustUnderstand=\"1\">7</cwmp:ID></soap-env:Header><soap-env:Body>"
        "<cwmp:InformResponse><MaxEnvelopes>1</MaxEnvelopes></cwmp:InformResponse>"
        "</soap-env:Body></soap-env:Envelope>");
}

static void the_key_of_values_to_set_is_left_out_for_devices_that_cannot_bear_it(void **state)
{
    const struct soap_dialect keyless = {.no_set_key = true};
    struct exchange *exchange = *state;
    struct cwmp_parameter_value value = {"A.B", "1", CWMP_STRING};
    struct cwmp_message set = message_of(CWMP_SET_PARAMETER_VALUES);
    struct cwmp_message add = message_of(CWMP_ADD_OBJECT);
    struct text out = TEXT_IN(exchange->arena);

    set.body.set_parameter_values.parameters = (struct cwmp_parameter_values){&value, 1};
    set.body.set_parameter_values.parameter_key = "key";
    assert_int_equal(soap_encode(&set, &keyless, &out), ERR_OK);
    assert_non_null(strstr(text_string(&out), "</ParameterList></cwmp:SetParameterValues>"));
    add.body.add_object.object_name = "A.";
    add.body.add_object.parameter_key = "key";
    assert_int_equal(soap_encode(&add, &keyless, &out), ERR_OK);
    assert_non_null(strstr(text_string(&out), "<ParameterKey>key</ParameterKey></cwmp:AddObject>"));
}

static void only_three_namespaces_exist(void **state)
{
    static const char *const ends[] = {"cwmp-1-0\"", "cwmp-1-1\"", "cwmp-1-2\"", "cwmp-1-2\"", "cwmp-1-2\""};

    for (enum cwmp_version version = CWMP_1_0; version <= CWMP_1_4; version++) {
        struct cwmp_message message = message_of(CWMP_GET_RPC_METHODS);

        message.version = version;
        assert_non_null(strstr(exchange_write(*state, &message), ends[version]));
    }
}

static void values_to_set_are_written_with_type_and_count(void **state)
{
    struct cwmp_parameter_value items[] = {
        {"Device.A", "a<b>&\"c'\r\n\u00e9\U0001F600\x7f", CWMP_STRING },
        {"Device.B", "true",                              CWMP_BOOLEAN},
        {"Device.C", "0",                                 CWMP_BOOLEAN},
        {"Device.D", "+7",                                CWMP_INT    },
    };
    struct cwmp_message message = message_of(CWMP_SET_PARAMETER_VALUES);

    message.body.set_parameter_values.parameters = (struct cwmp_parameter_values){items, COUNT_OF(items)};
    message.body.set_parameter_values.parameter_key = "key";
    assert_string_equal(exchange_write(*state, &message), ROOT
                        "1-0\"><SOAP-ENV:Body><cwmp:SetParameterValues>"
                        "<ParameterList SOAP-ENC:arrayType=\"cwmp:ParameterValueStruct[4]\">"
                        "<ParameterValueStruct><Name>Device.A</Name><Value "
                        "xsi:type=\"xsd:string\">a&lt;b&gt;&amp;&quot;c&apos;&#13;\n"
                        "&#233;&#128512;&#127;</Value></ParameterValueStruct>"
                        "<ParameterValueStruct><Name>Device.B</Name><Value "
                        "xsi:type=\"xsd:boolean\">1</Value></ParameterValueStruct>"
                        "<ParameterValueStruct><Name>Device.C</Name><Value "
                        "xsi:type=\"xsd:boolean\">0</Value></ParameterValueStruct>"
                        "<ParameterValueStruct><Name>Device.D</Name><Value "
                        "xsi:type=\"xsd:int\">+7</Value></ParameterValueStruct>"
                        "</ParameterList><ParameterKey>key</ParameterKey></cwmp:SetParameterValues>" END);
}

static void names_to_get_are_an_array_of_strings(void **state)
{
    const char *names[] = {"Device.A", ""};
    struct cwmp_message message = message_of(CWMP_GET_PARAMETER_VALUES);

    message.body.get_parameter_values.names = (struct cwmp_strings){names, COUNT_OF(names)};
    assert_string_equal(
        exchange_write(*state, &message),
        ROOT "1-0\"><SOAP-ENV:Body><cwmp:GetParameterValues>"
             "<ParameterNames SOAP-ENC:arrayType=\"xsd:string[2]\"><string>Device.A</string><string></string>"
             "</ParameterNames></cwmp:GetParameterValues>" END);
}

/* */
static void a_fault_answers_with_the_id_and_version_of_the_request(void **state)
{
    struct cwmp_message request = message_of(CWMP_UNKNOWN_METHOD);
    struct cwmp_message fault;

    request.version = CWMP_1_1;
    request.header.id = "a&b";
    request.header.supported_versions = "1.0"; /* not to be sent back */
    fault = cwmp_fault_message(&request, CWMP_FAULT_METHOD_NOT_SUPPORTED, "no X_Foo here");
    assert_string_equal(
        exchange_write(*state, &fault), ROOT
        "1-1\"><SOAP-ENV:Header><cwmp:ID SOAP-ENV:mustUnderstand=\"1\">a&amp;b</cwmp:ID></SOAP-ENV:Header>"
        "<SOAP-ENV:Body><SOAP-ENV:Fault><faultcode>Server</faultcode><faultstring>CWMP "
        "fault</faultstring><detail>"
        "<cwmp:Fault><FaultCode>8000</FaultCode><FaultString>no X_Foo "
        "here</FaultString></cwmp:Fault></detail>"
        "</SOAP-ENV:Fault>" END);

    fault = cwmp_fault_message(&request, CWMP_FAULT_INVALID_ARGUMENTS, NULL);
    assert_string_equal(fault.body.fault.soap_code, "Client");
    assert_string_equal(fault.body.fault.text, cwmp_fault_meaning(8003));
    assert_string_equal(cwmp_fault_message(&request, 8899, NULL).body.fault.text, "");
}

/* It may quote what a device sent, cut in the middle of a character: that must not keep the fault from
 * leaving. */
static void the_words_of_a_fault_never_keep_it_from_leaving(void **state)
{
    const struct cwmp_message request = message_of(CWMP_UNKNOWN_METHOD);
    struct cwmp_message fault = cwmp_fault_message(&request, CWMP_FAULT_INTERNAL, "a\xC3' b\x01\xFF<");

    assert_non_null(strstr(exchange_write(*state, &fault),
                           "<FaultString>a&#65533;&apos; b&#65533;&#65533;&lt;</FaultString>"));
}

/* E-51, E-52: characters, not bytes. */
static void texts_may_be_as_long_as_the_schema_says_and_no_longer(void **state)
{
    struct exchange *exchange = *state;
    struct text key = TEXT_IN(exchange->arena);
    struct cwmp_message message = message_of(CWMP_REBOOT);

    for (unsigned i = 0; i < 32; i++)
        text_puts(&key, "\u20ac");
    message.body.reboot.command_key = text_string(&key);
    exchange_write(exchange, &message);
    text_putc(&key, 'x');
    message.body.reboot.command_key = text_string(&key);
    refuse_to_write(exchange, &message, "Reboot: CommandKey: 33 characters where 32 are allowed");
}

static void lists_may_be_as_short_and_as_long_as_the_schema_says(void **state)
{
    struct exchange *exchange = *state;
    struct cwmp_message message =
        make_message(CWMP_GET_PARAMETER_VALUES, CWMP_1_0, MAKE_PLAIN, exchange->arena);

    message.body.get_parameter_values.names.count = 0;
    refuse_to_write(exchange, &message, "ParameterNames: 0 members are too few");

    message = make_message(CWMP_INFORM, CWMP_1_0, MAKE_LONG, exchange->arena);
    assert_int_equal(message.body.inform.events.count, 64);
    exchange_write(exchange, &message);
    message.body.inform.events.items = ARENA_ARRAY(exchange->arena, struct cwmp_event, 65);
    message.body.inform.events.count = 65;
    refuse_to_write(exchange, &message, "Event: 65 members are too many");
}

static void numbers_stay_in_their_range(void **state)
{
    struct exchange *exchange = *state;
    struct cwmp_message message = message_of(CWMP_SET_PARAMETER_VALUES_RESPONSE);

    message.body.set_parameter_values_response.status = 2;
    refuse_to_write(exchange, &message, "Status: 2 is not from 0 to 1");
    message = make_message(CWMP_FAULT, CWMP_1_0, MAKE_PLAIN, exchange->arena);
    message.body.fault.code = 7999;
    refuse_to_write(exchange, &message, "FaultCode: 7999 is not from 8000 to 9899");
    message.body.fault.code = 9003;
    message.body.fault.parameters.items[0].code = 8003;
    refuse_to_write(exchange, &message, "FaultCode: 8003 is not from 9000 to 9899");
}

struct typed_case {
    enum cwmp_type type;
    const char *good, *bad;
};

static void a_value_to_set_must_be_of_its_type(void **state)
{
    static const struct typed_case cases[] = {
        {CWMP_INT,           "-2147483648",               "2147483648"            },
        {CWMP_INT,           "0",                         ""                      },
        {CWMP_INT,           "+1",                        " 1"                    },
        {CWMP_UNSIGNED_INT,  "4294967295",                "4294967296"            },
        {CWMP_UNSIGNED_INT,  "0",                         "-1"                    },
        {CWMP_LONG,          "-9223372036854775808",      "9223372036854775808"   },
        {CWMP_UNSIGNED_LONG, "18446744073709551615",      "18446744073709551616"  },
        {CWMP_UNSIGNED_LONG, "+0",                        "-1"                    },
        {CWMP_BOOLEAN,       "false",                     "maybe"                 },
        {CWMP_BOOLEAN,       "1",                         ""                      },
        {CWMP_DATE_TIME,     "2026-11-22T19:40:01Z",      "2026-11-22"            },
        {CWMP_DATE_TIME,     "0001-01-01T00:00:00",       "tomorrow"              },
        {CWMP_DATE_TIME,     "2026-11-22T19:40:01+05:30", "2026-11-22T19:40:01EST"},
        {CWMP_BASE64,        "Zm9vYg==",                  "Zm9vY"                 },
        {CWMP_BASE64,        "",                          "Zm9v===="              },
        {CWMP_BASE64,        "Zm 9v\n",                   "Zm=v"                  },
        {CWMP_BASE64,        "+/+/",                      "Zm-_"                  },
        {CWMP_HEX_BINARY,    "0aF1",                      "0aF"                   },
        {CWMP_HEX_BINARY,    "",                          "0x0a"                  },
        {CWMP_STRING,        "",                          "\x01"                  },
        {CWMP_STRING,        "\t\n\r",                    "\xE9"                  },
        {CWMP_STRING,        "\uFFFD",                    "\uFFFE"                },
        {CWMP_STRING,        "a",                         "\xED\xA0\x80"          },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct cwmp_parameter_value item = {"Device.X", cases[i].good, cases[i].type};
        struct cwmp_message message = message_of(CWMP_SET_PARAMETER_VALUES);

        message.body.set_parameter_values.parameters = (struct cwmp_parameter_values){&item, 1};
        exchange_write(*state, &message);
        item.value = cases[i].bad;
        refuse_to_write(*state, &message, "SetParameterValues: ParameterList: Value: ");
    }
}

/* E-25; in what a device reports, the type may be missing. */
static void a_value_to_set_needs_a_type(void **state)
{
    struct cwmp_parameter_value item = {"Device.X", "1", CWMP_UNKNOWN_TYPE};
    struct cwmp_message message = message_of(CWMP_SET_PARAMETER_VALUES);

    message.body.set_parameter_values.parameters = (struct cwmp_parameter_values){&item, 1};
    refuse_to_write(*state, &message, "Value: a value to be set needs its type");
    message = message_of(CWMP_GET_PARAMETER_VALUES_RESPONSE);
    message.body.get_parameter_values_response.parameters = (struct cwmp_parameter_values){&item, 1};
    assert_non_null(strstr(exchange_write(*state, &message), "<Value>1</Value>"));
}

static void times_of_a_device_are_dates(void **state)
{
    struct exchange *exchange = *state;
    struct cwmp_message message = make_message(CWMP_TRANSFER_COMPLETE, CWMP_1_0, MAKE_PLAIN, exchange->arena);

    message.body.transfer_complete.start_time = "";
    refuse_to_write(exchange, &message, "StartTime: '' is not a time");
}

static void what_cannot_be_written_leaves_no_trace(void **state)
{
    const struct soap_dialect dialect = {.declaration = true};
    struct exchange *exchange = *state;
    struct cwmp_message message = message_of(CWMP_REBOOT);
    struct text out = TEXT_IN(exchange->arena);

    text_puts(&out, "before");
    message.body.reboot.command_key = "\x01";
    assert_int_equal(soap_encode(&message, &dialect, &out), ERR_INVALID);
    assert_string_equal(text_string(&out), "before");
}

static void an_impossible_message_is_refused(void **state)
{
    struct cwmp_message message = message_of(CWMP_UNKNOWN_METHOD);

    refuse_to_write(*state, &message, "no such method");
    message.method = CWMP_METHOD_COUNT;
    refuse_to_write(*state, &message, "no such method");
    message = message_of(CWMP_GET_RPC_METHODS);
    message.header.use_version = "1.4";
    refuse_to_write(*state, &message, "only an InformResponse");
    message = message_of(CWMP_GET_RPC_METHODS);
    message.header.id = "\xFF";
    refuse_to_write(*state, &message, "header ID");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXCHANGE_TEST(the_answer_to_an_inform_is_exactly_this),
        EXCHANGE_TEST(a_message_without_an_id_has_no_header),
        EXCHANGE_TEST(a_declaration_is_written_for_devices_that_need_it),
        EXCHANGE_TEST(the_prefix_is_written_small_for_devices_that_compare_it),
        EXCHANGE_TEST(the_key_of_values_to_set_is_left_out_for_devices_that_cannot_bear_it),
        EXCHANGE_TEST(only_three_namespaces_exist),
        EXCHANGE_TEST(values_to_set_are_written_with_type_and_count),
        EXCHANGE_TEST(names_to_get_are_an_array_of_strings),
        EXCHANGE_TEST(a_fault_answers_with_the_id_and_version_of_the_request),
        EXCHANGE_TEST(the_words_of_a_fault_never_keep_it_from_leaving),
        EXCHANGE_TEST(texts_may_be_as_long_as_the_schema_says_and_no_longer),
        EXCHANGE_TEST(lists_may_be_as_short_and_as_long_as_the_schema_says),
        EXCHANGE_TEST(numbers_stay_in_their_range),
        EXCHANGE_TEST(a_value_to_set_must_be_of_its_type),
        EXCHANGE_TEST(a_value_to_set_needs_a_type),
        EXCHANGE_TEST(times_of_a_device_are_dates),
        EXCHANGE_TEST(what_cannot_be_written_leaves_no_trace),
        EXCHANGE_TEST(an_impossible_message_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
