#include "tests/cpesim/options.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "acs/base/text.h"

enum {
    HOMES_MAX = 100000,
    BOOTS_PER_SECOND = 200,
    FIRST_CODE = 256,
    PASSWORD_MAX = 256,
    TIME_SCALE_MAX = 1000
};

/* Set as milliseconds by --start-spread; until then it follows from the number of homes. */
#define SPREAD_BY_HOMES UINT32_MAX

typedef enum err take_fn(const char *argument, struct arena *arena, void *at, struct options *options);

static enum err take_text(const char *argument, struct arena *arena, void *at, struct options *options)
{
    (void)arena, (void)options;
    *(const char **)at = argument;
    return ERR_OK;
}

static enum err take_number(const char *argument, struct arena *arena, void *at, struct options *options)
{
    (void)arena, (void)options;
    return text_read_u32(argument, at);
}

static enum err take_seed(const char *argument, struct arena *arena, void *at, struct options *options)
{
    (void)arena, (void)options;
    return text_read_u64(argument, at);
}

static enum err take_flag(const char *argument, struct arena *arena, void *at, struct options *options)
{
    (void)argument, (void)arena, (void)options;
    *(bool *)at = true;
    return ERR_OK;
}

/* Seconds, with a fraction if need be, as milliseconds. */
static enum err take_seconds(const char *argument, struct arena *arena, void *at, struct options *options)
{
    size_t whole = strcspn(argument, ".");
    const char *fraction = argument[whole] == '.' ? argument + whole + 1 : "0";
    size_t digits = strspn(fraction, "0123456789");
    uint32_t seconds, thousandths = 0;

    (void)options;
    if (digits == 0 || digits > 3 || fraction[digits] != '\0' || whole > 6)
        return err_set(ERR_INVALID, "'%s' is not a number of seconds", argument);
    TRY(text_read_u32(arena_memdup(arena, argument, whole), &seconds));
    for (size_t i = 0; i < 3; i++)
        thousandths = thousandths * 10 + (i < digits ? (uint32_t)(fraction[i] - '0') : 0);
    *(uint32_t *)at = seconds * 1000 + thousandths;
    return ERR_OK;
}

/* "3" or "2..5" */
static enum err take_range(const char *argument, struct arena *arena, void *at, struct options *options)
{
    const char *dots = strstr(argument, "..");
    const char *least = dots == NULL ? argument : arena_memdup(arena, argument, (size_t)(dots - argument));

    struct range_ms *range = at;

    TRY(take_seconds(least, arena, &range->least, options));
    TRY(take_seconds(dots == NULL ? least : dots + 2, arena, &range->most, options));
    if (range->most < range->least)
        return err_set(ERR_INVALID, "'%s' goes down", argument);
    return ERR_OK;
}

/* "127.0.0.1", "127.0.0.1:7548", "[::1]:7548" */
static enum err take_listen(const char *argument, struct arena *arena, void *at, struct options *options)
{
    const char *colon = strrchr(argument, ':');
    bool bracketed = argument[0] == '[';
    size_t len = strcspn(argument, bracketed ? "]" : ":");

    (void)at;
    options->fleet.listen = arena_memdup(arena, argument + bracketed, len - bracketed);
    options->listen_port = colon == NULL || colon < argument + len ? "0" : colon + 1;
    return ERR_OK;
}

static void close_file(FILE **file)
{
    if (*file != NULL)
        fclose(*file);
}

/* The first line of a file: secrets do not belong on a command line that others can read. */
static enum err take_file(const char *argument, struct arena *arena, void *at, struct options *options)
{
    __attribute__((cleanup(close_file))) FILE *file = fopen(argument, "re");
    char line[PASSWORD_MAX + 2] = "";

    (void)options;
    if (file == NULL)
        return err_set(ERR_INVALID, "cannot read %s: %s", argument, strerror(errno));
    if (fgets(line, sizeof(line), file) == NULL)
        return err_set(ERR_INVALID, "%s is empty", argument);
    *(const char **)at = arena_memdup(arena, line, strcspn(line, "\r\n"));
    return ERR_OK;
}

static enum err take_odd(const char *argument, struct arena *arena, void *at, struct options *options)
{
    (void)arena, (void)options;
    return odd_find(argument, at);
}

