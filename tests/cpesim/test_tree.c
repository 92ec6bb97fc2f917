#include "tests/cpesim/names.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "tests/cpesim/household.h"
#include "tests/cpesim/lone_home.h"
#include "tests/cpesim/value.h"

static void every_model_has_a_plausible_number_of_sorted_names(void **state)
{
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    for (size_t i = 0; i < MODEL_COUNT; i++) {
        const struct model *model = &lone.fleet.models[i];

        assert_in_range(model->count, 80, 1500);
        for (size_t row = 1; row < model->count; row++)
            assert_true(strcmp(model->parameters[row - 1].name, model->parameters[row].name) < 0);
    }
    lone_home_close(&lone);
}

/* What a device says of itself it must be able to take back, or its tables contradict each other. */
static void every_writable_value_passes_its_own_check(void **state)
{
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    for (size_t i = 0; i < MODEL_COUNT; i++) {
        struct tree *tree = &lone.home.tree;

        tree->model = &lone.fleet.models[i];
        for (uint32_t row = 0; row < tree->model->count; row++) {
            const struct parameter *parameter = &tree->model->parameters[row];
            const char *value = tree_value(tree, row, lone.arena), *kept;

            if (parameter->flags & PARAMETER_RESULT ||
                (*value == '\0' && parameter->flags & PARAMETER_HIDDEN) ||
                text_ends_with(parameter->name, "LocalTime") ||
                text_ends_with(parameter->name, "DiagnosticsState"))
                continue;
            if (check_value(parameter->type, parameter->check, value, lone.arena, &kept) != ERR_OK)
                fail_msg("%s = '%s': %s", parameter->name, value, err_message());
        }
    }
    lone_home_close(&lone);
}

static void two_runs_with_one_seed_have_the_same_homes(void **state)
{
    struct lone_home one, same, other;
    char a[SERIAL_MAX], b[SERIAL_MAX], c[SERIAL_MAX];

    (void)state;
    lone_home_open(&one, "dsl098");
    lone_home_open(&same, "dsl098");
    lone_home_open(&other, "dsl098");
    other.fleet.settings.seed = 2;
    assert_string_equal(home_serial(&one.home, a), home_serial(&same.home, b));
    assert_string_not_equal(a, home_serial(&other.home, c));
    assert_true(text_ends_with(a, "00042"));
    lone_home_close(&one);
    lone_home_close(&same);
    lone_home_close(&other);
}

static void names_are_found_whole_and_with_their_case(void **state)
{
    struct lone_home lone;
    const struct tree *tree = &lone.home.tree;

    (void)state;
    lone_home_open(&lone, "gpon181");
    assert_int_not_equal(tree_find(tree, "Device.WiFi.SSID.1.SSID"), NO_ROW);
    assert_int_equal(tree_find(tree, "Device.WiFi.SSID.1.SSID"), tree_find_below(tree, "WiFi.SSID.1.SSID"));
    assert_int_equal(tree_find(tree, "Device.WiFi.SSID.1.ssid"), NO_ROW);
    assert_int_equal(tree_find(tree, "Device.WiFi.SSID.1."), NO_ROW);
    assert_int_equal(tree_find(tree, "Device.WiFi.SSID.1.SSIDX"), NO_ROW);
    assert_int_equal(tree_find(tree, ""), NO_ROW);
    lone_home_close(&lone);
}

static void a_home_has_the_instances_it_has(void **state)
{
    struct lone_home lone;
    struct tree *tree = &lone.home.tree;

    (void)state;
    lone_home_open(&lone, "gpon181");
    for (tree->index = 0; tree->index < 50; tree->index++) {
        unsigned hosts = household_hosts(tree);

        assert_true(tree_has_object(tree, "Device.Hosts.Host."));
        for (unsigned i = 1; i <= HOUSEHOLD_HOSTS_MAX; i++) {
            const char *object = arena_printf(lone.arena, "Device.Hosts.Host.%u.", i);

            assert_int_equal(tree_has_object(tree, object), i <= hosts);
            assert_int_equal(tree_find(tree, arena_printf(lone.arena, "%sHostName", object)) != NO_ROW,
                             i <= hosts);
        }
    }
    assert_false(tree_has_object(tree, "Device.Hosts.Host"));
    assert_false(tree_has_object(tree, "Device.Hosts.Nope."));
    lone_home_close(&lone);
}

