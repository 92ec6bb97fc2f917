/* What is handed over with a case: its summary, secrets taken out, and the page against text from outside. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/desk/handoff.h"
#include "tests/support/check.h"

static int start(void **state)
{
    *state = arena_new(64 * 1024);
    return 0;
}

static int stop(void **state)
{
    arena_free(*state);
    return 0;
}

static struct json *read(const char *text)
{
    struct json *ret = NULL;

    if (json_read(text, strlen(text), &ret) != ERR_OK)
        fail_msg("%s", err_message());
    return ret;
}

/* ---- the summary ---- */

static const char *summary_of(const char *entries_text, bool portuguese, struct arena *arena)
{
    AUTO_JSON entries = read(entries_text);
    const struct desk_story story = {.headline = portuguese ? "Sinal óptico fraco" : "Weak optical signal",
                                     .contacts = 3,
                                     .days = 7,
                                     .entries = entries,
                                     .portuguese = portuguese};

    return desk_summary(&story, arena);
}

static void test_a_summary_says_what_was_done(void **state)
{
    static const char entries[] =
        "[{\"kind\":\"opened\",\"text\":\"phone\",\"data\":{}},"
        "{\"kind\":\"action\",\"text\":null,\"data\":{\"type\":\"reboot\",\"state\":\"succeeded\"}},"
        "{\"kind\":\"action\",\"data\":{\"type\":\"diag.line\",\"state\":\"succeeded\",\"sentence\":{\"pt\":"
        "\"Fraco.\",\"en\":\"Weak.\"}}},"
        "{\"kind\":\"action\",\"data\":{\"type\":\"wifi.enable\",\"state\":\"failed\",\"failure\":\"9001\"}},"
        "{\"kind\":\"action\",\"data\":{\"type\":\"none.such\",\"state\":\"running\"}},"
        "{\"kind\":\"playbook\",\"text\":\"quedas\",\"data\":{\"step\":\"fim_n2\"}},"
        "{\"kind\":\"returned\",\"text\":\"meça de novo\",\"data\":{}},"
        "{\"kind\":\"note\",\"text\":\"cabo conferido\",\"data\":{}}, 7, {\"kind\":9}]";

    assert_string_equal(
        summary_of(entries, false, *state),
        "Weak optical signal\n3 contacts within 7 days\nRestart the router: done, and proved\n"
        "Read the line (fibre, DSL or cable): Weak.\nSwitch the Wi-Fi on or off: did not work (9001)\n"
        "none.such: has not ended yet\nPlaybook quedas: fim_n2\nAdvice of N2: meça de novo\n"
        "cabo conferido");
    assert_non_null(strstr(summary_of(entries, true, *state), "3º contato em 7 dias\n"));
    assert_non_null(strstr(summary_of(entries, true, *state), "Fraco.\n"));
}

static void test_a_summary_has_an_end(void **state)
{
    struct text entries = TEXT_IN(*state);
    const char *summary;

    text_putc(&entries, '[');
    for (int i = 0; i < 1000; i++)
        text_printf(&entries, "%s{\"kind\":\"note\",\"text\":\"ção\"}", i == 0 ? "" : ",");
    text_putc(&entries, ']');
    summary = summary_of(text_string(&entries), true, *state);
    assert_true(strlen(summary) <= DESK_SUMMARY_MAX + strlen("…"));
    assert_true(text_is_utf8(summary, strlen(summary)));
    assert_true(text_ends_with(summary, "…"));
    assert_string_equal(summary_of("[]", true, *state), "Sinal óptico fraco\n3º contato em 7 dias");
}

/* ---- secrets ---- */

