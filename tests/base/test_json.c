#include "acs/base/json.h"

#include <string.h>

#include "tests/base/check.h"

static struct json *read_ok(const char *text)
{
    struct json *json = NULL;

    if (json_read(text, strlen(text), &json) != ERR_OK)
        fail_msg("%s: %s", text, err_message());
    return json;
}

static void every_kind_is_told_apart(void **state)
{
    static const struct {
        const char *text;
        enum json_kind kind;
    } cases[] = {
        {"null",    JSON_NULL  },
        {"true",    JSON_BOOL  },
        {" false ", JSON_BOOL  },
        {"-12",     JSON_INT   },
        {"1.5",     JSON_REAL  },
        {"1e3",     JSON_REAL  },
        {"\"x\"",   JSON_STRING},
        {"[]",      JSON_ARRAY },
        {"{}",      JSON_OBJECT},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_JSON json = read_ok(cases[i].text);

        assert_int_equal(json_kind(json), cases[i].kind);
    }
    assert_int_equal(json_kind(NULL), JSON_NULL);
}

static void values_are_asked_for_with_an_answer_ready(void **state)
{
    AUTO_JSON json =
        read_ok("{\"s\":\"caf\\u00e9\",\"i\":-9223372036854775808,\"r\":2.5,\"b\":true,\"n\":null}");

    (void)state;
    assert_string_equal(json_string(json_get(json, "s"), "-"), "caf\xc3\xa9");
    assert_true(json_int(json_get(json, "i"), 1) == INT64_MIN);
    assert_true(json_real(json_get(json, "r"), 0) > 2.4 && json_real(json_get(json, "r"), 0) < 2.6);
    assert_true(json_real(json_get(json, "i"), 0) < -9e18);
    assert_true(json_bool(json_get(json, "b"), false));
}

static void another_kind_or_none_gives_the_answer_ready(void **state)
{
    AUTO_JSON json = read_ok("{\"s\":\"x\",\"i\":1,\"a\":[1]}");

    (void)state;
    assert_null(json_get(json, "absent"));
    assert_null(json_get(json_get(json, "s"), "s"));
    assert_null(json_get(NULL, "s"));
    assert_string_equal(json_string(json_get(json, "i"), "no"), "no");
    assert_null(json_string(NULL, NULL));
    assert_int_equal(json_int(json_get(json, "s"), 7), 7);
    assert_int_equal(json_int(NULL, 7), 7);
    assert_true(json_real(json_get(json, "s"), 7) > 6);
    assert_true(json_bool(json_get(json, "i"), true));
    assert_int_equal(json_count(json_get(json, "s")), 0);
    assert_int_equal(json_count(NULL), 0);
    assert_null(json_at(json, 0));
    assert_null(json_at(json_get(json, "a"), 1));
}

static void arrays_and_objects_keep_their_order(void **state)
{
    AUTO_JSON json = read_ok("{\"z\":[10,20,30],\"a\":{},\"m\":1}");
    const struct json *array = json_get(json, "z");
    const char *key = NULL;

    (void)state;
    assert_int_equal(json_count(array), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(json_int(json_at(array, i), 0), 10 * (i + 1));
    assert_int_equal(json_count(json), 3);
    assert_ptr_equal(json_member(json, 0, &key), array);
    assert_string_equal(key, "z");
    assert_int_equal(json_kind(json_member(json, 1, &key)), JSON_OBJECT);
    assert_string_equal(key, "a");
    assert_int_equal(json_int(json_member(json, 2, &key), 0), 1);
    assert_string_equal(key, "m");
    assert_null(json_member(json, 3, &key));
    assert_null(json_member(array, 0, &key));
    assert_string_equal(key, "m");
}

static void what_is_not_strict_json_is_refused(void **state)
{
    static const char *const cases[] = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{'a':1}",
        "{a:1}",
        "[1] [2]",
        "[1]x",
        "tru",
        "NaN",
        "01",
        "+1",
        ".5",
        "1.",
        "9223372036854775808",
        "1e999",
        "\"a\nb\"",
        "\"\\x41\"",
        "\"\\ud800\"",
        "\"\xff\"",
        "\"\xed\xa0\x80\"",
        "\"\\u0000\"",
        "{\"\\u0000\":1}",
        "{\"a\":1,\"a\":2}",
        "/* */ 1",
        "]",
        "\"[",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct json *json = NULL;

        if (json_read(cases[i], strlen(cases[i]), &json) != ERR_INVALID || json != NULL)
            fail_msg("'%s' was read", cases[i]);
    }
}

