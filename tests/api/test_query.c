#include "acs/api/query.h"

#include <string.h>

#include "acs/api/url.h"
#include "acs/base/text.h"
#include "tests/support/check.h"

static void pairs_are_decoded(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct query query;

    (void)state;
    assert_int_equal(query_read("a=1&b=x+y%20z&&c&d=%3D%26&e%5f=%C3%A7", arena, &query), ERR_OK);
    assert_int_equal(query.count, 5);
    assert_string_equal(query_get(&query, "a"), "1");
    assert_string_equal(query_get(&query, "b"), "x y z");
    assert_string_equal(query_get(&query, "c"), "");
    assert_string_equal(query_get(&query, "d"), "=&");
    assert_string_equal(query_get(&query, "e_"), "ç");
    assert_null(query_get(&query, "f"));
    assert_int_equal(query_read("", arena, &query), ERR_OK);
    assert_int_equal(query.count, 0);
}

static void what_cannot_be_decoded_is_refused(void **state)
{
    static const char *const wrong[] = {
        "a=%", "a=%4", "a=%4g", "%zz=1", "a=%00", "a=%ff", "a=%c3", "a=1&a=2", "a=\xff",
    };
    AUTO_ARENA arena = arena_new(1024);
    struct query query;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        if (query_read(wrong[i], arena, &query) != ERR_INVALID)
            fail_msg("%s was accepted", wrong[i]);
}

static void too_many_pairs_are_refused(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct text raw = TEXT_IN(arena);
    struct query query;

    (void)state;
    for (int i = 0; i < QUERY_ITEMS_MAX; i++)
        text_printf(&raw, "p%d=1&", i);
    assert_int_equal(query_read(text_string(&raw), arena, &query), ERR_OK);
    text_puts(&raw, "one=more");
    assert_int_equal(query_read(text_string(&raw), arena, &query), ERR_INVALID);
}

static void a_plus_is_a_blank_in_queries_only(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    const char *decoded;

    (void)state;
    assert_int_equal(url_decode("a+b", 3, false, arena, &decoded), ERR_OK);
    assert_string_equal(decoded, "a+b");
    assert_int_equal(url_decode("a+b", 3, true, arena, &decoded), ERR_OK);
    assert_string_equal(decoded, "a b");
}

static void what_was_encoded_decodes_to_itself(void **state)
{
    static const char *const texts[] = {"", "plain-._~", "a b&c=d/e?f#g%h+i", "ção", "\x01\x7f\"<>\\"};
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        const char *encoded = url_encode(texts[i], arena);
        const char *decoded;

        assert_null(strpbrk(encoded, " &=/?#+<>\"\\"));
        assert_int_equal(url_decode(encoded, strlen(encoded), true, arena, &decoded), ERR_OK);
        assert_string_equal(decoded, texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_decoded),
        cmocka_unit_test(what_cannot_be_decoded_is_refused),
        cmocka_unit_test(too_many_pairs_are_refused),
        cmocka_unit_test(a_plus_is_a_blank_in_queries_only),
        cmocka_unit_test(what_was_encoded_decodes_to_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
