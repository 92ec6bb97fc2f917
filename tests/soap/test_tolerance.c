#include "soap/envelope.h"
#include "soap/xml.h"

#include "tests/soap/exchange.h"

static const struct cwmp_inform *accept_inform(struct exchange *exchange, const char *xml)
{
    const struct cwmp_message *message = exchange_accept(exchange, xml);

    assert_int_equal(message->method, CWMP_INFORM);
    return &message->body.inform;
}

/* E-03, V-14: six spellings of one envelope. */
static void any_prefixes_make_the_same_envelope(void **state)
{
#define ONE_ID "<DeviceId><SerialNumber>S</SerialNumber></DeviceId>"
    static const char *const layouts[] = {
        "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"" SOAP_ENVELOPE_NS "\" xmlns:cwmp=\"" CWMP_NS
        "1-1\"><SOAP-ENV:Body>"
        "<cwmp:Inform>" ONE_ID "</cwmp:Inform></SOAP-ENV:Body></SOAP-ENV:Envelope>",
        "<soap_env:Envelope xmlns:soap_env='" SOAP_ENVELOPE_NS "' xmlns:c='" CWMP_NS "1-1'><soap_env:Body>"
        "<c:Inform>" ONE_ID "</c:Inform></soap_env:Body></soap_env:Envelope>",
        "<Envelope xmlns=\"" SOAP_ENVELOPE_NS "\"><Body><Inform xmlns=\"" CWMP_NS
        "1-1\"><DeviceId xmlns=\"\"><SerialNumber>S</SerialNumber></DeviceId></Inform></Body></Envelope>",
        "<s:Envelope xmlns:s=\"" SOAP_ENVELOPE_NS "\"><s:Body><c:Inform xmlns:c=\"" CWMP_NS
        "1-1\"><c:DeviceId>"
        "<c:SerialNumber>S</c:SerialNumber></c:DeviceId></c:Inform></s:Body></s:Envelope>",
        "<s:Envelope\nxmlns:s\n=\n'" SOAP_ENVELOPE_NS "'\t>\r\n<s:Body\n><c:Inform xmlns:c = '" CWMP_NS
        "1-1'>" ONE_ID "</c:Inform\n></s:Body ></s:Envelope >\r\n",
        "<cwmp:Envelope xmlns:cwmp=\"" SOAP_ENVELOPE_NS "\" xmlns:soap=\"" CWMP_NS
        "1-1\"><cwmp:Body><soap:Inform>" ONE_ID "</soap:Inform></cwmp:Body></cwmp:Envelope>",
    };
    struct exchange *exchange = *state;

    for (size_t i = 0; i < COUNT_OF(layouts); i++) {
        assert_string_equal(accept_inform(exchange, layouts[i])->device.serial_number, "S");
        assert_int_equal(exchange->message.version, CWMP_1_1);
        assert_null(exchange->message.header.id);
    }
}

static void order_unknown_elements_and_wrong_namespaces_do_not_matter(void **state)
{
    const struct cwmp_inform *inform = accept_inform(
        *state, BODY("<c:Inform stray=\"1\">text<ParameterList/><Vendor><RetryCount>9</RetryCount></Vendor>"
                     "<c:RetryCount>7</c:RetryCount><a:CurrentTime xmlns:a='urn:a'>now</a:CurrentTime>"
                     "<MaxEnvelopes>2</MaxEnvelopes><Event/>" DEVICE_ID "<Vendor2/></c:Inform>"));

    assert_int_equal(inform->retry_count, 7);
    assert_int_equal(inform->max_envelopes, 2);
    assert_string_equal(inform->current_time, "now");
    assert_string_equal(inform->device.manufacturer, "M");
}

