/* acsctl: Farol's API from the command line. */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "acs/ctl/commands.h"
#include "acs/ctl/context.h"
#include "acs/ctl/options.h"
#include "acs/ctl/rest.h"

enum { ARENA_FIRST = 64 << 10, COPY_BLOCK = 64 << 10 };

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

/* Of what went wrong nothing is written on standard output; what went partly well is the answer. */
static bool has_answer(enum ctl_exit code)
{
    return code == CTL_OK || code == CTL_PARTLY;
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
    ctl_catch_interrupts();
    if (ctl.out == NULL)
        return (int)ctl_fail(CTL_ERROR, "temporary file: %s", strerror(errno));
    code = options_read(&ctl, argc, argv);
    if (code == CTL_OK)
        code = run_command(&ctl);
    rest_close(&ctl);
    if (has_answer(code) && deliver(ctl.out) != CTL_OK)
        code = CTL_ERROR;
    fclose(ctl.out);
    return (int)code;
}
