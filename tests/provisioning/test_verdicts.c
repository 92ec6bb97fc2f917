/* Homes and what is said of them, a family of rules at a time (verdicts/ has them); and what holds for all.
 */
#include <string.h>

#include "acs/base/json.h"
#include "tests/provisioning/verdict_case.h"

#define CASE(name, home, said) {name, home, said},

static const struct verdict_case contact[] = {
#include "tests/provisioning/verdicts/contact.def"
};
static const struct verdict_case boots[] = {
#include "tests/provisioning/verdicts/boots.def"
};
static const struct verdict_case wan[] = {
#include "tests/provisioning/verdicts/wan.def"
};
static const struct verdict_case pppoe[] = {
#include "tests/provisioning/verdicts/pppoe.def"
};
static const struct verdict_case wifi[] = {
#include "tests/provisioning/verdicts/wifi.def"
};
static const struct verdict_case lan[] = {
#include "tests/provisioning/verdicts/lan.def"
};
static const struct verdict_case speed[] = {
#include "tests/provisioning/verdicts/speed.def"
};
static const struct verdict_case firmware[] = {
#include "tests/provisioning/verdicts/firmware.def"
};
static const struct verdict_case incident[] = {
#include "tests/provisioning/verdicts/incident.def"
};

#undef CASE

enum { LEAST_CASES = 40 };

static const struct family {
    const char *name;
    const struct verdict_case *cases;
    size_t count;
} families[] = {
#define FAMILY(name)                                \
    {                                               \
#name, name, sizeof(name) / sizeof(*(name)) \
    }
    FAMILY(contact), FAMILY(boots), FAMILY(wan),      FAMILY(pppoe),    FAMILY(wifi),
    FAMILY(lan),     FAMILY(speed), FAMILY(firmware), FAMILY(incident),
#undef FAMILY
};

enum { FAMILY_COUNT = sizeof(families) / sizeof(*families) };

static void check_family(void **state)
{
    const struct family *family = *state;

    assert_true(family->count >= LEAST_CASES);
    verdict_cases_check(family->cases, family->count);
}

/* ---- of all of them ---- */

static bool is_said(const char *said, enum verdict_code code)
{
    const char *name = verdict_code_name(code);
    size_t len = strlen(name);

    for (const char *at = strstr(said, name); at != NULL; at = strstr(at + 1, name))
        if ((at == said || at[-1] == ' ') && strchr(" =", at[len]) != NULL)
            return true;
    return false;
}

static void test_every_code_is_reached(void **state)
{
    (void)state;
    for (int code = 0; code < VERDICT_COUNT; code++) {
        bool reached = false;

        for (size_t i = 0; i < FAMILY_COUNT; i++)
            for (size_t k = 0; k < families[i].count; k++)
                reached = reached || is_said(families[i].cases[k].said, (enum verdict_code)code);
        if (!reached)
            fail_msg("%s is never said", verdict_code_name((enum verdict_code)code));
        assert_int_equal(verdict_code_find(verdict_code_name((enum verdict_code)code)), code);
    }
    assert_int_equal(verdict_code_find("nothing"), VERDICT_COUNT);
}

static void check_order(const struct verdict_case *row)
{
    AUTO_ARENA arena = arena_new(65536);
    struct verdict_question question = verdict_case_read(row->home, arena);
    const struct verdict *verdict = verdict_judge(&question, arena);

    assert_true(verdict->count > 0);
    for (size_t i = 1; i < verdict->count; i++)
        assert_true(verdict->causes[i].code > verdict->causes[i - 1].code);
    for (size_t i = 0; i < verdict->count; i++)
        assert_in_range(verdict->causes[i].confidence, 1, 100);
}

static void test_causes_stand_in_the_order_of_the_catalogue(void **state)
{
    (void)state;
    for (size_t i = 0; i < FAMILY_COUNT; i++)
        for (size_t k = 0; k < families[i].count; k++)
            check_order(&families[i].cases[k]);
}

/* As it is read out to a customer. */
static void test_words_are_filled_in(void **state)
{
    AUTO_ARENA arena = arena_new(65536);
    struct verdict_question question = verdict_case_read(
        "contact.age_s=9000 contact.call=unreachable contact.call_age_s=5 wan.optical.rx_dbm=-27.65 "
        "wifi.5g.enabled=false wifi.5g.ssid={n}",
        arena);
    const struct verdict *verdict = verdict_judge(&question, arena);

    (void)state;
    assert_string_equal(verdict->causes[0].headline.pt, "Aparelho fora há 2 h");
    assert_string_equal(verdict->causes[1].headline.pt, "Sinal óptico fraco: −27,7 dBm");
    assert_string_equal(verdict->causes[1].headline.en, "Weak optical signal: −27.7 dBm");
    assert_non_null(strstr(verdict->causes[2].say.pt, "a rede {n} volta"));
}

