/* What makes a home speak: its events, and the waits between failed sessions. */
#include <string.h>

#include "tests/cpesim/backoff.h"
#include "tests/cpesim/lone_home.h"

static void the_waits_are_those_of_the_standard(void **state)
{
    static const uint64_t seconds[] = {5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120};
    const struct backoff backoff = {5, 2000};
    uint64_t least, most;

    (void)state;
    for (uint32_t count = 1; count <= 12; count++) {
        uint32_t step = count < 10 ? count : 10;

        backoff_range(&backoff, count, &least, &most);
        assert_int_equal(least, seconds[step - 1] * 1000);
        assert_int_equal(most, seconds[step] * 1000);
        for (uint64_t random = 0; random < 50; random++)
            assert_in_range(backoff_ms(&backoff, count, random * 7919), least, most);
    }
}

static void the_waits_scale_with_both_parameters(void **state)
{
    static const struct {
        struct backoff backoff;
        uint32_t count;
        uint64_t least, most;
    } cases[] = {
        {{1, 2000},      1,  1000,     2000    },
        {{1, 1000},      9,  1000,     1000    },
        {{10, 3000},     3,  90000,    270000  },
        {{65535, 65535}, 10, 86400000, 86400000},
    };
    uint64_t least, most;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        backoff_range(&cases[i].backoff, cases[i].count, &least, &most);
        assert_int_equal(least, cases[i].least);
        assert_int_equal(most, cases[i].most);
    }
}

static void ignore(const struct event *event, void *ctx)
{
    (void)event;
    ++*(unsigned *)ctx;
}

static void an_event_stays_until_its_own_answer(void **state)
{
    AUTO_ARENA arena = arena_new(0);
    struct events events = {0};
    unsigned told = 0;

    (void)state;
    events_add(&events, EVENT_TRANSFER_COMPLETE, "");
    events_add(&events, EVENT_M_DOWNLOAD, "d1");
    events_add(&events, EVENT_M_DOWNLOAD, "d2");
    events_add(&events, EVENT_PERIODIC, "");
    assert_int_equal(events_to_send(&events, arena).count, 4);
    events_delivered(&events, CWMP_INFORM_RESPONSE, NULL, ignore, &told);
    assert_int_equal(events.count, 3);
    events_delivered(&events, CWMP_TRANSFER_COMPLETE_RESPONSE, "d1", ignore, &told);
    assert_int_equal(events.count, 2);
    events_delivered(&events, CWMP_TRANSFER_COMPLETE_RESPONSE, NULL, ignore, &told);
    assert_int_equal(events.count, 0);
    assert_int_equal(told, 4);
    events_free(&events);
}

static void what_happened_after_the_inform_is_told_again(void **state)
{
    AUTO_ARENA arena = arena_new(0);
    struct events events = {0};
    unsigned told = 0;

    (void)state;
    events_add(&events, EVENT_PERIODIC, "");
    events_add(&events, EVENT_PERIODIC, "");
    assert_int_equal(events_to_send(&events, arena).count, 1);
    events_add(&events, EVENT_PERIODIC, "");
    events_delivered(&events, CWMP_INFORM_RESPONSE, NULL, ignore, &told);
    assert_int_equal(events.count, 1);
    assert_true(events_session_over(&events));
    assert_int_equal(events_to_send(&events, arena).count, 1);
    events_add(&events, EVENT_PERIODIC, ""); /* and now the session fails: one event, not two */
    assert_true(events_session_over(&events));
    assert_int_equal(events.count, 1);
    events_free(&events);
}

static void each_event_has_its_fate(void **state)
{
    static const struct {
        enum event_code code;
        bool after_failure, after_restart;
    } cases[] = {
        {EVENT_BOOTSTRAP,          true,  true },
        {EVENT_BOOT,               true,  false},
        {EVENT_PERIODIC,           true,  true },
        {EVENT_VALUE_CHANGE,       true,  false},
        {EVENT_CONNECTION_REQUEST, false, false},
        {EVENT_TRANSFER_COMPLETE,  true,  true },
        {EVENT_M_REBOOT,           true,  true },
        {EVENT_M_DOWNLOAD,         true,  true },
    };
    AUTO_ARENA arena = arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct events events = {0};

        events_add(&events, cases[i].code, "key");
        assert_int_equal(events_to_send(&events, arena).count, 1);
        assert_false(events_session_over(&events));
        assert_int_equal(events_have(&events, cases[i].code), cases[i].after_failure);
        events_restarted(&events);
        assert_int_equal(events_have(&events, cases[i].code),
                         cases[i].after_failure && cases[i].after_restart);
        events_free(&events);
    }
}

static void bootstrap_drops_what_waited_before(void **state)
{
    struct events events = {0};

    (void)state;
    events_add(&events, EVENT_M_REBOOT, "k");
    events_add(&events, EVENT_PERIODIC, "");
    events_add(&events, EVENT_BOOTSTRAP, "");
    events_add(&events, EVENT_BOOT, "");
    assert_int_equal(events.count, 2);
    assert_false(events_have(&events, EVENT_M_REBOOT));
    events_free(&events);
}

static void a_journal_makes_a_home_what_it_was(void **state)
{
    static const char *const lines[] = {
        "{\"did\":\"told\",\"event\":\"0 BOOTSTRAP\"}",
        "{\"did\":\"SetParameterValues\",\"parameter_key\":\"pk\",\"values\":{\"Device.Gone\":\"x\"}}",
        "{\"did\":\"set\",\"values\":{\"Device.Time.Enable\":\"false\"}}",
        "{\"did\":\"Reboot\",\"command_key\":\"a\"}",
        "{\"did\":\"Reboot\",\"command_key\":\"b\"}",
        "{\"did\":\"told\",\"event\":\"M Reboot\",\"command_key\":\"a\"}",
        "{\"did\":\"nothing that is known\"}",
    };
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        AUTO_JSON line = NULL;

        assert_int_equal(json_read(lines[i], strlen(lines[i]), &line), ERR_OK);
        home_recall(&lone.home, line);
    }
    assert_true(lone.home.known);
    assert_string_equal(tree_text(&lone.home.tree, "Time.Enable", lone.arena), "0");
    assert_string_equal(tree_text(&lone.home.tree, "ManagementServer.ParameterKey", lone.arena), "pk");
    assert_int_equal(lone.home.events.count, 1);
    assert_string_equal(lone.home.events.items[0].key, "b");
    lone_home_close(&lone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_waits_are_those_of_the_standard),
        cmocka_unit_test(the_waits_scale_with_both_parameters),
        cmocka_unit_test(an_event_stays_until_its_own_answer),
        cmocka_unit_test(what_happened_after_the_inform_is_told_again),
        cmocka_unit_test(each_event_has_its_fate),
        cmocka_unit_test(bootstrap_drops_what_waited_before),
        cmocka_unit_test(a_journal_makes_a_home_what_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
