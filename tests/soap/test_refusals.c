#include "soap/envelope.h"

#include "tests/soap/exchange.h"

struct refusal_case {
    const char *xml;
    uint32_t fault;
    const char *words; /* in the message */
};

#define REFUSAL(of_fault, of_words, of_xml)                 \
    {                                                       \
        .xml = of_xml, .fault = of_fault, .words = of_words \
    }

static void refuse_all(struct exchange *exchange, const struct refusal_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        exchange_refuse(exchange, cases[i].xml, cases[i].fault, cases[i].words);
        arena_reset(exchange->arena);
    }
}

#define REFUSE_ALL(exchange, cases) refuse_all(exchange, cases, COUNT_OF(cases))

static void what_is_no_envelope_of_soap_1_1_gets_no_fault(void **state)
{
    static const struct refusal_case cases[] = {
        REFUSAL(0, "does not begin with", ""),
        REFUSAL(0, "does not begin with", "   \r\n"),
        REFUSAL(0, "does not begin with", "garbage"),
        REFUSAL(0, "does not begin with", "{\"json\":1}"),
        REFUSAL(0, "not an envelope of SOAP 1.1", "<html><body>x</body></html>"),
        REFUSAL(0, "not an envelope of SOAP 1.1", "<Envelope/>"),
        REFUSAL(0, "not an envelope of SOAP 1.1",
                "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body/></e:Envelope>"),
        REFUSAL(0, "not an envelope of SOAP 1.1", "<e:Body xmlns:e=\"" SOAP_ENVELOPE_NS "\"/>"),
        REFUSAL(0, "not an envelope of SOAP 1.1", "<e:envelope xmlns:e=\"" SOAP_ENVELOPE_NS "\"/>"),
    };

    REFUSE_ALL(*state, cases);
}

static void what_is_not_well_formed_gets_no_fault(void **state)
{
    static const struct refusal_case cases[] = {
        REFUSAL(0, "XML", BODY("<c:Inform>")),
        REFUSAL(0, "XML", BODY(INFORM("")) "<more/>"),
        REFUSAL(0, "XML", BODY(INFORM("")) "more"),
        REFUSAL(0, "XML", BODY(INFORM("<RetryCount>1</Retrycount>"))),
        REFUSAL(0, "XML", BODY(INFORM("<RetryCount a=1>1</RetryCount>"))),
        REFUSAL(0, "XML", BODY(INFORM("<RetryCount a=\"1\" a=\"2\">1</RetryCount>"))),
        REFUSAL(0, "XML", BODY(INFORM("<CurrentTime>&nosuch;</CurrentTime>"))),
        REFUSAL(0, "XML", BODY(INFORM("<CurrentTime>&amp</CurrentTime>"))),
        REFUSAL(0, "XML", BODY(INFORM("<CurrentTime>a & b</CurrentTime>"))),
        REFUSAL(0, "XML", BODY(INFORM("<CurrentTime>]]></CurrentTime>"))),
        REFUSAL(0, "XML", BODY(INFORM("<nope:CurrentTime>x</nope:CurrentTime>"))),
        REFUSAL(0, "XML", BODY(INFORM("<CurrentTime nope:a=\"b\">x</CurrentTime>"))),
        REFUSAL(0, "XML", BODY(INFORM("<!-- a -- b -->"))),
        REFUSAL(0, "XML", BODY(INFORM("<?xml version=\"1.0\"?>"))),
        REFUSAL(0, "XML", BODY(INFORM("<CurrentTime>x"))),
        REFUSAL(0, "without an end", "<?xml version=\"1.0\""),
        REFUSAL(0, "XML", "<?xml version=\"1.0\"?>"),
        REFUSAL(0, "ends inside of a tag", "<"),
        REFUSAL(0, "document type", "<!"),
        REFUSAL(0, "XML", "<![CDATA[x]]>"),
    };

    REFUSE_ALL(*state, cases);
}

