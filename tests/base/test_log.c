#include "acs/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "acs/base/json.h"
#include "acs/base/metrics.h"

#include "tests/base/check.h"

enum { OUTPUT_MAX = 1 << 16 };

static char output[OUTPUT_MAX];
static int real_stderr = -1;
static int reader = -1;

/* From here on stderr is a pipe, until captured() is asked what went through. */
static void capture(void)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    real_stderr = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    reader = ends[0];
}

static const char *captured(void)
{
    size_t len = 0;
    ssize_t got;

    dup2(real_stderr, STDERR_FILENO);
    close(real_stderr);
    while ((got = read(reader, output + len, sizeof(output) - 1 - len)) > 0)
        len += (size_t)got;
    close(reader);
    output[len] = '\0';
    return output;
}

static int set_up(void **state)
{
    (void)state;
    clock_freeze(1795376401123456, 1);
    log_setup(LOG_DEBUG, LOG_TEXT);
    return 0;
}

static void a_line_has_time_level_sentence_and_fields(void **state)
{
    (void)state;
    capture();
    log_info("action done", log_s("kind", "reboot"), log_s("outcome", "succeeded"), log_i("ms", 5210));
    assert_string_equal(captured(),
                        "2026-11-22T19:40:01.123Z info action done kind=reboot outcome=succeeded ms=5210\n");
}

static void the_journal_gets_a_priority_and_no_time(void **state)
{
    (void)state;
    log_setup(LOG_DEBUG, LOG_JOURNAL);
    capture();
    log_debug("a");
    log_info("b");
    log_warn("c", log_i("n", INT64_MIN));
    log_error("d");
    assert_string_equal(captured(), "<7>a\n<6>b\n<4>c n=-9223372036854775808\n<3>d\n");
}

static void json_lines_are_json(void **state)
{
    (void)state;
    log_setup(LOG_DEBUG, LOG_JSON);
    capture();
    log_warn("said \"no\"", log_s("kind", "a\tb"), log_i("ms", -1), log_s("none", NULL));
    assert_string_equal(captured(),
                        "{\"ts\":\"2026-11-22T19:40:01.123Z\",\"level\":\"warn\",\"msg\":\"said \\\"no\\\"\","
                        "\"kind\":\"a\\u0009b\",\"ms\":-1,\"none\":null}\n");
}

static void what_is_below_the_lowest_level_is_not_written(void **state)
{
    (void)state;
    log_setup(LOG_WARN, LOG_TEXT);
    assert_false(log_wants(LOG_INFO));
    assert_true(log_wants(LOG_WARN));
    assert_true(log_wants(LOG_ERROR));
    capture();
    log_debug("no");
    log_info("no");
    log_error("yes");
    assert_string_equal(captured(), "2026-11-22T19:40:01.123Z error yes\n");
}

static void a_value_can_neither_end_the_line_nor_forge_a_field(void **state)
{
    static const char turned[] = {'\xe2', '\x80', '\xae', 'e', 'v', 'i', 'l', '\0'};
    static const char isolated[] = {'\xe2', '\x81', '\xa6', '\0'};
    static const struct {
        const char *value, *written;
    } cases[] = {
        {"plain-1.2:3/x",     "plain-1.2:3/x"       },
        {"two words",         "\"two words\""       },
        {"x admin=1",         "\"x admin=1\""       },
        {"a=b",               "\"a=b\""             },
        {"",                  "\"\""                },
        {NULL,                ""                    },
        {"a\nb",              "\"a\\nb\""           },
        {"a\r\tb",            "\"a\\u000d\\u0009b\""},
        {"\x1b[31mred",       "\"\\u001b[31mred\""  },
        {"\x7f",              "\"\\u007f\""         },
        {"say \"hi\"",        "\"say \\\"hi\\\"\""  },
        {"back\\slash",       "\"back\\\\slash\""   },
        {"S\xc3\xa3o Paulo",  "\"S\xc3\xa3o Paulo\""},
        {"\xc2\x85next line", "\"\\u0085next line\""},
        {"\xe2\x80\xa8",      "\"\\u2028\""         },
        {turned,              "\"\\u202eevil\""     },
        {isolated,            "\"\\u2066\""         },
        {"\xff\xc3(",         "\"\\xff\\xc3(\""     },
        {"\xf0\x9f\x92\xa1",  "\"\xf0\x9f\x92\xa1\""},
    };
    AUTO_ARENA arena = arena_new(4096);

    (void)state;
    log_setup(LOG_DEBUG, LOG_JOURNAL);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        capture();
        log_info("m", log_s("k", cases[i].value), log_i("end", 1));
        assert_string_equal(captured(), arena_printf(arena, "<6>m k=%s end=1\n", cases[i].written));
    }
}

/* Any byte in sentence and value: one line comes out, and the JSON one is read back. */
static void every_byte_gives_exactly_one_record(void **state)
{
    static const enum log_format formats[] = {LOG_TEXT, LOG_JOURNAL, LOG_JSON};

    (void)state;
    for (size_t f = 0; f < COUNT_OF(formats); f++) {
        log_setup(LOG_DEBUG, formats[f]);
        for (int byte = 1; byte < 256; byte++) {
            const char text[] = {'a', (char)byte, 'b', '\0'};
            const char *line;
            AUTO_JSON json = NULL;

            capture();
            log_info(text, log_s("k", text));
            line = captured();
            assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
            if (formats[f] == LOG_JSON)
                assert_int_equal(json_read(line, strlen(line), &json), ERR_OK);
            assert_int_equal(json_count(json), formats[f] == LOG_JSON ? 4 : 0);
        }
    }
}