static const struct saying written[] = {
    {"offline.say",       "Não vejo o aparelho há {t}.", "I have not seen it for {t}."},
    {"optical_bad.1.say", "Forte.",                        "Strong."                    },
    {"optical_bad.say",   "{x} dBm, limite {limit}.",      "{x} dBm, limit {limit}."    },
    {"ok.headline",       "Bem",                           "Well"                       },
};

/* What somebody has written is said; what was kept with it answers the same when it is written no more. */
static void test_written_words_are_said_and_kept(void **state)
{
    AUTO_ARENA arena = arena_new(65536);
    struct verdict_question again,
        question = verdict_case_read(
            "contact.age_s=9000 contact.call=unreachable contact.call_age_s=5 wan.optical.rx_dbm=-27.65",
            arena);
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    const struct verdict *verdict;
    AUTO_JSON doc = NULL;
    int64_t rules;

    (void)state;
    question.sayings = (struct sayings){written, sizeof(written) / sizeof(*written)};
    verdict = verdict_judge(&question, arena);
    assert_string_equal(verdict->causes[0].say.pt, "Não vejo o aparelho há 2 h.");
    assert_string_equal(verdict->causes[1].say.en, "−27.7 dBm, limit −27.");
    question.sayings = verdict_sayings_used(verdict, &question.sayings, arena);
    assert_int_equal(question.sayings.count, 2);
    verdict_write_question(&question, &json);
    assert_int_equal(json_read(out.data, out.len, &doc), ERR_OK);
    assert_int_equal(verdict_read_question(doc, arena, &again, &rules), ERR_OK);
    assert_int_equal(again.sayings.count, 2);
    assert_string_equal(verdict_case_answer(&question, arena), verdict_case_answer(&again, arena));
}

/* What is in a database that does not fit any more is passed over, and the built-in words are said. */
static void test_sayings_that_do_not_fit_are_passed_over(void **state)
{
    static const char kept[] =
        "{\"rules\":1,\"now\":1000,\"thresholds\":{},\"facts\":{},\"sayings\":{"
        "\"no_data.say\":{\"pt-BR\":\"{x}\",\"en\":\"a\"},\"no_data.next\":{\"pt-BR\":\"a\"},"
        "\"no_data.9.say\":{\"pt-BR\":\"a\",\"en\":\"a\"},\"reason.slow\":{\"pt-BR\":\"a\",\"en\":\"a\"},"
        "\"offline.say\":[1],\"ok.say\":\"a\",\"no_data.headline\":{\"pt-BR\":\"Nada\",\"en\":\"None\"}}}";
    AUTO_ARENA arena = arena_new(65536);
    struct verdict_question question;
    AUTO_JSON doc = NULL;
    int64_t rules;

    (void)state;
    assert_int_equal(json_read(kept, strlen(kept), &doc), ERR_OK);
    assert_int_equal(verdict_read_question(doc, arena, &question, &rules), ERR_OK);
    assert_int_equal(question.sayings.count, 1);
    assert_string_equal(verdict_judge(&question, arena)->causes[0].headline.pt, "Nada");
    assert_non_null(strstr(verdict_judge(&question, arena)->causes[0].say.en, "one moment"));
}

int main(void)
{
    struct CMUnitTest tests[FAMILY_COUNT + 5];

    for (size_t i = 0; i < FAMILY_COUNT; i++)
        tests[i] = (struct CMUnitTest){.name = families[i].name,
                                       .test_func = check_family,
                                       .initial_state = (void *)(uintptr_t)&families[i]};
    tests[FAMILY_COUNT] = (struct CMUnitTest)cmocka_unit_test(test_every_code_is_reached);
    tests[FAMILY_COUNT + 1] =
        (struct CMUnitTest)cmocka_unit_test(test_causes_stand_in_the_order_of_the_catalogue);
    tests[FAMILY_COUNT + 2] = (struct CMUnitTest)cmocka_unit_test(test_words_are_filled_in);
    tests[FAMILY_COUNT + 3] = (struct CMUnitTest)cmocka_unit_test(test_written_words_are_said_and_kept);
    tests[FAMILY_COUNT + 4] =
        (struct CMUnitTest)cmocka_unit_test(test_sayings_that_do_not_fit_are_passed_over);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
