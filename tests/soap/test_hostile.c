/* What costs a parser dear must cost little here: at most 5 ms of processor and 4 MiB, however large the
 * message. */

#include <time.h>

#include "soap/envelope.h"

#include "tests/soap/counting.h"
#include "tests/soap/exchange.h"

#if defined(__SANITIZE_ADDRESS__)
#define INSTRUMENTED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define INSTRUMENTED 1
#endif
#endif
#ifndef INSTRUMENTED
#define INSTRUMENTED 0
#endif
#ifdef __OPTIMIZE__
#define UNOPTIMISED 0
#else
#define UNOPTIMISED 1
#endif

enum {
    TRIES = 5,
    LIMIT_MS = 5 * (INSTRUMENTED ? 20 : 1) * (UNOPTIMISED ? 3 : 1), /* the budget is that of a release */
    LIMIT_BYTES = 4 * 1024 * 1024,
    BUFFER_BYTES = 64 * 1024,
    A_FEW_NAMES = 4096, /* bytes that a parser may have learnt from an accepted message */
    MEGABYTE = 1000 * 1000,
};

#define OPEN                                                                                           \
    "<s:Envelope xmlns:s=\"" SOAP_ENVELOPE_NS "\" xmlns:e=\"" SOAP_ENCODING_NS "\" xmlns:c=\"" CWMP_NS \
    "1-0\"><s:Body>"
#define CLOSE  "</s:Body></s:Envelope>"
#define VALUES OPEN "<c:GetParameterValuesResponse><ParameterList>"

struct attack {
    const char *name;
    const char *begin, *piece, *end; /* a '#' in a piece is replaced by its number */
    size_t times;
};

#define ATTACK(of_name, of_times, of_begin, of_piece, of_end)                                   \
    {                                                                                           \
        .name = of_name, .begin = of_begin, .piece = of_piece, .end = of_end, .times = of_times \
    }

#define A_LIE "an array said to be large" /* the only one that is a message, if a strange one */

static const struct attack attacks[] = {
    ATTACK("a million bytes of attributes", 100000, OPEN "<c:Inform ", "a#=\"1\" ", "/>" CLOSE),
    ATTACK("many tags full of attributes", 20000, OPEN "<c:Inform>",
           "<a b1='' b2='' b3='' b4='' b5='' b6='' b7='' b8='' b9='' c1='' c2='' c3='' c4='' c5='' c6='' "
           "c7=''/>",
           "</c:Inform>" CLOSE),
    ATTACK("billion laughs", 9, "<!DOCTYPE a [<!ENTITY l0 'ha'>",
           "<!ENTITY l# '&l0;&l0;&l0;&l0;&l0;&l0;&l0;&l0;'>", "]><a>&l9;</a>"),
    ATTACK("quadratic blow-up", 1000, "<!DOCTYPE a [<!ENTITY b 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'>]><a>",
           "&b;", "</a>"),
    ATTACK("an external entity", 1, "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]><a>", "&b;",
           "</a>"),
    ATTACK("an external subset", 1, "<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/a.dtd'>", "<a/>", ""),
    ATTACK("a parameter entity", 1, "<!DOCTYPE a [<!ENTITY % b SYSTEM 'file:///etc/hostname'>%b;]>", "<a/>",
           ""),
    ATTACK("entities in UTF-7", 1, "<?xml version='1.0' encoding='UTF-7'?>", "+ADwAIQ-DOCTYPE a+AD4-",
           "<a/>"),
    ATTACK("depth", 100000, OPEN, "<a>", ""),
    ATTACK("depth with namespaces", 100000, OPEN, "<a xmlns:n#='urn:#'>", ""),
    ATTACK("one value of 5 MB", 5 * MEGABYTE, VALUES "<i><Value>", "x", "</Value></i>"),
    ATTACK("a value of 5 MB in CDATA", 5 * MEGABYTE, VALUES "<i><Value><![CDATA[", "x", "]]></Value></i>"),
    ATTACK("5 MB of nothing", 5 * MEGABYTE, VALUES, " ", ""),
    ATTACK("5 MB of broken bytes", 5 * MEGABYTE, VALUES "<i><Value>", "\xE9", "</Value></i>"),
    ATTACK("5 MB of control characters", 5 * MEGABYTE, VALUES "<i><Value>", "\x01", "</Value></i>"),
    ATTACK("5 MB of empty elements", 5 * MEGABYTE / 4, OPEN "<c:Inform>", "<a/>", "</c:Inform>" CLOSE),
    ATTACK("5 MB in an unknown method", 5 * MEGABYTE / 8, OPEN "<c:Foo>", "<a>x</a>", "</c:Foo>" CLOSE),
    ATTACK("5 MB of headers", 5 * MEGABYTE / 8, "<s:Envelope xmlns:s=\"" SOAP_ENVELOPE_NS "\"><s:Header>",
           "<a>x</a>", "</s:Header></s:Envelope>"),
    ATTACK("5 MB of different names", 5 * MEGABYTE / 10, OPEN "<c:Inform>", "<a#/>", "</c:Inform>" CLOSE),
    ATTACK("5 MB of different namespaces", 5 * MEGABYTE / 60, OPEN "<c:Inform>",
           "<a xmlns='urn:#:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'/>", "</c:Inform>" CLOSE),
    ATTACK("5 MB of comments", 5 * MEGABYTE / 7, OPEN, "<!---->", CLOSE),
    ATTACK("one comment of 5 MB", 5 * MEGABYTE, OPEN "<!--", "x", "-->" CLOSE),
    ATTACK("5 MB of instructions", 5 * MEGABYTE / 5, OPEN, "<?a?>", CLOSE),
    ATTACK("5 MB of stray text", 5 * MEGABYTE / 4, OPEN "<c:Inform>", "&lt;", "</c:Inform>" CLOSE),
    ATTACK("5 MB of references in values", 5 * MEGABYTE / 40, VALUES "<i><Value>", "&lt;&lt;&lt;&lt;&lt;",
           "</Value></i>"),
    ATTACK("one name of 5 MB", 5 * MEGABYTE, OPEN "<c:", "x", "/>" CLOSE),
    ATTACK("one attribute of 5 MB", 5 * MEGABYTE, OPEN "<c:Inform a='", "x", "'/>" CLOSE),
    ATTACK(A_LIE, 1, OPEN "<c:Inform>" DEVICE_ID "<Event e:arrayType=\"c:EventStruct[2147483647]\">",
           "<EventStruct/>", "</Event></c:Inform>" CLOSE),
    ATTACK("257 events", 257, OPEN "<c:Inform>" DEVICE_ID "<Event>", "<EventStruct/>",
           "</Event></c:Inform>" CLOSE),
};

