#include "acs/auth/totp.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/check.h"

/* "12345678901234567890" (RFC 4226 appendix D, RFC 6238 appendix B) in base32. */
static const struct secret known = {"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"};

static const char *code_of(int64_t step)
{
    static char code[TOTP_CODE_MAX];

    assert_true(totp_code(known, step, code));
    return code;
}

static int64_t take(const char *code, int64_t now_s, int64_t used)
{
    return totp_take(&(struct totp_try){known, code, now_s, used});
}

static void codes_are_those_of_rfc_4226(void **state)
{
    static const char *const codes[] = {"755224", "287082", "359152", "969429", "338314",
                                        "254676", "287922", "162583", "399871", "520489"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        assert_string_equal(code_of((int64_t)i), codes[i]);
}

/* The last six of its eight digits. */
static void codes_are_those_of_rfc_6238(void **state)
{
    static const struct {
        int64_t now_s;
        const char *code;
    } rows[] = {
        {59,          "287082"},
        {1111111109,  "081804"},
        {1111111111,  "050471"},
        {1234567890,  "005924"},
        {2000000000,  "279037"},
        {20000000000, "353130"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_string_equal(code_of(totp_step(rows[i].now_s)), rows[i].code);
        assert_int_equal(take(rows[i].code, rows[i].now_s, 0), totp_step(rows[i].now_s));
    }
}

static void a_clock_may_be_a_step_off_and_no_more(void **state)
{
    const int64_t now_s = 1234567890, now = totp_step(now_s);

    (void)state;
    for (int64_t off = -5; off <= 5; off++) {
        bool good = off >= -1 && off <= 1;

        assert_int_equal(take(code_of(now + off), now_s, 0), good ? now + off : 0);
    }
}

static void a_code_is_taken_once_and_none_before_it(void **state)
{
    const int64_t now_s = 1234567890, now = totp_step(now_s);
    char before[TOTP_CODE_MAX];

    (void)state;
    memcpy(before, code_of(now - 1), sizeof(before));
    assert_int_equal(take(before, now_s, now - 2), now - 1);
    assert_int_equal(take(before, now_s, now - 1), 0);
    assert_int_equal(take(before, now_s, now), 0);
    assert_int_equal(take(code_of(now), now_s, now - 1), now);
    assert_int_equal(take(code_of(now), now_s, now), 0);
    assert_int_equal(take(code_of(now + 1), now_s, now), now + 1);
}

static void what_is_no_code_is_none(void **state)
{
    static const char *const wrong[] = {
        "",       "5924",   "0059240", "05924", " 05924", "00592\n", "\xd9\xa0\xd9\xa0\xd9\xa5",
        "5924  ", "+05924", "005925"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_int_equal(take(wrong[i], 1234567890, 0), 0);
}

static void what_is_no_secret_has_no_code(void **state)
{
    static const char *const wrong[] = {"",
                                        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ",
                                        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQQ",
                                        "gezdgnbvgy3tqojqgezdgnbvgy3tqojq",
                                        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ=",
                                        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1"};
    char code[TOTP_CODE_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_false(totp_code((struct secret){wrong[i]}, 1, code));
        assert_int_equal(totp_take(&(struct totp_try){{wrong[i]}, "287082", 59, 0}), 0);
    }
}

static void secrets_are_made_of_160_bits(void **state)
{
    unsigned seen[TOTP_SECRET_MAX - 1][128] = {{0}};
    char secret[TOTP_SECRET_MAX], code[TOTP_CODE_MAX];

    (void)state;
    for (int i = 0; i < 2000; i++) {
        totp_make(secret);
        assert_true(totp_code((struct secret){secret}, i, code));
        for (size_t at = 0; at < sizeof(secret) - 1; at++)
            seen[at][(unsigned char)secret[at]]++;
    }
    for (size_t at = 0; at < sizeof(secret) - 1; at++) { /* each character in each place */
        unsigned different = 0;

        for (size_t c = 0; c < 128; c++)
            different += seen[at][c] > 0;
        assert_int_equal(different, 32);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_rfc_4226),
        cmocka_unit_test(codes_are_those_of_rfc_6238),
        cmocka_unit_test(a_clock_may_be_a_step_off_and_no_more),
        cmocka_unit_test(a_code_is_taken_once_and_none_before_it),
        cmocka_unit_test(what_is_no_code_is_none),
        cmocka_unit_test(what_is_no_secret_has_no_code),
        cmocka_unit_test(secrets_are_made_of_160_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
