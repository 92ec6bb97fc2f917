#include "acs/ctl/options.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/check.h"

struct fixture {
    struct arena *arena;
    struct ctl ctl;
};

static int set_up(void **state)
{
    struct fixture *fixture = HEAP_NEW(struct fixture);

    fixture->arena = arena_new(4096);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    arena_free(fixture->arena);
    heap_free(fixture);
    return 0;
}

/* The words of a command line, without quoting. */
static enum ctl_exit read_line(struct fixture *fixture, const char *line)
{
    char *rest = arena_strdup(fixture->arena, line);
    char *argv[80] = {NULL};
    int argc = 0;

    argv[argc++] = arena_strdup(fixture->arena, "acsctl");
    for (char *word; (word = strsep(&rest, " ")) != NULL;)
        if (*word != '\0')
            argv[argc++] = word;
    fixture->ctl = (struct ctl){.arena = fixture->arena};
    return options_read(&fixture->ctl, argc, argv);
}

static void a_line_finds_its_command_and_arguments(void **state)
{
    static const struct {
        const char *line, *command;
        int arguments;
        const char *first;
    } rows[] = {
        {"devices list",                     "devices list", 0, NULL   },
        {"devices show SN1",                 "devices show", 1, "SN1"  },
        {"reboot SN1",                       "reboot",       1, "SN1"  },
        {"reboot -- --odd",                  "reboot",       1, "--odd"},
        {"--reason x reboot SN1",            "reboot",       1, "SN1"  },
        {"params get SN1 Device.A Device.B", "params get",   3, "SN1"  },
        {"params set SN1 A.B=-1",            "params set",   2, "SN1"  },
        {"api GET /me",                      "api",          2, "GET"  },
        {"context list",                     "context list", 0, NULL   },
        {"version",                          "version",      0, NULL   },
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(read_line(fixture, rows[i].line), CTL_OK);
        assert_string_equal(fixture->ctl.command->words, rows[i].command);
        assert_int_equal(fixture->ctl.argument_count, rows[i].arguments);
        if (rows[i].first != NULL)
            assert_string_equal(fixture->ctl.arguments[0], rows[i].first);
    }
}

static void a_line_that_is_wrong_is_a_usage_error(void **state)
{
    static const char *const wrong[] = {
        "devices",
        "devices lists",
        "device list",
        "listdevices",
        "devices show",
        "devices show a b",
        "devices list extra more",
        "reboot",
        "params get SN1",
        "reboot SN1 --nonsense",
        "reboot SN1 -z",
        "reboot SN1 --all",
        "devices list --wait",
        "devices list --all=yes",
        "devices list --limit",
        "devices list -f",
        "devices list -o xml",
        "devices list --output=",
        "api GET",
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        if (read_line(fixture, wrong[i]) != CTL_USAGE)
            fail_msg("'%s' was accepted", wrong[i]);
}

static void too_many_filters_are_a_usage_error(void **state)
{
    struct fixture *fixture = *state;
    struct text line = TEXT_IN(fixture->arena);

    text_puts(&line, "devices list");
    for (int i = 0; i < FILTERS_MAX; i++)
        text_puts(&line, " -f a=1");
    assert_int_equal(read_line(fixture, text_string(&line)), CTL_OK);
    text_puts(&line, " -f a=1");
    assert_int_equal(read_line(fixture, text_string(&line)), CTL_USAGE);
}

static void options_take_their_values_in_every_form(void **state)
{
    static const char *const lines[] = {"devices list --limit=7", "devices list --limit 7",
                                        "devices list -n7", "devices list -n 7", "-n=7 devices list"};
    struct fixture *fixture = *state;

    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        assert_int_equal(read_line(fixture, lines[i]), CTL_OK);
        assert_string_equal(fixture->ctl.values[OPTION_LIMIT], "7");
    }
    assert_int_equal(read_line(fixture, "devices list -f a=1 --filter=b=2 -fc=3"), CTL_OK);
    assert_int_equal(fixture->ctl.filter_count, 3);
    assert_string_equal(fixture->ctl.filters[0], "a=1");
    assert_string_equal(fixture->ctl.filters[1], "b=2");
    assert_string_equal(fixture->ctl.filters[2], "c=3");
}

