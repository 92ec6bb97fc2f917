#include "acs/ctl/ctl.h"

#include <signal.h>
#include <stdarg.h>

#include "acs/ctl/commands.h"

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

void ctl_catch_interrupts(void)
{
    sigaction(SIGINT, &(struct sigaction){.sa_handler = on_interrupt}, NULL);
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
