#include "acs/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/base/check.h"

static void nothing_added_is_an_empty_string(void **state)
{
    AUTO_ARENA arena = arena_new(64);
    struct text text = TEXT_IN(arena);

    (void)state;
    assert_null(text.data);
    assert_string_equal(text_string(&text), "");
    text_add(&text, NULL, 0);
    assert_string_equal(text.data, "");
}

static void every_way_of_adding_leaves_it_terminated(void **state)
{
    AUTO_ARENA arena = arena_new(64);
    struct text text = TEXT_IN(arena);

    (void)state;
    text_puts(&text, "Ana");
    assert_string_equal(text.data, "Ana");
    text_putc(&text, ' ');
    assert_string_equal(text.data, "Ana ");
    text_add(&text, "asked", 2);
    assert_string_equal(text.data, "Ana as");
    text_printf(&text, "-%03d-", 7);
    assert_string_equal(text.data, "Ana as-007-");
    text_put_u64(&text, 42);
    assert_string_equal(text.data, "Ana as-007-42");
    assert_int_equal(text.len, strlen(text.data));
}

static void it_grows_past_any_capacity(void **state)
{
    AUTO_ARENA arena = arena_new(64);
    struct text text = TEXT_IN(arena);
    size_t ten_thousand = 10000;

    (void)state;
    for (size_t i = 0; i < ten_thousand; i++) {
        text_printf(&text, "%08zu", i);
        if (i % 100 == 0)
            assert_non_null(arena_alloc(arena, 1)); /* something else, so that it has to move */
    }
    assert_int_equal(text.len, 8 * ten_thousand);
    for (size_t i = 0; i < ten_thousand; i++) {
        char expected[9];

        snprintf(expected, sizeof(expected), "%08zu", i);
        assert_memory_equal(text.data + 8 * i, expected, 8);
    }
}

static void a_printed_piece_may_be_larger_than_the_room(void **state)
{
    AUTO_ARENA arena = arena_new(64);
    struct text text = TEXT_IN(arena);
    char expected[1002];

    (void)state;
    memset(expected, ' ', 1000);
    memcpy(expected + 1000, "x", 2);
    text_printf(&text, "%1001s", "x");
    assert_string_equal(text_string(&text), expected);
    text_printf(&text, "%s", "");
    assert_int_equal(text.len, 1001);
}

static void room_need_not_be_used_up(void **state)
{
    AUTO_ARENA arena = arena_new(64);
    struct text text = TEXT_IN(arena);
    char *room = text_room(&text, 300);

    (void)state;
    memset(room, 'x', 300);
    text.len += 3;
    assert_string_equal(text_string(&text), "xxx");
    memset(text_room(&text, 50), 'y', 50);
    text.len += 50;
    assert_int_equal(strlen(text.data), 53);
}

static void whole_numbers_are_written_in_full(void **state)
{
    static const struct {
        uint64_t number;
        const char *written;
    } cases[] = {
        {0,          "0"                   },
        {9,          "9"                   },
        {10,         "10"                  },
        {4294967295, "4294967295"          },
        {UINT64_MAX, "18446744073709551615"}
    };
    AUTO_ARENA arena = arena_new(64);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text text = TEXT_IN(arena);

        text_put_u64(&text, cases[i].number);
        assert_string_equal(text_string(&text), cases[i].written);
    }
}

static volatile size_t too_much = SIZE_MAX / 4;

static void ask_for_too_much_room(void)
{
    AUTO_ARENA arena = arena_new(64);
    struct text text = TEXT_IN(arena);

    text_room(&text, too_much);
}

static void absurd_room_ends_the_process(void **state)
{
    (void)state;
    assert_true(dies(ask_for_too_much_room));
}

/* ---- UTF-8 ---- */

/* By the table of RFC 3629 section 3, straight from the bits. */
static size_t encode(uint32_t code, char *ret)
{
    static const struct {
        uint32_t most;
        unsigned lead;
    } forms[] = {
        {0x7f,     0   },
        {0x7ff,    0xc0},
        {0xffff,   0xe0},
        {0x10ffff, 0xf0}
    };
    size_t extra = 0;

    while (code > forms[extra].most)
        extra++;
    ret[0] = (char)(forms[extra].lead | code >> (6 * extra));
    for (size_t i = 1; i <= extra; i++)
        ret[i] = (char)(0x80 | (code >> (6 * (extra - i)) & 0x3f));
    return extra + 1;
}

static void every_character_is_well_formed_but_surrogates_and_nul(void **state)
{
    char bytes[4];

    (void)state;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        size_t len = encode(code, bytes);
        bool good = code != 0 && (code < 0xd800 || code > 0xdfff);

        if (text_utf8_step(bytes, len) != (good ? len : 0) || text_is_utf8(bytes, len) != good)
            fail_msg("U+%04X", code);
        if (text_utf8_step(bytes, len - 1) != 0)
            fail_msg("U+%04X cut", code);
    }
}

