#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/json.h"

#include "tests/base/check.h"

static void commas_stand_where_they_must(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct text out = TEXT_IN(arena);
    struct json_writer w = JSON_WRITER(&out);

    (void)state;
    json_open_object(&w);
    json_field_string(&w, "name", "Ana");
    json_field_int(&w, "tries", -3);
    json_field_bool(&w, "online", true);
    json_key(&w, "items");
    json_open_array(&w);
    json_put_null(&w);
    json_put_bool(&w, false);
    json_open_object(&w);
    json_close_object(&w);
    json_open_array(&w);
    json_put_int(&w, 1);
    json_put_int(&w, 2);
    json_close_array(&w);
    json_close_array(&w);
    json_field_raw(&w, "raw", "{\"a\":[1]}");
    json_field_raw(&w, "none", NULL);
    json_field_time(&w, "at", 1795376401000000);
    json_field_time(&w, "exactly", 1795376401123456);
    json_field_time(&w, "never", 0);
    json_close_object(&w);
    assert_string_equal(text_string(&out),
                        "{\"name\":\"Ana\",\"tries\":-3,\"online\":true,"
                        "\"items\":[null,false,{},[1,2]],"
                        "\"raw\":{\"a\":[1]},\"none\":null,\"at\":\"2026-11-22T19:40:01Z\","
                        "\"exactly\":\"2026-11-22T19:40:01.123456Z\",\"never\":null}");
}

static const char *string_json(struct arena *arena, const char *text)
{
    struct text out = TEXT_IN(arena);
    struct json_writer w = JSON_WRITER(&out);

    json_put_string(&w, text);
    return text_string(&out);
}

static void strings_are_escaped(void **state)
{
    static const struct {
        const char *text, *json;
    } cases[] = {
        {NULL,                                        "null"                                         },
        {"",                                          "\"\""                                         },
        {"plain text, long enough for words",         "\"plain text, long enough for words\""        },
        {"say \"hi\" \\ back",                        "\"say \\\"hi\\\" \\\\ back\""                 },
        {"\b\f\n\r\t",                                "\"\\b\\f\\n\\r\\t\""                          },
        {"\x01\x1f\x7f",                              "\"\\u0001\\u001f\x7f\""                       },
        {"Jo\xc3\xa3o \xe2\x82\xac \xf0\x9f\x92\xa1", "\"Jo\xc3\xa3o \xe2\x82\xac \xf0\x9f\x92\xa1\""},
        {"\xff",                                      "\"\xef\xbf\xbd\""                             },
        {"a\xc3",                                     "\"a\xef\xbf\xbd\""                            },
        {"\xc0\x80z",                                 "\"\xef\xbf\xbd\xef\xbf\xbdz\""                },
        {"</script>",                                 "\"</script>\""                                },
    };
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(string_json(arena, cases[i].text), cases[i].json);
}

/* Every byte at every place of a word: the fast way and the slow way must see the same. */
static void no_byte_escapes_the_escaping(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    char text[18];

    (void)state;
    for (unsigned byte = 1; byte < 256; byte++) {
        for (size_t at = 0; at < sizeof(text) - 1; at++) {
            struct json *json = NULL;
            const char *written;

            memset(text, 'a', sizeof(text) - 1);
            text[sizeof(text) - 1] = '\0';
            text[at] = (char)byte;
            written = string_json(arena, text);
            assert_int_equal(json_read(written, strlen(written), &json), ERR_OK);
            text[at] = '\0';
            assert_memory_equal(json_string(json, ""), text, at);
            if (byte < 0x80)
                assert_int_equal(json_string(json, "")[at], byte);
            else
                assert_memory_equal(json_string(json, "") + at, "\xef\xbf\xbd", 3);
            json_free(json);
            arena_reset(arena);
        }
    }
}

static void whole_numbers_reach_both_ends(void **state)
{
    static const struct {
        int64_t number;
        const char *json;
    } cases[] = {
        {0,         "0"                   },
        {-1,        "-1"                  },
        {INT64_MAX, "9223372036854775807" },
        {INT64_MIN, "-9223372036854775808"}
    };
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text out = TEXT_IN(arena);
        struct json_writer w = JSON_WRITER(&out);

        json_put_int(&w, cases[i].number);
        assert_string_equal(text_string(&out), cases[i].json);
    }
}