static void put_piece(struct text *out, const char *piece, size_t number)
{
    const char *mark;

    while ((mark = strchr(piece, '#')) != NULL) {
        text_add(out, piece, (size_t)(mark - piece));
        text_put_u64(out, number);
        piece = mark + 1;
    }
    text_puts(out, piece);
}

static struct text build(const struct attack *attack, struct arena *arena)
{
    struct text xml = TEXT_IN(arena);

    text_puts(&xml, attack->begin);
    for (size_t i = 0; i < attack->times; i++)
        put_piece(&xml, attack->piece, i);
    text_puts(&xml, attack->end);
    return xml;
}

/* Milliseconds of processor: the least of a few tries, since the machine has other things to do as well. */
static double least_ms(struct exchange *exchange, const struct text *xml, enum err *ret_result)
{
    double least = 1e9;

    for (unsigned i = 0; i < TRIES; i++) {
        clock_t begin = clock();
        double ms;

        arena_reset(exchange->arena);
        *ret_result = exchange_decode(exchange, xml->data, xml->len, NULL);
        ms = (double)(clock() - begin) * 1000 / CLOCKS_PER_SEC;
        least = ms < least ? ms : least;
    }
    return least;
}

static void survive(struct exchange *exchange, const struct attack *attack, struct arena *arena)
{
    const struct text xml = build(attack, arena);
    bool lies = strcmp(attack->name, A_LIE) == 0;
    enum err result;
    double ms;

    counting_forget();
    ms = least_ms(exchange, &xml, &result);
    if (ms > LIMIT_MS)
        fail_msg("%s: %.1f ms", attack->name, ms);
    if (counting_peak() + arena_used(exchange->arena) > LIMIT_BYTES)
        fail_msg("%s: %zu bytes in libxml2, %zu in the message", attack->name, counting_peak(),
                 arena_used(exchange->arena));
    if ((result == ERR_OK) != lies)
        fail_msg("%s: %s", attack->name, lies ? err_message() : "not refused");
}

/* And a reader that has seen them all is not larger than a new one. */
static void no_attack_takes_long_or_much_memory(void **state)
{
    struct exchange *exchange = *state;
    struct arena *arena = arena_new(8 * MEGABYTE);
    size_t before;

    exchange_accept(exchange, BODY(INFORM("")));
    before = counting_held();
    for (size_t i = 0; i < COUNT_OF(attacks); i++) {
        survive(exchange, &attacks[i], arena);
        exchange_accept(exchange, BODY(INFORM("")));
        assert_true(counting_held() < before + A_FEW_NAMES);
        arena_reset(arena);
    }
    arena_free(arena);
}

/* What libxml2 holds while it reads does not grow with the message. */
static void an_honest_message_of_any_size_is_parsed_in_the_same_memory(void **state)
{
    static const struct attack honest = ATTACK(
        "parameters", 20000, VALUES,
        "<ParameterValueStruct><Name>Device.Object.#.Parameter</Name><Value>some text \u00e9 &amp; #</Value>"
        "</ParameterValueStruct>\n",
        "</ParameterList></c:GetParameterValuesResponse>" CLOSE);
    struct exchange *exchange = *state;
    struct arena *bytes = arena_new(4 * MEGABYTE);
    const struct text xml = build(&honest, bytes);

    exchange_accept(exchange, BODY(INFORM("")));
    counting_forget();
    assert_int_equal(exchange_decode(exchange, xml.data, xml.len, NULL), ERR_OK);
    assert_int_equal(exchange->message.body.get_parameter_values_response.parameters.count, 20000);
    if (counting_peak() > BUFFER_BYTES)
        fail_msg("libxml2 held %zu bytes", counting_peak());
    assert_int_equal(exchange_decode(exchange, xml.data, xml.len, "iso-8859-1"), ERR_OK);
    if (counting_peak() > BUFFER_BYTES)
        fail_msg("libxml2 held %zu bytes of what was transcoded", counting_peak());
    arena_free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXCHANGE_TEST(no_attack_takes_long_or_much_memory),
        EXCHANGE_TEST(an_honest_message_of_any_size_is_parsed_in_the_same_memory),
    };

    counting_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
