#include "acs/ctl/campaign_file.h"

#include <string.h>

#include "acs/ctl/campaign_yaml.h"
#include "tests/support/check.h"

static const char *convert(const char *yaml, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    struct yaml_fault fault = {0};
    const struct yaml *root = NULL;

    assert_int_equal(yaml_read(yaml, strlen(yaml), arena, &root, &fault), ERR_OK);
    campaign_file_put(&json, "plan", root);
    return text_string(&out);
}

static void values_are_what_they_look_like(void **state)
{
    static const struct {
        const char *yaml, *json;
    } rows[] = {
        {"a: 7",                     "{\"a\":7}"                              },
        {"a: -7.25",                 "{\"a\":-7.25}"                          },
        {"a: 0",                     "{\"a\":0}"                              },
        {"a: 0.5",                   "{\"a\":0.5}"                            },
        {"a: true\nb: false",        "{\"a\":true,\"b\":false}"               },
        {"a: [1, x, {b: 2}]",        "{\"a\":[1,\"x\",{\"b\":2}]}"            },
        {"a: {}\nb: []",             "{\"a\":{},\"b\":[]}"                    },
        {"a: \"7\"\nb: 'true'",      "{\"a\":\"7\",\"b\":\"true\"}"           },
        {"a:",                       "{\"a\":\"\"}"                           },
        {"name: 2026\nfilter: true", "{\"name\":\"2026\",\"filter\":\"true\"}"},
        {"days: [1, 2]",             "{\"days\":[\"1\",\"2\"]}"               },
        {"from: 02:00\nto: 5",       "{\"from\":\"02:00\",\"to\":\"5\"}"      },
        {"'\"a\\': \"\\x01\\\"\"",   "{\"\\\"a\\\\\":\"\\u0001\\\"\"}"        },
        {"a: |\n  7",                "{\"a\":\"7\"}"                          },
        {"name: {a: 1}",             "{\"name\":{\"a\":1}}"                   },
    };
    AUTO_ARENA arena = arena_new(4096);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_string_equal(convert(rows[i].yaml, arena), rows[i].json);
}

/* What the server proposes is a file that means the same. */
static void what_is_written_is_read_as_the_same(void **state)
{
    static const char *const documents[] = {
        "{\"name\":\"2026: #1, 'x' \\\"ç\\\" \\n\",\"type\":\"reboot\",\"params\":{},\"filter\":\"\"}",
        "{\"excludes\":{\"open_case\":false,\"weak_signal_dbm\":-27.5,\"tag\":\"true\"},\"after_states\":["
        "\"healthy\",\"lying\"]}",
        "{\"plan\":{\"waves\":[{\"devices\":50,\"soak_s\":0},{\"rest\":true}],\"windows\":[{\"days\":["
        "\"mon\"],\"from\":\"02:00\"}],"
        "\"zone\":\"America/Recife\",\"caps\":{\"in_flight\":0}}}",
        "{\"params\":{\"names\":[\"Device.\",\"7\"],\"Odd key: \\u0001\":{\"a\":[]},\"windows\":[]}}",
    };
    AUTO_ARENA arena = arena_new(4096);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(documents); i++) {
        struct text out = TEXT_IN(arena);
        AUTO_JSON json = NULL;

        assert_int_equal(json_read(documents[i], strlen(documents[i]), &json), ERR_OK);
        campaign_yaml_write(json, &out);
        assert_string_equal(convert(text_string(&out), arena), documents[i]);
    }
}

/* What YAML or C may take for a number and JSON does not: as it stands it would spoil the document. */
static void what_is_no_number_of_json_is_a_text(void **state)
{
    static const char *const texts[] = {"007",
                                        "+1",
                                        "1.",
                                        ".5",
                                        "--1",
                                        "1e9",
                                        "0x10",
                                        "1_000",
                                        "NaN",
                                        "inf",
                                        "1.2.3",
                                        "02:00",
                                        "null",
                                        "~",
                                        "yes",
                                        "True",
                                        "-.5",
                                        "12345678901234567890",
                                        "1.12345678901234567890"};
    AUTO_ARENA arena = arena_new(4096);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_string_equal(convert(arena_printf(arena, "a: %s", texts[i]), arena),
                            arena_printf(arena, "{\"a\":\"%s\"}", texts[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_what_they_look_like),
        cmocka_unit_test(what_is_written_is_read_as_the_same),
        cmocka_unit_test(what_is_no_number_of_json_is_a_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