static void document_types_and_entities_are_refused(void **state)
{
    static const struct refusal_case cases[] = {
        REFUSAL(0, "document type", "<!DOCTYPE a>" BODY(INFORM(""))),
        REFUSAL(0, "document type", "<!doctype html>" BODY(INFORM(""))),
        REFUSAL(0, "document type", "<!DOCTYPE a [<!ENTITY b \"c\">]>" BODY(INFORM(""))),
        REFUSAL(0, "document type", "<!DOCTYPE a SYSTEM \"file:///etc/hostname\">" BODY(INFORM(""))),
        REFUSAL(0, "document type",
                "<!-- <a> --><!DOCTYPE a [<!ENTITY % b SYSTEM \"http://127.0.0.1/\"> %b;]>"),
        REFUSAL(0, "document type", "<?a <!--?><!DOCTYPE a>" BODY(INFORM(""))),
        REFUSAL(0, "document type", BODY(INFORM("<!ENTITY b \"c\">"))),
        REFUSAL(0, "document type", BODY(INFORM("<!ELEMENT b ANY>"))),
        REFUSAL(0, "document type", "\xEF\xBB\xBF<!DOCTYPE a>" BODY(INFORM(""))),
    };

    REFUSE_ALL(*state, cases);
}

static void an_envelope_with_anything_but_one_method_gets_a_fault(void **state)
{
    static const struct refusal_case cases[] = {
        REFUSAL(8003, "without a method", BODY("")),
        REFUSAL(8003, "without a method", "<s:Envelope xmlns:s=\"" SOAP_ENVELOPE_NS "\"/>"),
        REFUSAL(8003, "second method", BODY("<c:GetRPCMethods/><c:GetRPCMethods/>")),
        REFUSAL(8003, "second method", BODY(INFORM("") "<c:multiRef id=\"a\"/>")),
        REFUSAL(8003, "no CWMP namespace", BODY("<Inform/>")),
        REFUSAL(8003, "no CWMP namespace", BODY("<a:Inform xmlns:a=\"urn:another\"/>")),
        REFUSAL(8003, "Header comes twice", ENVELOPE("0", "<s:Header/><s:Header/>", "<c:GetRPCMethods/>")),
        REFUSAL(8003, "Body comes twice", ENVELOPE("0", "<s:Body/>", "<c:GetRPCMethods/>")),
    };

    REFUSE_ALL(*state, cases);
}

static void headers_that_must_be_understood_are_refused_if_unknown(void **state)
{
    static const struct refusal_case cases[] = {
        REFUSAL(8003, "header Foo must be understood",
                ENVELOPE("0", "<s:Header><a:Foo xmlns:a=\"urn:a\" s:mustUnderstand=\"1\"/></s:Header>",
                         "<c:GetRPCMethods/>")),
        REFUSAL(8003, "header ID must be understood",
                ENVELOPE("0", "<s:Header><a:ID xmlns:a=\"urn:a\" s:mustUnderstand=\"1\">1</a:ID></s:Header>",
                         "<c:GetRPCMethods/>")),
        REFUSAL(8003, "ID comes twice",
                ENVELOPE("0", "<s:Header><c:ID>1</c:ID><c:ID>2</c:ID></s:Header>", "<c:GetRPCMethods/>")),
        REFUSAL(8003, "SessionTimeout: 'soon'",
                ENVELOPE("0", "<s:Header><c:SessionTimeout>soon</c:SessionTimeout></s:Header>",
                         "<c:GetRPCMethods/>")),
    };

    REFUSE_ALL(*state, cases);
}

static void a_foreign_protocol_version_gets_fault_8006_in_our_highest_version(void **state)
{
    static const struct refusal_case cases[] = {
        REFUSAL(8006, "another protocol version",
                "<s:Envelope xmlns:s=\"" SOAP_ENVELOPE_NS "\"><s:Body><c:Inform xmlns:c=\"" CWMP_NS
                "2-0\"/></s:Body></s:Envelope>"),
        REFUSAL(8006, "another protocol version",
                "<s:Envelope xmlns:s=\"" SOAP_ENVELOPE_NS "\"><s:Body><c:Inform xmlns:c=\"" CWMP_NS
                "\"/></s:Body></s:Envelope>"),
    };
    struct exchange *exchange = *state;

    REFUSE_ALL(exchange, cases);
    assert_int_equal(exchange->message.version, CWMP_1_4);
}

static void versions_without_one_of_ours_get_fault_8006(void **state)
{
    static const struct refusal_case cases[] = {
        REFUSAL(8006, "no version of '2.0, 9.9'",
                ENVELOPE("2",
                         "<s:Header><c:SupportedCWMPVersions>2.0, 9.9</c:SupportedCWMPVersions></s:Header>",
                         INFORM(""))),
        REFUSAL(8006, "no version of ''",
                ENVELOPE("2", "<s:Header><c:SupportedCWMPVersions/></s:Header>", INFORM(""))),
        REFUSAL(
            8006, "no version of",
            ENVELOPE("2",
                     "<s:Header><c:SupportedCWMPVersions>11.4 1.44 1</c:SupportedCWMPVersions></s:Header>",
                     INFORM(""))),
    };

    REFUSE_ALL(*state, cases);
}