static void fill(char *text, size_t len, const char *with)
{
    size_t unit = strlen(with);

    for (size_t at = 0; at < len; at += unit)
        memcpy(text + at, with, unit);
    text[len] = '\0';
}

static void a_long_value_is_cut_and_says_so(void **state)
{
    static char text[3001];

    (void)state;
    fill(text, 3000, "x");
    log_setup(LOG_DEBUG, LOG_JOURNAL);
    capture();
    log_info("m", log_s("k", text), log_i("end", 1));
    captured();
    assert_int_equal(strspn(output + strlen("<6>m k="), "x"), 1024);
    assert_string_equal(output + strlen("<6>m k=") + 1024, " end=1 cut=1\n");
}

static void a_line_stays_within_what_a_pipe_takes_at_once(void **state)
{
    static const char *const fillings[] = {"x", "\"", "\n", "\x01", "\xff", "\xf0\x9f\x92\xa1"};
    static const enum log_format formats[] = {LOG_TEXT, LOG_JOURNAL, LOG_JSON};
    static char text[1201];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(fillings); i++) {
        fill(text, 1200, fillings[i]);
        for (size_t f = 0; f < COUNT_OF(formats); f++) {
            AUTO_JSON json = NULL;
            size_t len;

            log_setup(LOG_DEBUG, formats[f]);
            capture();
            log_info(text, log_s("a", text), log_s("b", text), log_s("c", text), log_s("d", text),
                     log_i("n", 1), log_s("e", text));
            len = strlen(captured());
            assert_in_range(len, 3000, 4096);
            assert_int_equal(output[len - 1], '\n');
            if (formats[f] == LOG_JSON) {
                assert_int_equal(json_read(output, len, &json), ERR_OK);
                assert_true(json_bool(json_get(json, "cut"), false));
            } else {
                assert_string_equal(output + len - strlen(" cut=1\n"), " cut=1\n");
            }
        }
    }
}

/* ---- what happens when nobody can read ---- */

static int64_t lost_while_stderr_is(int fd)
{
    int64_t before = metric_value(METRIC_LOG_LINES_LOST);
    int kept = dup(STDERR_FILENO);

    dup2(fd, STDERR_FILENO);
    log_info("nobody reads this");
    log_info("nor this");
    dup2(kept, STDERR_FILENO);
    close(kept);
    return metric_value(METRIC_LOG_LINES_LOST) - before;
}

static void a_full_disk_costs_lines_and_nothing_else(void **state)
{
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

    (void)state;
    errno = EDOM;
    assert_int_equal(lost_while_stderr_is(full), 2);
    assert_int_equal(errno, EDOM);
    close(full);
}

static void a_reader_that_is_gone_costs_lines_and_no_signal(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_int_equal(lost_while_stderr_is(ends[1]), 2);
    close(ends[1]);
}

static void a_reader_that_hangs_costs_lines_and_little_time(void **state)
{
    char filling[4096] = {0};
    int64_t began;
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    while (write(ends[1], filling, sizeof(filling)) > 0)
        continue;
    fcntl(ends[1], F_SETFL, 0);
    clock_freeze(0, 0);
    began = clock_mono_ms();
    for (int i = 0; i < 100; i++)
        assert_int_equal(lost_while_stderr_is(ends[1]), 2);
    assert_in_range(clock_mono_ms() - began, 0, 1500); /* one wait of 20 ms, not 200 */
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    while (read(ends[0], filling, sizeof(filling)) > 0)
        continue;
    assert_int_equal(lost_while_stderr_is(ends[1]), 0);
    close(ends[0]);
    close(ends[1]);
}

enum { THREADS = 4, LINES = 50 };

static void *write_lines(void *name)
{
    for (int i = 0; i < LINES; i++)
        log_info("line", log_s("name", name), log_i("i", i));
    return NULL;
}

static void lines_of_threads_do_not_mix(void **state)
{
    static char names[THREADS][2] = {"a", "b", "c", "d"};
    pthread_t threads[THREADS];
    int lines = 0;

    (void)state;
    log_setup(LOG_DEBUG, LOG_JOURNAL);
    capture();
    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, write_lines, names[i]);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    captured();
    for (const char *line = output; *line != '\0'; line = strchr(line, '\n') + 1, lines++) {
        assert_memory_equal(line, "<6>line name=", 13);
        assert_memory_equal(line + 14, " i=", 3);
    }
    assert_int_equal(lines, THREADS * LINES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_line_has_time_level_sentence_and_fields, set_up),
        cmocka_unit_test_setup(the_journal_gets_a_priority_and_no_time, set_up),
        cmocka_unit_test_setup(json_lines_are_json, set_up),
        cmocka_unit_test_setup(what_is_below_the_lowest_level_is_not_written, set_up),
        cmocka_unit_test_setup(a_value_can_neither_end_the_line_nor_forge_a_field, set_up),
        cmocka_unit_test_setup(every_byte_gives_exactly_one_record, set_up),
        cmocka_unit_test_setup(a_long_value_is_cut_and_says_so, set_up),
        cmocka_unit_test_setup(a_line_stays_within_what_a_pipe_takes_at_once, set_up),
        cmocka_unit_test_setup(a_full_disk_costs_lines_and_nothing_else, set_up),
        cmocka_unit_test_setup(a_reader_that_is_gone_costs_lines_and_no_signal, set_up),
        cmocka_unit_test_setup(a_reader_that_hangs_costs_lines_and_little_time, set_up),
        cmocka_unit_test_setup(lines_of_threads_do_not_mix, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
