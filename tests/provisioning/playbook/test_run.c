/* The engine: what goes on by itself, what waits for whom, and what a crash, a wrong key or a long pause may
 * do. */
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "tests/provisioning/playbook/walk.h"

#define HEAD "id: x\ntitle: {pt-BR: \"T\", en: \"T\"}\nstart: a\nsteps:\n"
#define ENDS                            \
    "  bom: {end: {outcome: solved}}\n" \
    "  ruim: {end: {outcome: escalate, to: campo, reason: optical, sla: 24h}}\n"
#define ASK "ask: {pt-BR: \"Acendeu?\", en: \"Is it on?\"}"

static const char check_text[] =
    HEAD "  a: {check: wan.optical.rx_dbm >= -27, yes: bom, no: ruim, unknown: b}\n"
         "  b: {" ASK ", answers: {sim: bom, nao: ruim}}\n" ENDS;

static void test_a_check_goes_on_by_itself(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, check_text);
    walk_number(&walk, "wan.optical.rx_dbm", -20);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_at(&walk, "bom", RUN_ENDED);
    assert_int_equal(walk.run->visit_count, 2);
    assert_string_equal(walk.run->visits[0].input, "yes");
    assert_null(walk.run->visits[0].by);
    assert_string_equal(walk.run->visits[0].values, "{\"wan.optical.rx_dbm\":[-20.0,1764442800]}");
    assert_string_equal(walk.run->visits[1].input, "solved");
    assert_int_equal(walk_answer(&walk, "1"), ERR_CONFLICT);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_int_equal(walk.run->visit_count, 2);
}

static void test_what_is_not_known_has_its_own_way(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, check_text);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_at(&walk, "b", RUN_ASKING);
    assert_null(walk.order.kind);
}

static void test_answers_are_numbers_or_keys(void **state)
{
    static const char *const wrong[] = {"", "0", "3", "12", "SIM", "yes", "-1", "1 "};
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, check_text);
    assert_int_equal(walk_look(&walk), ERR_OK);
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_int_equal(walk_answer(&walk, wrong[i]), ERR_INVALID);
    assert_int_equal(walk.run->visit_count, 1);
    assert_int_equal(walk_answer(&walk, "nao"), ERR_OK);
    assert_at(&walk, "ruim", RUN_ENDED);
    assert_string_equal(walk.run->visits[1].by, "ana");
    walk_begin(&walk, arena, check_text);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_int_equal(walk_answer(&walk, "1"), ERR_OK);
    assert_at(&walk, "bom", RUN_ENDED);
}

/* ---- reading the device first ---- */

static const char age_text[] =
    HEAD "  a: {check: wan.optical.rx_dbm >= -27, max_age: 60s, yes: bom, no: ruim, unknown: b}\n"
         "  b: {" ASK ", answers: {sim: bom, nao: ruim}}\n" ENDS;

static void test_fresh_facts_need_no_reading(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, age_text);
    walk_number(&walk, "wan.optical.rx_dbm", -20);
    walk_wait(&walk, 59);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_at(&walk, "bom", RUN_ENDED);
    assert_int_equal(walk.started, 0);
}

static void test_old_facts_are_read_first(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, age_text);
    walk_number(&walk, "wan.optical.rx_dbm", -20);
    walk_wait(&walk, 61);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_at(&walk, "a", RUN_REFRESHING);
    assert_string_equal(walk.order.kind, "refresh");
    assert_string_equal(walk.order.args, "{}");
    walk_crash(&walk);
    assert_int_equal(walk_look(&walk), ERR_OK); /* looked at again: nothing is ordered twice */
    assert_null(walk.order.kind);
    walk_wait(&walk, 4);
    walk_number(&walk, "wan.optical.rx_dbm", -29);
    assert_int_equal(walk_result(&walk, true, NULL), ERR_OK);
    assert_at(&walk, "ruim", RUN_ENDED);
    assert_string_equal(walk.run->visits[0].before, "{\"wan.optical.rx_dbm\":[-20.0,1764442800]}");
    assert_string_equal(walk.run->visits[0].values, "{\"wan.optical.rx_dbm\":[-29.0,1764442865]}");
}

static void test_what_could_not_be_read_is_unknown(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, age_text);
    walk_number(&walk, "wan.optical.rx_dbm", -20);
    walk_wait(&walk, 3600);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_int_equal(walk_result(&walk, false, "it did not call in"), ERR_OK);
    assert_at(&walk, "b", RUN_ASKING);
    assert_string_equal(walk.run->visits[0].input, "unknown");
}

