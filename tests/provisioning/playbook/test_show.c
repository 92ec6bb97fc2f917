/* Runs as they are shown to agents, and as they are kept. */
#include <string.h>

#include "acs/base/text.h"
#include "tests/provisioning/playbook/walk.h"

#define HEAD "id: x\ntitle: {pt-BR: \"T\", en: \"T\"}\nstart: a\nsteps:\n"
#define ENDS                            \
    "  bom: {end: {outcome: solved}}\n" \
    "  ruim: {end: {outcome: escalate, to: campo, reason: optical, sla: 24h}}\n"
#define ASK "ask: {pt-BR: \"Acendeu?\", en: \"Is it on?\"}"

static const char questions_text[] =
    HEAD "  a: {" ASK ", answers: {sim: b, nao: ruim}}\n"
         "  b: {say: {pt-BR: \"Luz em {wan.optical.rx_dbm} dBm.\", en: \"Light at {wan.optical.rx_dbm} "
         "dBm.\"}, then: c}\n"
         "  c: {" ASK ", answers: {sim: d, nao: ruim}}\n"
         "  d: {say: {pt-BR: \"Espere.\", en: \"Wait.\"}, pause: true, then: bom}\n" ENDS;

static const char *show(struct walk *walk, enum playbook_language language)
{
    struct text out = TEXT_IN(walk->arena);
    struct json_writer json = JSON_WRITER(&out);
    struct facts facts = facts_of_list(&walk->facts, walk->now_us);

    json_open_object(&json);
    run_show(walk->run, walk->playbook, &facts, language, &json);
    json_close_object(&json);
    return text_string(&out);
}

static void test_a_run_is_shown_in_the_agents_language(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, questions_text);
    walk_number(&walk, "wan.optical.rx_dbm", -27.64);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_int_equal(walk_answer(&walk, "1"), ERR_OK);
    assert_string_equal(show(&walk, PLAYBOOK_PT),
                        "{\"title\":\"T\",\"state\":\"asking\",\"dry\":false,\"step\":\"c\",\"kind\":\"ask\","
                        "\"position\":3,\"of\":4,"
                        "\"text\":\"Acendeu?\",\"said\":[\"Luz em −27,6 dBm.\"],"
                        "\"answers\":[{\"number\":1,\"key\":\"sim\",\"label\":\"Sim\"},{\"number\":2,\"key\":"
                        "\"nao\",\"label\":\"Não\"}],"
                        "\"action\":null,\"wait_until\":null,\"path\":["
                        "{\"step\":\"a\",\"input\":\"sim\",\"by\":\"ana\",\"at\":\"2025-11-29T19:00:00Z\","
                        "\"values\":null,\"before\":null,\"action\":null,\"detail\":null},"
                        "{\"step\":\"b\",\"input\":\"then\",\"by\":null,\"at\":\"2025-11-29T19:00:00Z\","
                        "\"values\":null,\"before\":null,\"action\":null,\"detail\":null}]}");
    assert_non_null(strstr(show(&walk, PLAYBOOK_EN), "\"said\":[\"Light at −27.6 dBm.\"]"));
    assert_int_equal(walk_answer(&walk, "2"), ERR_OK);
    assert_non_null(
        strstr(show(&walk, PLAYBOOK_EN),
               "\"end\":{\"outcome\":\"escalate\",\"to\":\"campo\",\"reason\":\"optical\",\"sla_s\":86400}"));
}

static void test_facts_that_are_not_known_are_shown_so(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, questions_text);
    assert_int_equal(walk_look(&walk), ERR_OK);
    assert_int_equal(walk_answer(&walk, "1"), ERR_OK);
    assert_non_null(strstr(show(&walk, PLAYBOOK_EN), "\"said\":[\"Light at ? dBm.\"]"));
}

static void test_what_is_no_run_is_refused(void **state)
{
    static const char *const rows[] = {
        "{}",
        "[]",
        "{\"step\":\"z\",\"phase\":\"asking\"}",
        "{\"step\":\"a\",\"phase\":\"dancing\"}",
        "{\"step\":\"a\",\"phase\":\"asking\",\"decisions\":[\"z\"]}",
    };
    AUTO_ARENA arena = arena_new(4096);
    struct walk walk;

    (void)state;
    walk_begin(&walk, arena, questions_text);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct run run = {.arena = arena};
        AUTO_JSON doc = NULL;

        assert_int_equal(json_read(rows[i], strlen(rows[i]), &doc), ERR_OK);
        assert_int_equal(run_read(doc, walk.playbook, &run), ERR_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_run_is_shown_in_the_agents_language),
        cmocka_unit_test(test_facts_that_are_not_known_are_shown_so),
        cmocka_unit_test(test_what_is_no_run_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