static void test_secrets_are_taken_out(void **state)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"{\"password\":\"x\",\"a\":1}",                                                  "{\"password\":null,\"a\":1}"                   },
        {"{\"KeyPassphrase\":\"x\"}",                                                     "{\"KeyPassphrase\":null}"                      },
        {"{\"PreSharedKey\":\"x\",\"deep\":[{\"sealed\":{\"a\":\"x\"}}]}",
         "{\"PreSharedKey\":null,\"deep\":[{\"sealed\":null}]}"                                                                           },
        {"[{\"what\":\"wifi.2g.passphrase\",\"before\":\"x\",\"after\":\"y\",\"at\":1}]",
         "[{\"what\":\"wifi.2g.passphrase\",\"before\":null,\"after\":null,\"at\":1}]"                                                    },
        {"{\"name\":\"wan.ppp.password\",\"value\":\"x\"}",                               "{\"name\":\"wan.ppp.password\",\"value\":null}"},
        {"{\"name\":\"wifi.2g.ssid\",\"value\":\"casa\",\"n\":[null,true,-1.5]}",
         "{\"name\":\"wifi.2g.ssid\",\"value\":\"casa\",\"n\":[null,true,-1.5]}"                                                          },
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        AUTO_JSON in = read(rows[i].in);
        struct text out = TEXT_IN(*state);
        struct json_writer json = JSON_WRITER(&out);

        desk_redact(in, &json);
        assert_string_equal(text_string(&out), rows[i].out);
    }
}

/* ---- the page ---- */

/* Of the form: @ is the text, # is a name. */
static const char *fill(const char *form, const char *text, const char *name, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    for (; *form != '\0'; form++) {
        if (*form == '@' || *form == '#')
            text_puts(&out, *form == '@' ? text : name);
        else
            text_putc(&out, *form);
    }
    return text_string(&out);
}

/* Every kind of field of a document holds this text. */
static const char *page_with(const char *text, struct arena *arena)
{
    static const char form[] =
        "{\"summary\":@,\"case\":{\"protocol\":@,\"agent\":@,#:@},\"device\":{\"serial\":@,"
        "\"place\":{\"cto\":@}},"
        "\"verdict\":{\"causes\":[{\"code\":@,\"headline\":{\"pt-BR\":@,\"en\":@},\"next\":{\"pt-"
        "BR\":@,\"en\":@},"
        "\"evidence\":[{\"fact\":@,\"value\":@,\"unit\":@,\"age_s\":3,\"threshold\":{\"name\":@}}"
        "]}]},"
        "\"history\":[{\"name\":@,\"unit\":@,\"points\":[[0,1.5],[600,-2],[1200,3]]},{\"name\":\"x\","
        "\"unit\":null,\"points\":[[0,@],[1,2]]}],"
        "\"sessions\":[{\"started_at\":@,\"detail\":@}],\"events\":[{\"at\":@,\"code\":@,"
        "\"command_key\":@}],"
        "\"facts\":[{\"name\":@,\"value\":@,\"unit\":@}],"
        "\"entries\":[{\"at\":@,\"by\":@,\"kind\":@,\"text\":@,\"data\":{#:@}}]}";
    struct text quoted = TEXT_IN(arena), out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&quoted);
    AUTO_JSON document = NULL;

    json_put_string(&json, text);
    document = read(fill(form, text_string(&quoted), text_string(&quoted), arena));
    desk_write_page(document, true, &out);
    return text_string(&out);
}

/* All tags with their attributes, and nothing of what stands between them. */
static const char *tags_of(const char *page, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    for (const char *open = strchr(page, '<'); open != NULL; open = strchr(open + 1, '<')) {
        size_t len = strcspn(open, ">");

        text_add(&out, open, len + (open[len] == '>'));
    }
    return text_string(&out);
}

static const char *const hostile[] = {
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "</td></tr></table><script>x</script>",
    "</pre><iframe src=javascript:alert(1)>",
    "</title><script>x</script>",
    "</style><script>x</script>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?xml version=\"1.0\"?>",
    "&lt;script&gt;",
    "&#60;script&#62;",
    "&",
    "&amp",
    "javascript:alert(1)",
    "data:text/html,<script>x</script>",
    "<a href=javascript:alert(1)>x</a>",
    "<meta http-equiv=refresh content=0>",
    "<base href=//evil>",
    "<link rel=stylesheet href=//evil>",
    "<style>*{background:url(//evil)}</style>",
    "<form action=//evil><input>",
    "<math><mtext></mtext></math>",
    "<template><img src=x>",
    "<noscript><p title=\"</noscript><img>\">",
    "<textarea></textarea><img>",
    "\xE2\x80\xAE<tpircs>", /* NOLINT(misc-misleading-bidirectional): that is what is tested */
    "\xE2\x81\xA6x\xE2\x81\xA9",
    "\x01\x02\x1B[31m",
    "a\nb\tc\rd",
    ("\xC2\x9B"
     "31m"),
    "=cmd|' /C calc'!A0",
    "${7*7}",
    "{{7*7}}",
    "<%= x %>",
    "'; DROP TABLE desk_case; --",
    "\\u003cscript\\u003e",
    "%3Cscript%3E",
    "<scr<script>ipt>",
    "<SCRIPT SRC=//evil></SCRIPT>",
    "<body onload=x>",
    "<object data=x>",
    "<embed src=x>",
    "<video><source onerror=x>",
    "<details open ontoggle=x>",
    "<x style=\"x:expression(1)\">",
};