static void a_field_that_is_not_of_its_kind_is_named(void **state)
{
    static const struct refusal_case cases[] = {
        REFUSAL(8003, "MaxEnvelopes: 'one'", BODY(INFORM("<MaxEnvelopes>one</MaxEnvelopes>"))),
        REFUSAL(8003, "MaxEnvelopes: -1", BODY(INFORM("<MaxEnvelopes>-1</MaxEnvelopes>"))),
        REFUSAL(8003, "RetryCount: 4294967296", BODY(INFORM("<RetryCount>4294967296</RetryCount>"))),
        REFUSAL(8003, "RetryCount: '9", BODY(INFORM("<RetryCount>99999999999999999999</RetryCount>"))),
        REFUSAL(8003, "Status: '1 0'",
                BODY("<c:SetParameterValuesResponse><Status>1 0</Status></c:SetParameterValuesResponse>")),
        REFUSAL(
            8003, "Status",
            BODY("<c:SetParameterValuesResponse><Status>2147483648</Status></c:SetParameterValuesResponse>")),
        REFUSAL(8003, "NextLevel: 'maybe'",
                BODY("<c:GetParameterNames><NextLevel>maybe</NextLevel></c:GetParameterNames>")),
        REFUSAL(8003, "FaultCode: 'nine'",
                BODY("<s:Fault><detail><c:Fault><FaultCode>nine</FaultCode></c:Fault></detail></s:Fault>")),
    };

    REFUSE_ALL(*state, cases);
}

static void what_identifies_must_be_there_once(void **state)
{
    static const struct refusal_case cases[] = {
        REFUSAL(8003, "DeviceId is missing", BODY("<c:Inform/>")),
        REFUSAL(8003, "SerialNumber is missing", BODY("<c:Inform><DeviceId/></c:Inform>")),
        REFUSAL(8003, "SerialNumber is empty",
                BODY("<c:Inform><DeviceId><SerialNumber> </SerialNumber></DeviceId></c:Inform>")),
        REFUSAL(8003, "DeviceId comes twice", BODY(INFORM(DEVICE_ID))),
        REFUSAL(8003, "SerialNumber comes twice",
                BODY("<c:Inform><DeviceId><SerialNumber>1</SerialNumber><SerialNumber>2</SerialNumber></"
                     "DeviceId></c:Inform>")),
        REFUSAL(8003, "Event comes twice", BODY(INFORM("<Event/><Event/>"))),
        REFUSAL(8003, "Status is missing", BODY("<c:SetParameterValuesResponse/>")),
        REFUSAL(8003, "Status is empty",
                BODY("<c:SetParameterValuesResponse><Status/></c:SetParameterValuesResponse>")),
    };

    REFUSE_ALL(*state, cases);
}

static void multi_reference_encoding_is_refused_in_clear_words(void **state)
{
    static const struct refusal_case cases[] = {
        REFUSAL(8003, "Event refers to another element", BODY(INFORM("<Event href=\"#id0\"/>"))),
    };

    REFUSE_ALL(*state, cases);
}

#define OPEN_BODY  "<s:Envelope xmlns:s=\"" SOAP_ENVELOPE_NS "\" xmlns:c=\"" CWMP_NS "1-0\"><s:Body>"
#define CLOSE_BODY "</s:Body></s:Envelope>"

static const char *with_repeated(struct arena *arena, const char *before, const char *piece, size_t times,
                                 const char *after)
{
    struct text text = TEXT_IN(arena);

    text_puts(&text, OPEN_BODY);
    text_puts(&text, before);
    for (size_t i = 0; i < times; i++)
        text_puts(&text, piece);
    text_puts(&text, after);
    text_puts(&text, CLOSE_BODY);
    return text_string(&text);
}

struct cap_case {
    const char *before, *piece, *after;
    size_t allowed;
    uint32_t fault; /* of one piece more */
    const char *words;
};

