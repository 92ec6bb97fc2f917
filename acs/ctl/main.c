/* acsctl: Farol's API from the command line. */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>

#include "acs/ctl/commands.h"
#include "acs/ctl/context.h"
#include "acs/ctl/options.h"
#include "acs/ctl/rest.h"

enum { ARENA_FIRST = 64 << 10, COPY_BLOCK = 64 << 10 };

const struct command commands[] = {
#define COMMAND(function, words, arguments, least, most, options, help) \
    {(words), (arguments), (least), (most), (options), (help), command_##function},
#include "acs/ctl/commands.def"
#undef COMMAND
};

const size_t command_count = sizeof(commands) / sizeof(*commands);

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

bool ctl_is_interrupted(void)
{
    return interrupted != 0;
}

enum ctl_exit ctl_fail(enum ctl_exit code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fputs("acsctl: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return code;
}

/* These work on this machine alone, or choose the server themselves. */
static bool needs_server(const struct command *command)
{
    static command_fn *const local[] = {command_login, command_context_list, command_context_use,
                                        command_completion, command_version};

    for (unsigned i = 0; i < sizeof(local) / sizeof(*local); i++)
        if (command->run == local[i])
            return false;
    return true;
}

static enum ctl_exit run_command(struct ctl *ctl)
{
    if (ctl_has(ctl, OPTION_HELP) || ctl->command == NULL) {
        bool asked = ctl_has(ctl, OPTION_HELP);

        if (ctl->command != NULL)
            options_print_help(ctl->command, ctl->out);
        else
            options_print_usage(asked ? ctl->out : stderr);
        return asked ? CTL_OK : CTL_USAGE;
    }
    if (needs_server(ctl->command)) {
        enum ctl_exit code = context_choose(ctl);

        if (code != CTL_OK)
            return code;
    }
    return ctl->command->run(ctl);
}

/* What was written goes out now that nothing can fail any more. A reader that left is content with what it
 * has. */
static enum ctl_exit deliver(FILE *spool)
{
    char block[COPY_BLOCK];
    size_t len;

    rewind(spool);
    while ((len = fread(block, 1, sizeof(block), spool)) > 0)
        if (fwrite(block, 1, len, stdout) != len)
            break;
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return CTL_OK;
    return errno == EPIPE ? CTL_OK : ctl_fail(CTL_ERROR, "standard output: %s", strerror(errno));
}

int main(int argc, char **argv)
{
    AUTO_ARENA arena = arena_new(ARENA_FIRST);
    struct ctl ctl = {.arena = arena, .out = tmpfile()};
    enum ctl_exit code;

    signal(SIGPIPE, SIG_IGN);
    sigaction(SIGINT, &(struct sigaction){.sa_handler = on_interrupt}, NULL);
    if (ctl.out == NULL)
        return (int)ctl_fail(CTL_ERROR, "temporary file: %s", strerror(errno));
    code = options_read(&ctl, argc, argv);
    if (code == CTL_OK)
        code = run_command(&ctl);
    rest_close(&ctl);
    if (code == CTL_OK)
        code = deliver(ctl.out);
    fclose(ctl.out);
    return (int)code;
}
