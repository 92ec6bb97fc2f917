#include "acs/base/metrics.h"

#include <pthread.h>
#include <string.h>

#include "tests/base/check.h"

/* What the page says behind this name (and labels), as text up to the end of the line; "" if nothing. */
static const char *shown(struct arena *arena, const char *name)
{
    struct text page = TEXT_IN(arena);
    size_t len = strlen(name);

    metrics_write(&page);
    for (const char *line = text_string(&page); *line != '\0'; line = strchr(line, '\n') + 1)
        if (strncmp(line, name, len) == 0 && line[len] == ' ')
            return arena_memdup(arena, line + len + 1, strcspn(line + len + 1, "\n"));
    return "";
}

static size_t count_of(const char *page, const char *word)
{
    size_t count = 0;

    for (const char *at = strstr(page, word); at != NULL; at = strstr(at + 1, word))
        count++;
    return count;
}

static void counters_rise_and_gauges_fall_too(void **state)
{
    AUTO_ARENA arena = arena_new(8192);

    (void)state;
    metric_count(METRIC_CWMP_INFORMS);
    metric_add(METRIC_CWMP_INFORMS, 41);
    metric_add(METRIC_SSE_CLIENTS, 3);
    metric_add(METRIC_SSE_CLIENTS, -2);
    assert_int_equal(metric_value(METRIC_CWMP_INFORMS), 42);
    assert_int_equal(metric_value(METRIC_SSE_CLIENTS), 1);
    assert_string_equal(shown(arena, "acs_cwmp_informs_total"), "42");
    assert_string_equal(shown(arena, "acs_sse_clients"), "1");
}

static void labelled_rows_share_one_heading(void **state)
{
    AUTO_ARENA arena = arena_new(8192);
    struct text page = TEXT_IN(arena);

    (void)state;
    metric_add(METRIC_ACTIONS_FAILED, 2);
    assert_string_equal(shown(arena, "acs_actions_total{state=\"failed\"}"), "2");
    assert_string_equal(shown(arena, "acs_actions_total{state=\"succeeded\"}"), "0");
    metrics_write(&page);
    assert_int_equal(count_of(page.data, "# HELP acs_actions_total Actions ended\n"), 1);
    assert_int_equal(count_of(page.data, "# TYPE acs_actions_total counter\n"), 1);
    assert_int_equal(count_of(page.data, "\nacs_actions_total{"), 4);
    assert_int_equal(count_of(page.data, "# TYPE acs_sse_clients gauge\n"), 1);
}

/* Prometheus refuses a page that names a metric in two places. */
static void no_name_has_two_headings(void **state)
{
    AUTO_ARENA arena = arena_new(8192);
    struct text page = TEXT_IN(arena);
    size_t headings = 0;

    (void)state;
    metrics_write(&page);
    for (const char *line = strstr(page.data, "# TYPE "); line != NULL; line = strstr(line + 1, "# TYPE ")) {
        char *heading =
            arena_memdup(arena, line, strcspn(line + strlen("# TYPE "), " ") + strlen("# TYPE ") + 1);

        assert_int_equal(count_of(page.data, heading), 1);
        headings++;
    }
    assert_int_equal(count_of(page.data, "# HELP "), headings);
    assert_true(headings > 10);
}

static void a_histogram_counts_what_is_at_or_below(void **state)
{
    static const int64_t observed_us[] = {-5, 0, 1000, 1001, 250000, 59999999, 60000000, 60000001};
    static const struct {
        const char *name;
        const char *count;
    } cases[] = {
        {"acs_api_request_seconds_bucket{le=\"0.001\"}",  "3"         },
        {"acs_api_request_seconds_bucket{le=\"0.0025\"}", "4"         },
        {"acs_api_request_seconds_bucket{le=\"0.1\"}",    "4"         },
        {"acs_api_request_seconds_bucket{le=\"0.25\"}",   "5"         },
        {"acs_api_request_seconds_bucket{le=\"30\"}",     "5"         },
        {"acs_api_request_seconds_bucket{le=\"60\"}",     "7"         },
        {"acs_api_request_seconds_bucket{le=\"+Inf\"}",   "8"         },
        {"acs_api_request_seconds_count",                 "8"         },
        {"acs_api_request_seconds_sum",                   "180.252001"},
    };
    AUTO_ARENA arena = arena_new(8192);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(observed_us); i++)
        metric_observe_us(METRIC_API_SECONDS, observed_us[i]);
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(shown(arena, cases[i].name), cases[i].count);
    assert_string_equal(shown(arena, "acs_cwmp_session_seconds_count"), "0");
}

enum { THREADS = 4, COUNTS = 50000 };

static void *count_much(void *unused)
{
    for (int i = 0; i < COUNTS; i++) {
        metric_count(METRIC_DB_BATCHES);
        metric_observe_us(METRIC_CWMP_SESSION_SECONDS, 1000000);
    }
    return unused;
}

static void nothing_is_lost_between_threads_nor_when_they_end(void **state)
{
    AUTO_ARENA arena = arena_new(8192);
    pthread_t threads[THREADS];

    (void)state;
    for (int round = 1; round <= 2; round++) {
        for (int i = 0; i < THREADS; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, count_much, NULL), 0);
        metric_count(METRIC_DB_BATCHES);
        for (int i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
        assert_int_equal(metric_value(METRIC_DB_BATCHES), round * (THREADS * COUNTS + 1));
    }
    assert_string_equal(shown(arena, "acs_cwmp_session_seconds_count"), "400000");
    assert_string_equal(shown(arena, "acs_cwmp_session_seconds_sum"), "400000.000000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_rise_and_gauges_fall_too),
        cmocka_unit_test(labelled_rows_share_one_heading),
        cmocka_unit_test(no_name_has_two_headings),
        cmocka_unit_test(a_histogram_counts_what_is_at_or_below),
        cmocka_unit_test(nothing_is_lost_between_threads_nor_when_they_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