/* The agent went home: what was read then is no evidence now. */
static void test_a_reading_of_yesterday_is_made_again(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct run_input input = {.kind = RUN_RESULT, .succeeded = true};
    struct walk walk;
    struct facts facts;

    (void)state;
    walk_begin(&walk, arena, age_text);
    assert_int_equal(walk_look(&walk), ERR_OK);
    walk_number(&walk, "wan.optical.rx_dbm", -20);
    input.ended_us = walk.now_us;
    walk_wait(&walk, 86400);
    facts = facts_of_list(&walk.facts, walk.now_us);
    input.world.facts = &facts;
    assert_int_equal(run_step(walk.run, walk.playbook, &input, &walk.order), ERR_OK);
    assert_at(&walk, "a", RUN_REFRESHING);
    assert_string_equal(walk.order.kind, "refresh");
}

/* The light set of a home that was read once is known. */
static void test_a_home_that_is_known_is_read_lightly(void **state)
{
    static const char *const known[] = {"wan.ip",       "wan.status",      "wan.link",        "wifi.2g.ssid",
                                        "wifi.5g.ssid", "device.software", "lan.dns_servers", "wan.access"};
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, age_text);
    for (size_t i = 0; i < COUNT_OF(known); i++)
        walk_text(&walk, known[i], "x");
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_string_equal(walk.order.args, "{\"set\":\"light\"}");
}

static const char recheck_text[] =
    HEAD "  a: {say: {pt-BR: \"Solte o cabo.\", en: \"Free the cable.\"}, then: b}\n"
         "  b: {check: wan.optical.rx_dbm >= -27, recheck: 15s, yes: bom, no: ruim}\n" ENDS;

static void test_a_recheck_waits_reads_and_judges_what_is_new(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, recheck_text);
    walk_number(&walk, "wan.optical.rx_dbm", -20); /* good, but of before */
    walk_wait(&walk, 1);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_at(&walk, "b", RUN_PAUSING);
    assert_false(run_is_due(walk.run, walk.now_us + 14 * (int64_t)US_PER_S));
    assert_true(run_is_due(walk.run, walk.now_us + 15 * (int64_t)US_PER_S));
    walk_wait(&walk, 14);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_at(&walk, "b", RUN_PAUSING);
    walk_crash(&walk);
    walk_wait(&walk, 1);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_at(&walk, "b", RUN_REFRESHING);
    walk_wait(&walk, 2);
    walk_number(&walk, "wan.optical.rx_dbm", -24);
    assert_int_equal(walk_result(&walk, true, NULL), ERR_OK);
    assert_at(&walk, "bom", RUN_ENDED);
    assert_string_equal(walk.run->visits[1].before, "{\"wan.optical.rx_dbm\":[-20.0,1764442800]}");
    assert_string_equal(walk.run->visits[1].values, "{\"wan.optical.rx_dbm\":[-24.0,1764442818]}");
}

static void test_a_recheck_that_read_nothing_takes_the_way_of_unknown(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, recheck_text);
    walk_number(&walk, "wan.optical.rx_dbm", -20);
    walk_wait(&walk, 1);
    assert_int_equal(walk_look(&walk), ERR_OK);
    walk_wait(&walk, 20);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_at(&walk, "b", RUN_REFRESHING);
    assert_int_equal(walk_result(&walk, false, "expired"), ERR_OK);
    assert_at(&walk, "ruim", RUN_ENDED);
    assert_string_equal(walk.run->visits[1].input, "unknown");
}

/* ---- do ---- */

static const char do_text[] = HEAD "  a: {do: reboot, done: b, failed: ruim}\n"
                                   "  b: {" ASK ", answers: {sim: bom, nao: a}}\n" ENDS;

static void test_what_the_customer_notices_an_agent_starts(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, do_text);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_at(&walk, "a", RUN_ASKING);
    assert_int_equal(walk.started, 0);
    assert_int_equal(walk_answer(&walk, "1"), ERR_OK);
    assert_at(&walk, "a", RUN_DOING);
    assert_string_equal(walk.order.kind, "reboot");
    assert_string_equal(walk.order.args, "{}");
    assert_string_equal(walk.run->action, "act_1");
}

