#include "acs/desk/typed.h"

#include <string.h>

#include "acs/base/text.h"
#include "tests/base/check.h"

/* "document=52998224725 phone=82247250": in the order in which they rank. */
static const char *tries_of(const struct typed *typed, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    for (unsigned i = 0; i < typed->count; i++)
        text_printf(&out, "%s%s=%s", i > 0 ? " | " : "", typed_try_name(typed->order[i]),
                    typed->values[typed->order[i]]);
    return text_string(&out);
}

/* A row for each line of the table of the search, and for where two of them meet. */
static const struct {
    const char *text;
    enum typed_try kind;
    const char *tries;
} meanings[] = {
  /* a MAC, or the beginning of one */
    {"34:E8:94:0A:11:7C",  TRY_MAC,      "mac=34e8940a117c"                                                   },
    {"34e8 94",            TRY_MAC,      "mac=34e894 | words=34e8 94"                                         },
    {"34e8.940a",          TRY_MAC,      "mac=34e8940a | serial=34e8.940a | login=34e8.940a | words=34e8.940a"},
    {"34-E8-94",           TRY_MAC,      "mac=34e894 | serial=34-E8-94 | login=34-E8-94 | words=34-E8-94"     },
    {"a4b1",               TRY_MAC,      "mac=a4b1 | words=a4b1 | login=a4b1"                                 },
    {"001122334455",       TRY_PHONE,
     "phone=22334455 | contract=001122334455 | mac=001122334455 | serial=001122334455"                        },
    {"cafe",               TRY_WORDS,    "words=cafe | login=cafe | mac=cafe"                                 }, /* more often a word */
    {"ab:cd",              TRY_MAC,      "mac=abcd"                                                           },
    {"12345",              TRY_MAC,      "contract=12345 | mac=12345 | serial=12345"                          },
 /* an address on the internet */
    {"189.1.2.3",          TRY_ADDRESS,  "address=189.1.2.3"                                                  },
    {" 2001:DB8:0:0::1 ",  TRY_ADDRESS,  "address=2001:db8::1"                                                },
    {"189.1.2.300",        TRY_PHONE,    "phone=18912300 | contract=18912300 | serial=18912300"               },
 /* CPF and CNPJ */
    {"529.982.247-25",     TRY_DOCUMENT,
     "document=52998224725 | phone=98224725 | contract=52998224725 | serial=52998224725"                      },
    {"11987654321",        TRY_PHONE,
     "phone=87654321 | contract=11987654321 | document=11987654321 | serial=11987654321"                      },
    {"11.222.333/0001-81", TRY_DOCUMENT,
     "document=11222333000181 | contract=11222333000181 | serial=11222333000181"                              },
    {"11222333000182",     TRY_SERIAL,
     "contract=11222333000182 | document=11222333000182 | serial=11222333000182"                              },
 /* a telephone */
    {"(11) 98765-4321",    TRY_PHONE,    "phone=87654321 | contract=11987654321 | serial=11987654321"         },
    {"+55 11 98765-4321",  TRY_PHONE,    "phone=87654321"                                                     },
    {"98765-4321",         TRY_PHONE,    "phone=87654321 | contract=987654321 | serial=987654321"             },
    {"32345678",           TRY_PHONE,    "phone=32345678 | contract=32345678 | serial=32345678"               },
    {"+351912345678",      TRY_PHONE,    "phone=12345678"                                                     },
 /* a serial number, a login */
    {"ZTEGC0A81F02",       TRY_SERIAL,   "serial=ZTEGC0A81F02 | login=ZTEGC0A81F02 | words=ZTEGC0A81F02"      },
    {"maria.oliveira",     TRY_LOGIN,    "login=maria.oliveira | words=maria.oliveira | serial=maria.oliveira"},
    {"maria@provedor",     TRY_LOGIN,    "login=maria@provedor | words=maria@provedor | serial=maria@provedor"},
    {"joao_123",           TRY_LOGIN,    "login=joao_123 | words=joao_123 | serial=joao_123"                  },
    {"apt12",              TRY_WORDS,    "words=apt12 | login=apt12"                                          },
 /* words */
    {"Maria  das\tDores",  TRY_WORDS,    "words=Maria das Dores"                                              },
    {"joão",              TRY_WORDS,    "words=joão"                                                        },
    {"Rua XV 12",          TRY_WORDS,    "words=Rua XV 12"                                                    },
    {"maria",              TRY_WORDS,    "words=maria | login=maria"                                          },
};

