#include <stdio.h>
#include <string.h>
#include <time.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"

#include "tests/base/check.h"

static void times_of_every_spelling_are_read(void **state)
{
    static const struct {
        const char *text;
        int64_t us;
    } cases[] = {
        {"1970-01-01T00:00:00Z",             0                          },
        {"1970-01-01T00:00:00",              0                          },
        {"1970-01-01t00:00:01z",             1000000                    },
        {"1970-01-01T00:00:00.5Z",           500000                     },
        {"1970-01-01T00:00:00.000001",       1                          },
        {"1970-01-01T00:00:00.1234567899Z",  123456                     },
        {"1970-01-01T01:00:00+01:00",        0                          },
        {"1969-12-31T21:00:00-03:00",        0                          },
        {"1969-12-31T23:59:59.25Z",          -750000                    },
        {"2026-11-22T19:40:01Z",             INT64_C(1795376401000000)  },
        {"2026-11-22T16:40:01.123456-03:00", INT64_C(1795376401123456)  },
        {"2000-02-29T00:00:00Z",             INT64_C(951782400000000)   },
        {"2016-12-31T23:59:60Z",             INT64_C(1483228800000000)  }, /* a leap second */
        {"0001-01-01T00:00:00Z",             INT64_C(-62135596800000000)}, /* TR-106: unknown */
        {"0000-01-01T00:00:00Z",             INT64_C(-62167219200000000)},
        {"9999-12-31T23:59:59.999999Z",      INT64_C(253402300799999999)},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t us = 1;

        if (text_read_time(cases[i].text, &us) != ERR_OK)
            fail_msg("%s", err_message());
        assert_int_equal(us, cases[i].us);
    }
}

static void what_is_no_time_is_refused_whole(void **state)
{
    static const char *const cases[] = {
        NULL,
        "",
        "2026",
        "2026-11-22",
        "2026-11-22T",
        "2026-11-22 19:40:01Z",
        "2026-11-22T19:40Z",
        "2026-11-22T19:40:01 Z",
        "2026-11-22T19:40:01Zx",
        "2026-11-22T19:40:01.Z",
        "2026-11-22T19:40:01,5Z",
        "2026-11-22T19:40:01.5x",
        "2026-11-22T19:40:01+0100",
        "2026-11-22T19:40:01+01",
        "2026-11-22T19:40:01+1:00",
        "2026-11-22T19:40:01+24:00",
        "2026-11-22T19:40:01+01:60",
        "2026-11-22T24:00:00Z",
        "2026-11-22T19:60:00Z",
        "2026-11-22T19:40:61Z",
        "2026-00-22T19:40:01Z",
        "2026-13-22T19:40:01Z",
        "2026-11-00T19:40:01Z",
        "2026-11-31T19:40:01Z",
        "2026-02-29T19:40:01Z",
        "1900-02-29T19:40:01Z",
        "26-11-22T19:40:01Z",
        "+2026-11-22T19:40:01Z",
        "12026-11-22T19:40:01Z",
        "2026/11/22T19:40:01Z",
        "0000-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t us = 77;

        if (text_read_time(cases[i], &us) != ERR_INVALID || us != 77)
            fail_msg("'%s' was read", text_or_empty(cases[i]));
    }
    assert_non_null(strstr(err_message(), "'9999-12-31T23:59:59-00:01' is not a time"));
}

static void times_are_written_in_utc(void **state)
{
    static const struct {
        int64_t us;
        bool fraction;
        const char *text;
    } cases[] = {
        {0,                           false, "1970-01-01T00:00:00Z"       },
        {0,                           true,  "1970-01-01T00:00:00.000000Z"},
        {-1,                          false, "1969-12-31T23:59:59Z"       },
        {-1,                          true,  "1969-12-31T23:59:59.999999Z"},
        {INT64_C(1795376401123456),   false, "2026-11-22T19:40:01Z"       },
        {INT64_C(1795376401123456),   true,  "2026-11-22T19:40:01.123456Z"},
        {INT64_C(-62135596800000000), false, "0001-01-01T00:00:00Z"       },
        {INT64_MIN,                   true,  "0000-01-01T00:00:00.000000Z"},
        {INT64_MAX,                   true,  "9999-12-31T23:59:59.999999Z"},
    };
    char buf[TEXT_TIME_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(text_write_time(buf, cases[i].us, cases[i].fraction), cases[i].text);
}

/* From the first year to the last, against the C library's own calendar. */
static void the_calendar_agrees_with_that_of_the_library(void **state)
{
    const int64_t first = INT64_C(-62167219200), last = INT64_C(253402300799), day = 86400;
    char expected[TEXT_TIME_MAX + 32], buf[TEXT_TIME_MAX];

    (void)state;
    for (int64_t at = first; at <= last; at += 5 * day + 1) {
        time_t seconds = (time_t)at;
        int64_t us = 0;
        struct tm tm;

        gmtime_r(&seconds, &tm);
        snprintf(expected, sizeof(expected), "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900,
                 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
        if (strcmp(text_write_time(buf, at * US_PER_S, false), expected) != 0)
            fail_msg("%s is written %s", expected, buf);
        if (text_read_time(expected, &us) != ERR_OK || us != at * US_PER_S)
            fail_msg("%s is read wrong", expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_of_every_spelling_are_read),
        cmocka_unit_test(what_is_no_time_is_refused_whole),
        cmocka_unit_test(times_are_written_in_utc),
        cmocka_unit_test(the_calendar_agrees_with_that_of_the_library),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