/* E-24: whatever it says, members are counted and nothing is allocated for it. */
static void the_size_of_an_array_is_what_it_holds(void **state)
{
    static const char *const sizes[] = {"",
                                        " e:arrayType=\"c:EventStruct[0002]\"",
                                        " e:arrayType=\"c:EventStruct[5]\"",
                                        " e:arrayType=\"\"",
                                        " e:arrayType=\"c:EventStruct[]\"",
                                        " e:arrayType=\"c:EventStruct[,]\"",
                                        " e:arrayType=\"nope:Foo[2147483647]\"",
                                        " e:arrayType=\"c:EventStruct[-1]\"",
                                        " x:type=\"e:Array\""};
    struct exchange *exchange = *state;

    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        const char *xml =
            arena_printf(exchange->arena,
                         BODY("<c:Inform>" DEVICE_ID "<Event%s><EventStruct><EventCode>1 BOOT</EventCode>"
                              "</EventStruct><item/></Event></c:Inform>"),
                         sizes[i]);

        assert_int_equal(accept_inform(exchange, xml)->events.count, 2);
        assert_true(arena_used(exchange->arena) < 16 * 1024);
        arena_reset(exchange->arena);
    }
}

/* A small cell was seen to send two codes in one member. */
static void a_member_that_begins_again_is_the_next_member(void **state)
{
    const struct cwmp_inform *inform =
        accept_inform(*state, BODY(INFORM("<Event><EventStruct><EventCode>1 BOOT</EventCode>"
                                          "<EventCode>4 VALUE CHANGE</EventCode><CommandKey>k</CommandKey>"
                                          "</EventStruct></Event>")));

    assert_int_equal(inform->events.count, 2);
    assert_string_equal(inform->events.items[0].code, "1 BOOT");
    assert_string_equal(inform->events.items[0].command_key, "");
    assert_string_equal(inform->events.items[1].code, "4 VALUE CHANGE");
    assert_string_equal(inform->events.items[1].command_key, "k");
}

static void all_64_events_and_more_are_kept_in_order(void **state)
{
    struct exchange *exchange = *state;
    struct text xml = TEXT_IN(exchange->arena);
    const struct cwmp_inform *inform;

    text_puts(&xml, "<s:Envelope xmlns:s=\"" SOAP_ENVELOPE_NS "\" xmlns:c=\"" CWMP_NS
                    "1-0\"><s:Body><c:Inform>" DEVICE_ID "<Event>");
    for (unsigned i = 0; i < 100; i++)
        text_printf(&xml,
                    "<EventStruct><EventCode>M Download</EventCode><CommandKey>%u</CommandKey></EventStruct>",
                    i);
    text_puts(&xml, "</Event></c:Inform></s:Body></s:Envelope>");
    inform = accept_inform(exchange, text_string(&xml));
    assert_int_equal(inform->events.count, 100);
    for (unsigned i = 0; i < 100; i++)
        assert_string_equal(inform->events.items[i].command_key, arena_printf(exchange->arena, "%u", i));
}

/* E-30, E-31 */
static void numbers_and_booleans_may_be_written_in_many_ways(void **state)
{
    static const struct {
        const char *text;
        uint32_t number;
    } numbers[] = {
        {"7",          7         },
        {"+7",         7         },
        {" 7\n",       7         },
        {"0007",       7         },
        {"-0",         0         },
        {"",           0         },
        {"4294967295", UINT32_MAX}
    };
    static const struct {
        const char *text;
        bool value;
    } booleans[] = {
        {"1",       true },
        {"0",       false},
        {"true",    true },
        {"false",   false},
        {"TRUE",    true },
        {"False",   false},
        {"\r\n 1 ", true },
        {"",        false},
        {"01",      true },
        {"30",      true }
    };
    struct exchange *exchange = *state;

    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        const char *xml =
            arena_printf(exchange->arena, BODY(INFORM("<RetryCount>%s</RetryCount>")), numbers[i].text);

        assert_int_equal(accept_inform(exchange, xml)->retry_count, numbers[i].number);
    }
    for (size_t i = 0; i < COUNT_OF(booleans); i++) {
        const char *xml = arena_printf(
            exchange->arena, BODY("<c:GetParameterNames><NextLevel>%s</NextLevel></c:GetParameterNames>"),
            booleans[i].text);

        assert_int_equal(exchange_accept(exchange, xml)->body.get_parameter_names.next_level,
                         booleans[i].value);
    }
}