static enum err take_log(const char *argument, struct arena *arena, void *at, struct options *options)
{
    (void)arena, (void)at;
    options->json_log = strcmp(argument, "json") == 0;
    if (options->json_log || strcmp(argument, "text") == 0)
        return ERR_OK;
    return err_set(ERR_INVALID, "'%s' is neither text nor json", argument);
}

#define AT(member)  offsetof(struct options, member)
#define SET(member) offsetof(struct options, fleet.settings.member)

static const struct row {
    const char *name;
    const char *argument; /* NULL: takes none */
    const char *help;
    take_fn *take;
    size_t offset;
} rows[] = {
    {"acs",              "URL",         "the ACS; http only (needed)",                                                         take_text,    SET(acs_url)           },
    {"homes",            "N",           "how many homes (100)",                                                                take_number,  AT(fleet.homes)        },
    {"seed",             "S",           "the same seed makes the same homes (1)",                                              take_seed,    SET(seed)              },
    {"models",           "A,B",
     "of gpon181, gpon098, dsl098, cheap098, gponct098, mesh181, f680, in turn (all but f680)",                                take_text,
     AT(fleet.models)                                                                                                                                               },
    {"listen",           "HOST[:PORT]", "for connection requests; also where homes come from (127.0.0.1, any port)",
     take_listen,                                                                                                                            0                      },
    {"interval",         "SECONDS",     "between periodic Informs, until the ACS sets it (30)",                                take_number,
     SET(interval)                                                                                                                                                  },
    {"retry-seconds",    "SECONDS",     "CWMPRetryMinimumWaitInterval, until the ACS sets it (5)",                             take_number,
     SET(retry_seconds)                                                                                                                                             },
    {"start-spread",     "SECONDS",     "the first boots are spread over this time (homes / 200)",                             take_seconds,
     AT(fleet.start_spread_ms)                                                                                                                                      },
    {"reboot-seconds",   "A[..B]",      "how long a restart takes (1.5..3)",                                                   take_range,   AT(fleet.restart)      },
    {"install-seconds",  "A[..B]",      "from the end of a firmware's download to the restart with it (0)",
     take_range,                                                                                                                             AT(fleet.install)      },
    {"time-scale",       "N",
     "what homes do by time goes N times faster, 600 s as 10 s with 60; not what the ACS sets (1)",                            take_number,  SET(time_scale)        },
    {"username",         "U",           "for the ACS's challenge (OUI-ProductClass-Serial)",                                   take_text,    SET(acs_username)      },
    {"password",         "P",           "for the ACS's challenge (none: a challenge fails the session)",                       take_text,
     SET(acs_password)                                                                                                                                              },
    {"password-file",    "FILE",        "the same, from the first line of a file",                                             take_file,    SET(acs_password)      },
    {"cr-username",      "U",           "for connection requests, until the ACS sets it (none)",                               take_text,
     SET(cr_username)                                                                                                                                               },
    {"cr-password",      "P",           "for connection requests, until the ACS sets it (none)",                               take_text,
     SET(cr_password)                                                                                                                                               },
    {"cr-password-file", "FILE",        "the same, from the first line of a file",                                             take_file,    SET(cr_password)       },
    {"cr-per-minute",    "N",           "more connection requests to one home are answered 503 (30)",                          take_number,
     AT(fleet.cr_per_minute)                                                                                                                                        },
    {"diag-seconds",     "SECONDS",     "how long a ping takes; other tests in proportion (1)",                                take_seconds,
     SET(diag_ms)                                                                                                                                                   },
    {"wifi-seconds",     "SECONDS",     "how long Wi-Fi stations stay away after a change (4)",                                take_seconds,
     SET(wifi_ms)                                                                                                                                                   },
    {"stories",          NULL,          "the first homes are people with a trouble (story.def)",                               take_flag,    AT(fleet.stories)      },
    {"late",             "N",           "the last N homes are new boxes that are plugged in one after the other (0)",          take_number,
     AT(fleet.late)                                                                                                                                                 },
    {"late-every",       "SECONDS",     "from one of them to the next (60)",                                                   take_seconds, AT(fleet.late_every_ms)},
    {"describe",         NULL,          "print the homes of the stories as JSON, and end",                                     take_flag,    AT(describe)           },
    {"speed",            "N",           "stories go so much faster than the rest (1)",                                         take_number,  AT(fleet.speed)        },
    {"odd",              "HOW",         "how homes misbehave; a wrong word shows the right ones (nothing)",                    take_odd,
     AT(fleet.odd)                                                                                                                                                  },
    {"state",            "FILE",        "journal: every effect, a line each, before it takes effect; read again at the start",
     take_text,                                                                                                                              AT(fleet.journal)      },
    {"status",           "FILE",        "the counts as JSON, rewritten each second",                                           take_text,    AT(status)             },
    {"control",          "SOCKET",      "Unix socket for commands; send it the line help",                                     take_text,    AT(control)            },
    {"log",              "text|json",   "form of the lines on standard error (text)",                                          take_log,     0                      },
    {"quiet",            NULL,          "only what is wrong",                                                                  take_flag,    AT(quiet)              },
    {"help",             NULL,          "this text",                                                                           NULL,         0                      },
};