static void a_letter_means_what_it_means_to_the_command(void **state)
{
    static const char *const lines[] = {"campaign create -f plan", "campaign create -fplan",
                                        "campaign create --dry-run -f=plan", "campaign create --file plan"};
    struct fixture *fixture = *state;

    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        assert_int_equal(read_line(fixture, lines[i]), CTL_OK);
        assert_string_equal(fixture->ctl.values[OPTION_FILE], "plan");
        assert_int_equal(fixture->ctl.filter_count, 0);
    }
    assert_int_equal(read_line(fixture, "campaign create --filter plan"), CTL_USAGE);
}

static void an_optional_value_only_comes_with_an_equals_sign(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(read_line(fixture, "reboot --wait SN1"), CTL_OK);
    assert_string_equal(fixture->ctl.values[OPTION_WAIT], "");
    assert_string_equal(fixture->ctl.arguments[0], "SN1");
    assert_int_equal(read_line(fixture, "reboot SN1 --wait=3m"), CTL_OK);
    assert_string_equal(fixture->ctl.values[OPTION_WAIT], "3m");
}

static void every_format_has_its_name(void **state)
{
    static const struct {
        const char *name;
        enum output_format format;
    } rows[] = {
        {"table",  OUTPUT_TABLE },
        {"json",   OUTPUT_JSON  },
        {"ndjson", OUTPUT_NDJSON},
        {"name",   OUTPUT_NAME  }
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(read_line(fixture, arena_printf(fixture->arena, "devices list -o %s", rows[i].name)),
                         CTL_OK);
        assert_int_equal(fixture->ctl.format, rows[i].format);
    }
}

static void help_needs_no_arguments(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(read_line(fixture, ""), CTL_OK);
    assert_null(fixture->ctl.command);
    assert_int_equal(read_line(fixture, "--help"), CTL_OK);
    assert_true(ctl_has(&fixture->ctl, OPTION_HELP));
    assert_int_equal(read_line(fixture, "reboot -h"), CTL_OK);
    assert_string_equal(fixture->ctl.command->words, "reboot");
}

static void waiting_times_are_read(void **state)
{
    static const struct {
        const char *line;
        enum ctl_exit code;
        uint32_t seconds;
    } rows[] = {
        {"reboot SN1",             CTL_OK,    1  },
        {"reboot SN1 --wait",      CTL_OK,    2  },
        {"reboot SN1 --wait=30s",  CTL_OK,    30 },
        {"reboot SN1 --wait=3m",   CTL_OK,    180},
        {"reboot SN1 --wait=soon", CTL_USAGE, 0  },
        {"reboot SN1 --wait=30",   CTL_USAGE, 0  },
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint32_t seconds = 0;

        assert_int_equal(read_line(fixture, rows[i].line), CTL_OK);
        assert_int_equal(options_seconds(&fixture->ctl, OPTION_WAIT, 1, 2, &seconds), rows[i].code);
        assert_int_equal(seconds, rows[i].seconds);
    }
}

/* Every command and option is on its page of help, and in every completion. */
static void the_texts_hold_every_command(void **state)
{
    static const char *const shells[] = {"bash", "zsh", "fish"};
    static char text[64 * 1024];
    FILE *file = fmemopen(text, sizeof(text), "w");

    (void)state;
    options_print_usage(file);
    for (size_t i = 0; i < command_count; i++)
        options_print_help(&commands[i], file);
    fflush(file);
    for (size_t i = 0; i < command_count; i++) {
        assert_non_null(strstr(text, commands[i].words));
        assert_non_null(strstr(text, commands[i].help));
    }
    for (size_t i = 0; i < COUNT_OF(shells); i++) {
        rewind(file);
        assert_int_equal(options_print_completion(shells[i], file), CTL_OK);
        fflush(file);
        assert_non_null(strstr(text, "reboot"));
        assert_non_null(strstr(text, "token-file"));
    }
    assert_int_equal(options_print_completion("csh", file), CTL_USAGE);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_finds_its_command_and_arguments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_that_is_wrong_is_a_usage_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_many_filters_are_a_usage_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(options_take_their_values_in_every_form, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_letter_means_what_it_means_to_the_command, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_optional_value_only_comes_with_an_equals_sign, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_format_has_its_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(help_needs_no_arguments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(waiting_times_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_texts_hold_every_command, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