static void a_status_other_than_0_and_1_is_for_the_session_to_judge(void **state)
{
    assert_int_equal(exchange_accept(*state, BODY("<c:SetParameterValuesResponse><Status>2</Status>"
                                                  "</c:SetParameterValuesResponse>"))
                         ->body.set_parameter_values_response.status,
                     2);
}

/* I-02, I-03 */
static void an_oui_is_six_upper_case_digits_however_it_is_spelt(void **state)
{
    static const struct {
        const char *sent, *kept;
    } cases[] = {
        {"00256D",    "00256D" },
        {"00256d",    "00256D" },
        {"00:25:6d",  "00256D" },
        {"00-25-6D",  "00256D" },
        {" 0025.6d ", "00256D" },
        {"",          ""       },
        {"00256",     "00256"  },
        {"00256D1",   "00256D1"},
        {"00256G",    "00256G" },
        {"n/a",       "n/a"    },
    };
    struct exchange *exchange = *state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *xml =
            arena_printf(exchange->arena,
                         BODY("<c:Inform><DeviceId><OUI>%s</OUI><SerialNumber>1</SerialNumber></DeviceId>"
                              "</c:Inform>"),
                         cases[i].sent);

        assert_string_equal(accept_inform(exchange, xml)->device.oui, cases[i].kept);
    }
}

#define VALUES(members)                                          \
    BODY("<c:GetParameterValuesResponse><ParameterList>" members \
         "</ParameterList></c:GetParameterValuesResponse>")
#define MEMBER(attributes, value)                                                         \
    "<ParameterValueStruct>\n <Name>\n  Device.X \n</Name>\n <Value" attributes ">" value \
    "</Value>\n</ParameterValueStruct>"

/* E-26, E-28, E-29, E-45, E-49, E-57 */
static void values_keep_their_text_and_a_type_we_know(void **state)
{
#define VALUE_CASE(of_attributes, of_value, of_text, of_type)                            \
    {                                                                                    \
        .xml = VALUES(MEMBER(of_attributes, of_value)), .text = of_text, .type = of_type \
    }
    static const struct {
        const char *xml, *text;
        enum cwmp_type type;
    } cases[] = {
        VALUE_CASE(" x:type=\"d:string\"", " a b\n", " a b\n", CWMP_STRING),
        VALUE_CASE(" x:type='d:string(64)'", "a", "a", CWMP_STRING),
        VALUE_CASE(" x:type=\"string\"", "a", "a", CWMP_STRING),
        VALUE_CASE(" type=\"xs:int\"", " -7 ", "-7", CWMP_INT),
        VALUE_CASE(" x:type=\"d:unsignedInt\"", "", "", CWMP_UNSIGNED_INT),
        VALUE_CASE(" x:type=\"d:long\"", "1", "1", CWMP_LONG),
        VALUE_CASE(" x:type=\"d:unsignedLong\"", "18446744073709551615", "18446744073709551615",
                   CWMP_UNSIGNED_LONG),
        VALUE_CASE(" x:type=\"d:boolean\"", " true", "true", CWMP_BOOLEAN),
        VALUE_CASE(" x:type=\"d:dateTime\"", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", CWMP_DATE_TIME),
        VALUE_CASE(" x:type=\"d:base64Binary\"", "Zm9v\nYmFy", "Zm9v\nYmFy", CWMP_BASE64),
        VALUE_CASE(" x:type=\"e:base64\"", "Zm9v", "Zm9v", CWMP_BASE64),
        VALUE_CASE(" x:type=\"d:hexBinary\"", "0a", "0a", CWMP_HEX_BINARY),
        VALUE_CASE("", " a ", " a ", CWMP_UNKNOWN_TYPE),
        VALUE_CASE(" x:type=\"\"", "a", "a", CWMP_UNKNOWN_TYPE),
        VALUE_CASE(" x:type=\"d:\"", "a", "a", CWMP_UNKNOWN_TYPE),
        VALUE_CASE(" x:type=\"d:json\"", "{}", "{}", CWMP_UNKNOWN_TYPE),
        VALUE_CASE(" x:type=\"object\"", "", "", CWMP_UNKNOWN_TYPE),
        VALUE_CASE(" x:nil=\"true\"", "", "", CWMP_UNKNOWN_TYPE),
        VALUE_CASE("", "<![CDATA[a<b>&amp;]]>&lt;c", "a<b>&amp;<c", CWMP_UNKNOWN_TYPE),
        VALUE_CASE("", "a<!-- b -->c<?d e?>f", "acf", CWMP_UNKNOWN_TYPE),
        VALUE_CASE("", "a<b>c</b>d", "ad", CWMP_UNKNOWN_TYPE),
        VALUE_CASE("", "&#233;&#xe9;&amp;&quot;&apos;&gt;", "\u00e9\u00e9&\"'>", CWMP_UNKNOWN_TYPE),
        VALUE_CASE("", "a\r\nb&#13;&#10;c", "a\nb\r\nc", CWMP_UNKNOWN_TYPE),
    };
    struct exchange *exchange = *state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct cwmp_parameter_values *values =
            &exchange_accept(exchange, cases[i].xml)->body.get_parameter_values_response.parameters;

        assert_int_equal(values->count, 1);
        assert_string_equal(values->items[0].name, "Device.X");
        assert_string_equal(values->items[0].value, cases[i].text);
        assert_int_equal(values->items[0].type, cases[i].type);
    }
}