#define CAP(pieces, of_fault, of_words, of_before, of_piece, of_after)                                   \
    {                                                                                                    \
        .before = of_before, .piece = of_piece, .after = of_after, .allowed = pieces, .fault = of_fault, \
        .words = of_words                                                                                \
    }

static void every_cap_lies_where_it_is_said_to_lie(void **state)
{
    static const struct cap_case cases[] = {
        CAP(256, 8003, "Event has more than 256 members", "<c:Inform>" DEVICE_ID "<Event>", "<EventStruct/>",
            "</Event></c:Inform>"),
        CAP(50000, 8003, "ParameterList has more than 50000 members",
            "<c:GetParameterNamesResponse><ParameterList>", "<i/>",
            "</ParameterList></c:GetParameterNamesResponse>"),
        CAP(1024, 8003, "CommandKey has more than 1024 bytes", "<c:Reboot><CommandKey>", "k",
            "</CommandKey></c:Reboot>"),
        CAP(512, 8003, "CommandKey has more than 1024 bytes", "<c:Reboot><CommandKey>", "&#233;",
            "</CommandKey></c:Reboot>"),
        CAP(65536, 8003, "Value has more than 65536 bytes",
            "<c:GetParameterValuesResponse><ParameterList><i><Value>", "v",
            "</Value></i></ParameterList></c:GetParameterValuesResponse>"),
        CAP(10000, 8003, "more than 10000 things", "<c:GetRPCMethods>", "<u/>", "</c:GetRPCMethods>"),
        CAP(1000, 0, "more than 1000 comments", "<c:GetRPCMethods>", "<!---->", "</c:GetRPCMethods>"),
        CAP(62, 0, "name of more than 64 characters", "<c:", "m", "/>"),
        CAP(64, 0, "name of more than 64 characters", "<c:GetRPCMethods><u ", "a", "=''/></c:GetRPCMethods>"),
        CAP(8192 - 9, 0, "tag of more than 8192 bytes", "<c:GetRPCMethods><u a='", "a",
            "'/></c:GetRPCMethods>"),
        CAP(8192 - 3, 0, "comment of more than 8192 bytes", "<c:GetRPCMethods><!--", "a",
            "--></c:GetRPCMethods>"),
        CAP(8192 - 6, 0, "instruction of more than 8192 bytes", "<c:GetRPCMethods><?a ", "a",
            "?></c:GetRPCMethods>"),
        CAP(512 * 1024, 0, "text of more than 524288 bytes", "<c:GetRPCMethods>", " ", "</c:GetRPCMethods>"),
        CAP(10000, 0, "more than 10000 bytes that are no text",
            "<c:GetParameterValuesResponse><ParameterList><i><Value>", "\x01",
            "</Value></i></ParameterList></c:GetParameterValuesResponse>"),
        CAP(50000 + 6 * 8, 0, "more than 50000 pieces of text",
            "<c:GetParameterValuesResponse><ParameterList><i><Value>", "&lt;",
            "</Value></i></ParameterList></c:GetParameterValuesResponse>"),
        CAP(256, 0, "namespace of more than 256 characters", "<c:GetRPCMethods><u xmlns='", "n",
            "'/></c:GetRPCMethods>"),
    };
    struct exchange *exchange = *state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        exchange_accept(exchange, with_repeated(exchange->arena, cases[i].before, cases[i].piece,
                                                cases[i].allowed, cases[i].after));
        exchange_refuse(exchange,
                        with_repeated(exchange->arena, cases[i].before, cases[i].piece, cases[i].allowed + 1,
                                      cases[i].after),
                        cases[i].fault, cases[i].words);
        arena_reset(exchange->arena);
    }
}

/* text: what stands `times` times in a message, each with a number of its own in place of the %zu. */
static const char *numbered(struct arena *arena, const char *before, const char *begin, const char *end,
                            size_t times, const char *after)
{
    struct text text = TEXT_IN(arena);

    text_puts(&text, before);
    for (size_t i = 0; i < times; i++) {
        text_puts(&text, begin);
        text_put_u64(&text, i);
        text_puts(&text, end);
    }
    text_puts(&text, after);
    return text_string(&text);
}

