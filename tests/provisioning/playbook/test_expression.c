/* Conditions: what they answer, what they take for fresh, and where they are wrong. */
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/json.h"
#include "acs/base/text.h"
#include "provisioning/playbook/expression.h"
#include "tests/base/check.h"

enum { NOW_S = 1000 };

static struct facts home(struct arena *arena)
{
    struct fact_list list = FACT_LIST_IN(arena);
    int64_t at_us = (int64_t)(NOW_S - 10) * US_PER_S;

    fact_add_number(&list, "wan.optical.rx_dbm", -27.6, at_us);
    fact_add_text(&list, "wan.ppp.status", "Connected", at_us);
    fact_add_text(&list, "wifi.2g.ssid", "Casa da Maria", at_us);
    fact_add_flag(&list, "wifi.2g.enabled", true, at_us);
    fact_add_flag(&list, "wifi.5g.enabled", false, at_us);
    fact_add_number(&list, "wifi.clients.1.rssi_dbm", -58, at_us);
    fact_add_number(&list, "wifi.clients.2.rssi_dbm", -82, at_us - 500 * (int64_t)US_PER_S);
    fact_add_number(&list, "test.download_mbps", 300, at_us);
    fact_add_number(&list, "plan.down_mbps", 500, at_us - 900 * (int64_t)US_PER_S);
    fact_add_number(&list, "contact.age_s", 70, at_us);
    return facts_of_list(&list, (int64_t)NOW_S * US_PER_S);
}

static const struct expression *read_good(struct arena *arena, const char *text)
{
    struct expression_fault fault;
    const struct expression *expression = NULL;
    enum err err = expression_read(text, arena, &expression, &fault);

    if (err != ERR_OK)
        print_error("%s: %d at %zu (%s)\n", text, (int)fault.fault, fault.at, fault.subject);
    assert_int_equal(err, ERR_OK);
    return expression;
}

static void test_answers(void **state)
{
    static const struct {
        const char *text;
        enum tri answer;
    } rows[] = {
        {"wan.optical.rx_dbm >= -27",                                          TRI_NO     },
        {"wan.optical.rx_dbm < -27",                                           TRI_YES    },
        {"wan.optical.rx_dbm<-27",                                             TRI_YES    },
        {"wan.optical.rx_dbm = -27.6",                                         TRI_YES    },
        {"wan.optical.rx_dbm != -27.6",                                        TRI_NO     },
        {"wan.optical.rx_dbm <= -27.6 and wan.optical.rx_dbm > -28",           TRI_YES    },
        {"wan.dsl.down_margin_db >= 6",                                        TRI_UNKNOWN},
        {"not wan.dsl.down_margin_db >= 6",                                    TRI_UNKNOWN},
        {"wan.dsl.down_margin_db >= 6 or wan.optical.rx_dbm < -27",            TRI_YES    },
        {"wan.dsl.down_margin_db >= 6 and wan.optical.rx_dbm < -27",           TRI_UNKNOWN},
        {"wan.dsl.down_margin_db >= 6 and wan.optical.rx_dbm > -27",           TRI_NO     },
        {"wan.dsl.down_margin_db >= 6 or wan.optical.rx_dbm > -27",            TRI_UNKNOWN},
        {"wan.ppp.status = Connected",                                         TRI_YES    },
        {"wan.ppp.status!=Connected",                                          TRI_NO     },
        {"wan.ppp.status = connected",                                         TRI_YES    },
        {"wifi.2g.ssid = \"Casa da Maria\"",                                   TRI_YES    },
        {"wifi.2g.enabled",                                                    TRI_YES    },
        {"wifi.5g.enabled",                                                    TRI_NO     },
        {"wifi.6g.enabled",                                                    TRI_UNKNOWN},
        {"not wifi.5g.enabled",                                                TRI_YES    },
        {"wifi.5g.enabled = false",                                            TRI_YES    },
        {"wifi.*.enabled = false",                                             TRI_YES    },
        {"wifi.*.enabled",                                                     TRI_YES    },
        {"wifi.clients.*.rssi_dbm < -75",                                      TRI_YES    },
        {"wifi.clients.*.rssi_dbm < -90",                                      TRI_NO     },
        {"wifi.neighbours.*.rssi_dbm < -90",                                   TRI_UNKNOWN},
        {"test.download_mbps < 0.7 * plan.down_mbps",                          TRI_YES    },
        {"test.download_mbps < 0.5*plan.down_mbps",                            TRI_NO     },
        {"test.download_mbps < plan.down_mbps",                                TRI_YES    },
        {"test.download_mbps < test.upload_mbps",                              TRI_UNKNOWN},
        {"verdict.optical_bad",                                                TRI_YES    },
        {"verdict.wifi_off",                                                   TRI_NO     },
        {"not verdict.wifi_off and (verdict.wifi_off or verdict.optical_bad)", TRI_YES    },
        {"verdict.optical_bad or verdict.wifi_off and verdict.wifi_off",       TRI_YES    }, /* and binds closer */
        {"(verdict.optical_bad or verdict.wifi_off) and verdict.wifi_off",     TRI_NO     },
        {"not not verdict.optical_bad",                                        TRI_YES    },
        {"device.reachable",                                                   TRI_YES    },
    };
    static const char *const verdicts[] = {"slow", "optical_bad"};
    AUTO_ARENA arena = arena_new(4096);
    struct facts facts = home(arena);
    struct expression_world world = {&facts, verdicts, COUNT_OF(verdicts), INT64_MIN};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        enum tri answer = expression_ask(read_good(arena, rows[i].text), &world);

        if (answer != rows[i].answer)
            print_error("%s\n", rows[i].text);
        assert_int_equal(answer, rows[i].answer);
    }
}