/* Fifty texts, ten ways to wrap each: none makes a tag, closes one, or adds an attribute. */
static void test_five_hundred_hostile_texts_make_no_tag(void **state)
{
    static const char *const wraps[] = {"%s",  "\"%s", "'%s",  "%s\"",     "</%s>",
                                        "<%s", "&%s;", " %s ", "%s%%s%%n", "]]>%s<!--"};
    const char *plain = tags_of(page_with("plain", *state), *state);
    size_t count = 0;

    assert_true(strlen(plain) > 1000);
    for (size_t i = 0; i < COUNT_OF(hostile); i++)
        for (size_t w = 0; w < COUNT_OF(wraps); w++, count++) {
            struct arena *arena = arena_new(64 * 1024);
            struct text text = TEXT_IN(arena);
            const char *at = strstr(wraps[w], "%s");
            const char *page;

            text_add(&text, wraps[w], (size_t)(at - wraps[w]));
            text_puts(&text, hostile[i]);
            text_puts(&text, at + 2);
            page = page_with(text_string(&text), arena);
            assert_string_equal(tags_of(page, arena), plain);
            assert_true(text_is_utf8(page, strlen(page)));
            for (const char *c = page; *c != '\0'; c++)
                assert_true((unsigned char)*c >= 0x20 || *c == '\n' || *c == '\t');
            assert_null(strstr(page, "\xE2\x80\xAE")); /* NOLINT(misc-misleading-bidirectional): likewise */
            arena_free(arena);
        }
    assert_int_equal(count, 500);
}

static void test_a_page_needs_nothing_else(void **state)
{
    const char *page = page_with("plain", *state);

    assert_non_null(strstr(page, "default-src 'none'"));
    assert_non_null(strstr(page, "<svg"));
    assert_non_null(strstr(page, "points=\"6.0,"));
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "src="));
    assert_null(strstr(page, "href="));
    assert_null(strstr(page, "url("));
    assert_null(strstr(page, "http://"));
    assert_null(strstr(page, "https://"));
}

/* What is not there, or is something else, is left out. */
static void test_strange_documents(void **state)
{
    static const char *const documents[] = {"{}", "[]", "7",
                                            "{\"case\":7,\"device\":[],\"verdict\":{\"causes\":{\"a\":1}},"
                                            "\"history\":[{\"points\":[[0,1]]},7],\"entries\":[7,[1]]}",
                                            "{\"history\":[{\"points\":[[5,1],[5,2]]},{\"points\":[[9,1],[5,"
                                            "2]]},{\"points\":[[0,7],[5,7]]},{\"points\":[1,2]}]}"};

    for (size_t i = 0; i < COUNT_OF(documents); i++) {
        AUTO_JSON document = read(documents[i]);
        struct text out = TEXT_IN(*state);

        desk_write_page(document, false, &out);
        assert_true(text_ends_with(text_string(&out), "</html>\n"));
        assert_null(strstr(text_string(&out), "nan"));
        assert_null(strstr(text_string(&out), "inf,"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_summary_says_what_was_done, start, stop),
        cmocka_unit_test_setup_teardown(test_a_summary_has_an_end, start, stop),
        cmocka_unit_test_setup_teardown(test_secrets_are_taken_out, start, stop),
        cmocka_unit_test_setup_teardown(test_five_hundred_hostile_texts_make_no_tag, start, stop),
        cmocka_unit_test_setup_teardown(test_a_page_needs_nothing_else, start, stop),
        cmocka_unit_test_setup_teardown(test_strange_documents, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
