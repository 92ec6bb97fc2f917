/*
 * cpeload: a load generator that speaks CWMP, made to be cheap: it shares the machine with what it measures.
 *
 * Exit status: 0 if every session ended as it should, 1 if any did not, 2 if it was not understood what to
 * do.
 */
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#include "acs/base/arena.h"
#include "acs/base/clock.h"
#include "tests/bench/options.h"
#include "tests/bench/worker.h"

enum { THREADS_MAX = 64, SPARE_FILES = 16 };

struct thread {
    struct arena *arena;
    struct worker *worker;
    pthread_t id;
};

struct run {
    struct options options;
    struct thread threads[THREADS_MAX];
    struct tally tally;
    int64_t took_us;
    int64_t cpu_us;
};

static void print_option(const char *option, const char *argument, const char *help)
{
    printf("  --%-12s %-9s  %s\n", option, argument, help);
}

static int print_help(void)
{
    puts("cpeload --target HOST:PORT (--sessions S | --seconds T | --once | --register | --idle M) "
         "[OPTION…]\n\n"
         "Runs CWMP sessions against a server: Inform, InformResponse, empty POST, 204.\n");
    options_explain(print_option);
    puts("\nShort forms: -t --threads, -c --connections, -n --devices, -s --sessions, -r --rate, -k "
         "--keepalive.");
    return 0;
}

/* Each connection is a file: takes what the hard limit allows, refuses what it does not. */
static enum err raise_file_limit(const struct options *options)
{
    struct rlimit limit;
    rlim_t need = options_slots(options) + options->threads + SPARE_FILES;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < need)
        return err_set(ERR_UNAVAILABLE, "%ju open files are needed: raise the hard limit (ulimit -Hn)",
                       (uintmax_t)need);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    return ERR_OK;
}

static enum err prepare(struct run *run)
{
    if (run->options.threads > THREADS_MAX)
        return err_set(ERR_INVALID, "--threads: %d at most", THREADS_MAX);
    TRY(raise_file_limit(&run->options));
    for (unsigned i = 0; i < run->options.threads; i++) {
        run->threads[i].arena = arena_new(64 * 1024);
        TRY(worker_new(run->threads[i].arena, &run->options, i, &run->threads[i].worker));
    }
    return ERR_OK;
}

static int64_t cpu_us(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * (int64_t)US_PER_S + used.ru_utime.tv_usec +
           used.ru_stime.tv_usec;
}

static void *thread_main(void *worker)
{
    worker_run(worker);
    return NULL;
}

static enum err run_all(struct run *run)
{
    int64_t start_us = clock_mono_us();
    int64_t start_cpu_us = cpu_us();

    for (unsigned i = 1; i < run->options.threads; i++)
        if (pthread_create(&run->threads[i].id, NULL, thread_main, run->threads[i].worker) != 0)
            return err_set(ERR_UNAVAILABLE, "cannot start thread %u", i);
    worker_run(run->threads[0].worker);
    for (unsigned i = 1; i < run->options.threads; i++)
        pthread_join(run->threads[i].id, NULL);
    run->took_us = clock_mono_us() - start_us;
    run->cpu_us = cpu_us() - start_cpu_us;
    for (unsigned i = 0; i < run->options.threads; i++)
        tally_add(&run->tally, worker_tally(run->threads[i].worker));
    return ERR_OK;
}

static double per_session_us(const struct run *run)
{
    return run->tally.sessions ? (double)run->cpu_us / (double)run->tally.sessions : 0;
}

static double per_second(const struct run *run)
{
    return run->took_us ? (double)run->tally.sessions * US_PER_S / (double)run->took_us : 0;
}

static void print_errors(const struct tally *tally)
{
    for (enum tally_error i = 0; i < TALLY_ERROR_KINDS; i++) {
        if (tally->errors[i] == 0)
            continue;
        printf("  %" PRIu64 " × %s", tally->errors[i], tally_error_text(i));
        printf(tally->examples[i][0] ? ", the first: %s\n" : "\n", tally->examples[i]);
    }
}

static void print_result(const struct run *run)
{
    const struct tally *tally = &run->tally;

    printf("%" PRIu64 " sessions in %.2f s, %.0f/s; p50 %" PRIu64 " p90 %" PRIu64 " p99 %" PRIu64
           " max %" PRIu64 " µs; generator %.1f µs CPU per session; %" PRIu64 " requests and %" PRIu64
           " challenges answered, %" PRIu64 " reconnects, %" PRIu64 " errors\n",
           tally->sessions, (double)run->took_us / US_PER_S, per_second(run), tally_permille_us(tally, 500),
           tally_permille_us(tally, 900), tally_permille_us(tally, 990), tally->max_us, per_session_us(run),
           tally->requests, tally->challenges, tally->reconnects, tally_errors(tally));
    print_errors(tally);
}

static void print_json(const struct run *run)
{
    const struct tally *tally = &run->tally;
    const char *comma = "";

    printf("{\"sessions\":%" PRIu64 ",\"seconds\":%.6f,\"sessions_per_s\":%.1f,\"p50_us\":%" PRIu64
           ",\"p90_us\":%" PRIu64 ",\"p99_us\":%" PRIu64 ",\"max_us\":%" PRIu64
           ",\"cpu_us_per_session\":%.3f,"
           "\"requests\":%" PRIu64 ",\"challenges\":%" PRIu64 ",\"reconnects\":%" PRIu64
           ",\"errors\":%" PRIu64 ",\"errors_by_kind\":{",
           tally->sessions, (double)run->took_us / US_PER_S, per_second(run), tally_permille_us(tally, 500),
           tally_permille_us(tally, 900), tally_permille_us(tally, 990), tally->max_us, per_session_us(run),
           tally->requests, tally->challenges, tally->reconnects, tally_errors(tally));
    for (enum tally_error i = 0; i < TALLY_ERROR_KINDS; i++) {
        if (tally->errors[i] == 0)
            continue;
        printf("%s\"%s\":%" PRIu64, comma, tally_error_name(i), tally->errors[i]);
        comma = ",";
    }
    puts("}}");
}

static void hold(const struct run *run)
{
    struct timespec limit = {.tv_sec = run->options.hold};
    uint32_t lost = 0;
    sigset_t stop;

    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    printf("idle %" PRIu64 "\n", run->tally.sessions);
    fflush(stdout);
    if (run->options.hold)
        sigtimedwait(&stop, NULL, &limit);
    else
        sigwaitinfo(&stop, NULL);
    for (unsigned i = 0; i < run->options.threads; i++)
        lost += worker_lost(run->threads[i].worker);
    printf("closed by the server meanwhile: %" PRIu32 "\n", lost);
}

static void end_all(struct run *run)
{
    for (unsigned i = 0; i < run->options.threads; i++) {
        worker_end(run->threads[i].worker);
        arena_free(run->threads[i].arena);
    }
}

static int refuse(void)
{
    fprintf(stderr, "cpeload: %s\n", err_message());
    return 2;
}

int main(int argc, char **argv)
{
    static struct run run;

    if (options_read(argc, argv, &run.options) != ERR_OK)
        return refuse();
    if (run.options.help)
        return print_help();
    if (prepare(&run) != ERR_OK || run_all(&run) != ERR_OK)
        return refuse();
    if (run.options.idle)
        hold(&run);
    print_result(&run);
    if (run.options.json)
        print_json(&run);
    end_all(&run);
    return tally_errors(&run.tally) || run.tally.sessions == 0;
}