static void malformed_bytes_are_refused(void **state)
{
    static const char *const cases[] = {
        "\x80",              /* continues nothing */
        "\xbf",              /* the same */
        "\xc0\x80",          /* NUL in two bytes */
        "\xc1\xbf",          /* overlong */
        "\xc3",              /* cut */
        "\xc3(",             /* not continued */
        "\xe0\x9f\xbf",      /* overlong */
        "\xe2\x82",          /* cut */
        "\xe2\x28\xa1",      /* second byte wrong */
        "\xe2\x82\x28",      /* third byte wrong */
        "\xed\xa0\x80",      /* surrogate */
        "\xf0\x8f\xbf\xbf",  /* overlong */
        "\xf0\x9f\x92",      /* cut */
        "\xf0\x9f\x92\x28",  /* fourth byte wrong */
        "\xf4\x90\x80\x80",  /* over U+10FFFF */
        "\xf5\x80\x80\x80",  /* the same */
        "\xff",              /* never */
        "abcdefgh\xff",      /* after a word of ASCII */
        "abcdefg\xffhijklm", /* within a word */
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (text_is_utf8(cases[i], strlen(cases[i])))
            fail_msg("case %zu is taken for UTF-8", i);
}

static void a_nul_is_found_at_any_place(void **state)
{
    char text[33];

    (void)state;
    for (size_t at = 0; at < sizeof(text); at++) {
        memset(text, 'a', sizeof(text));
        assert_true(text_is_utf8(text, sizeof(text)));
        text[at] = '\0';
        assert_false(text_is_utf8(text, sizeof(text)));
        text[at] = (char)0x80;
        assert_false(text_is_utf8(text, sizeof(text)));
    }
    assert_true(text_is_utf8("", 0));
    assert_int_equal(text_utf8_step("", 0), 0);
}

static void length_counts_characters(void **state)
{
    (void)state;
    assert_int_equal(text_utf8_length(""), 0);
    assert_int_equal(text_utf8_length("Joao"), 4);
    assert_int_equal(text_utf8_length("Jo\xc3\xa3o \xf0\x9f\x92\xa1"), 6);
    assert_true(text_is_utf8("Jo\xc3\xa3o da Silva \xf0\x9f\x92\xa1", 19));
}

/* ---- comparing ---- */

static void comparison_without_case_is_ascii_only(void **state)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } cases[] = {
        {"",         "",             true },
        {"abc",      "ABC",          true },
        {"aZ-9",     "Az-9",         true },
        {"abc",      "abcd",         false},
        {"abcd",     "abc",          false},
        {"abc",      "abd",          false},
        {"@[`{",     "`{@[",         false},
        {"",         "a",            false},
        {"a",        "",             false},
        {"K",        "\xe2\x84\xaa", false},
        {"\xc3\xa3", "\xc3\x83",     false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (text_equal_nocase(cases[i].a, cases[i].b) != cases[i].equal)
            fail_msg("'%s' and '%s'", cases[i].a, cases[i].b);
}

static void beginnings_and_ends(void **state)
{
    (void)state;
    assert_true(text_starts_with("Device.WiFi.", "Device."));
    assert_true(text_starts_with("Device.", ""));
    assert_false(text_starts_with("Dev", "Device."));
    assert_true(text_ends_with("Device.WiFi.", "WiFi."));
    assert_true(text_ends_with("x", ""));
    assert_false(text_ends_with("Fi.", "WiFi."));
    assert_false(text_ends_with("Device.LAN.", "WiFi."));
}

static void blank_is_white_space_and_nothing_else(void **state)
{
    (void)state;
    assert_true(text_is_blank("", 0));
    assert_true(text_is_blank(" \t\r\n", 4));
    assert_false(text_is_blank(" \f", 2));
    assert_false(text_is_blank(" \0", 2));
    assert_false(text_is_blank("  x", 3));
    assert_string_equal(text_or_empty(NULL), "");
    assert_string_equal(text_or_empty("x"), "x");
}

static void small_letters_are_those_of_ascii(void **state)
{
    char text[] = "Ana.SILVA@Provedor-7 \xC3\x89";

    (void)state;
    text_lower(text);
    assert_string_equal(text, "ana.silva@provedor-7 \xC3\x89");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_added_is_an_empty_string),
        cmocka_unit_test(every_way_of_adding_leaves_it_terminated),
        cmocka_unit_test(it_grows_past_any_capacity),
        cmocka_unit_test(a_printed_piece_may_be_larger_than_the_room),
        cmocka_unit_test(room_need_not_be_used_up),
        cmocka_unit_test(whole_numbers_are_written_in_full),
        cmocka_unit_test(absurd_room_ends_the_process),
        cmocka_unit_test(small_letters_are_those_of_ascii),
        cmocka_unit_test(every_character_is_well_formed_but_surrogates_and_nul),
        cmocka_unit_test(malformed_bytes_are_refused),
        cmocka_unit_test(a_nul_is_found_at_any_place),
        cmocka_unit_test(length_counts_characters),
        cmocka_unit_test(comparison_without_case_is_ascii_only),
        cmocka_unit_test(beginnings_and_ends),
        cmocka_unit_test(blank_is_white_space_and_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
