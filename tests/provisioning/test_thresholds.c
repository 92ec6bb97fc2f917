/* Thresholds: defaults, rows of technologies and models, and the operator's file of the same words. */
#include "provisioning/verdict/thresholds.h"

#include <math.h>
#include <string.h>

#include "acs/base/json.h"
#include "acs/base/text.h"
#include "tests/base/check.h"

static const struct model_identity acme = {"Acme Corp.", "GW-7", "1.2.3"};

static double ask(const char *file, const char *technology, enum threshold threshold)
{
    AUTO_ARENA arena = arena_new(4096);
    const struct threshold_set *set;

    if (threshold_set_new(file, arena, &set) != ERR_OK)
        fail_msg("%s", err_message());
    return threshold_set_find(set, NULL, technology, &acme).values[threshold];
}

#define IS(expected, ...) assert_true(ask(__VA_ARGS__) >= (expected) && ask(__VA_ARGS__) <= (expected))

static void test_defaults_lie_within_their_ranges(void **state)
{
    (void)state;
    for (int i = 0; i < THRESHOLD_COUNT; i++) {
        const struct threshold_row *row = &threshold_rows[i];

        if (row->otherwise < row->low || row->otherwise > row->high)
            fail_msg("%s: its default is out of its range", row->name);
    }
}

static void test_technologies_have_their_own(void **state)
{
    (void)state;
    IS(-27, NULL, "gpon", THRESHOLD_RX_LOW);
    IS(-27, NULL, NULL, THRESHOLD_RX_LOW);
    IS(-28, NULL, "xgspon", THRESHOLD_RX_LOW);
    IS(-9, NULL, "xgspon", THRESHOLD_RX_HIGH);
    IS(-24, NULL, "epon", THRESHOLD_RX_LOW);
}

static void test_the_operator_has_the_last_word(void **state)
{
    static const char file[] = "# technology maker class software settings\n"
                               "gpon * * * optical.rx_low_dbm=-26 # stricter\n"
                               "\n"
                               "* \"Acme Corp.\" GW-* 1.2..1.3 device.cpu_percent=95 facts.light_fresh_s=60\n"
                               "* Other * * device.cpu_percent=10\n"
                               "* * * 2.. device.cpu_percent=20\n"
                               "xgspon * * * optical.rx_low_dbm=-27.5\n";

    (void)state;
    IS(-26, file, "gpon", THRESHOLD_RX_LOW);
    IS(-27.5, file, "xgspon", THRESHOLD_RX_LOW);
    IS(-27, file, "dsl", THRESHOLD_RX_LOW);
    IS(95, file, "dsl", THRESHOLD_CPU);
    IS(60, file, "dsl", THRESHOLD_LIGHT_FRESH);
}

static void test_errors_name_their_place(void **state)
{
    static const struct {
        const char *file, *said;
    } rows[] = {
        {"gpon * * * optical.rx_low=-26",       "line 1, column 12: there is no threshold 'optical.rx_low'"},
        {"\ngpon * * * optical.rx_low_dbm",
         "line 2, column 12: optical.rx_low_dbm wants a number: optical.rx_low_dbm=-27"                    },
        {"gpon * * * optical.rx_low_dbm=x",
         "line 1, column 12: optical.rx_low_dbm wants a number: optical.rx_low_dbm=-27"                    },
        {"gpon * * * optical.rx_low_dbm=0x1A",
         "line 1, column 12: optical.rx_low_dbm wants a number: optical.rx_low_dbm=-27"                    },
        {"gpon * * * optical.rx_low_dbm=nan",
         "line 1, column 12: optical.rx_low_dbm wants a number: optical.rx_low_dbm=-27"                    },
        {"gpon * * * optical.rx_low_dbm=1e9",
         "line 1, column 12: optical.rx_low_dbm wants a number: optical.rx_low_dbm=-27"                    },
        {"gpon * * * optical.rx_low_dbm=-46",
         "line 1, column 12: optical.rx_low_dbm must be between -45 and 10"                                },
        {"gpon * * * device.cpu_percent=5 x=1", "line 1, column 33: there is no threshold 'x'"             },
        {"gpon * *",                            "line 1, column 9: a word is missing; write \"*\" for any" },
        {"gpon * * *",                          "line 1, column 11: a word is missing; write \"*\" for any"},
        {"gpon \"* * *",                        "line 1, column 6: the quote does not end on this line"    },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        AUTO_ARENA arena = arena_new(4096);
        const struct threshold_set *set;

        assert_int_equal(threshold_set_new(rows[i].file, arena, &set), ERR_INVALID);
        assert_string_equal(err_message(), rows[i].said);
    }
}