static void attributes_are_limited_per_tag_and_per_message(void **state)
{
    struct exchange *exchange = *state;
    struct arena *arena = exchange->arena;
    const char *sixty_four = numbered(arena, "<u", " a", "='1'", 64, "/>");
    const char *sixty_five = numbered(arena, "<u", " a", "='1'", 65, "/>");

    exchange_accept(exchange,
                    with_repeated(arena, "<c:GetRPCMethods>", sixty_four, 33, "</c:GetRPCMethods>"));
    exchange_refuse(exchange, with_repeated(arena, "<c:GetRPCMethods>", sixty_five, 1, "</c:GetRPCMethods>"),
                    0, "more than 64 attributes");
    exchange_refuse(exchange, with_repeated(arena, "<c:GetRPCMethods>", sixty_four, 34, "</c:GetRPCMethods>"),
                    0, "too many attributes");
}

static void different_names_and_namespaces_are_limited(void **state)
{
    struct exchange *exchange = *state;
    struct arena *arena = exchange->arena;
    const char *names = numbered(arena, "", "<u", "/>", 5000, "");
    const char *scope = numbered(arena, "<u", " xmlns:p", "='urn:a'", 63, ">");

    exchange_refuse(exchange, with_repeated(arena, "<c:GetRPCMethods>", names, 1, "</c:GetRPCMethods>"), 0,
                    "more than 1024 different names");
    exchange_refuse(exchange, with_repeated(arena, "<c:GetRPCMethods>", scope, 1, "</u></c:GetRPCMethods>"),
                    0, "more than 64 namespaces");
}

static void depth_is_limited(void **state)
{
    struct exchange *exchange = *state;
    struct arena *arena = exchange->arena;
    const char *open = with_repeated(arena, "<c:GetRPCMethods>", "<u>", 30, "");

    exchange_refuse(exchange, open, 0, "nested deeper than 32");
}

/* Every encoding that is not UTF-8, US-ASCII or ISO-8859-1, named or smuggled in. */
static void other_encodings_are_refused(void **state)
{
    static const char *const names[] = {"UTF-7",
                                        "utf-16",
                                        "UTF-16LE",
                                        "UTF-32",
                                        "UCS-4",
                                        "EBCDIC-CP-US",
                                        "IBM037",
                                        "GB18030",
                                        "windows-1252",
                                        "ISO-8859-2",
                                        "SHIFT_JIS",
                                        "HZ",
                                        "x",
                                        "unicode-1-1-utf-7",
                                        "a name that is longer than the name of any encoding"};
    struct exchange *exchange = *state;

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *xml =
            arena_printf(exchange->arena, "<?xml version='1.0' encoding='%s'?>" BODY(INFORM("")), names[i]);

        assert_int_equal(exchange_decode_text(exchange, xml), ERR_INVALID);
        assert_non_null(strstr(err_message(), "encoding"));
        assert_int_equal(exchange->refusal.fault, 0);
        xml = BODY(INFORM(""));
        assert_int_equal(exchange_decode(exchange, xml, strlen(xml), names[i]), ERR_INVALID);
        assert_non_null(strstr(err_message(), "encoding"));
        arena_reset(exchange->arena);
    }
}

#define XXE "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/hostname\">]><a>&b;</a>"

/* The bytes of a text in 16 or 32 bits per character. */
static const char *widened(struct arena *arena, const char *text, size_t width, size_t at, size_t *ret_len)
{
    size_t len = strlen(text);
    char *wide = arena_zalloc(arena, len * width);

    for (size_t i = 0; i < len; i++)
        wide[i * width + at] = text[i];
    *ret_len = len * width;
    return wide;
}

static void wide_encodings_are_refused_with_and_without_a_mark(void **state)
{
    static const struct {
        size_t width, at;
        const char *mark;
        size_t mark_len;
    } cases[] = {
        {2, 0, "\xFF\xFE",     2},
        {2, 1, "\xFE\xFF",     2},
        {4, 0, "\xFF\xFE\0\0", 4},
        {4, 3, "\0\0\xFE\xFF", 4},
    };
    struct exchange *exchange = *state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text marked = TEXT_IN(exchange->arena);
        size_t len;
        const char *wide = widened(exchange->arena, XXE, cases[i].width, cases[i].at, &len);

        assert_int_equal(exchange_decode(exchange, wide, len, NULL), ERR_INVALID);
        assert_int_equal(exchange_decode(exchange, wide, len, "utf-8"), ERR_INVALID);
        text_add(&marked, cases[i].mark, cases[i].mark_len);
        text_add(&marked, wide, len);
        assert_int_equal(exchange_decode(exchange, marked.data, marked.len, NULL), ERR_INVALID);
        arena_reset(exchange->arena);
    }
}