static void a_member_without_name_or_value_is_kept_with_empty_ones(void **state)
{
    const struct cwmp_parameter_values *values =
        &exchange_accept(*state, VALUES("<ParameterValueStruct><Name>Device.DeviceInfo.DeviceLog</Name>"
                                        "</ParameterValueStruct><ParameterValueStruct/>"))
             ->body.get_parameter_values_response.parameters;

    assert_int_equal(values->count, 2);
    assert_string_equal(values->items[0].value, "");
    assert_string_equal(values->items[1].name, "");
}

struct encoding_case {
    const char *xml, *charset, *time;
};

#define ENCODING(of_charset, of_xml, of_time)                 \
    {                                                         \
        .xml = of_xml, .charset = of_charset, .time = of_time \
    }

/* E-43, E-44, E-46 */
static void encodings_marks_and_broken_bytes_are_read_as_well_as_they_can_be(void **state)
{
#define TIME_IS(time) BODY(INFORM("<CurrentTime>" time "</CurrentTime>"))
    static const struct encoding_case cases[] = {
        ENCODING(NULL, TIME_IS("\u00e9"), "\u00e9"),
        ENCODING(NULL, "\xEF\xBB\xBF" TIME_IS("\u00e9"), "\u00e9"),
        ENCODING("iso-8859-1", "\xEF\xBB\xBF" TIME_IS("\u00e9"), "\u00e9"),
        ENCODING(NULL, "\r\n \t<?xml version='1.0'?>\n" TIME_IS("a"), "a"),
        ENCODING(NULL,
                 "\xEF\xBB\xBF\n<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\" ?>" TIME_IS("a"),
                 "a"),
        ENCODING(NULL, "<?xml version='1.0' encoding?>" TIME_IS("\u00e9"), "\u00e9"),
        ENCODING(NULL, "<?xml version='1.0' encoding=iso-8859-1?>" TIME_IS("\u00e9"), "\u00e9"),
        ENCODING(NULL, "<?xml version='1.0' encoding='iso-8859-1?>" TIME_IS("\u00e9"), "\u00e9"),
        ENCODING(NULL, "<?xml version='1.0' encoding =\t'iso-8859-1' ?>" TIME_IS("\xE9"), "\u00e9"),
        ENCODING(NULL, "<?xml version=\"1.1\"?>" TIME_IS("a"), "a"),
        ENCODING(NULL, "<?xml version=\"1.0\" encoding='us-ascii'?>" TIME_IS("a"), "a"),
        ENCODING(NULL, "<?xml version='1.0' encoding = 'ISO-8859-1'?>" TIME_IS("\xE9"), "\u00e9"),
        ENCODING("UTF-8", "<?xml version='1.0' encoding='ISO-8859-1'?>" TIME_IS("\u00e9"), "\u00e9"),
        ENCODING("ISO-8859-1", "<?xml version='1.0' encoding='UTF-8'?>" TIME_IS("\xE9"), "\u00e9"),
        ENCODING("utf-8", "<?xml version='1.0' encoding='UTF-16'?>" TIME_IS("\u00e9"), "\u00e9"),
        ENCODING("\"iso-8859-1\"", TIME_IS("\xE9\x80\xFF"), "\u00e9\xC2\x80\u00ff"),
        ENCODING(NULL, TIME_IS("a\xE9z"), "a\uFFFDz"),
        ENCODING(NULL, TIME_IS("a\x02z"), "a\uFFFDz"),
        ENCODING("latin1", TIME_IS("a\x02z"), "a\uFFFDz"),
        ENCODING(NULL, TIME_IS("\xC3"), "\uFFFD"),
        ENCODING(NULL, TIME_IS("\xC0\xAF"), "\uFFFD\uFFFD"),
        ENCODING(NULL, TIME_IS("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD"),
        ENCODING(NULL, TIME_IS("\xEF\xBF\xBE"), "\uFFFD\uFFFD\uFFFD"),
        ENCODING(NULL, TIME_IS("\xF0\x9F\x98"), "\uFFFD\uFFFD\uFFFD"),
        ENCODING(NULL, TIME_IS("a&#2;b&#x1F;c&#0;d&#xFFFE;e&#xD800;f&#1114112;"),
                 "a\uFFFD"
                 "b\uFFFD"
                 "c\uFFFD"
                 "d\uFFFD"
                 "e\uFFFD"
                 "f\uFFFD"),
        ENCODING(NULL, TIME_IS("\U0001F600&#128512;&#x1F600;"), "\U0001F600\U0001F600\U0001F600"),
    };
    struct exchange *exchange = *state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (exchange_decode(exchange, cases[i].xml, strlen(cases[i].xml), cases[i].charset) != ERR_OK)
            fail_msg("case %zu: %s", i, err_message());
        assert_string_equal(exchange->message.body.inform.current_time, cases[i].time);
    }
}