/* ---- saved ---- */

static const char special[] = "gpon * * * optical.rx_low_dbm=-26\n"
                              "* \"Acme Corp.\" GW-* * device.cpu_percent=95\n"
                              "* * * * wan.drops_24h=5\n";

static double ask_saved(const struct threshold_saved *saved, const char *technology, enum threshold threshold)
{
    AUTO_ARENA arena = arena_new(4096);
    const struct threshold_set *set;

    assert_int_equal(threshold_set_new(special, arena, &set), ERR_OK);
    return threshold_set_find(set, saved, technology, &acme).values[threshold];
}

#define SAVED_IS(expected, ...) \
    assert_true(ask_saved(__VA_ARGS__) >= (expected) && ask_saved(__VA_ARGS__) <= (expected))

static void test_what_was_saved_counts_as_far_as_it_reaches(void **state)
{
    struct threshold_saved saved;

    (void)state;
    threshold_saved_clear(&saved);
    SAVED_IS(5, &saved, "gpon", THRESHOLD_DROPS);
    assert_int_equal(threshold_saved_put(&saved, "*", "wan.drops_24h", 7), ERR_OK);
    assert_int_equal(threshold_saved_put(&saved, "*", "optical.rx_low_dbm", -25.5), ERR_OK);
    assert_int_equal(threshold_saved_put(&saved, "*", "device.cpu_percent", 50), ERR_OK);
    SAVED_IS(7, &saved, "gpon", THRESHOLD_DROPS);
    SAVED_IS(7, &saved, NULL, THRESHOLD_DROPS);
    SAVED_IS(-25.5, &saved, "dsl", THRESHOLD_RX_LOW);
    SAVED_IS(-25.5, &saved, "carrier pigeon", THRESHOLD_RX_LOW);
    SAVED_IS(-26, &saved, "gpon", THRESHOLD_RX_LOW);
    SAVED_IS(-28, &saved, "xgspon", THRESHOLD_RX_LOW);
    SAVED_IS(95, &saved, "gpon", THRESHOLD_CPU);
    assert_int_equal(threshold_saved_put(&saved, "gpon", "optical.rx_low_dbm", -24), ERR_OK);
    assert_int_equal(threshold_saved_put(&saved, "gpon", "device.cpu_percent", 60), ERR_OK);
    SAVED_IS(-24, &saved, "gpon", THRESHOLD_RX_LOW);
    SAVED_IS(-24, &saved, "GPON", THRESHOLD_RX_LOW);
    SAVED_IS(-28, &saved, "xgspon", THRESHOLD_RX_LOW);
    SAVED_IS(95, &saved, "gpon", THRESHOLD_CPU);
}

static void test_nonsense_is_not_saved(void **state)
{
    static const struct {
        const char *technology, *name;
        double value;
    } rows[] = {
        {"gpo",  "wan.drops_24h",      5                },
        {"",     "wan.drops_24h",      5                },
        {"*",    "wan.drops",          5                },
        {"*",    "",                   5                },
        {"*",    "wan.drops_24h",      0.5              },
        {"*",    "wan.drops_24h",      1001             },
        {"gpon", "optical.rx_low_dbm", -45.01           },
        {"*",    "wan.drops_24h",      (double)NAN      },
        {"*",    "wan.drops_24h",      (double)INFINITY },
        {"*",    "wan.drops_24h",      -(double)INFINITY},
    };
    struct threshold_saved saved;

    (void)state;
    threshold_saved_clear(&saved);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        assert_int_equal(threshold_saved_put(&saved, rows[i].technology, rows[i].name, rows[i].value),
                         ERR_INVALID);
    SAVED_IS(5, &saved, "gpon", THRESHOLD_DROPS);
}

