#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "acs/base/text.h"
#include "provisioning/quirks.h"

static struct quirks find(const char *rows, const char *manufacturer, const char *product_class,
                          const char *software)
{
    AUTO_ARENA arena = arena_new(1024);
    const struct model_identity identity = {manufacturer, product_class, software};
    const struct quirk_set *set = NULL;

    assert_int_equal(quirk_set_new(rows, arena, &set), ERR_OK);
    return quirk_set_find(set, &identity);
}

static void a_device_that_no_row_names_has_no_quirks(void **state)
{
    struct quirks quirks = find(NULL, "Aurora Redes", "AR-G2426", "4.2.18");

    (void)state;
    assert_memory_equal(&quirks, &quirks_none, sizeof(quirks));
}

/* One row of quirks.def each, with the names that these devices say of themselves. */
static void every_built_in_row_is_found_by_what_its_device_says(void **state)
{
    struct quirks quirks;

    (void)state;
    assert_true(find(NULL, "Huawei", "HG820", "V100R001").xml_declaration);
    assert_false(find(NULL, "Huawei", "HG8245H", "V1R006").xml_declaration);
    assert_true(find(NULL, "Huawei Technologies Co., Ltd.", "B310s-518", "21.311").bootstrap_always);
    assert_true(find(NULL, "SAGEMCOM", "Fast2764GV", "FAST2764GV_6").next_level);
    assert_true(find(NULL, "Cisco", "867VAE", "15.4").next_level);
    assert_int_equal(find(NULL, "Cisco", "867VAE", "15.4").batch, 64);
    assert_true(find(NULL, "Foobar Inc.", "Some Gateway Model", "1.0").no_parameter_key);
    assert_true(find(NULL, "Foobar Inc.", "FooGate 2008", "1.0").no_set_key);
    assert_true(find(NULL, "genieacs", "sim", "1").full_names);
    quirks = find(NULL, "ZTE", "ZXECS EBG3130", "EBG3130V1.0.1");
    assert_true(quirks_avoid(&quirks, CWMP_GET_PARAMETER_ATTRIBUTES));
}

static void a_row_of_the_file_comes_last_and_can_take_back(void **state)
{
    (void)state;
    assert_false(find("Huawei* *820* * xml_declaration=0\n", "Huawei", "HG820", "1").xml_declaration);
    assert_int_equal(find("a b * batch=7\na b * batch=9", "A", "B", NULL).batch, 9);
}

static void software_is_a_pattern_or_a_range_of_numbers(void **state)
{
    static const char rows[] = "Acme GW 1.2..1.10 names_max=16\nAcme GW V3* batch=50 # two\n\n"
                               "Acme GW 2.. sets_max=4\n";

    (void)state;
    assert_int_equal(find(rows, "acme", "gw", "1.1").names_max, 0);
    assert_int_equal(find(rows, "acme", "gw", "1.2").names_max, 16);
    assert_int_equal(find(rows, "acme", "gw", "1.9").names_max, 16);
    assert_int_equal(find(rows, "acme", "gw", "1.10").names_max, 16);
    assert_int_equal(find(rows, "acme", "gw", "1.11").names_max, 0);
    assert_int_equal(find(rows, "acme", "gw", NULL).names_max, 0);
    assert_int_equal(find(rows, "acme", "gw", "V3R017").batch, 50);
    assert_int_equal(find(rows, "acme", "gw", "2.0.1").sets_max, 4);
}

static void methods_are_avoided_by_name(void **state)
{
    struct quirks quirks = find("x * * avoid=GetRPCMethods avoid=Reboot", "X", "", NULL);

    (void)state;
    assert_true(quirks_avoid(&quirks, CWMP_GET_RPC_METHODS));
    assert_true(quirks_avoid(&quirks, CWMP_REBOOT));
    assert_false(quirks_avoid(&quirks, CWMP_GET_PARAMETER_VALUES));
}

static void an_error_names_line_and_column(void **state)
{
    static const struct {
        const char *rows, *where;
    } cases[] = {
        {"Acme GW",                     "line 1, column 8"                                            },
        {"# fine\nAcme GW * fast",      "line 2, column 11: there is no switch 'fast'"                },
        {"Acme \"GW * batch=1\n",       "line 1, column 6: the quote does not end"                    },
        {"Acme GW * batch",             "line 1, column 11: batch wants a number"                     },
        {"Acme GW * batch=10001",       "line 1, column 11"                                           },
        {"Acme GW * batch=-1",          "line 1, column 11"                                           },
        {"Acme GW * xml_declaration=2", "line 1, column 11"                                           },
        {"Acme GW * avoid=Inform",      "line 1, column 11: no request to a device is called 'Inform'"},
        {"Acme GW * avoid=",            "line 1, column 11"                                           },
        {"Acme \"\" * batch=1",         "line 1, column 6: a word is missing"                         },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        AUTO_ARENA arena = arena_new(1024);
        const struct quirk_set *set = NULL;

        assert_int_equal(quirk_set_new(cases[i].rows, arena, &set), ERR_INVALID);
        if (strstr(err_message(), cases[i].where) == NULL)
            fail_msg("%s: %s", cases[i].rows, err_message());
    }
}

static void a_pattern_of_stars_does_not_take_for_ever(void **state)
{
    char name[257];

    (void)state;
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    assert_false(find("a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b * * batch=1", name, "", NULL).batch == 1);
}

static void versions_compare_by_their_numbers(void **state)
{
    (void)state;
    assert_true(model_compare_versions("1.9", "1.10") < 0);
    assert_true(model_compare_versions("1.010", "1.10") == 0);
    assert_true(model_compare_versions("2", "1.99") > 0);
    assert_true(model_compare_versions("1.2", "1.2.1") < 0);
    assert_true(model_compare_versions("V10", "v9") > 0);
    assert_true(model_compare_versions("99999999999999999999999", "100000000000000000000000") < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_that_no_row_names_has_no_quirks),
        cmocka_unit_test(every_built_in_row_is_found_by_what_its_device_says),
        cmocka_unit_test(a_row_of_the_file_comes_last_and_can_take_back),
        cmocka_unit_test(software_is_a_pattern_or_a_range_of_numbers),
        cmocka_unit_test(methods_are_avoided_by_name),
        cmocka_unit_test(an_error_names_line_and_column),
        cmocka_unit_test(a_pattern_of_stars_does_not_take_for_ever),
        cmocka_unit_test(versions_compare_by_their_numbers),
    };

    return cmocka_run_group_tests_name("quirks", tests, NULL, NULL);
}