static void test_old_facts_are_not_known(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct facts facts = home(arena);
    struct expression_world world = {&facts, NULL, 0, (int64_t)(NOW_S - 20) * US_PER_S};
    const struct expression *clients = read_good(arena, "wifi.clients.*.rssi_dbm < -75");
    const struct expression *optical = read_good(arena, "wan.optical.rx_dbm < -27");
    const struct expression *plan = read_good(arena, "test.download_mbps < plan.down_mbps");

    (void)state;
    assert_int_equal(expression_ask(clients, &world), TRI_NO); /* the weak one was read long ago */
    assert_int_equal(expression_ask(optical, &world), TRI_YES);
    assert_int_equal(expression_ask(plan, &world), TRI_YES); /* the server's own are of now */
    world.oldest_us = (int64_t)(NOW_S - 5) * US_PER_S;
    assert_int_equal(expression_ask(clients, &world), TRI_UNKNOWN);
    assert_int_equal(expression_ask(optical, &world), TRI_UNKNOWN);
    assert_int_equal(expression_ask(plan, &world), TRI_YES);
    assert_true(expression_is_stale(optical, &world));
    assert_false(expression_is_stale(plan, &world));
    world.oldest_us = (int64_t)(NOW_S - 20) * US_PER_S;
    assert_false(expression_is_stale(optical, &world));
    assert_true(expression_is_stale(read_good(arena, "wan.dsl.down_margin_db > 6"), &world));
    assert_true(expression_is_stale(read_good(arena, "device.reachable"), &world)); /* 70 s ago */
    /* What is fresh decides, whatever the rest would say. */
    assert_false(expression_is_stale(
        read_good(arena, "wan.dsl.down_margin_db > 6 or wan.optical.rx_dbm < -27"), &world));
    assert_false(
        expression_is_stale(read_good(arena, "speed.ceiling_mbps > 6"), &world)); /* no device says it */
}

static void test_without_a_judge_verdicts_are_not_known(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct facts facts = home(arena);
    struct expression_world world = {&facts, NULL, 0, INT64_MIN};

    (void)state;
    assert_int_equal(expression_ask(read_good(arena, "verdict.ok"), &world), TRI_UNKNOWN);
    assert_int_equal(expression_ask(read_good(arena, "verdict.ok or wifi.2g.enabled"), &world), TRI_YES);
}

static void test_reachable_is_what_called_in_lately(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct fact_list list = FACT_LIST_IN(arena);
    struct facts facts = facts_of_list(&list, 0);
    struct expression_world world = {&facts, NULL, 0, INT64_MIN};
    const struct expression *reachable = read_good(arena, "device.reachable");

    (void)state;
    assert_true(expression_asks_reachable(reachable));
    assert_false(expression_asks_reachable(read_good(arena, "contact.age_s < 5")));
    assert_int_equal(expression_ask(reachable, &world), TRI_UNKNOWN);
    fact_add_number(&list, "contact.age_s", 3000, 1);
    facts = facts_of_list(&list, 2);
    assert_int_equal(expression_ask(reachable, &world), TRI_NO);
}

static void test_what_the_light_set_brings(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct facts facts = home(arena), none = {.count = 0};

    (void)state;
    assert_true(expression_is_light(
        read_good(arena, "wan.optical.rx_dbm > 1 and test.download_mbps < 0.7 * plan.down_mbps"), &facts));
    assert_true(expression_is_light(read_good(arena, "device.reachable or verdict.ok"), &facts));
    assert_false(expression_is_light(read_good(arena, "wan.optical.rx_dbm > 1 or lan.ip = x"), &facts));
    assert_false(expression_is_light(read_good(arena, "wifi.neighbours.*.rssi_dbm > -60"), &facts));
    assert_false(expression_is_light(read_good(arena, "device.reachable"), &none));
}

static void test_what_was_asked_for_is_written(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct facts facts = home(arena);
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    (void)state;
    expression_write_values(read_good(arena, "wan.optical.rx_dbm > 1 or wifi.*.enabled or wan.ipv6 = x or "
                                             "test.download_mbps < plan.down_mbps"),
                            &facts, &json);
    assert_string_equal(out.data, "{\"plan.down_mbps\":[500.0,90],\"test.download_mbps\":[300.0,990],"
                                  "\"wan.optical.rx_dbm\":[-27.6,990],\"wifi.2g.enabled\":[true,990],"
                                  "\"wifi.5g.enabled\":[false,990]}");
}

