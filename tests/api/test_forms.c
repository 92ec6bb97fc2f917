/* The small forms: durations, languages, events. */
#include <string.h>

#include "acs/api/duration.h"
#include "acs/api/event.h"
#include "acs/api/language.h"
#include "tests/support/check.h"

static void durations_are_read(void **state)
{
    static const struct {
        const char *text;
        uint32_t seconds;
    } right[] = {
        {"PT15M",      900      },
        {"PT0S",       0        },
        {"PT1H30M",    5400     },
        {"P3D",        259200   },
        {"P1W",        604800   },
        {"P1DT1H1M1S", 90061    },
        {"P3650D",     315360000},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(right); i++) {
        uint32_t seconds = 1;

        assert_true(duration_read(right[i].text, &seconds));
        assert_int_equal(seconds, right[i].seconds);
    }
}

static void what_is_no_duration_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",     "P",      "PT",     "15M",   "PT15",
        "PTM",  "PT1M1H", "PT1M1M", "P1H",   "PT1D",
        "P1Y",  "PT1.5H", "PT-1S",  " PT1S", "PT1S ",
        "pt1s", "P3651D", "PTT1S",  "P1DT",  "PT99999999999999999999S",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        uint32_t seconds;

        if (duration_read(wrong[i], &seconds))
            fail_msg("'%s' was accepted", wrong[i]);
    }
}

static void the_language_is_what_weighs_most(void **state)
{
    static const struct {
        const char *accept;
        enum language language;
    } rows[] = {
        {NULL,                    LANGUAGE_PT},
        {"",                      LANGUAGE_PT},
        {"*",                     LANGUAGE_PT},
        {"de, fr;q=0.5",          LANGUAGE_PT},
        {"en",                    LANGUAGE_EN},
        {"en-GB",                 LANGUAGE_EN},
        {"EN-us, pt;q=0.9",       LANGUAGE_EN},
        {"en;q=0.5, pt-BR;q=0.8", LANGUAGE_PT},
        {"pt, en",                LANGUAGE_PT},
        {"pt;q=0, en;q=0.1",      LANGUAGE_EN},
        {"english",               LANGUAGE_PT},
        {"pt;q=0.499, en;q=0.5",  LANGUAGE_EN},
        {"en;q=inf, pt;q=0.1",    LANGUAGE_PT},
        {"en;q=1e999",            LANGUAGE_EN},
        {"en;q=-1",               LANGUAGE_PT},
        {";;;,,,q=,en;q=",        LANGUAGE_PT},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (language_choose(rows[i].accept) != rows[i].language)
            fail_msg("%s: %s", rows[i].accept, language_tag(language_choose(rows[i].accept)));
}

static void an_event_becomes_lines_that_a_browser_reads(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct text out = TEXT_IN(arena);
    struct action_event event = {.id = 7,
                                 .device_id = 1,
                                 .action_id = "act_1",
                                 .at_us = 1000000,
                                 .state = "running",
                                 .detail = "{\"n\":1}"};

    (void)state;
    event_write_sse(&event, &out);
    assert_string_equal(text_string(&out),
                        "id: 7-1000000\nevent: action.progress\n"
                        "data: {\"id\":7,\"action\":\"act_1\",\"device\":\"dev_0000000000001\","
                        "\"at\":\"1970-01-01T00:00:01Z\",\"state\":\"running\",\"detail\":{\"n\":1}}\n\n");
    assert_false(event_is_end(&event));
    event.state = "failed";
    event.detail = NULL;
    out = TEXT_IN(arena);
    event_write_sse(&event, &out);
    assert_non_null(strstr(text_string(&out), "event: action.failed\n"));
    assert_non_null(strstr(text_string(&out), "\"detail\":null"));
    assert_true(event_is_end(&event));
}

static void an_events_id_comes_back_as_it_went(void **state)
{
    static const char *const wrong[] = {
        "", "7", "-", "7-", "-7", "x-1", "7-x", "7-1-1", "-7-1", "7--1", "99999999999999999999-1"};
    int64_t id, at_us;

    (void)state;
    assert_true(event_read_id("918273-1763841234567890", &id, &at_us));
    assert_int_equal(id, 918273);
    assert_int_equal(at_us, 1763841234567890);
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        if (event_read_id(wrong[i], &id, &at_us))
            fail_msg("'%s' was accepted", wrong[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_are_read),
        cmocka_unit_test(what_is_no_duration_is_refused),
        cmocka_unit_test(the_language_is_what_weighs_most),
        cmocka_unit_test(an_event_becomes_lines_that_a_browser_reads),
        cmocka_unit_test(an_events_id_comes_back_as_it_went),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