static void what_was_typed_decides_what_is_tried(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(meanings); i++) {
        struct arena *arena = arena_new(1024);
        struct typed typed;

        assert_int_equal(typed_read(meanings[i].text, arena, &typed), ERR_OK);
        if (strcmp(tries_of(&typed, arena), meanings[i].tries) != 0)
            fail_msg("'%s' is tried as %s, not %s", meanings[i].text, tries_of(&typed, arena),
                     meanings[i].tries);
        if (typed.kind != meanings[i].kind)
            fail_msg("'%s' looks like a %s", meanings[i].text, typed_try_name(typed.kind));
        arena_free(arena);
    }
}

static void the_area_code_is_known_where_it_was_said(void **state)
{
    static const struct {
        const char *text, *area;
    } rows[] = {
        {"(11) 98765-4321", "11"},
        {"+5519932345678",  "19"},
        {"32345678",        NULL},
        {"98765-4321",      NULL},
        {"+351912345678",   NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct arena *arena = arena_new(1024);
        struct typed typed;

        assert_int_equal(typed_read(rows[i].text, arena, &typed), ERR_OK);
        if (rows[i].area == NULL)
            assert_null(typed.phone_area);
        else
            assert_string_equal(typed.phone_area, rows[i].area);
        arena_free(arena);
    }
}

static void who_had_an_address_at_a_time(void **state)
{
    static const struct {
        const char *text;
        unsigned days_ago;
        const char *date, *clock;
    } rows[] = {
        {"189.1.2.3 @ ontem 20:00",      1, NULL,         "20:00"},
        {"189.1.2.3@hoje 8:05",          0, NULL,         "08:05"},
        {"189.1.2.3 @ 20:00",            0, NULL,         "20:00"},
        {"189.1.2.3 @ 20h",              0, NULL,         "20:00"},
        {"189.1.2.3 @ Anteontem 7h30",   2, NULL,         "07:30"},
        {"189.1.2.3 @ yesterday 20:00",  1, NULL,         "20:00"},
        {"189.1.2.3 @ 22/11 20:00",      0, "-11-22",     "20:00"},
        {"189.1.2.3 @ 22/11/2026 20:00", 0, "2026-11-22", "20:00"},
        {"189.1.2.3 @ 2026-11-22 20:00", 0, "2026-11-22", "20:00"},
        {"189.1.2.3 @ 29/02/2024 0:00",  0, "2024-02-29", "00:00"},
        {"2001:db8::1 @ ontem 20:00",    1, NULL,         "20:00"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct arena *arena = arena_new(1024);
        struct typed typed;

        assert_int_equal(typed_read(rows[i].text, arena, &typed), ERR_OK);
        assert_int_equal(typed.kind, TRY_ADDRESS);
        assert_true(typed.has_time);
        assert_int_equal(typed.days_ago, rows[i].days_ago);
        assert_string_equal(text_or_empty(typed.date), text_or_empty(rows[i].date));
        assert_string_equal(typed.clock, rows[i].clock);
        arena_free(arena);
    }
}

static void what_can_be_nothing_is_refused(void **state)
{
    static const char *const rows[] = {
        "",
        " ",
        "a",
        "--",
        "7",
        "\xff\xfe",
        "189.1.2.3 @",
        "189.1.2.3 @ ontem",
        "189.1.2.3 @ ontem 24:00",
        "189.1.2.3 @ ontem 20:60",
        "189.1.2.3 @ ontem 20:00:00",
        "189.1.2.3 @ ontem 20",
        "189.1.2.3 @ amanha 20:00",
        "189.1.2.3 @ 31/04 20:00",
        "189.1.2.3 @ 29/02/2023 20:00",
        "189.1.2.3 @ 0/1 20:00",
        "189.1.2.3 @ 22/11-2026 20:00",
        "189.1.2.3 @ 22/11/26 20:00",
        "189.1.2.3 @ 11-22 20:00",
        "189.1.2.3 @ 20:00 @ 20:00",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct arena *arena = arena_new(1024);
        struct typed typed;

        if (typed_read(rows[i], arena, &typed) != ERR_INVALID)
            fail_msg("'%s' is taken", rows[i]);
        arena_free(arena);
    }
}

static void what_is_too_long_is_refused(void **state)
{
    struct arena *arena = arena_new(1024);
    char text[TYPED_MAX + 2];
    struct typed typed;

    (void)state;
    memset(text, 'a', sizeof(text));
    text[TYPED_MAX + 1] = '\0';
    assert_int_equal(typed_read(text, arena, &typed), ERR_INVALID);
    text[TYPED_MAX] = '\0';
    assert_int_equal(typed_read(text, arena, &typed), ERR_OK);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_typed_decides_what_is_tried),
        cmocka_unit_test(the_area_code_is_known_where_it_was_said),
        cmocka_unit_test(who_had_an_address_at_a_time),
        cmocka_unit_test(what_can_be_nothing_is_refused),
        cmocka_unit_test(what_is_too_long_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
