/* Facts by name: the vocabulary, its ranges, and the form in which facts are kept. */
#include <string.h>

#include "acs/base/json.h"
#include "acs/base/text.h"
#include "provisioning/fact.h"
#include "tests/base/check.h"

static void test_names_belong_to_rows(void **state)
{
    (void)state;
    assert_int_equal(fact_key_of("wan.optical.rx_dbm"), KEY_OPTICAL_RX);
    assert_int_equal(fact_key_of("wifi.2g.channel"), KEY_WIFI_CHANNEL);
    assert_int_equal(fact_key_of("wifi.5g.channel"), KEY_WIFI_CHANNEL);
    assert_int_equal(fact_key_of("lan.hosts.31.mac"), KEY_HOST_MAC);
    assert_int_equal(fact_key_of("wifi.9g.channel"), KEY_COUNT);
    assert_int_equal(fact_key_of("wifi.2g"), KEY_COUNT);
    assert_int_equal(fact_key_of("lan.hosts.x.mac"), KEY_COUNT);
    assert_int_equal(fact_key_of("lan.hosts..mac"), KEY_COUNT);
    assert_int_equal(fact_key_of("lan.hosts.3.mac.x"), KEY_COUNT);
    assert_int_equal(fact_key_of(""), KEY_COUNT);
}

static void test_every_row_finds_itself(void **state)
{
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    for (int key = 0; key < KEY_COUNT; key++) {
        const char *place = strstr(fact_rows[key].name, "{n}") ? "12" : "5g";

        assert_int_equal(fact_key_of(fact_name((enum fact_key)key, place, arena)), key);
    }
}

static void test_numbers_outside_their_range_are_no_facts(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct fact_list list = FACT_LIST_IN(arena);

    (void)state;
    assert_true(fact_add_number(&list, "wan.optical.rx_dbm", -27.6, 5));
    assert_false(fact_add_number(&list, "wan.optical.rx_dbm", 245, 6));
    assert_false(fact_add_number(&list, "wan.optical.rx_dbm", __builtin_nan(""), 6));
    assert_false(fact_add_text(&list, "wan.optical.rx_dbm", "-27", 6));
    assert_false(fact_add_number(&list, "wan.nothing", 1, 6));
    assert_false(fact_add_text(&list, "wifi.2g.passphrase", "geheim", 6));
    assert_int_equal(list.count, 1);
}

static void test_the_newest_counts(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct fact_list list = FACT_LIST_IN(arena);
    struct facts facts;

    (void)state;
    fact_add_number(&list, "wifi.2g.channel", 6, 9000000);
    fact_add_number(&list, "wifi.2g.channel", 1, 7000000);
    fact_add_number(&list, "wifi.5g.channel", 36, 1000000);
    facts = facts_of_list(&list, 10000000);
    assert_int_equal(facts.count, 2);
    assert_int_equal(facts_find(&facts, "wifi.2g.channel")->number, 6);
    assert_int_equal(fact_age_s(&facts, facts_find(&facts, "wifi.5g.channel")), 9);
    assert_null(facts_find(&facts, "wifi.6g.channel"));
    assert_int_equal(fact_age_s(&facts, &(struct fact){.at_us = 11000000}), 0);
}

static void test_lists_are_walked(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct fact_list list = FACT_LIST_IN(arena);
    unsigned seen = 0;
    struct facts facts;

    (void)state;
    fact_add_text(&list, "lan.hosts.2.mac", "b", 1);
    fact_add_text(&list, "lan.ip", "192.168.1.1", 1);
    fact_add_text(&list, "lan.hosts.1.mac", "a", 1);
    fact_add_text(&list, "device.mac", "c", 1);
    facts = facts_of_list(&list, 2);
    for (const struct fact *fact = facts_first(&facts, "lan.hosts."); fact != NULL;
         fact = facts_next(&facts, fact, "lan.hosts."))
        seen++;
    assert_int_equal(seen, 2);
    assert_null(facts_first(&facts, "lan.ports."));
}

static void test_kept_facts_are_read_again(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct fact_list list = FACT_LIST_IN(arena), again = FACT_LIST_IN(arena);
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    struct facts facts;
    AUTO_JSON doc = NULL;

    (void)state;
    fact_add_number(&list, "wan.optical.rx_dbm", -27.6, 3000000);
    fact_add_flag(&list, "wifi.2g.enabled", true, 4000000);
    fact_add_text(&list, "wifi.2g.ssid", "casa \"da\" Maria", 5000000);
    facts = facts_of_list(&list, 9);
    facts_write(&facts, &json);
    assert_string_equal(out.data, "{\"wan.optical.rx_dbm\":[-27.6,3],\"wifi.2g.enabled\":[true,4],"
                                  "\"wifi.2g.ssid\":[\"casa \\\"da\\\" Maria\",5]}");
    assert_int_equal(json_read(out.data, out.len, &doc), ERR_OK);
    facts_read(doc, &again);
    facts = facts_of_list(&again, 9);
    assert_int_equal(facts.count, 3);
    assert_string_equal(facts_find(&facts, "wifi.2g.ssid")->text, "casa \"da\" Maria");
    assert_int_equal(facts_find(&facts, "wifi.2g.enabled")->number, 1);
}

static void test_what_is_no_fact_any_more_is_left_out(void **state)
{
    static const char text[] =
        "{\"wan.gone\":[1,2],\"wan.optical.rx_dbm\":[\"x\",2],\"lan.ip\":[null,2],\"wan.ip\":\"1\"}";
    AUTO_ARENA arena = arena_new(1024);
    struct fact_list list = FACT_LIST_IN(arena);
    AUTO_JSON doc = NULL;

    (void)state;
    assert_int_equal(json_read(text, strlen(text), &doc), ERR_OK);
    facts_read(doc, &list);
    assert_int_equal(list.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_belong_to_rows),
        cmocka_unit_test(test_every_row_finds_itself),
        cmocka_unit_test(test_numbers_outside_their_range_are_no_facts),
        cmocka_unit_test(test_the_newest_counts),
        cmocka_unit_test(test_lists_are_walked),
        cmocka_unit_test(test_kept_facts_are_read_again),
        cmocka_unit_test(test_what_is_no_fact_any_more_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