/* Fewer than may be replaced, and more than libxml2 gets at once. */
enum { LONG_VALUES = 450, LONG_UNITS = 22 };

/* The same message, whether libxml2 gets it in one piece or in many, repaired or not. */
static void a_long_message_is_read_the_same_in_pieces(void **state)
{
    static const char *const units[] = {"x",     "\u00e9", "\U0001F600", "&#233;",
                                        "&amp;", "\xE9",   "\x01",       "<![CDATA[x]]>"};
    static const char *const read_as[] = {"x", "\u00e9", "\U0001F600", "\u00e9",
                                          "&", "\uFFFD", "\uFFFD",     "x"};
    struct exchange *exchange = *state;

    for (size_t unit = 0; unit < COUNT_OF(units); unit++) {
        struct text xml = TEXT_IN(exchange->arena);
        struct text expected = TEXT_IN(exchange->arena);
        const struct cwmp_parameter_values *values;

        text_puts(&xml, "<s:Envelope xmlns:s=\"" SOAP_ENVELOPE_NS "\" xmlns:c=\"" CWMP_NS "1-0\"><s:Body>"
                        "<c:GetParameterValuesResponse><ParameterList>");
        for (unsigned i = 0; i < LONG_VALUES; i++) {
            text_puts(&xml, "<ParameterValueStruct><Name>Device.X</Name><Value>");
            for (unsigned j = 0; j < LONG_UNITS; j++)
                text_puts(&xml, units[unit]);
            text_puts(&xml, "</Value></ParameterValueStruct>");
        }
        text_puts(&xml, "</ParameterList></c:GetParameterValuesResponse></s:Body></s:Envelope>");
        for (unsigned j = 0; j < LONG_UNITS; j++)
            text_puts(&expected, read_as[unit]);

        values = &exchange_accept(exchange, text_string(&xml))->body.get_parameter_values_response.parameters;
        assert_int_equal(values->count, LONG_VALUES);
        for (size_t i = 0; i < LONG_VALUES; i++)
            assert_string_equal(values->items[i].value, text_string(&expected));
        arena_reset(exchange->arena);
    }
}