static void seven_bit_tricks_stay_text(void **state)
{
    /* UTF-7 under the flag of UTF-8, and a document in EBCDIC */
    exchange_refuse(*state, "<?xml version='1.0' encoding='utf-8'?>+ADwAIQ-DOCTYPE a+AD4-<a/>", 0, "XML");
    exchange_refuse(*state, "+ADwAIQ-DOCTYPE a+AD4-<a/>", 0, "does not begin with");
    exchange_refuse(*state, "\x4C\x6F\xA7\x94\x93\x40", 0, "does not begin with");
}

static void a_nul_byte_is_refused_wherever_it_stands(void **state)
{
    static const char xml[] = BODY(INFORM("<CurrentTime>now</CurrentTime>"));
    struct exchange *exchange = *state;

    for (size_t i = 0; i < sizeof(xml); i += 7) {
        char *copy = arena_memdup(exchange->arena, xml, sizeof(xml) - 1);

        copy[i] = '\0';
        assert_int_equal(exchange_decode(exchange, copy, sizeof(xml) - 1, NULL), ERR_INVALID);
        assert_non_null(strstr(err_message(), "NUL"));
    }
}

/* A message cut off anywhere is refused, and the reader is as good as new after it. */
static void a_message_cut_short_anywhere_is_refused(void **state)
{
    static const char xml[] =
        "<?xml version='1.0'?>" ENVELOPE("0", "<s:Header><c:ID s:mustUnderstand='1'>1</c:ID></s:Header>",
                                         INFORM("<CurrentTime><![CDATA[x]]>&amp;</CurrentTime><!-- c -->"));
    struct exchange *exchange = *state;

    for (size_t len = 0; len < sizeof(xml) - 1; len++) {
        assert_int_equal(exchange_decode(exchange, xml, len, NULL), ERR_INVALID);
        assert_int_equal(exchange->refusal.fault, 0);
    }
    assert_int_equal(exchange_decode(exchange, xml, sizeof(xml) - 1, NULL), ERR_OK);
}

/* the Fault that answers a refused request carries its ID and version. */
static void a_refused_request_still_shows_what_a_fault_needs(void **state)
{
    struct exchange *exchange = *state;

    exchange_refuse(exchange,
                    ENVELOPE("1", "<s:Header><c:ID s:mustUnderstand='1'> 4&amp;2 </c:ID></s:Header>",
                             INFORM("<RetryCount>x</RetryCount>")),
                    8003, "RetryCount");
    assert_string_equal(exchange->message.header.id, " 4&2 ");
    assert_int_equal(exchange->message.version, CWMP_1_1);
    assert_int_equal(exchange->message.method, CWMP_INFORM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXCHANGE_TEST(what_is_no_envelope_of_soap_1_1_gets_no_fault),
        EXCHANGE_TEST(what_is_not_well_formed_gets_no_fault),
        EXCHANGE_TEST(document_types_and_entities_are_refused),
        EXCHANGE_TEST(an_envelope_with_anything_but_one_method_gets_a_fault),
        EXCHANGE_TEST(headers_that_must_be_understood_are_refused_if_unknown),
        EXCHANGE_TEST(a_foreign_protocol_version_gets_fault_8006_in_our_highest_version),
        EXCHANGE_TEST(versions_without_one_of_ours_get_fault_8006),
        EXCHANGE_TEST(a_field_that_is_not_of_its_kind_is_named),
        EXCHANGE_TEST(what_identifies_must_be_there_once),
        EXCHANGE_TEST(multi_reference_encoding_is_refused_in_clear_words),
        EXCHANGE_TEST(every_cap_lies_where_it_is_said_to_lie),
        EXCHANGE_TEST(attributes_are_limited_per_tag_and_per_message),
        EXCHANGE_TEST(different_names_and_namespaces_are_limited),
        EXCHANGE_TEST(depth_is_limited),
        EXCHANGE_TEST(other_encodings_are_refused),
        EXCHANGE_TEST(wide_encodings_are_refused_with_and_without_a_mark),
        EXCHANGE_TEST(seven_bit_tricks_stay_text),
        EXCHANGE_TEST(a_nul_byte_is_refused_wherever_it_stands),
        EXCHANGE_TEST(a_message_cut_short_anywhere_is_refused),
        EXCHANGE_TEST(a_refused_request_still_shows_what_a_fault_needs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