static void test_who_says_so(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    const struct threshold_set *set;
    struct threshold_saved saved;
    struct threshold_origin origin;

    (void)state;
    assert_int_equal(threshold_set_new(special, arena, &set), ERR_OK);
    threshold_saved_clear(&saved);
    origin = threshold_set_explain(set, &saved, TECHNOLOGY_XGSPON, THRESHOLD_RX_LOW);
    assert_int_equal(origin.layer, THRESHOLD_BUILT_IN);
    origin = threshold_set_explain(set, &saved, TECHNOLOGY_GPON, THRESHOLD_RX_LOW);
    assert_int_equal(origin.layer, THRESHOLD_OF_FILE);
    assert_int_equal(origin.models, 0);
    origin = threshold_set_explain(set, &saved, TECHNOLOGY_ANY, THRESHOLD_CPU);
    assert_int_equal(origin.layer, THRESHOLD_BUILT_IN);
    assert_int_equal(origin.models, 1);
    assert_int_equal(threshold_saved_put(&saved, "*", "wan.drops_24h", 7), ERR_OK);
    origin = threshold_set_explain(set, &saved, TECHNOLOGY_ANY, THRESHOLD_DROPS);
    assert_int_equal(origin.layer, THRESHOLD_SAVED);
    assert_int_equal(origin.otherwise, 5);
    origin = threshold_set_explain(set, &saved, TECHNOLOGY_DSL, THRESHOLD_DROPS);
    assert_int_equal(origin.layer, THRESHOLD_SAVED_FOR_ALL);
    assert_int_equal(origin.otherwise, 7);
    assert_int_equal(threshold_saved_put(&saved, "dsl", "wan.drops_24h", 9), ERR_OK);
    origin = threshold_set_explain(set, &saved, TECHNOLOGY_DSL, THRESHOLD_DROPS);
    assert_int_equal(origin.layer, THRESHOLD_SAVED);
    assert_int_equal(origin.value, 9);
    assert_int_equal(origin.otherwise, 7);
}

static void test_two_that_bound_the_same_thing_stay_in_order(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    const struct threshold_set *set;
    struct thresholds all;

    (void)state;
    assert_int_equal(threshold_set_new(NULL, arena, &set), ERR_OK);
    all = threshold_set_find(set, NULL, "gpon", &acme);
    for (int i = 0; i < THRESHOLD_COUNT; i++)
        assert_int_equal(threshold_contradicted(&all, (enum threshold)i), THRESHOLD_COUNT);
    all.values[THRESHOLD_RX_LOW] = -20;
    assert_int_equal(threshold_contradicted(&all, THRESHOLD_RX_LOW), THRESHOLD_RX_WARN);
    assert_int_equal(threshold_contradicted(&all, THRESHOLD_RX_WARN), THRESHOLD_RX_LOW);
    assert_int_equal(threshold_contradicted(&all, THRESHOLD_CPU), THRESHOLD_COUNT);
}

static void test_kept_ones_are_read_again(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    const struct threshold_set *set;
    struct thresholds before, after;
    AUTO_JSON doc = NULL;

    (void)state;
    assert_int_equal(threshold_set_new("* * * * wifi.rssi_dbm=-71.3", arena, &set), ERR_OK);
    before = threshold_set_find(set, NULL, "xgspon", &acme);
    thresholds_write(&before, &json);
    assert_int_equal(json_read(out.data, out.len, &doc), ERR_OK);
    assert_int_equal(thresholds_read(doc, &after), ERR_OK);
    assert_memory_equal(&before, &after, sizeof(before));
}

static void test_kept_nonsense_is_refused(void **state)
{
    static const char *const docs[] = {"{\"wifi.rssi_dbm\":\"x\"}", "{\"wifi.rssi_dbm\":-121}",
                                       "{\"wifi.rssi_dbm\":[1]}", "{\"wifi.rssi_dbm\":null}"};
    struct thresholds read;

    (void)state;
    for (size_t i = 0; i < sizeof(docs) / sizeof(*docs); i++) {
        AUTO_JSON doc = NULL;

        assert_int_equal(json_read(docs[i], strlen(docs[i]), &doc), ERR_OK);
        assert_int_equal(thresholds_read(doc, &read), ERR_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults_lie_within_their_ranges),
        cmocka_unit_test(test_technologies_have_their_own),
        cmocka_unit_test(test_the_operator_has_the_last_word),
        cmocka_unit_test(test_errors_name_their_place),
        cmocka_unit_test(test_what_was_saved_counts_as_far_as_it_reaches),
        cmocka_unit_test(test_nonsense_is_not_saved),
        cmocka_unit_test(test_who_says_so),
        cmocka_unit_test(test_two_that_bound_the_same_thing_stay_in_order),
        cmocka_unit_test(test_kept_ones_are_read_again),
        cmocka_unit_test(test_kept_nonsense_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
