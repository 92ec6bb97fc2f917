#include "acs/api/schema.h"

#include <string.h>

#include "tests/support/check.h"

#define ANY_NUMBER .minimum = INT64_MIN, .maximum = INT64_MAX
#define ANY_LENGTH .max_length = UINT32_MAX, .max_items = UINT32_MAX

static const char *const colours[] = {"red", "green", NULL};

static const struct schema text = {.types = 1u << JSON_STRING, .min_length = 2, .max_length = 4, ANY_NUMBER};
static const struct schema colour = {.types = 1u << JSON_STRING, .choices = colours, ANY_LENGTH};
static const struct schema hex = {.types = 1u << JSON_STRING, .pattern = "^[0-9a-f]+$", ANY_LENGTH};
static const struct schema broken = {.types = 1u << JSON_STRING, .pattern = "(", ANY_LENGTH};
static const struct schema moment = {.types = 1u << JSON_STRING, .format = SCHEMA_DATE_TIME, ANY_LENGTH};
static const struct schema period = {.types = 1u << JSON_STRING, .format = SCHEMA_DURATION, ANY_LENGTH};
static const struct schema small = {.types = 1u << JSON_INT, .minimum = 1, .maximum = 9};
static const struct schema flag = {.types = 1u << JSON_BOOL};
static const struct schema maybe = {.types = 1u << JSON_STRING | 1u << JSON_NULL, ANY_LENGTH};
static const struct schema list = {
    .types = 1u << JSON_ARRAY, .items = &small, .min_items = 1, .max_items = 3, .max_length = UINT32_MAX};
static const struct schema colour_list = {
    .types = 1u << JSON_ARRAY, .items = &colour, .min_items = 1, .max_items = 2, .max_length = UINT32_MAX};

static const struct schema_member inner_members[] = {
    {"deep", &small, true}
};
static const struct schema inner = {
    .types = 1u << JSON_OBJECT, .members = inner_members, .member_count = 1, .closed = true};

static const struct schema_member members[] = {
    {"name",   &text,   true },
    {"colour", &colour, false},
    {"hex",    &hex,    false},
    {"broken", &broken, false},
    {"moment", &moment, false},
    {"period", &period, false},
    {"small",  &small,  false},
    {"flag",   &flag,   false},
    {"maybe",  &maybe,  false},
    {"list",   &list,   false},
    {"a/b~c",  &small,  false},
    {"inner",  &inner,  false},
};
static const struct schema whole = {
    .types = 1u << JSON_OBJECT, .members = members, .member_count = COUNT_OF(members), .closed = true};

struct fixture {
    struct arena *arena;
    struct complaints complaints;
};

static int set_up(void **state)
{
    struct fixture *fixture = HEAP_NEW(struct fixture);

    fixture->arena = arena_new(1024);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    arena_free(fixture->arena);
    heap_free(fixture);
    return 0;
}

static struct complaints *check_json(struct fixture *fixture, const char *json)
{
    AUTO_JSON value = NULL;

    fixture->complaints = (struct complaints){.arena = fixture->arena, .language = LANGUAGE_EN};
    assert_int_equal(json_read(json, strlen(json), &value), ERR_OK);
    schema_check(&whole, value, &fixture->complaints);
    return &fixture->complaints;
}

static void what_fits_is_not_complained_of(void **state)
{
    static const char *const right[] = {
        "{\"name\":\"ab\"}",
        "{\"name\":\"çãéõ\"}", /* four characters in eight bytes */
        "{\"name\":\"abcd\",\"colour\":\"red\",\"hex\":\"0f\",\"small\":9,\"flag\":true,\"maybe\":null}",
        "{\"name\":\"ab\",\"moment\":\"2026-01-31T12:00:00Z\",\"period\":\"PT15M\",\"list\":[1,2,3]}",
        "{\"name\":\"ab\",\"inner\":{\"deep\":1},\"a/b~c\":1,\"maybe\":\"x\"}",
    };

    for (size_t i = 0; i < COUNT_OF(right); i++)
        if (check_json(*state, right[i])->count != 0)
            fail_msg("%s: %s", right[i], ((struct fixture *)*state)->complaints.items[0].detail);
}