static void a_nul_does_not_end_the_text(void **state)
{
    struct json *json = NULL;

    (void)state;
    assert_int_equal(json_read("1\0", 2, &json), ERR_INVALID);
    assert_int_equal(json_read("\"a\0b\"", 5, &json), ERR_INVALID);
    assert_int_equal(json_read(NULL, 0, &json), ERR_INVALID);
    assert_null(json);
}

static void a_refusal_names_line_and_column(void **state)
{
    static const char text[] = "{\n  \"a\": 1,\n  \"b\": x\n}";
    struct json *json;

    (void)state;
    assert_int_equal(json_read(text, strlen(text), &json), ERR_INVALID);
    assert_non_null(strstr(err_message(), "line 3, column 8"));
}

static void depth_is_limited_to_32(void **state)
{
    char text[67];
    struct json *json = NULL;

    (void)state;
    memset(text, '[', 33);
    memset(text + 33, ']', 33);
    text[66] = '\0';
    assert_int_equal(json_read(text, 66, &json), ERR_INVALID);
    assert_non_null(strstr(err_message(), "32"));
    json_free(
        read_ok("[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"]"));
    text[33] = '1';
    memset(text + 34, ']', 32);
    assert_int_equal(json_read(text + 1, 65, &json), ERR_OK);
    json_free(json);
}

/* Shape of what a peer could send to make us work; the whole suite has 30 seconds. */
static void many_members_are_walked_in_linear_time(void **state)
{
    enum { MEMBERS = 200000 };
    AUTO_ARENA arena = arena_new(4 << 20);
    struct text text = TEXT_IN(arena);
    struct json_writer w = JSON_WRITER(&text);
    const char *key;
    int64_t sum = 0;

    (void)state;
    json_open_object(&w);
    for (int i = 0; i < MEMBERS; i++)
        json_field_int(&w, arena_printf(arena, "k%d", i), i);
    json_close_object(&w);
    AUTO_JSON json = read_ok(text_string(&text));
    for (size_t i = 0; i < json_count(json); i++)
        sum += json_int(json_member(json, i, &key), 0);
    assert_int_equal(sum, (int64_t)MEMBERS * (MEMBERS - 1) / 2);
}

static void printing_is_compact_and_in_order(void **state)
{
    static const struct {
        const char *text, *printed;
    } cases[] = {
        {" { \"z\" : [ 1 , -2 , 3.0 ] , \"a\" : { } , \"s\" : \"\\u0041\\n\" } ",
         "{\"z\":[1,-2,3.0],\"a\":{},\"s\":\"A\\n\"}"                                                                    },
        {"[true,false,null,[],[[]],{\"\":\"\"}]",                                 "[true,false,null,[],[[]],{\"\":\"\"}]"},
        {"-0.0",                                                                  "-0.0"                                 },
        {"0.1",                                                                   "0.1"                                  },
        {"1e300",                                                                 "1e+300"                               },
        {"123456789012345680000.0",                                               "1.2345678901234568e+20"               },
        {"0.30000000000000004",                                                   "0.30000000000000004"                  },
        {"\"\\ud83d\\udca1\"",                                                    "\"\xf0\x9f\x92\xa1\""                 },
    };
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_JSON json = read_ok(cases[i].text);
        struct text out = TEXT_IN(arena);

        json_print(json, &out);
        assert_string_equal(text_string(&out), cases[i].printed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_told_apart),
        cmocka_unit_test(values_are_asked_for_with_an_answer_ready),
        cmocka_unit_test(another_kind_or_none_gives_the_answer_ready),
        cmocka_unit_test(arrays_and_objects_keep_their_order),
        cmocka_unit_test(what_is_not_strict_json_is_refused),
        cmocka_unit_test(a_nul_does_not_end_the_text),
        cmocka_unit_test(a_refusal_names_line_and_column),
        cmocka_unit_test(depth_is_limited_to_32),
        cmocka_unit_test(many_members_are_walked_in_linear_time),
        cmocka_unit_test(printing_is_compact_and_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
