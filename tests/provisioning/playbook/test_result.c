/* What a run's tests have found out, as facts; and that no check asks for what no step makes. */
#include "provisioning/playbook/result.h"

#include <string.h>

#include "provisioning/playbook/playbook.h"
#include "tests/base/check.h"

static struct facts facts_from(const char *kind, const char *text, struct arena *arena)
{
    struct fact_list list = FACT_LIST_IN(arena);
    AUTO_JSON result = NULL;

    assert_int_equal(json_read(text, strlen(text), &result), ERR_OK);
    result_add_facts(kind, result, 1, &list);
    return facts_of_list(&list, 2);
}

static void test_each_number_is_found_where_it_stands(void **state)
{
    static const char scan[] =
        "{\"bands\":{\"2g\":{\"channel\":6,\"channel_neighbours\":9,\"best_channel\":11,"
        "\"best_channel_neighbours\":2},\"5g\":{\"channel\":0,\"best_channel\":0}}}";
    AUTO_ARENA arena = arena_new(4096);
    struct facts facts =
        facts_from("diag.ping", "{\"loss_percent\":25.0,\"p50_ms\":12,\"avg_ms\":12.5}", arena);

    (void)state;
    assert_int_equal(facts.count, 3);
    assert_true(facts_find(&facts, "result.ping.p50_ms")->number > 11.9);
    facts = facts_from("diag.wifi_scan", scan, arena);
    assert_int_equal((int)facts_find(&facts, "result.wifi_scan.2g.best_channel")->number, 11);
    assert_null(facts_find(&facts, "result.wifi_scan.5g.best_channel"));
    facts = facts_from("diag.line", "{\"optical\":{\"rx_dbm\":-28.3},\"verdict\":\"optical_bad\"}", arena);
    assert_string_equal(facts_find(&facts, "result.line.verdict")->text, "optical_bad");
    assert_true(facts_find(&facts, "result.line.rx_dbm")->number < -28);
}

static void test_what_does_not_limit_is_none(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct facts facts = facts_from("diag.download", "{\"mbps\":312.0,\"limited_by\":null}", arena);

    (void)state;
    assert_string_equal(facts_find(&facts, "result.download.limited_by")->text, "none");
    assert_null(facts_find(&facts, "result.download.plan_percent"));
}

static void test_strange_results_are_no_facts(void **state)
{
    AUTO_ARENA arena = arena_new(4096);

    (void)state;
    assert_int_equal(facts_from("reboot", "{\"loss_percent\":1}", arena).count, 0);
    assert_int_equal(facts_from("diag.ping", "{\"loss_percent\":\"all\",\"avg_ms\":[1]}", arena).count, 0);
    assert_int_equal(facts_from("diag.ping", "{\"loss_percent\":900}", arena).count, 0);
    assert_int_equal(facts_from("diag.wifi_scan", "{\"bands\":7}", arena).count, 0);
}

static void test_a_result_that_no_step_makes_is_refused_with_its_line(void **state)
{
    static const char yaml[] = "id: x\n"
                               "title: {pt-BR: X, en: X}\n"
                               "start: a\n"
                               "steps:\n"
                               "  a: {do: diag.dns, params: {name: example.com}, done: b, failed: fim}\n"
                               "  b:\n"
                               "    check: \"result.ping.loss_percent > 3\"\n"
                               "    yes: fim\n"
                               "    no: fim\n"
                               "  fim: {end: {outcome: solved}}\n";
    AUTO_ARENA arena = arena_new(65536);
    struct fault_list faults = {.arena = arena};

    (void)state;
    assert_null(playbook_read(yaml, strlen(yaml), &faults));
    for (unsigned i = 0; i < faults.count; i++)
        if (strcmp(fault_code(faults.items[i].fault), "no_result") == 0) {
            assert_in_range(faults.items[i].place.line, 6, 7);
            return;
        }
    fail_msg("no fault was found");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_number_is_found_where_it_stands),
        cmocka_unit_test(test_what_does_not_limit_is_none),
        cmocka_unit_test(test_strange_results_are_no_facts),
        cmocka_unit_test(test_a_result_that_no_step_makes_is_refused_with_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