static void a_listing_names_everything_once_and_only_what_exists(void **state)
{
    struct lone_home lone;
    struct tree *tree = &lone.home.tree;
    struct cwmp_parameter_infos infos;

    (void)state;
    lone_home_open(&lone, "gpon098");
    for (tree->index = 0; tree->index < 20; tree->index++) {
        assert_int_equal(names_list(tree, "", false, lone.arena, &infos), ERR_OK);
        assert_string_equal(infos.items[0].name, "InternetGatewayDevice.");
        for (size_t i = 0; i < infos.count; i++) {
            const char *name = infos.items[i].name;

            assert_true(text_ends_with(name, ".") ? tree_has_object(tree, name)
                                                  : tree_find(tree, name) != NO_ROW);
            for (size_t j = 0; j < i; j++)
                assert_string_not_equal(name, infos.items[j].name);
        }
    }
    lone_home_close(&lone);
}

/* Adds up the levels of an object, one NextLevel at a time. */
static size_t count_by_levels(struct lone_home *lone, const char *path)
{
    struct cwmp_parameter_infos infos;
    size_t count = 0;

    assert_int_equal(names_list(&lone->home.tree, path, true, lone->arena, &infos), ERR_OK);
    for (size_t i = 0; i < infos.count; i++)
        count +=
            1 + (text_ends_with(infos.items[i].name, ".") ? count_by_levels(lone, infos.items[i].name) : 0);
    return count;
}

static void level_by_level_gives_what_all_at_once_does(void **state)
{
    struct lone_home lone;
    struct cwmp_parameter_infos infos;

    (void)state;
    lone_home_open(&lone, "gpon181");
    for (lone.home.tree.index = 0; lone.home.tree.index < 10; lone.home.tree.index++) {
        assert_int_equal(names_list(&lone.home.tree, "", false, lone.arena, &infos), ERR_OK);
        assert_int_equal(count_by_levels(&lone, ""), infos.count);
    }
    lone_home_close(&lone);
}

static void what_is_put_is_read_unless_it_is_hidden(void **state)
{
    struct lone_home lone;
    struct tree *tree = &lone.home.tree;
    uint32_t ssid, key;

    (void)state;
    lone_home_open(&lone, "gpon181");
    ssid = tree_find_below(tree, "WiFi.SSID.1.SSID");
    key = tree_find_below(tree, "WiFi.AccessPoint.1.Security.KeyPassphrase");
    tree_put(tree, ssid, "first");
    tree_put(tree, ssid, "second");
    tree_put(tree, key, "correct horse");
    assert_string_equal(tree_shown(tree, ssid, lone.arena), "second");
    assert_string_equal(tree_shown(tree, key, lone.arena), "");
    assert_string_equal(tree_value(tree, key, lone.arena), "correct horse");
    assert_int_equal(tree->override_count, 2);
    assert_int_equal(tree_number(tree, "ManagementServer.PeriodicInformInterval", 7), 30);
    assert_int_equal(tree_number(tree, "Nope", 7), 7);
    lone_home_close(&lone);
}

static void values_move_with_time_and_stay_in_range(void **state)
{
    struct lone_home lone;
    const char *first;
    bool moved = false;

    (void)state;
    lone_home_open(&lone, "gpon181");
    first = tree_text(&lone.home.tree, "Optical.Interface.1.OpticalSignalLevel", lone.arena);
    for (int64_t minute = 1; minute < 30; minute++) {
        int64_t level;

        clock_freeze(INT64_C(1700000000) * US_PER_S, minute * 60 * MS_PER_S);
        assert_int_equal(
            text_read_i64(tree_text(&lone.home.tree, "Optical.Interface.1.OpticalSignalLevel", lone.arena),
                          &level),
            ERR_OK);
        assert_true(level > -25000 && level < -15000);
        moved |= strcmp(first, tree_text(&lone.home.tree, "Optical.Interface.1.OpticalSignalLevel",
                                         lone.arena)) != 0;
    }
    clock_freeze(0, 0);
    assert_true(moved);
    lone_home_close(&lone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_model_has_a_plausible_number_of_sorted_names),
        cmocka_unit_test(every_writable_value_passes_its_own_check),
        cmocka_unit_test(two_runs_with_one_seed_have_the_same_homes),
        cmocka_unit_test(names_are_found_whole_and_with_their_case),
        cmocka_unit_test(a_home_has_the_instances_it_has),
        cmocka_unit_test(a_listing_names_everything_once_and_only_what_exists),
        cmocka_unit_test(level_by_level_gives_what_all_at_once_does),
        cmocka_unit_test(what_is_put_is_read_unless_it_is_hidden),
        cmocka_unit_test(values_move_with_time_and_stay_in_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
