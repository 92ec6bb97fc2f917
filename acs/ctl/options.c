#include "acs/ctl/options.h"

#include <string.h>

enum takes { NONE, ONE, MAYBE, MANY };

static const struct option_row {
    char letter;
    const char *name;
    enum takes takes;
    const char *value;
    const char *help;
} option_rows[OPTION_COUNT_OF_ALL] = {
#define OPTION(id, letter, name, takes, value, help) \
    [OPTION_##id] = {(letter), (name), takes, (value), (help)},
#include "acs/ctl/options.def"
#undef OPTION
};

static const uint64_t options_of_all = OPT(URL) | OPT(TOKEN_FILE) | OPT(CONTEXT) | OPT(OUTPUT) | OPT(HELP);

static bool is_allowed(const struct command *command, unsigned option)
{
    uint64_t allowed = options_of_all | (command == NULL ? 0 : command->options);

    return (allowed & UINT64_C(1) << option) != 0;
}

/* ---- which command ---- */

/* How many of the words stand at the start of the arguments: all of them, or 0. */
static int match_words(const char *words, int count, const char *const *arguments)
{
    int matched = 0;

    for (; *words != '\0'; matched++) {
        size_t len = strcspn(words, " ");

        if (matched == count || strlen(arguments[matched]) != len ||
            memcmp(arguments[matched], words, len) != 0)
            return 0;
        words += len + (words[len] == ' ');
    }
    return matched;
}

/* NULL: its words are still to come. */
static const struct command *command_so_far(const struct ctl *ctl)
{
    for (size_t i = 0; i < command_count; i++)
        if (match_words(commands[i].words, ctl->argument_count, ctl->arguments) > 0)
            return &commands[i];
    return NULL;
}

static enum ctl_exit find_command(struct ctl *ctl)
{
    for (size_t i = 0; i < command_count; i++) {
        int words = match_words(commands[i].words, ctl->argument_count, ctl->arguments);

        if (words == 0)
            continue;
        ctl->command = &commands[i];
        ctl->argument_count -= words;
        memmove(ctl->arguments, ctl->arguments + words,
                sizeof(*ctl->arguments) * (size_t)ctl->argument_count);
        return CTL_OK;
    }
    if (ctl->argument_count == 0)
        return CTL_OK;
    return ctl_fail(CTL_USAGE, "'%s' is no command; acsctl --help lists them", ctl->arguments[0]);
}

/* ---- one option ---- */

static enum ctl_exit take(struct ctl *ctl, unsigned option, const char *value)
{
    if (option_rows[option].takes != MANY) {
        ctl->values[option] = value;
        return CTL_OK;
    }
    if (ctl->filter_count == FILTERS_MAX)
        return ctl_fail(CTL_USAGE, "at most %d times --%s", FILTERS_MAX, option_rows[option].name);
    ctl->filters[ctl->filter_count++] = value;
    return CTL_OK;
}

/* value: what followed "=" or the letter; NULL: nothing. next: the argument after it; used tells whether it
 * was. */
static enum ctl_exit take_option(struct ctl *ctl, unsigned option, const char *value, const char *next,
                                 bool *used)
{
    const struct option_row *row = &option_rows[option];
    bool needs_value = row->takes == ONE || row->takes == MANY;

    *used = value == NULL && needs_value;
    if (row->takes == NONE && value != NULL)
        return ctl_fail(CTL_USAGE, "--%s takes no value", row->name);
    if (*used && next == NULL)
        return ctl_fail(CTL_USAGE, "--%s needs a value: --%s=%s", row->name, row->name, row->value);
    return take(ctl, option, *used ? next : text_or_empty(value));
}

static enum ctl_exit read_long(struct ctl *ctl, const char *text, const char *next, bool *used)
{
    size_t len = strcspn(text, "=");

    for (unsigned i = 0; i < OPTION_COUNT_OF_ALL; i++)
        if (strlen(option_rows[i].name) == len && memcmp(option_rows[i].name, text, len) == 0)
            return take_option(ctl, i, text[len] == '=' ? text + len + 1 : NULL, next, used);
    return ctl_fail(CTL_USAGE, "there is no option --%.*s; acsctl --help lists them", (int)len, text);
}

/* The command's own option, or the first with this letter; OPTION_COUNT_OF_ALL: there is none. */
static unsigned find_letter(const struct ctl *ctl, char letter)
{
    const struct command *command = command_so_far(ctl);
    unsigned first = OPTION_COUNT_OF_ALL;

    for (unsigned i = 0; i < OPTION_COUNT_OF_ALL; i++) {
        if (option_rows[i].letter != letter)
            continue;
        if (command != NULL && is_allowed(command, i))
            return i;
        if (first == OPTION_COUNT_OF_ALL)
            first = i;
    }
    return first;
}

static enum ctl_exit read_short(struct ctl *ctl, const char *text, const char *next, bool *used)
{
    const char *value = text[1] == '\0' ? NULL : text + 1 + (text[1] == '=');
    unsigned option = find_letter(ctl, text[0]);

    if (option < OPTION_COUNT_OF_ALL)
        return take_option(ctl, option, value, next, used);
    return ctl_fail(CTL_USAGE, "there is no option -%c; acsctl --help lists them", text[0]);
}

static enum ctl_exit read_argument(struct ctl *ctl, const char *argument, const char *next,
                                   bool *options_ended, bool *used)
{
    *used = false;
    if (!*options_ended && strcmp(argument, "--") == 0) {
        *options_ended = true;
        return CTL_OK;
    }
    if (!*options_ended && text_starts_with(argument, "--"))
        return read_long(ctl, argument + 2, next, used);
    if (!*options_ended && argument[0] == '-' && argument[1] != '\0')
        return read_short(ctl, argument + 1, next, used);
    if (ctl->argument_count == ARGUMENTS_MAX)
        return ctl_fail(CTL_USAGE, "more than %d arguments", ARGUMENTS_MAX);
    ctl->arguments[ctl->argument_count++] = argument;
    return CTL_OK;
}

/* ---- do they belong together ---- */

static enum ctl_exit check_format(struct ctl *ctl)
{
    static const char *const names[] = {
        [OUTPUT_TABLE] = "table", [OUTPUT_JSON] = "json", [OUTPUT_NDJSON] = "ndjson", [OUTPUT_NAME] = "name"};

    for (unsigned i = 0; ctl_has(ctl, OPTION_OUTPUT) && i < sizeof(names) / sizeof(*names); i++) {
        if (strcmp(names[i], ctl->values[OPTION_OUTPUT]) == 0) {
            ctl->format = (enum output_format)i;
            return CTL_OK;
        }
    }
    if (ctl_has(ctl, OPTION_OUTPUT))
        return ctl_fail(CTL_USAGE, "--output is table, json, ndjson or name, not '%s'",
                        ctl->values[OPTION_OUTPUT]);
    return CTL_OK;
}

static enum ctl_exit check_all(struct ctl *ctl)
{
    const struct command *command = ctl->command;

    for (unsigned i = 0; i < OPTION_COUNT_OF_ALL; i++)
        if ((ctl_has(ctl, (enum option)i) || (i == OPTION_FILTER && ctl->filter_count > 0)) &&
            !is_allowed(command, i))
            return ctl_fail(CTL_USAGE, "%s takes no --%s", command == NULL ? "acsctl" : command->words,
                            option_rows[i].name);
    if (command != NULL && !ctl_has(ctl, OPTION_HELP) &&
        (ctl->argument_count < command->least || ctl->argument_count > command->most))
        return ctl_fail(CTL_USAGE, "usage: acsctl %s %s", command->words, command->arguments);
    return check_format(ctl);
}

enum ctl_exit options_read(struct ctl *ctl, int argc, char *const *argv)
{
    bool options_ended = false;
    enum ctl_exit code;

    for (int i = 1; i < argc; i++) {
        bool used;

        code = read_argument(ctl, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &options_ended, &used);
        if (code != CTL_OK)
            return code;
        i += used;
    }
    code = find_command(ctl);
    return code == CTL_OK ? check_all(ctl) : code;
}

enum ctl_exit options_seconds(const struct ctl *ctl, enum option option, uint32_t otherwise, uint32_t bare,
                              uint32_t *ret)
{
    const char *text = ctl->values[option];
    uint32_t ms;

    if (text == NULL || *text == '\0') {
        *ret = text == NULL ? otherwise : bare;
        return CTL_OK;
    }
    if (text_read_duration(text, &ms) != ERR_OK)
        return ctl_fail(CTL_USAGE, "--%s: '%s' is no time like 30s, 3m or 2h", option_rows[option].name,
                        text);
    *ret = ms / 1000;
    return CTL_OK;
}

/* ---- texts ---- */

void options_print_usage(FILE *to)
{
    fputs("usage: acsctl COMMAND [ARGUMENTS] [OPTIONS]\n\n", to);
    for (size_t i = 0; i < command_count; i++) {
        int width = fprintf(to, "  %s %s", commands[i].words, commands[i].arguments);

        fprintf(to, "%*s%s\n", width < 38 ? 38 - width : 1, "", commands[i].help);
    }
    fputs(
        "\nA DEVICE is an id (dev_...) or a serial number. acsctl COMMAND --help lists a command's options.\n"
        "Exit: 0 done, 1 error, 2 usage, 3 not found, 4 not allowed, 5 conflict, 6 the device refused,\n"
        "7 still pending at the time limit, 8 some are wrong, 9 the audit trail was changed, 130 "
        "interrupted;\n"
        "of a campaign that is watched: 0 finished, 10 halted, 11 held (it waits for a person), 12 "
        "cancelled.\n",
        to);
}

static void print_option(unsigned option, FILE *to)
{
    const struct option_row *row = &option_rows[option];
    const char *before = row->takes == NONE ? "" : row->takes == MAYBE ? "[=" : "=";
    const char *after = row->takes == MAYBE ? "]" : "";
    int width = row->letter != '\0' ? fprintf(to, "  -%c, ", row->letter) : fprintf(to, "      ");

    width += fprintf(to, "--%s%s%s%s", row->name, before, row->value, after);
    fprintf(to, "%*s%s\n", width < 28 ? 28 - width : 1, "", row->help);
}

void options_print_help(const struct command *command, FILE *to)
{
    fprintf(to, "usage: acsctl %s %s\n\n%s\n\n", command->words, command->arguments, command->help);
    for (unsigned i = 0; i < OPTION_COUNT_OF_ALL; i++)
        if (is_allowed(command, i))
            print_option(i, to);
}