static void what_is_wrong_is_named_with_its_place(void **state)
{
    static const struct {
        const char *json, *pointer, *code;
    } wrong[] = {
        {"[]",                                                "",            "type"    },
        {"null",                                              "",            "type"    },
        {"{}",                                                "/name",       "required"},
        {"{\"name\":null}",                                   "/name",       "type"    },
        {"{\"name\":\"a\"}",                                  "/name",       "length"  },
        {"{\"name\":\"abcde\"}",                              "/name",       "length"  },
        {"{\"name\":\"ab\",\"other\":1}",                     "/other",      "unknown" },
        {"{\"name\":\"ab\",\"o/t~h\":1}",                     "/o~1t~0h",    "unknown" },
        {"{\"name\":\"ab\",\"colour\":\"blue\"}",             "/colour",     "choice"  },
        {"{\"name\":\"ab\",\"hex\":\"xy\"}",                  "/hex",        "pattern" },
        {"{\"name\":\"ab\",\"broken\":\"x\"}",                "/broken",     "pattern" },
        {"{\"name\":\"ab\",\"moment\":\"today\"}",            "/moment",     "format"  },
        {"{\"name\":\"ab\",\"period\":\"15m\"}",              "/period",     "format"  },
        {"{\"name\":\"ab\",\"small\":0}",                     "/small",      "range"   },
        {"{\"name\":\"ab\",\"small\":10}",                    "/small",      "range"   },
        {"{\"name\":\"ab\",\"small\":1.5}",                   "/small",      "type"    },
        {"{\"name\":\"ab\",\"small\":\"1\"}",                 "/small",      "type"    },
        {"{\"name\":\"ab\",\"flag\":1}",                      "/flag",       "type"    },
        {"{\"name\":\"ab\",\"list\":[]}",                     "/list",       "count"   },
        {"{\"name\":\"ab\",\"list\":[1,2,3,4]}",              "/list",       "count"   },
        {"{\"name\":\"ab\",\"list\":[1,99]}",                 "/list/1",     "range"   },
        {"{\"name\":\"ab\",\"inner\":{}}",                    "/inner/deep", "required"},
        {"{\"name\":\"ab\",\"a/b~c\":0}",                     "/a~1b~0c",    "range"   },
        {"{\"name\":\"ab\",\"inner\":{\"deep\":1,\"x\":{}}}", "/inner/x",    "unknown" },
    };

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        const struct complaints *complaints = check_json(*state, wrong[i].json);

        if (complaints->count != 1)
            fail_msg("%s: %u complaints", wrong[i].json, complaints->count);
        assert_string_equal(complaints->items[0].pointer, wrong[i].pointer);
        assert_string_equal(complaints->items[0].code, wrong[i].code);
        assert_null(complaints->items[0].parameter);
        assert_true(strlen(complaints->items[0].detail) > 0);
    }
}

static void everything_wrong_is_collected_up_to_a_limit(void **state)
{
    struct fixture *fixture = *state;
    struct text json = TEXT_IN(fixture->arena);

    assert_int_equal(check_json(fixture, "{\"small\":0,\"flag\":0}")->count, 3);
    text_puts(&json, "{\"name\":\"ab\"");
    for (int i = 0; i < 1000; i++)
        text_printf(&json, ",\"x%d\":1", i);
    text_puts(&json, "}");
    assert_int_equal(check_json(fixture, text_string(&json))->count, COMPLAINTS_MAX);
}

static void a_complaint_speaks_the_callers_language(void **state)
{
    struct fixture *fixture = *state;
    struct complaints complaints = {.arena = fixture->arena, .language = LANGUAGE_PT};

    schema_check(&whole, NULL, &complaints);
    assert_string_equal(complaints.items[0].detail, "deve ser um objeto");
    assert_string_equal(check_json(fixture, "1")->items[0].detail, "must be an object");
}

static const struct query_rule rules[] = {
    {"limit",   &small,       false, "5" },
    {"flag",    &flag,        false, NULL},
    {"colour",  &colour,      true,  NULL},
    {"colours", &colour_list, false, NULL},
};

static struct complaints *check_query(struct fixture *fixture, const char *raw)
{
    struct query query;

    fixture->complaints = (struct complaints){.arena = fixture->arena, .language = LANGUAGE_EN};
    assert_int_equal(query_read(raw, fixture->arena, &query), ERR_OK);
    schema_check_query(rules, COUNT_OF(rules), &query, &fixture->complaints);
    return &fixture->complaints;
}

static void a_query_is_checked_by_its_rules(void **state)
{
    static const struct {
        const char *query, *parameter, *code;
    } wrong[] = {
        {"",                               "colour",  "required"},
        {"colour=blue",                    "colour",  "choice"  },
        {"colour=red&limit=0",             "limit",   "range"   },
        {"colour=red&limit=",              "limit",   "type"    },
        {"colour=red&limit=1x",            "limit",   "type"    },
        {"colour=red&flag=1",              "flag",    "type"    },
        {"colour=red&other=1",             "other",   "unknown" },
        {"colour=red&colours=red,no",      "colours", "choice"  },
        {"colour=red&colours=",            "colours", "count"   },
        {"colour=red&colours=red,red,red", "colours", "count"   },
    };

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        const struct complaints *complaints = check_query(*state, wrong[i].query);

        if (complaints->count != 1)
            fail_msg("%s: %u complaints", wrong[i].query, complaints->count);
        assert_string_equal(complaints->items[0].parameter, wrong[i].parameter);
        assert_string_equal(complaints->items[0].code, wrong[i].code);
        assert_null(complaints->items[0].pointer);
    }
    assert_int_equal(check_query(*state, "colour=red&limit=9&flag=false&colours=red,green")->count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_fits_is_not_complained_of, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_named_with_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(everything_wrong_is_collected_up_to_a_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_complaint_speaks_the_callers_language, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_query_is_checked_by_its_rules, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