static void test_what_was_sent_is_not_sent_again(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, do_text);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_int_equal(walk_answer(&walk, "go"), ERR_OK);
    walk_crash(&walk);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(walk_look(&walk), ERR_OK);
        assert_null(walk.order.kind);
        assert_int_equal(walk_answer(&walk, "go"), ERR_CONFLICT);
        assert_int_equal(walk_back(&walk), ERR_CONFLICT);
    }
    assert_int_equal(walk_result(&walk, true, NULL), ERR_OK);
    assert_at(&walk, "b", RUN_ASKING);
    assert_int_equal(walk_result(&walk, true, NULL), ERR_CONFLICT);
    assert_string_equal(walk.run->visits[1].action, "act_1");
    assert_int_equal(walk.started, 1);
}

/* Round again: the same step is not done a second time unless somebody says so. */
static void test_a_second_time_is_asked_for(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct run_option options[RUN_OPTIONS_MAX];
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, do_text);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_int_equal(walk_answer(&walk, "go"), ERR_OK);
    assert_int_equal(walk_result(&walk, true, NULL), ERR_OK);
    assert_int_equal(walk_answer(&walk, "nao"), ERR_OK);
    assert_at(&walk, "a", RUN_ASKING);
    assert_int_equal(run_options(walk.run, walk.playbook, options), 2);
    assert_string_equal(options[0].key, "again");
    assert_int_equal(walk_answer(&walk, "keep"), ERR_OK);
    assert_at(&walk, "b", RUN_ASKING);
    assert_int_equal(walk_answer(&walk, "nao"), ERR_OK);
    assert_int_equal(walk_answer(&walk, "again"), ERR_OK);
    assert_at(&walk, "a", RUN_DOING);
    assert_int_equal(walk_result(&walk, false, "the device refused"), ERR_OK);
    assert_at(&walk, "ruim", RUN_ENDED);
    assert_string_equal(walk.run->visits[walk.run->visit_count - 2].detail, "the device refused");
    assert_int_equal(walk.started, 2);
}

static void test_what_is_not_done_goes_the_way_of_a_failure(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, do_text);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_int_equal(walk_answer(&walk, "skip"), ERR_OK);
    assert_at(&walk, "ruim", RUN_ENDED);
    assert_int_equal(walk.started, 0);
}

static void test_a_harmless_one_starts_by_itself_once(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena,
               HEAD "  a: {do: refresh, done: b, failed: ruim}\n"
                    "  b: {" ASK ", answers: {sim: bom, nao: a}}\n" ENDS);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_at(&walk, "a", RUN_DOING);
    assert_int_equal(walk_result(&walk, true, NULL), ERR_OK);
    assert_int_equal(walk_answer(&walk, "nao"), ERR_OK);
    assert_at(&walk, "a", RUN_ASKING);
    assert_null(walk.order.kind);
}

static void test_what_the_device_cannot_do_has_failed(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, do_text);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_int_equal(walk_answer(&walk, "go"), ERR_OK);
    run_refused(walk.run, walk.playbook, "its model has no Reboot", walk.now_us);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_at(&walk, "ruim", RUN_ENDED);
    assert_string_equal(walk.run->visits[1].detail, "its model has no Reboot");
}

static const char params_text[] =
    HEAD "  a: {do: object.add, params: {object: {agent: {pt-BR: \"Objeto\", en: \"Object\"}}, values: "
         "{fact: wan.ip}}, done: bom, failed: ruim}\n" ENDS;

static void test_params_come_from_agents_and_facts(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, params_text);
    walk_text(&walk, "wan.ip", "203.0.113.7");
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_at(&walk, "a", RUN_ASKING);
    assert_int_equal(walk_answer(&walk, "go"), ERR_INVALID);
    assert_string_equal(err_message(), "params: \"object\" is missing");
    assert_int_equal(walk_answer_with(&walk, "go", "{\"object\":\"Device.X.\",\"more\":1}"), ERR_OK);
    assert_string_equal(walk.order.args, "{\"object\":\"Device.X.\",\"values\":\"203.0.113.7\"}");
    run_write(walk.run, walk.playbook, &json);
    assert_null(strstr(out.data, "Device.X.")); /* what an agent gives is nowhere but in the action */
}

