#include "soap/cwmp_time.h"

#include "acs/base/clock.h"

#include "tests/soap/exchange.h"

/* E-33 … E-36 */
static void times_of_tr_106_are_told_apart(void **state)
{
    static const struct {
        const char *text;
        enum cwmp_time_kind kind;
        int64_t us;
        const char *written;
    } cases[] = {
        {"0001-01-01T00:00:00Z",          CWMP_TIME_UNKNOWN,    0,                                "0001-01-01T00:00:00Z"      },
        {"0001-01-01T00:00:00.000000Z",   CWMP_TIME_UNKNOWN,    0,                                "0001-01-01T00:00:00Z"      },
        {"0001-01-01T00:00:00",           CWMP_TIME_UNKNOWN,    0,                                "0001-01-01T00:00:00Z"      },
        {"0001-01-01T00:00:00+01:00",     CWMP_TIME_UNKNOWN,    0,                                "0001-01-01T00:00:00Z"      },
        {"0001-01-01T00:00:00-03:00",     CWMP_TIME_UNKNOWN,    0,                                "0001-01-01T00:00:00Z"      },
        {"",                              CWMP_TIME_UNKNOWN,    0,                                "0001-01-01T00:00:00Z"      },
        {"9999-12-31T23:59:59Z",          CWMP_TIME_INFINITE,   0,                                "9999-12-31T23:59:59Z"      },
        {"9999-12-31T23:59:59",           CWMP_TIME_INFINITE,   0,                                "9999-12-31T23:59:59Z"      },
        {"9999-12-31T23:59:59.999-03:00", CWMP_TIME_INFINITE,   0,                                "9999-12-31T23:59:59Z"      },
        {"0001-01-03T03:04:05",           CWMP_TIME_SINCE_BOOT, INT64_C(183845) * US_PER_S,       "0001-01-03T03:04:05"       },
        {"0001-01-01T00:00:01.5",         CWMP_TIME_SINCE_BOOT, 1500000,                          "0001-01-01T00:00:01.500000"},
        {"0002-01-01T00:00:00",           CWMP_TIME_SINCE_BOOT, INT64_C(31536000) * US_PER_S,     "0002-01-01T00:00:00"       },
        {"0900-01-01T00:00:00Z",          CWMP_TIME_ABSOLUTE,   INT64_C(-33765897600) * US_PER_S,
         "0900-01-01T00:00:00Z"                                                                                               },
        {"1000-01-01T00:00:00",           CWMP_TIME_ABSOLUTE,   INT64_C(-30610224000) * US_PER_S, "1000-01-01T00:00:00Z"      },
        {"1970-01-01T00:00:00Z",          CWMP_TIME_ABSOLUTE,   0,                                "1970-01-01T00:00:00Z"      },
        {"2026-01-02T03:04:05.123+05:30", CWMP_TIME_ABSOLUTE,   INT64_C(1767303245123000),
         "2026-01-01T21:34:05.123000Z"                                                                                        },
        {"2026-01-02T03:04:05",           CWMP_TIME_ABSOLUTE,   INT64_C(1767323045) * US_PER_S,   "2026-01-02T03:04:05Z"      },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct cwmp_time time;
        char buf[TEXT_TIME_MAX];

        assert_int_equal(cwmp_read_time(cases[i].text, &time), ERR_OK);
        assert_int_equal(time.kind, cases[i].kind);
        assert_true(time.us == cases[i].us);
        assert_string_equal(cwmp_write_time(buf, &time), cases[i].written);
        assert_string_equal(cwmp_time_in_utc(cases[i].text, buf), cases[i].written);
    }
}

static void what_is_no_time_is_refused(void **state)
{
    static const char *const texts[] = {
        "yesterday", "2026-13-01T00:00:00Z", "2026-01-01", "9999-12-31T23:59:59x",
        "9999-12-31T23:59:59Z0000000000000000000000000000000000000000000000000000"};
    struct cwmp_time time;
    char buf[TEXT_TIME_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_int_equal(cwmp_read_time(texts[i], &time), ERR_INVALID);
        assert_string_equal(cwmp_time_in_utc(texts[i], buf), texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_of_tr_106_are_told_apart),
        cmocka_unit_test(what_is_no_time_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