static void versions_follow_from_namespace_and_headers(void **state)
{
#define HEADER(entry) "<s:Header>" entry "</s:Header>"
#define LISTED(list)  HEADER("<c:SupportedCWMPVersions>" list "</c:SupportedCWMPVersions>")
#define TIMEOUT       HEADER("<c:SessionTimeout>40</c:SessionTimeout>")
#define VERSION_CASE(is, minor, header)                           \
    {                                                             \
        .xml = ENVELOPE(minor, header, INFORM("")), .version = is \
    }
    static const struct {
        const char *xml;
        enum cwmp_version version;
    } cases[] = {
        VERSION_CASE(CWMP_1_0, "0", ""),
        VERSION_CASE(CWMP_1_1, "1", ""),
        VERSION_CASE(CWMP_1_2, "2", ""),
        VERSION_CASE(CWMP_1_2, "3", ""),
        VERSION_CASE(CWMP_1_2, "4", ""),
        VERSION_CASE(CWMP_1_2, "9", ""),
        VERSION_CASE(CWMP_1_3, "2", TIMEOUT),
        VERSION_CASE(CWMP_1_3, "3", TIMEOUT),
        VERSION_CASE(CWMP_1_0, "0", TIMEOUT),
        VERSION_CASE(CWMP_1_4, "2", LISTED("1.0,1.1,1.2,1.3,1.4")),
        VERSION_CASE(CWMP_1_4, "2", LISTED(" 1.4 ,1.2 ")),
        VERSION_CASE(CWMP_1_1, "2", LISTED("1.0, 1.1, 9.9")),
        VERSION_CASE(CWMP_1_3, "2", LISTED("1.3")),
        VERSION_CASE(CWMP_1_0, "0", LISTED("1.0,1.4")),
        VERSION_CASE(CWMP_1_0, "0", LISTED("1.4")),
        VERSION_CASE(CWMP_1_4, "5", LISTED("1.4,1.5")),
    };
    struct exchange *exchange = *state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (exchange_accept(exchange, cases[i].xml)->version != cases[i].version)
            fail_msg("case %zu: version %s", i, cwmp_version_name(exchange->message.version));
    }
}

struct id_case {
    const char *header, *id;
};

#define ID(of_id, of_header)             \
    {                                    \
        .header = of_header, .id = of_id \
    }

