#include "acs/ctl/output.h"

#include <string.h>

#include "acs/base/clock.h"
#include "tests/support/check.h"

static const struct output_column columns[] = {
    {"ID",    "id",   OUTPUT_AS_IS},
    {"VALUE", "v",    OUTPUT_AS_IS},
    {"FIRST", "v",    OUTPUT_FIRST},
    {"SEEN",  "seen", OUTPUT_AGE  },
};

static const char *const rows[] = {
    "{\"id\":\"a\",\"v\":\"ação\",\"seen\":\"2026-01-01T00:00:00Z\"}",
    "{\"id\":\"bbb\",\"v\":null,\"seen\":null}",
    "{\"id\":\"c\",\"v\":[1,\"x\"],\"seen\":\"2026-01-01T11:59:30Z\"}",
};

static void expect_list(enum output_format format, const char *expected)
{
    AUTO_ARENA arena = arena_new(4096);
    char text[1024] = "";
    struct ctl ctl = {.arena = arena, .format = format, .out = fmemopen(text, sizeof(text), "w")};
    struct output_list list = {.ctl = &ctl,
                               .arena = arena,
                               .columns = columns,
                               .column_count = COUNT_OF(columns),
                               .name_member = "id"};

    output_open(&list);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        AUTO_JSON row = NULL;

        assert_int_equal(json_read(rows[i], strlen(rows[i]), &row), ERR_OK);
        output_row(&list, row);
    }
    output_close(&list);
    fclose(ctl.out);
    assert_string_equal(text, expected);
}

static int freeze(void **state)
{
    int64_t noon;

    (void)state;
    assert_int_equal(text_read_time("2026-01-01T12:00:00Z", &noon), ERR_OK);
    clock_freeze(noon, 1);
    return 0;
}

static int run(void **state)
{
    (void)state;
    clock_freeze(0, 0);
    return 0;
}

static void a_table_aligns_by_characters_not_by_bytes(void **state)
{
    (void)state;
    expect_list(OUTPUT_TABLE, "ID   VALUE    FIRST  SEEN\n"
                              "a    ação            12 h\n"
                              "bbb                  \n"
                              "c    [1,\"x\"]  1 +1   30 s\n");
}

static void programs_get_what_the_server_sent(void **state)
{
    (void)state;
    expect_list(OUTPUT_NAME, "a\nbbb\nc\n");
    expect_list(OUTPUT_NDJSON, "{\"id\":\"a\",\"v\":\"ação\",\"seen\":\"2026-01-01T00:00:00Z\"}\n"
                               "{\"id\":\"bbb\",\"v\":null,\"seen\":null}\n"
                               "{\"id\":\"c\",\"v\":[1,\"x\"],\"seen\":\"2026-01-01T11:59:30Z\"}\n");
    expect_list(OUTPUT_JSON, "{\"data\":[{\"id\":\"a\",\"v\":\"ação\",\"seen\":\"2026-01-01T00:00:00Z\"},"
                             "{\"id\":\"bbb\",\"v\":null,\"seen\":null},"
                             "{\"id\":\"c\",\"v\":[1,\"x\"],\"seen\":\"2026-01-01T11:59:30Z\"}]}\n");
}

static void nothing_that_a_terminal_obeys_gets_through(void **state)
{
    static const struct {
        const char *json, *shown;
    } hostile[] = {
        {"\"a\\u001b[2Jb\"",    "a\\x1b[2Jb"         },
        {"\"line\\nbreak\\t\"", "line\\x0abreak\\x09"},
        {"\"\\u007f\"",         "\\x7f"              },
        {"\"\\u009b31m\"",      "\\xc2\\x9b31m"      },
        {"\"\\u00a0ç€\"",    "\u00a0ç€"        },
        {"null",                ""                   },
        {"true",                "true"               },
        {"-7",                  "-7"                 },
        {"30.0",                "30"                 },
        {"63.204193115234375",  "63.2"               },
        {"-28.31",              "-28.31"             },
        {"100.0",               "100"                },
        {"0.0",                 "0"                  },
        {"0.00042",             "0.00042"            },
        {"{\"a\":\"\\u001b\"}", "{\"a\":\"\\u001b\"}"},
    };
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(hostile); i++) {
        AUTO_JSON value = NULL;

        assert_int_equal(json_read(hostile[i].json, strlen(hostile[i].json), &value), ERR_OK);
        assert_string_equal(output_text(arena, value), hostile[i].shown);
    }
}

static void an_age_is_told_in_its_largest_unit(void **state)
{
    static const struct {
        const char *time, *age;
    } ages[] = {
        {"2026-01-01T12:00:00Z", "now"  },
        {"2026-01-01T11:59:58Z", "2 s"  },
        {"2026-01-01T11:58:01Z", "119 s"},
        {"2026-01-01T11:58:00Z", "2 min"},
        {"2026-01-01T10:00:00Z", "2 h"  },
        {"2025-12-30T12:00:00Z", "2 d"  },
        {"2026-01-01T12:30:00Z", "now"  },
        {"soon",                 ""     },
        {NULL,                   ""     },
    };
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(ages); i++)
        assert_string_equal(output_age(arena, ages[i].time), ages[i].age);
}

static void an_object_is_shown_member_by_member(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    char text[1024] = "";
    struct ctl ctl = {.arena = arena, .out = fmemopen(text, sizeof(text), "w")};
    AUTO_JSON object = NULL;

    (void)state;
    assert_int_equal(json_read(rows[0], strlen(rows[0]), &object), ERR_OK);
    output_object(&ctl, object, "id");
    fclose(ctl.out);
    assert_string_equal(text, "id    a\nv     ação\nseen  2026-01-01T00:00:00Z (12 h ago)\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_table_aligns_by_characters_not_by_bytes, freeze, run),
        cmocka_unit_test_setup_teardown(programs_get_what_the_server_sent, freeze, run),
        cmocka_unit_test(nothing_that_a_terminal_obeys_gets_through),
        cmocka_unit_test_setup_teardown(an_age_is_told_in_its_largest_unit, freeze, run),
        cmocka_unit_test_setup_teardown(an_object_is_shown_member_by_member, freeze, run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
