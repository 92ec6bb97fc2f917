/* Homes and what is said of them, a family of rules at a time (verdicts/ has them); and what holds for all.
 */
#include <string.h>

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

int main(void)
{
    struct CMUnitTest tests[FAMILY_COUNT + 3];

    for (size_t i = 0; i < FAMILY_COUNT; i++)
        tests[i] = (struct CMUnitTest){.name = families[i].name,
                                       .test_func = check_family,
                                       .initial_state = (void *)(uintptr_t)&families[i]};
    tests[FAMILY_COUNT] = (struct CMUnitTest)cmocka_unit_test(test_every_code_is_reached);
    tests[FAMILY_COUNT + 1] =
        (struct CMUnitTest)cmocka_unit_test(test_causes_stand_in_the_order_of_the_catalogue);
    tests[FAMILY_COUNT + 2] = (struct CMUnitTest)cmocka_unit_test(test_words_are_filled_in);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