enum { ROWS = sizeof(rows) / sizeof(*rows) };

static enum err check(struct options *options)
{
    struct fleet_options *fleet = &options->fleet;

    if (fleet->settings.acs_url == NULL && options->describe)
        fleet->settings.acs_url = "http://127.0.0.1/";
    if (fleet->settings.acs_url == NULL)
        return err_set(ERR_INVALID, "--acs URL is needed");
    if (fleet->homes == 0 || fleet->homes > HOMES_MAX)
        return err_set(ERR_INVALID, "--homes must be from 1 to %d", HOMES_MAX);
    if (fleet->settings.interval == 0 || fleet->settings.retry_seconds == 0 ||
        fleet->settings.retry_seconds > UINT16_MAX)
        return err_set(ERR_INVALID, "--interval and --retry-seconds must be at least 1");
    if (fleet->settings.time_scale == 0 || fleet->settings.time_scale > TIME_SCALE_MAX)
        return err_set(ERR_INVALID, "--time-scale must be from 1 to %d", TIME_SCALE_MAX);
    if (fleet->late > fleet->homes)
        return err_set(ERR_INVALID, "--late must be from 0 to the number of homes");
    if (fleet->start_spread_ms == SPREAD_BY_HOMES)
        fleet->start_spread_ms = fleet->homes * 1000 / BOOTS_PER_SECOND;
    return ERR_OK;
}

static enum err take_all(int argc, char **argv, struct arena *arena, struct options *ret, bool *ret_help)
{
    struct option longs[ROWS + 1] = {0};
    int code;

    for (int i = 0; i < ROWS; i++)
        longs[i] =
            (struct option){.name = rows[i].name, .has_arg = rows[i].argument != NULL, .val = FIRST_CODE + i};
    optind = 1;
    opterr = 0;
    while ((code = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        const struct row *row;

        if (code < FIRST_CODE)
            return err_set(ERR_INVALID, "'%s' is no option, or lacks its value; see --help",
                           argv[optind - 1]);
        row = &rows[code - FIRST_CODE];
        *ret_help |= row->take == NULL;
        if (row->take != NULL)
            TRY(err_while(row->take(optarg, arena, (char *)ret + row->offset, ret), "--%s", row->name));
    }
    if (optind < argc)
        return err_set(ERR_INVALID, "'%s' is no option; see --help", argv[optind]);
    return ERR_OK;
}

enum err options_read(int argc, char **argv, struct arena *arena, struct options *ret, bool *ret_help)
{
    *ret = (struct options){
        .fleet =
            {
                    .settings = {.cr_username = "",
                             .cr_password = "",
                             .acs_password = "",
                             .interval = 30,
                             .retry_seconds = 5,
                             .diag_ms = 1000,
                             .wifi_ms = 4000,
                             .time_scale = 1,
                             .seed = 1},
                    .homes = 100,
                    .listen = "127.0.0.1",
                    .start_spread_ms = SPREAD_BY_HOMES,
                    .restart = {1500, 3000},
                    .cr_per_minute = 30,
                    .speed = 1,
                    .late_every_ms = 60000,
                    },
        .listen_port = "0",
    };
    *ret_help = false;
    TRY(take_all(argc, argv, arena, ret, ret_help));
    return *ret_help ? ERR_OK : check(ret);
}

void options_print_help(void)
{
    puts("cpesim: simulated homes for a TR-069 ACS\n");
    for (int i = 0; i < ROWS; i++)
        printf("  --%-16s %-12s %s\n", rows[i].name, text_or_empty(rows[i].argument), rows[i].help);
    puts("\nIt ends with SIGTERM or SIGINT: 0; 1 if the ACS broke the standard or cpesim itself failed; 2 "
         "for options.");
}
