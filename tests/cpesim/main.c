/*
 * cpesim: options, start, wait for a signal, sum up. README.md says what it is for.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "tests/cpesim/control.h"
#include "tests/cpesim/cr_server.h"
#include "tests/cpesim/options.h"
#include "tests/cpesim/rpc.h"
#include "tests/cpesim/status.h"
#include "tests/cpesim/story.h"

enum { EXIT_WRONG = 1, EXIT_USAGE = 2 };

struct program {
    struct options options;
    struct loop *loop;
    struct cr_server *cr_server;
    struct fleet *fleet;
    struct control *control;
    struct alarm status_alarm;
    int signals;
};

static void write_status(struct program *program)
{
    if (program->options.status != NULL &&
        status_write_file(program->fleet, program->options.status) != ERR_OK)
        tally_internal(&program->fleet->tally, "");
}

static void on_second(void *ctx)
{
    struct program *program = ctx;

    write_status(program);
    alarm_set(program->fleet->alarms, &program->status_alarm, clock_mono_us() + US_PER_S, on_second, program);
}

static void on_signal(uint32_t events, void *ctx)
{
    struct program *program = ctx;

    (void)events;
    loop_stop(program->loop);
}

static void catch_signals(struct program *program)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    program->signals = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    loop_watch(program->loop, program->signals, EPOLLIN, on_signal, program);
}

/* A descriptor for each home that is in a session. */
static void raise_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static enum err start(struct program *program)
{
    const struct options *options = &program->options;

    TRY(cr_server_bind(options->fleet.listen, options->listen_port, &program->cr_server));
    TRY(fleet_new(&options->fleet, program->loop, cr_server_base(program->cr_server), &program->fleet));
    cr_server_start(program->cr_server, program->fleet);
    if (options->control != NULL)
        TRY(control_start(program->fleet, options->control, &program->control));
    if (options->status != NULL)
        on_second(program);
    fleet_switch_on(program->fleet);
    return ERR_OK;
}

static void print_summary(const struct fleet *fleet)
{
    const struct tally *tally = &fleet->tally;

    printf("%" PRIu32 " homes", fleet->count);
    for (int id = 0; id < TALLY_COUNT; id++)
        if (tally->counts[id] > 0)
            printf(", %s %s %" PRIu64, tally_group((enum tally_id)id), tally_name((enum tally_id)id),
                   tally->counts[id]);
    for (int id = 0; id < RPC_COUNT; id++)
        if (tally->rpcs[id] > 0)
            printf(", %s %" PRIu64, rpc_name((enum rpc_id)id), tally->rpcs[id]);
    printf(", acs_violations %" PRIu64 "\n", tally->violation_count);
}

static int verdict(const struct fleet *fleet)
{
    return fleet->tally.violation_count > 0 || fleet->tally.counts[TALLY_INTERNAL_ERRORS] > 0 ? EXIT_WRONG
                                                                                              : 0;
}

/* No home is switched on, no journal touched. */
static int describe(const struct program *program)
{
    AUTO_ARENA arena = arena_new(16 * 1024);
    struct text out = TEXT_IN(arena);
    struct fleet_options options = program->options.fleet;
    struct loop *loop = loop_new();
    struct fleet *fleet = NULL;
    enum err result;

    options.journal = NULL;
    options.stories = true;
    result = fleet_new(&options, loop, "", &fleet);
    if (result == ERR_OK)
        result = story_describe(fleet, NULL, &out);
    if (result == ERR_OK)
        fwrite(out.data, 1, out.len, stdout);
    else
        fprintf(stderr, "cpesim: %s\n", err_message());
    fleet_free(fleet);
    loop_free(loop);
    return result == ERR_OK ? 0 : EXIT_USAGE;
}

static int run(struct program *program)
{
    int code;

    program->loop = loop_new();
    catch_signals(program);
    if (start(program) != ERR_OK) {
        fprintf(stderr, "cpesim: %s\n", err_message());
        return EXIT_USAGE;
    }
    log_info("ready", log_i("homes", program->fleet->count),
             log_s("connection_requests", program->fleet->settings.cr_base));
    loop_run(program->loop);
    write_status(program);
    print_summary(program->fleet);
    code = verdict(program->fleet);
    return code;
}

static void stop(struct program *program)
{
    control_free(program->control);
    if (program->fleet != NULL)
        alarm_clear(program->fleet->alarms, &program->status_alarm);
    cr_server_free(program->cr_server);
    fleet_free(program->fleet);
    loop_unwatch(program->loop, program->signals);
    close(program->signals);
    loop_free(program->loop);
}

int main(int argc, char **argv)
{
    AUTO_ARENA arena = arena_new(4096);
    struct program program = {0};
    bool help;
    int code;

    if (options_read(argc, argv, arena, &program.options, &help) != ERR_OK) {
        fprintf(stderr, "cpesim: %s\n", err_message());
        return EXIT_USAGE;
    }
    if (help) {
        options_print_help();
        return 0;
    }
    if (program.options.describe)
        return describe(&program);
    log_setup(program.options.quiet ? LOG_WARN : LOG_INFO, program.options.json_log ? LOG_JSON : LOG_TEXT);
    raise_limit();
    code = run(&program);
    stop(&program);
    return code;
}
