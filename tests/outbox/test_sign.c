/* Standard Webhooks: signatures, secrets, and when a message is tried again. */
#include "acs/outbox/sign.h"

#include <string.h>

#include "acs/base/text.h"
#include "tests/support/check.h"

/* Worked out with Python's hmac and base64. */
static void test_a_signature(void **state)
{
    const struct webhook_message message = {
        "evt_0000000000001", 1674087231,
        "{\"type\":\"case.opened\",\"timestamp\":\"2026-11-22T19:40:01Z\",\"data\":{}}"};
    struct arena *arena = arena_new(1024);
    char signature[WEBHOOK_SIGNATURE_MAX];

    (void)state;
    assert_int_equal(
        webhook_sign((struct secret){"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, &message, arena, signature),
        ERR_OK);
    assert_string_equal(signature, "v1,K3Dd5oqbMS92PmZmRhSRYHXD0dOi6CrS1yfLTuV7Q6s=");
    arena_free(arena);
}

static void test_what_is_no_secret(void **state)
{
    static const char *const wrong[] = {"", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                                        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaL!Sw"};
    const struct webhook_message message = {"evt_1", 1, "{}"};
    struct arena *arena = arena_new(1024);
    char signature[WEBHOOK_SIGNATURE_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_int_equal(webhook_sign((struct secret){wrong[i]}, &message, arena, signature), ERR_INVALID);
    arena_free(arena);
}

static void test_secrets_are_made(void **state)
{
    const struct webhook_message message = {"evt_1", 1, "{}"};
    struct arena *arena = arena_new(1024);
    char one[WEBHOOK_SECRET_MAX], other[WEBHOOK_SECRET_MAX], signature[WEBHOOK_SIGNATURE_MAX];

    (void)state;
    for (int i = 0; i < 200; i++) {
        webhook_make_secret(one);
        webhook_make_secret(other);
        assert_int_equal(strlen(one), WEBHOOK_SECRET_MAX - 1);
        assert_string_not_equal(one, other);
        assert_null(strpbrk(one + strlen("whsec_"), "-_"));
        assert_int_equal(webhook_sign((struct secret){one}, &message, arena, signature), ERR_OK);
        assert_int_equal(strlen(signature), WEBHOOK_SIGNATURE_MAX - 1);
    }
    arena_free(arena);
}

static void test_when_it_is_tried_again(void **state)
{
    static const int64_t delays_s[] = {5, 300, 1800, 7200, 18000, 36000, 86400};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(delays_s); i++)
        for (uint64_t random = 0; random < 100000; random += 7) {
            int64_t delay_s = webhook_delay_s((int64_t)i + 1, 0, random);

            assert_in_range(delay_s, delays_s[i], delays_s[i] + delays_s[i] / 5);
        }
    assert_int_equal(webhook_delay_s(1, 0, 0), 5);
    assert_int_equal(webhook_delay_s(1, 0, 1), 6);
    assert_int_equal(webhook_delay_s(8, 0, 0), -1);
    assert_int_equal(webhook_delay_s(8, 60, 0), -1);
    assert_int_equal(webhook_delay_s(0, 0, 0), -1);
    assert_int_equal(webhook_delay_s(1, 60, 0), 60);
    assert_int_equal(webhook_delay_s(2, 60, 0), 300);
    assert_int_equal(webhook_delay_s(1, INT64_MAX, 0), 86400);
    assert_int_equal(webhook_delay_s(1, -5, 0), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_signature),
        cmocka_unit_test(test_what_is_no_secret),
        cmocka_unit_test(test_secrets_are_made),
        cmocka_unit_test(test_when_it_is_tried_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
