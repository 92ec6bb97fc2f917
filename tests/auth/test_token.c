#include "acs/auth/token.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/check.h"

static void a_token_has_the_form_that_scanners_look_for(void **state)
{
    char token[TOKEN_MAX];

    (void)state;
    token_make("live", token);
    assert_true(strncmp(token, "acs_live_", 9) == 0);
    assert_int_equal(strlen(token), 9 + 32 + 1 + 6);
    assert_int_equal(strspn(token + 9, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), 32);
    assert_int_equal(token[9 + 32], '_');
    assert_true(token_is_well_formed(token));
}

static void the_longest_environment_fits(void **state)
{
    char token[TOKEN_MAX];

    (void)state;
    token_make("abcdefghijklmnop", token);
    assert_true(token_is_well_formed(token));
    assert_true(strlen(token) < TOKEN_MAX);
}

static void no_two_tokens_are_alike(void **state)
{
    enum { COUNT = 1000 };
    static char tokens[COUNT][TOKEN_MAX];

    (void)state;
    for (int i = 0; i < COUNT; i++) {
        token_make("t", tokens[i]);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(tokens[i], tokens[j]);
    }
}

/* Any one character changed, added or taken away. */
static void a_damaged_token_is_told_by_its_checksum(void **state)
{
    char token[TOKEN_MAX], damaged[TOKEN_MAX + 1];
    size_t len;

    (void)state;
    token_make("test", token);
    len = strlen(token);
    for (size_t i = 0; i < len; i++) {
        memcpy(damaged, token, len + 1);
        damaged[i] = damaged[i] == 'x' ? 'y' : 'x';
        assert_false(token_is_well_formed(damaged));
        memmove(damaged + i, token + i + 1, len - i);
        assert_false(token_is_well_formed(damaged));
    }
    snprintf(damaged, sizeof(damaged), "%sx", token);
    assert_false(token_is_well_formed(damaged));
}

static void what_is_no_token_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "acs_",
        "acs_test",
        "Bearer",
        "acs_test_00000000000000000000000000000000_000000",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_false(token_is_well_formed(wrong[i]));
}

/* The checksum is CRC-32 as everybody computes it, so that a scanner can, too. */
static void the_checksum_is_the_usual_one(void **state)
{
    (void)state;
    assert_true(token_is_well_formed("acs_test_00000000000000000000000000000000_2LEUe1"));
}

static void environments_are_short_words(void **state)
{
    static const struct {
        const char *environment;
        bool valid;
    } rows[] = {
        {"live",              true },
        {"a",                 true },
        {"demo2",             true },
        {"abcdefghijklmnop",  true },
        {"",                  false},
        {"A",                 false},
        {"a_b",               false},
        {"abcdefghijklmnopq", false},
        {"a b",               false},
        {"ç",                false},
        {"a-b",               false}
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(token_environment_is_valid(rows[i].environment), rows[i].valid);
}

static void every_capability_has_a_name_that_leads_back(void **state)
{
    enum capability capability = CAPABILITY_NOBODY;

    (void)state;
    for (unsigned i = CAPABILITY_PUBLIC + 1; i < CAPABILITY_COUNT; i++) {
        assert_true(capability_by_name(capability_name((enum capability)i), &capability));
        assert_int_equal(capability, i);
    }
    /* No token can hold these two by name. */
    assert_false(capability_by_name("nobody", &capability));
    assert_false(capability_by_name("public", &capability));
    assert_false(capability_by_name("", &capability));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_has_the_form_that_scanners_look_for),
        cmocka_unit_test(the_longest_environment_fits),
        cmocka_unit_test(no_two_tokens_are_alike),
        cmocka_unit_test(a_damaged_token_is_told_by_its_checksum),
        cmocka_unit_test(what_is_no_token_is_refused),
        cmocka_unit_test(the_checksum_is_the_usual_one),
        cmocka_unit_test(environments_are_short_words),
        cmocka_unit_test(every_capability_has_a_name_that_leads_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
