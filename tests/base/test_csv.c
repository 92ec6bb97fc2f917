#include "acs/base/csv.h"

#include "tests/support/check.h"

static void cells_are_quoted_and_formulas_are_text(void **state)
{
    static const struct {
        const char *cell, *wanted;
    } cases[] = {
        {NULL,                     "\"\""                               },
        {"",                       "\"\""                               },
        {"plain",                  "\"plain\""                          },
        {"São Paulo, SP; 12",     "\"São Paulo, SP; 12\""             },
        {"say \"hi\"",             "\"say \"\"hi\"\"\""                 },
        {"a\r\nb",                 "\"a\r\nb\""                         },
        {"a=b+c-d@e",              "\"a=b+c-d@e\""                      },
        {"=1+1",                   "\"'=1+1\""                          },
        {"+55 11 9",               "\"'+55 11 9\""                      },
        {"-2+3",                   "\"'-2+3\""                          },
        {"@SUM(A1)",               "\"'@SUM(A1)\""                      },
        {"  =1",                   "\"'  =1\""                          },
        {"\u00a0=1",               "\"'\u00a0=1\""                      },
        {"\t=1",                   "\"'\t=1\""                          },
        {"\tx",                    "\"'\tx\""                           },
        {"\r",                     "\"'\r\""                            },
        {"\n@x",                   "\"'\n@x\""                          },
        {"\uff1d1",                "\"'\uff1d1\""                       },
        {"\uff0b1",                "\"'\uff0b1\""                       },
        {"\uff0d1",                "\"'\uff0d1\""                       },
        {"\uff20x",                "\"'\uff20x\""                       },
        {"\",=cmd|' /C calc'!A0",  "\"\"\",=cmd|' /C calc'!A0\""        },
        {"=\"\"&HYPERLINK(\"x\")", "\"'=\"\"\"\"&HYPERLINK(\"\"x\"\")\""},
    };
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text text = TEXT_IN(arena);

        csv_put(&text, cases[i].cell);
        csv_end(&text);
        assert_string_equal(text_string(&text), arena_printf(arena, "%s\r\n", cases[i].wanted));
    }
}

static void a_row_is_separated_as_it_is_asked_for(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct text text = TEXT_IN(arena);

    (void)state;
    csv_put(&text, "a");
    csv_put_int(&text, -7);
    csv_put(&text, NULL);
    csv_end(&text);
    csv_put_before(&text, "b;c", ';');
    csv_put_before(&text, "-1", ';');
    csv_end(&text);
    assert_string_equal(text_string(&text), "\"a\",-7,\"\"\r\n\"b;c\";\"'-1\"\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cells_are_quoted_and_formulas_are_text),
                                       cmocka_unit_test(a_row_is_separated_as_it_is_asked_for)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