static void test_what_is_wrong_is_pointed_at(void **state)
{
    static const struct {
        const char *text;
        enum playbook_fault fault;
        size_t at;
        const char *subject;
    } rows[] = {
        {"",                                           FAULT_EXPECTED_NAME,   0,  ""                  },
        {"wan.optical.rx >= -27",                      FAULT_UNKNOWN_FACT,    0,  "wan.optical.rx"    },
        {"verdict.ok and wan.optical.rx >= -27",       FAULT_UNKNOWN_FACT,    15, "wan.optical.rx"    },
        {"wan.optical.rx_dbm",                         FAULT_COMPARE,         0,  "wan.optical.rx_dbm"},
        {"wan.optical.rx_dbm >=",                      FAULT_EXPECTED_VALUE,  21, ""                  },
        {"wan.optical.rx_dbm >= strong",               FAULT_NOT_A_NUMBER,    22, "strong"            },
        {"wan.optical.rx_dbm >= 1.2.3",                FAULT_UNKNOWN_FACT,    22, "1.2.3"             },
        {"wan.optical.rx_dbm >= wan.ip",               FAULT_NOT_A_NUMBER,    22, "wan.ip"            },
        {"wan.optical.rx_dbm >= 2 * wan.ip",           FAULT_NOT_A_NUMBER,    26, "wan.ip"            },
        {"wan.optical.rx_dbm >= \"1\"",                FAULT_EXPECTED_VALUE,  22, "1"                 },
        {"wan.ppp.status > Connected",                 FAULT_ORDER_OF_TEXT,   0,  "wan.ppp.status"    },
        {"wifi.2g.enabled > true",                     FAULT_ORDER_OF_TEXT,   0,  "wifi.2g.enabled"   },
        {"wifi.2g.enabled = 1",                        FAULT_BAD_FLAG,        18, "1"                 },
        {"verdict.optical",                            FAULT_UNKNOWN_VERDICT, 0,  "optical"           },
        {"wifi.2g.passphrase = x",                     FAULT_SECRET_FACT,     0,  "wifi.2g.passphrase"},
        {"wifi.clue.band = x",                         FAULT_UNKNOWN_FACT,    0,  "wifi.clue.band"    },
        {"(verdict.ok",                                FAULT_EXPECTED_CLOSE,  11, ""                  },
        {"(verdict.ok verdict.slow)",                  FAULT_EXPECTED_CLOSE,  12, "verdict.slow"      },
        {"verdict.ok verdict.slow",                    FAULT_EXPECTED_END,    11, "verdict.slow"      },
        {"verdict.ok)",                                FAULT_EXPECTED_END,    10, ")"                 },
        {"verdict.ok and",                             FAULT_EXPECTED_NAME,   14, ""                  },
        {"wan.ip = \"x",                               FAULT_EXPECTED_VALUE,  9,  "\"x"               },
        {"wifi.2g.ssid = \"ação\" xor",              FAULT_EXPECTED_END,    22, "xor"               },
        {"not",                                        FAULT_EXPECTED_NAME,   3,  ""                  },
        {"wan.* = x",                                  FAULT_UNKNOWN_FACT,    0,  "wan.*"             },
        {"((((((((((((((((verdict.ok))))))))))))))))", FAULT_TOO_LONG,        16, "verdict.ok"        },
    };
    AUTO_ARENA arena = arena_new(4096);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct expression_fault fault = {0};
        const struct expression *expression = NULL;

        if (expression_read(rows[i].text, arena, &expression, &fault) != ERR_INVALID ||
            fault.fault != rows[i].fault || fault.at != rows[i].at)
            print_error("%s: fault %d at %zu\n", rows[i].text, (int)fault.fault, fault.at);
        assert_null(expression);
        assert_int_equal(fault.fault, rows[i].fault);
        assert_int_equal(fault.at, rows[i].at);
        assert_string_equal(fault.subject, rows[i].subject);
    }
}

static void test_size_is_bounded(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct text many = TEXT_IN(arena), large = TEXT_IN(arena);
    struct expression_fault fault;
    const struct expression *expression = NULL;

    (void)state;
    text_puts(&many, "verdict.ok");
    for (int i = 0; i < 32; i++)
        text_puts(&many, " or verdict.ok");
    assert_int_equal(expression_read(many.data, arena, &expression, &fault), ERR_INVALID);
    assert_int_equal(fault.fault, FAULT_TOO_LONG);
    for (int i = 0; i <= CONDITION_LENGTH_MAX; i++)
        text_putc(&large, '(');
    assert_int_equal(expression_read(large.data, arena, &expression, &fault), ERR_INVALID);
    assert_int_equal(fault.fault, FAULT_TOO_LONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_old_facts_are_not_known),
        cmocka_unit_test(test_without_a_judge_verdicts_are_not_known),
        cmocka_unit_test(test_reachable_is_what_called_in_lately),
        cmocka_unit_test(test_what_the_light_set_brings),
        cmocka_unit_test(test_what_was_asked_for_is_written),
        cmocka_unit_test(test_what_is_wrong_is_pointed_at),
        cmocka_unit_test(test_size_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