static void the_id_is_kept_byte_for_byte(void **state)
{
    static const struct id_case cases[] = {
        ID(NULL, ""),
        ID(NULL, "<s:Header/>"),
        ID("", "<s:Header><c:ID s:mustUnderstand=\"1\"/></s:Header>"),
        ID(" 007 ", "<s:Header><c:ID> 007 </c:ID></s:Header>"),
        ID("1", "<s:Header><ID>1</ID></s:Header>"),
        ID("a<&>\"' \u00e9",
           "<s:Header><c:ID s:mustUnderstand='1'>a&lt;&amp;&gt;&quot;&apos; &#xE9;</c:ID></s:Header>"),
        ID("1", "<s:Header><c:ID e:mustUnderstand='1'>1</c:ID></s:Header>"),
        ID("1", "<s:Header><c:NoMoreRequests s:mustUnderstand='1'>1</c:NoMoreRequests><c:ID>1</c:ID>"
                "<c:HoldRequests s:mustUnderstand='1'>1</c:HoldRequests></s:Header>"),
        ID("1", "<s:Header><a:Foo xmlns:a='urn:a' "
                "s:mustUnderstand='0'><c:ID>2</c:ID></a:Foo><c:ID>1</c:ID></s:Header>"),
        ID(NULL, "<s:Header><a:ID xmlns:a='urn:a'>2</a:ID></s:Header>"),
    };
    struct exchange *exchange = *state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *xml =
            arena_printf(exchange->arena, ENVELOPE("0", "%s", "<c:GetRPCMethods/>"), cases[i].header);
        const char *id = exchange_accept(exchange, xml)->header.id;

        if (cases[i].id == NULL)
            assert_null(id);
        else
            assert_string_equal(id, cases[i].id);
    }
}

static void a_method_nobody_knows_is_named_and_left_to_fault_8000(void **state)
{
    static const char *const names[] = {"X_00256D_Foo", "inform", "Kick", "InformResponseX"};
    struct exchange *exchange = *state;

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *xml =
            arena_printf(exchange->arena, BODY("<c:%s><a><b>c</b></a></c:%s>"), names[i], names[i]);
        const struct cwmp_message *message = exchange_accept(exchange, xml);

        assert_int_equal(message->method, CWMP_UNKNOWN_METHOD);
        assert_string_equal(message->method_name, names[i]);
    }
}

/* detail in place, misplaced, foreign, or none. */
static void faults_are_read_wherever_their_code_stands(void **state)
{
#define FAULT_CASE(of_code, body)          \
    {                                      \
        .xml = BODY(body), .code = of_code \
    }
    static const struct {
        const char *xml;
        uint32_t code;
    } cases[] = {
        FAULT_CASE(
            9005,
            "<s:Fault><faultcode>s:Client</faultcode><faultstring>CWMP fault</faultstring><detail><c:Fault>"
            "<FaultCode>9005</FaultCode><FaultString>no</FaultString></c:Fault></detail></s:Fault>"),
        FAULT_CASE(
            9005,
            "<s:Fault><faultcode>Client</faultcode><faultstring><detail><c:Fault><FaultCode>9005</FaultCode>"
            "<FaultString>no</FaultString></c:Fault></detail></faultstring></s:Fault>"),
        FAULT_CASE(
            9005,
            "<s:Fault><faultcode>Client</faultcode><FaultCode> 9005 </FaultCode><FaultString>no</FaultString>"
            "</s:Fault>"),
        FAULT_CASE(
            9005, "<s:Fault><faultcode>Client</faultcode><s:detail><a:Fault xmlns:a='urn:a'><a:FaultCode>9005"
                  "</a:FaultCode><a:FaultString>no</a:FaultString></a:Fault></s:detail></s:Fault>"),
        FAULT_CASE(9005, "<c:Fault><faultcode>c:Client</faultcode><x><y><FaultCode>09005</FaultCode>"
                         "<FaultString>no</FaultString></y></x></c:Fault>"),
        FAULT_CASE(0, "<s:Fault><faultcode>s:Client</faultcode><faultstring>no</faultstring></s:Fault>"),
        FAULT_CASE(0, "<s:Fault><faultcode>s:Client</faultcode><detail><c:Fault/></detail></s:Fault>"),
    };
    struct exchange *exchange = *state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct cwmp_message *message = exchange_accept(exchange, cases[i].xml);

        assert_int_equal(message->method, CWMP_FAULT);
        assert_string_equal(message->body.fault.soap_code, "Client");
        assert_int_equal(message->body.fault.code, cases[i].code);
        assert_string_equal(message->body.fault.text, cases[i].code == 0 ? "" : "no");
    }
}

