#include <string.h>

#include "acs/base/text.h"

#include "tests/base/check.h"

static void unsigned_numbers_are_digits_and_nothing_else(void **state)
{
    static const struct {
        const char *text;
        bool fits_32, fits_64;
        uint64_t number;
    } cases[] = {
        {"0",                       true,  true,  0                   },
        {"007",                     true,  true,  7                   },
        {"4294967295",              true,  true,  UINT32_MAX          },
        {"4294967296",              false, true,  UINT64_C(4294967296)},
        {"18446744073709551615",    false, true,  UINT64_MAX          },
        {"18446744073709551616",    false, false, 0                   },
        {"99999999999999999999999", false, false, 0                   },
        {"",                        false, false, 0                   },
        {NULL,                      false, false, 0                   },
        {"-1",                      false, false, 0                   },
        {"+1",                      false, false, 0                   },
        {" 1",                      false, false, 0                   },
        {"1 ",                      false, false, 0                   },
        {"1x",                      false, false, 0                   },
        {"0x1",                     false, false, 0                   },
        {"1e3",                     false, false, 0                   },
        {"1.0",                     false, false, 0                   },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint32_t number32 = 1111;
        uint64_t number64 = 1111;

        assert_int_equal(text_read_u32(cases[i].text, &number32), cases[i].fits_32 ? ERR_OK : ERR_INVALID);
        assert_int_equal(number32, cases[i].fits_32 ? cases[i].number : 1111);
        assert_int_equal(text_read_u64(cases[i].text, &number64), cases[i].fits_64 ? ERR_OK : ERR_INVALID);
        assert_int_equal(number64, cases[i].fits_64 ? cases[i].number : 1111);
    }
}

static void signed_numbers_reach_both_ends(void **state)
{
    static const struct {
        const char *text;
        enum err err;
        int64_t number;
    } cases[] = {
        {"0",                    ERR_OK,      0        },
        {"-0",                   ERR_OK,      0        },
        {"+12",                  ERR_OK,      12       },
        {"-12",                  ERR_OK,      -12      },
        {"9223372036854775807",  ERR_OK,      INT64_MAX},
        {"-9223372036854775808", ERR_OK,      INT64_MIN},
        {"9223372036854775808",  ERR_INVALID, 0        },
        {"-9223372036854775809", ERR_INVALID, 0        },
        {"-",                    ERR_INVALID, 0        },
        {"+",                    ERR_INVALID, 0        },
        {"--1",                  ERR_INVALID, 0        },
        {"+-1",                  ERR_INVALID, 0        },
        {"",                     ERR_INVALID, 0        },
        {NULL,                   ERR_INVALID, 0        },
        {"1-",                   ERR_INVALID, 0        },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t number = 0;

        assert_int_equal(text_read_i64(cases[i].text, &number), cases[i].err);
        assert_int_equal(number, cases[i].number);
    }
}

static void booleans_are_the_four_words_of_the_standard(void **state)
{
    static const struct {
        const char *text;
        enum err err;
        bool value;
    } cases[] = {
        {"0",     ERR_OK,      false},
        {"1",     ERR_OK,      true },
        {"false", ERR_OK,      false},
        {"true",  ERR_OK,      true },
        {"True",  ERR_INVALID, false},
        {"yes",   ERR_INVALID, false},
        {"2",     ERR_INVALID, false},
        {"",      ERR_INVALID, false},
        {NULL,    ERR_INVALID, false},
        {"1 ",    ERR_INVALID, false},
        {"true1", ERR_INVALID, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        bool value = false;

        assert_int_equal(text_read_bool(cases[i].text, &value), cases[i].err);
        assert_int_equal(value, cases[i].value);
    }
}

static void sizes_have_binary_units(void **state)
{
    static const struct {
        const char *text;
        enum err err;
        uint64_t bytes;
    } cases[] = {
        {"512",                 ERR_OK,      512                    },
        {"0",                   ERR_OK,      0                      },
        {"64KiB",               ERR_OK,      65536                  },
        {"4MiB",                ERR_OK,      4194304                },
        {"3GiB",                ERR_OK,      UINT64_C(3221225472)   },
        {"2TiB",                ERR_OK,      UINT64_C(2199023255552)},
        {"9223372036854775807", ERR_OK,      INT64_MAX              },
        {"9223372036854775808", ERR_INVALID, 0                      },
        {"8388608TiB",          ERR_INVALID, 0                      },
        {"4MB",                 ERR_INVALID, 0                      },
        {"4M",                  ERR_INVALID, 0                      },
        {"4 MiB",               ERR_INVALID, 0                      },
        {"MiB",                 ERR_INVALID, 0                      },
        {"-4MiB",               ERR_INVALID, 0                      },
        {"",                    ERR_INVALID, 0                      },
        {NULL,                  ERR_INVALID, 0                      },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint64_t bytes = 0;

        assert_int_equal(text_read_size(cases[i].text, &bytes), cases[i].err);
        assert_int_equal(bytes, cases[i].bytes);
    }
}

static void durations_need_a_unit(void **state)
{
    static const struct {
        const char *text;
        enum err err;
        uint32_t ms;
    } cases[] = {
        {"2ms",          ERR_OK,      2                   },
        {"30s",          ERR_OK,      30000               },
        {"15m",          ERR_OK,      900000              },
        {"72h",          ERR_OK,      259200000           },
        {"2d",           ERR_OK,      172800000           },
        {"0s",           ERR_OK,      0                   },
        {"49d",          ERR_OK,      UINT32_C(4233600000)},
        {"4294967295ms", ERR_OK,      UINT32_MAX          },
        {"4294967296ms", ERR_INVALID, 0                   },
        {"50d",          ERR_INVALID, 0                   },
        {"30",           ERR_INVALID, 0                   },
        {"30 s",         ERR_INVALID, 0                   },
        {"s",            ERR_INVALID, 0                   },
        {"-1s",          ERR_INVALID, 0                   },
        {"1.5s",         ERR_INVALID, 0                   },
        {"1w",           ERR_INVALID, 0                   },
        {"",             ERR_INVALID, 0                   },
        {NULL,           ERR_INVALID, 0                   },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint32_t ms = 0;

        assert_int_equal(text_read_duration(cases[i].text, &ms), cases[i].err);
        assert_int_equal(ms, cases[i].ms);
    }
}

static void a_refusal_quotes_what_was_written(void **state)
{
    uint32_t number;
    uint64_t size;
    bool value;

    (void)state;
    assert_int_equal(text_read_u32("twelve", &number), ERR_INVALID);
    assert_non_null(strstr(err_message(), "'twelve'"));
    assert_int_equal(text_read_bool("maybe", &value), ERR_INVALID);
    assert_non_null(strstr(err_message(), "'maybe'"));
    assert_int_equal(text_read_size("4MB", &size), ERR_INVALID);
    assert_non_null(strstr(err_message(), "'4MB'"));
    assert_int_equal(text_read_duration("1w", &number), ERR_INVALID);
    assert_non_null(strstr(err_message(), "'1w'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unsigned_numbers_are_digits_and_nothing_else),
        cmocka_unit_test(signed_numbers_reach_both_ends),
        cmocka_unit_test(booleans_are_the_four_words_of_the_standard),
        cmocka_unit_test(sizes_have_binary_units),
        cmocka_unit_test(durations_need_a_unit),
        cmocka_unit_test(a_refusal_quotes_what_was_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