static void reals_read_back_as_they_were(void **state)
{
    static const struct {
        double number;
        const char *json;
    } cases[] = {
        {0,           "0.0"                    },
        {-19.5,       "-19.5"                  },
        {0.1,         "0.1"                    },
        {1e22,        "1e+22"                  },
        {1.0 / 3,     "0.3333333333333333"     },
        {HUGE_VAL,    "null"                   },
        {-HUGE_VAL,   "null"                   },
        {(double)NAN, "null"                   },
        {100,         "100.0"                  },
        {0.1 + 0.2,   "0.30000000000000004"    },
        {DBL_MAX,     "1.7976931348623157e+308"},
    };
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text out = TEXT_IN(arena);
        struct json_writer w = JSON_WRITER(&out);

        json_put_real(&w, cases[i].number);
        assert_string_equal(text_string(&out), cases[i].json);
    }
}

static void a_document_is_put_where_a_value_may_stand(void **state)
{
    static const char text[] = "{\"a\":[1,{\"b\":null}]}";
    AUTO_ARENA arena = arena_new(1024);
    struct text out = TEXT_IN(arena);
    struct json_writer w = JSON_WRITER(&out);
    AUTO_JSON json = NULL;

    (void)state;
    assert_int_equal(json_read(text, strlen(text), &json), ERR_OK);
    json_open_array(&w);
    json_put_value(&w, json);
    json_put_value(&w, NULL);
    json_put_raw(&w, "7");
    json_close_array(&w);
    assert_string_equal(text_string(&out), "[{\"a\":[1,{\"b\":null}]},null,7]");
}

static void objects_and_arrays_nest_64_deep(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct text out = TEXT_IN(arena);
    struct json_writer w = JSON_WRITER(&out);

    (void)state;
    for (int i = 0; i < 32; i++) {
        json_open_object(&w);
        json_key(&w, "k");
        json_open_array(&w);
    }
    for (int i = 0; i < 32; i++) {
        json_close_array(&w);
        json_close_object(&w);
    }
    assert_int_equal(out.len, 32 * strlen("{\"k\":[]}"));
    assert_string_equal(text_string(&out) + 31 * strlen("{\"k\":["),
                        "{\"k\":[]}"
                        "]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}"
                        "]}]}]}]}]}]}]}]}");
}

/* ---- misuse, which is our bug ---- */

struct misuse {
    struct arena *arena;
    struct text out;
    struct json_writer w;
};

static struct misuse begin_misuse(void)
{
    struct misuse m = {.arena = arena_new(256)};

    m.out = TEXT_IN(m.arena);
    return m;
}

static void a_value_without_a_key(void)
{
    struct misuse m = begin_misuse();

    m.w = JSON_WRITER(&m.out);
    json_open_object(&m.w);
    json_put_int(&m.w, 1);
    arena_free(m.arena);
}

static void a_key_in_an_array(void)
{
    struct misuse m = begin_misuse();

    m.w = JSON_WRITER(&m.out);
    json_open_array(&m.w);
    json_key(&m.w, "k");
    arena_free(m.arena);
}

static void a_key_without_a_value(void)
{
    struct misuse m = begin_misuse();

    m.w = JSON_WRITER(&m.out);
    json_open_object(&m.w);
    json_key(&m.w, "k");
    json_close_object(&m.w);
    arena_free(m.arena);
}

static void the_wrong_bracket(void)
{
    struct misuse m = begin_misuse();

    m.w = JSON_WRITER(&m.out);
    json_open_object(&m.w);
    json_close_array(&m.w);
    arena_free(m.arena);
}

static void misuse_ends_the_process_while_asserts_are_on(void **state)
{
    static void (*const misuses[])(void) = {a_value_without_a_key, a_key_in_an_array, a_key_without_a_value,
                                            the_wrong_bracket};
#ifdef NDEBUG
    const bool expected = false;
#else
    const bool expected = true;
#endif

    (void)state;
    for (size_t i = 0; i < COUNT_OF(misuses); i++)
        assert_int_equal(dies(misuses[i]), expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_stand_where_they_must),
        cmocka_unit_test(strings_are_escaped),
        cmocka_unit_test(no_byte_escapes_the_escaping),
        cmocka_unit_test(whole_numbers_reach_both_ends),
        cmocka_unit_test(reals_read_back_as_they_were),
        cmocka_unit_test(a_document_is_put_where_a_value_may_stand),
        cmocka_unit_test(objects_and_arrays_nest_64_deep),
        cmocka_unit_test(misuse_ends_the_process_while_asserts_are_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