/* P-08 */
static void every_parameter_fault_is_kept(void **state)
{
    const struct cwmp_parameter_faults *faults =
        &exchange_accept(
             *state, BODY("<s:Fault><detail><c:Fault><FaultCode>9003</FaultCode>"
                          "<SetParameterValuesFault><ParameterName>Device.A</ParameterName>"
                          "<FaultCode>9007</FaultCode></SetParameterValuesFault>"
                          "<SetParameterValuesFault><ParameterName>Device.B</ParameterName>"
                          "<FaultCode>9008</FaultCode><FaultString>ro</FaultString></SetParameterValuesFault>"
                          "<SetParameterValuesFault/></c:Fault></detail></s:Fault>"))
             ->body.fault.parameters;

    assert_int_equal(faults->count, 3);
    assert_string_equal(faults->items[0].name, "Device.A");
    assert_int_equal(faults->items[0].code, 9007);
    assert_int_equal(faults->items[1].code, 9008);
    assert_string_equal(faults->items[1].text, "ro");
    assert_int_equal(faults->items[2].code, 0);
}

/* The detail's namespace tells the version, when neither an ID nor the method does. */
static void a_fault_without_a_header_has_a_version_too(void **state)
{
    assert_int_equal(
        exchange_accept(*state, ENVELOPE("2", "", "<s:Fault><detail><c:Fault/></detail></s:Fault>"))->version,
        CWMP_1_2);
}

static void children_of_envelope_that_are_no_part_of_soap_are_passed_over(void **state)
{
    accept_inform(
        *state,
        "<s:Envelope xmlns:s=\"" SOAP_ENVELOPE_NS "\" xmlns:c=\"" CWMP_NS
        "1-0\" s:encodingStyle=\"x\">stray<a><c:Inform/></a><s:Body s:encodingStyle=\"y\">stray" INFORM(
            "") "</s:Body><Body xmlns='urn:other'/></s:Envelope>");
}

static void no_reader_is_freed_like_any_other(void **state)
{
    (void)state;
    soap_reader_free(NULL);
    xml_reader_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXCHANGE_TEST(any_prefixes_make_the_same_envelope),
        EXCHANGE_TEST(order_unknown_elements_and_wrong_namespaces_do_not_matter),
        EXCHANGE_TEST(the_size_of_an_array_is_what_it_holds),
        EXCHANGE_TEST(a_member_that_begins_again_is_the_next_member),
        EXCHANGE_TEST(all_64_events_and_more_are_kept_in_order),
        EXCHANGE_TEST(numbers_and_booleans_may_be_written_in_many_ways),
        EXCHANGE_TEST(a_status_other_than_0_and_1_is_for_the_session_to_judge),
        EXCHANGE_TEST(an_oui_is_six_upper_case_digits_however_it_is_spelt),
        EXCHANGE_TEST(values_keep_their_text_and_a_type_we_know),
        EXCHANGE_TEST(a_member_without_name_or_value_is_kept_with_empty_ones),
        EXCHANGE_TEST(encodings_marks_and_broken_bytes_are_read_as_well_as_they_can_be),
        EXCHANGE_TEST(a_long_message_is_read_the_same_in_pieces),
        EXCHANGE_TEST(versions_follow_from_namespace_and_headers),
        EXCHANGE_TEST(the_id_is_kept_byte_for_byte),
        EXCHANGE_TEST(a_method_nobody_knows_is_named_and_left_to_fault_8000),
        EXCHANGE_TEST(faults_are_read_wherever_their_code_stands),
        EXCHANGE_TEST(every_parameter_fault_is_kept),
        EXCHANGE_TEST(a_fault_without_a_header_has_a_version_too),
        cmocka_unit_test(no_reader_is_freed_like_any_other),
        EXCHANGE_TEST(children_of_envelope_that_are_no_part_of_soap_are_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