static void test_what_was_typed_becomes_what_is_meant(void **state)
{
    static const struct {
        const char *type, *given, *args;
    } rows[] = {
        {"text",   "\"8\"",                  "{\"path\":\"8\"}"                    },
        {"number", "\"8\"",                  "{\"path\":8}"                        },
        {"number", "\"eight\"",              "{\"path\":\"eight\"}"                }, /* the action says what is wrong with it */
        {"number", "9",                      "{\"path\":9}"                        },
        {"list",   "\" 8.8.8.8, 1.1.1.1 \"", "{\"path\":[\"8.8.8.8\",\"1.1.1.1\"]}"},
        {"list",   "[\"a\"]",                "{\"path\":[\"a\"]}"                  },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        AUTO_ARENA arena = arena_new(4096);
        struct walk walk;

        walk_begin(&walk, arena,
                   arena_printf(arena,
                                HEAD
                                "  a: {do: refresh, params: {path: {agent: {pt-BR: x, en: y}, type: %s}},"
                                " done: bom, failed: ruim}\n" ENDS,
                                rows[i].type));
        assert_int_equal(walk_look(&walk), ERR_OK);
        assert_int_equal(walk_answer_with(&walk, "go", arena_printf(arena, "{\"path\":%s}", rows[i].given)),
                         ERR_OK);
        assert_string_equal(walk.order.args, rows[i].args);
    }
}

static void test_numbers_of_facts_are_whole_where_they_are(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(
        &walk, arena,
        HEAD
        "  a: {do: refresh, params: {path: {fact: wifi.2g.best_channel}}, done: bom, failed: ruim}\n" ENDS);
    walk_number(&walk, "wifi.2g.best_channel", 11);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_string_equal(walk.order.args, "{\"path\":11}");
}

static void test_without_its_fact_it_has_failed(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, params_text);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_int_equal(walk_answer_with(&walk, "go", "{\"object\":\"Device.X.\"}"), ERR_OK);
    assert_at(&walk, "ruim", RUN_ENDED);
    assert_string_equal(walk.run->visits[1].detail, "wan.ip is not known");
}

/* ---- back, cancel, rehearsal, bounds ---- */

static const char questions_text[] =
    HEAD "  a: {" ASK ", answers: {sim: b, nao: ruim}}\n"
         "  b: {say: {pt-BR: \"Luz em {wan.optical.rx_dbm} dBm.\", en: \"Light at {wan.optical.rx_dbm} "
         "dBm.\"}, then: c}\n"
         "  c: {" ASK ", answers: {sim: d, nao: ruim}}\n"
         "  d: {say: {pt-BR: \"Espere.\", en: \"Wait.\"}, pause: true, then: bom}\n" ENDS;

static void test_back_undoes_one_decision_at_a_time(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, questions_text);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_int_equal(walk_back(&walk), ERR_CONFLICT);
    assert_int_equal(walk_answer(&walk, "1"), ERR_OK);
    assert_int_equal(walk_answer(&walk, "1"), ERR_OK);
    assert_at(&walk, "d", RUN_ASKING);
    walk_crash(&walk);
    assert_int_equal(walk_back(&walk), ERR_OK);
    assert_at(&walk, "c", RUN_ASKING);
    assert_int_equal(walk_back(&walk), ERR_OK);
    assert_at(&walk, "a", RUN_ASKING);
    assert_int_equal(walk_back(&walk), ERR_CONFLICT);
    assert_int_equal(walk_answer(&walk, "2"), ERR_OK);
    assert_at(&walk, "ruim", RUN_ENDED);
    assert_int_equal(walk_back(&walk), ERR_OK); /* a wrong key on the last question */
    assert_at(&walk, "a", RUN_ASKING);
    assert_string_equal(walk.run->visits[walk.run->visit_count - 1].input, "back");
    assert_string_equal(walk.run->visits[walk.run->visit_count - 1].by, "ana");
}

static void test_a_cancelled_run_stays_so(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct run_input input = {.kind = RUN_CANCEL, .by = "ana"};
    struct walk walk;
    struct facts facts;

    (void)state;
    walk_begin(&walk, arena, questions_text);
    assert_int_equal(walk_look(&walk), ERR_OK);
    facts = facts_of_list(&walk.facts, walk.now_us);
    input.world.facts = &facts;
    assert_int_equal(run_step(walk.run, walk.playbook, &input, &walk.order), ERR_OK);
    assert_at(&walk, "a", RUN_CANCELLED);
    assert_int_equal(run_step(walk.run, walk.playbook, &input, &walk.order), ERR_CONFLICT);
    assert_int_equal(walk_answer(&walk, "1"), ERR_CONFLICT);
    assert_int_equal(walk_back(&walk), ERR_CONFLICT);
}

