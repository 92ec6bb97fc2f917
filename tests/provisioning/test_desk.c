/* The words of the desk, what is suggested, and the number that a customer is told. */
#include <string.h>

#include "acs/base/clock.h"
#include "provisioning/action.h"
#include "provisioning/desk/desk.h"
#include "tests/support/check.h"

static void test_every_verdict_has_its_symptom(void **state)
{
    static const enum verdict_code rows[] = {
#define SYMPTOM(verdict, reason, visit) VERDICT_##verdict,
#include "provisioning/desk/symptom.def"
#undef SYMPTOM
    };
    bool seen[VERDICT_COUNT] = {false};

    (void)state;
    assert_int_equal(COUNT_OF(rows), VERDICT_COUNT);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *reason = desk_suggest_reason(verdict_code_name(rows[i]), NULL);

        assert_false(seen[rows[i]]);
        seen[rows[i]] = true;
        if (reason != NULL)
            assert_non_null(desk_word_find(DESK_REASONS, reason));
    }
}

static void test_words_are_there_once(void **state)
{
    (void)state;
    for (enum desk_list list = DESK_REASONS; list < DESK_LIST_COUNT; list++) {
        size_t count;
        const struct desk_word *words = desk_words(list, &count);

        assert_true(count > 2);
        for (size_t i = 0; i < count; i++) {
            assert_ptr_equal(desk_word_find(list, words[i].code), &words[i]);
            assert_true(strlen(words[i].pt) > 0 && strlen(words[i].en) > 0);
            assert_true(strlen(words[i].code) <= 32);
        }
    }
    assert_null(desk_word_find(DESK_REASONS, "none"));
    assert_null(desk_reason_family("none"));
    assert_string_equal(desk_reason_family("optical"), "no_internet");
}

static void test_what_a_verdict_suggests(void **state)
{
    (void)state;
    assert_string_equal(desk_suggest_reason("optical_bad", NULL), "optical");
    assert_string_equal(desk_suggest_reason("wifi_crowded", NULL), "slow");
    assert_null(desk_suggest_reason("ok", NULL));
    assert_null(desk_suggest_reason("none", NULL));
    assert_string_equal(desk_suggest_reason("optical_bad", "wifi.set_password"), "optical");
    assert_string_equal(desk_suggest_reason("ok", "diag.ping wifi.set_password"), "wifi_password");
    assert_string_equal(desk_suggest_reason("none", "wan.set_pppoe"), "login");
    assert_null(desk_suggest_reason("ok", "reboot"));
    assert_null(desk_suggest_reason("ok", "diag.ping"));
    assert_true(desk_is_visit_prone("optical_bad"));
    assert_false(desk_is_visit_prone("wifi_crowded"));
    assert_false(desk_is_visit_prone("none"));
}

static void test_what_was_done_suggests(void **state)
{
    (void)state;
    assert_string_equal(desk_suggest_fix("diag.ping reboot wifi.set_channel"), "wifi_channel");
    assert_string_equal(desk_suggest_fix("reboot"), "restart");
    assert_string_equal(desk_suggest_fix("download.schedule"), "firmware");
    assert_null(desk_suggest_fix("diag.ping refresh"));
    assert_null(desk_suggest_fix("rebo"));
    assert_null(desk_suggest_fix("reboots"));
    assert_null(desk_suggest_fix(""));
    assert_null(desk_suggest_fix(NULL));
}

/* Every kind that a row names is one. */
static void test_fixes_name_kinds(void **state)
{
    static const char *const kinds[] = {
#define FIX(id, code, reason, kinds, pt, en) kinds,
#include "provisioning/desk/fix.def"
#undef FIX
    };
    struct arena *arena = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        for (const char *at = text_or_empty(kinds[i]); *at != '\0';) {
            size_t len = strcspn(at, " ");

            assert_non_null(action_kind_find(arena_memdup(arena, at, len)));
            at += len + (at[len] == ' ');
        }
    arena_free(arena);
}

static void test_protocols(void **state)
{
    static const struct {
        const char *form, *day, *written;
        int64_t number;
    } rows[] = {
        {"{YYYY}-{MM}{DD}-{N6}",    "2026-11-22", "2026-1122-048213",       48213  },
        {"{YYYY} {MM}{DD} {N6}",    "2026-01-02", "2026 0102 000001",       1      },
        {"{N1}/{DD}{MM}{YY}",       "2026-11-22", "12345/221126",           12345  },
        {"ANATEL.{YY}{MM}{DD}{N9}", "2026-11-22", "ANATEL.261122001234567", 1234567},
    };
    struct arena *arena = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(desk_protocol_check(rows[i].form), ERR_OK);
        assert_string_equal(desk_protocol(rows[i].form, rows[i].day, rows[i].number, arena), rows[i].written);
    }
    arena_free(arena);
}

static void test_forms_that_would_repeat_or_break(void **state)
{
    static const char *const wrong[] = {
        "",
        "{N6}",
        "{YYYY}{MM}{N6}",
        "{YYYY}{MM}{DD}",
        "{YYYY}{MM}{DD}{N0}",
        "{YYYY}{MM}{DD}{N}",
        "{YYYY}{MM}{DD}{N10}",
        "{YYYY}{MM}{DD}{N6",
        "{YYYY}{MM}{DD}{N6}}",
        "{YYYY}{MM}{DD}{N6}<b>",
        "{YYYY}{MM}{DD}{n6}",
        "{YYYY}{MM}{DD}{}{N6}",
        "{YYYY}{MM}{DD}{N6}\xc3\xa9",
        "{YYYY}{MM}{DD}{N6}0123456789012345678901234567890",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_int_equal(desk_protocol_check(wrong[i]), ERR_INVALID);
}

static void test_days(void **state)
{
    static const char *const wrong[] = {"",        "-3:00", "0300",   "-03:60", "-15:00",
                                        "-03:00 ", "Z",     "-0a:00", "*03:00"};
    struct arena *arena = arena_new(1024);
    int64_t offset_s, at_us;

    (void)state;
    assert_int_equal(desk_read_offset("-03:00", &offset_s), ERR_OK);
    assert_int_equal(offset_s, -10800);
    assert_int_equal(text_read_time("2026-12-01T02:59:59Z", &at_us), ERR_OK);
    assert_string_equal(desk_day(at_us, offset_s, arena), "2026-11-30");
    assert_string_equal(desk_day(at_us + US_PER_S, offset_s, arena), "2026-12-01");
    assert_int_equal(desk_read_offset("+05:30", &offset_s), ERR_OK);
    assert_int_equal(offset_s, 19800);
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_int_equal(desk_read_offset(wrong[i], &offset_s), ERR_INVALID);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_verdict_has_its_symptom),
        cmocka_unit_test(test_words_are_there_once),
        cmocka_unit_test(test_what_a_verdict_suggests),
        cmocka_unit_test(test_what_was_done_suggests),
        cmocka_unit_test(test_fixes_name_kinds),
        cmocka_unit_test(test_protocols),
        cmocka_unit_test(test_forms_that_would_repeat_or_break),
        cmocka_unit_test(test_days),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