static void test_a_rehearsal_does_nothing(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena,
               HEAD "  a: {check: wan.optical.rx_dbm >= -27, recheck: 15s, yes: b, no: ruim, unknown: b}\n"
                    "  b: {do: refresh, done: c, failed: ruim}\n"
                    "  c: {do: reboot, done: bom, failed: ruim}\n" ENDS);
    run_begin(walk.run, walk.playbook, true, walk.now_us);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_at(&walk, "b", RUN_ASKING);
    assert_int_equal(walk_answer(&walk, "go"), ERR_INVALID);
    assert_int_equal(walk_answer(&walk, "done"), ERR_OK);
    assert_int_equal(walk_answer(&walk, "2"), ERR_OK);
    assert_at(&walk, "ruim", RUN_ENDED);
    assert_int_equal(walk.started, 0);
}

/* A loop that waits each time turns no longer than a call lasts. */
static void test_steps_without_a_person_are_bounded(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena,
               HEAD "  a: {check: wan.optical.rx_dbm >= -27, recheck: 15s, yes: bom, no: a}\n"
                    "  bom: {end: {outcome: solved}}\n");
    for (int i = 0; i < RUN_AUTOMATIC_MAX; i++) {
        assert_int_equal(walk_look(&walk), ERR_OK);
        walk_wait(&walk, 15);
        assert_int_equal(walk_look(&walk), ERR_OK);
        assert_at(&walk, "a", RUN_REFRESHING);
        walk_number(&walk, "wan.optical.rx_dbm", -29);
        assert_int_equal(walk_result(&walk, true, NULL), ERR_OK);
    }
    assert_at(&walk, "a", RUN_STUCK);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_at(&walk, "a", RUN_STUCK);
    assert_int_equal(walk_answer(&walk, "1"), ERR_CONFLICT);
}

static void test_a_path_is_bounded(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    unsigned answers = 0;
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena,
               HEAD "  a: {" ASK ", answers: {sim: a, nao: bom}}\n  bom: {end: {outcome: solved}}\n");
    assert_int_equal(walk_look(&walk), ERR_OK);
    while (walk_answer(&walk, "1") == ERR_OK && answers <= RUN_VISITS_MAX)
        answers++;
    assert_int_equal(answers, RUN_VISITS_MAX);
    assert_at(&walk, "a", RUN_STUCK);
    while (walk_back(&walk) == ERR_OK)
        assert_true(walk_answer(&walk, "1") == ERR_OK);
    assert_true(walk.run->visit_count <= 2 * RUN_VISITS_MAX + 1);
    walk_crash(&walk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_check_goes_on_by_itself),
        cmocka_unit_test(test_what_is_not_known_has_its_own_way),
        cmocka_unit_test(test_answers_are_numbers_or_keys),
        cmocka_unit_test(test_fresh_facts_need_no_reading),
        cmocka_unit_test(test_old_facts_are_read_first),
        cmocka_unit_test(test_what_could_not_be_read_is_unknown),
        cmocka_unit_test(test_a_reading_of_yesterday_is_made_again),
        cmocka_unit_test(test_a_home_that_is_known_is_read_lightly),
        cmocka_unit_test(test_a_recheck_waits_reads_and_judges_what_is_new),
        cmocka_unit_test(test_a_recheck_that_read_nothing_takes_the_way_of_unknown),
        cmocka_unit_test(test_what_the_customer_notices_an_agent_starts),
        cmocka_unit_test(test_what_was_sent_is_not_sent_again),
        cmocka_unit_test(test_a_second_time_is_asked_for),
        cmocka_unit_test(test_what_is_not_done_goes_the_way_of_a_failure),
        cmocka_unit_test(test_a_harmless_one_starts_by_itself_once),
        cmocka_unit_test(test_what_the_device_cannot_do_has_failed),
        cmocka_unit_test(test_params_come_from_agents_and_facts),
        cmocka_unit_test(test_what_was_typed_becomes_what_is_meant),
        cmocka_unit_test(test_numbers_of_facts_are_whole_where_they_are),
        cmocka_unit_test(test_without_its_fact_it_has_failed),
        cmocka_unit_test(test_back_undoes_one_decision_at_a_time),
        cmocka_unit_test(test_a_cancelled_run_stays_so),
        cmocka_unit_test(test_a_rehearsal_does_nothing),
        cmocka_unit_test(test_steps_without_a_person_are_bounded),
        cmocka_unit_test(test_a_path_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
