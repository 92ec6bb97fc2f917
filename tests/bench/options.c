#include "tests/bench/options.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <stddef.h>
#include <string.h>

#include "acs/base/text.h"
#include "tests/bench/answer.h"
#include "tests/bench/message.h"

enum kind { FLAG, NUMBER, TEXT };

#define AT(member) offsetof(struct options, member)

static const struct row {
    const char *name;
    const char *argument; /* NULL: takes none */
    const char *help;
    size_t offset;
    enum kind kind;
    char letter; /* 0: has no short form */
} rows[] = {
    {"target",       "HOST:PORT", "server, as an IPv4 address",               AT(target),       TEXT,   0  },
    {"path",         "PATH",      "path of the ACS URL (/)",                  AT(path),         TEXT,   0  },
    {"cwmp",         "VERSION",   "CWMP namespace, 1.0 or 1.2 (1.0)",         AT(cwmp),         TEXT,   0  },
    {"threads",      "T",         "threads, an epoll each (1)",               AT(threads),      NUMBER, 't'},
    {"connections",  "C",         "sessions at the same time (64)",           AT(connections),  NUMBER, 'c'},
    {"devices",      "N",         "devices that take turns (10000)",          AT(devices),      NUMBER, 'n'},
    {"seed",         "X",         "another seed is another population (1)",   AT(seed),         NUMBER, 0  },
    {"sessions",     "S",         "end after S sessions",                     AT(sessions),     NUMBER, 's'},
    {"seconds",      "T",         "start no session after T seconds",         AT(seconds),      NUMBER, 0  },
    {"rate",         "R",         "arrivals per second, server ready or not", AT(rate),         NUMBER, 'r'},
    {"keepalive",    NULL,        "the next session reuses the connection",   AT(keepalive),    FLAG,   'k'},
    {"fin",          NULL,        "close with FIN, which leaves TIME_WAIT",   AT(fin),          FLAG,   0  },
    {"once",         NULL,        "one session of every device, then end",    AT(once),         FLAG,   0  },
    {"register",     NULL,        "the same, with 0 BOOTSTRAP and 1 BOOT",    AT(registering),  FLAG,   0  },
    {"task",         NULL,        "answer the server's requests until 204",   AT(task),         FLAG,   0  },
    {"digest",       NULL,        "prove who it is by HTTP Digest, unasked",  AT(digest),       FLAG,   0  },
    {"forgetful",    NULL,        "the same, but asked in every session",     AT(forgetful),    FLAG,   0  },
    {"values",       "K",         "parameters that a device has (10)",        AT(values),       NUMBER, 0  },
    {"change-every", "n",         "one value differs in every n-th session",  AT(change_every), NUMBER, 0  },
    {"idle",         "M",         "open M sessions, say so, and hold them",   AT(idle),         NUMBER, 0  },
    {"hold",         "T",         "hold them T seconds, not until SIGTERM",   AT(hold),         NUMBER, 0  },
    {"timeout",      "T",         "seconds a session may take (30)",          AT(timeout),      NUMBER, 0  },
    {"json",         NULL,        "a line of JSON after the one for people",  AT(json),         FLAG,   0  },
    {"help",         NULL,        "this text",                                AT(help),         FLAG,   'h'},
};

enum { ROWS = sizeof(rows) / sizeof(*rows) };

struct getopt_tables {
    struct option longs[ROWS + 1];
    char shorts[2 * ROWS + 1];
};

static void fill_tables(struct getopt_tables *ret)
{
    char *next = ret->shorts;

    memset(ret, 0, sizeof(*ret));
    for (int i = 0; i < ROWS; i++) {
        /* An option is known by its row's place, above all letters. */
        ret->longs[i] =
            (struct option){.name = rows[i].name, .has_arg = rows[i].argument != NULL, .val = 256 + i};
        if (rows[i].letter == 0)
            continue;
        *next++ = rows[i].letter;
        if (rows[i].argument != NULL)
            *next++ = ':';
    }
}

static const struct row *find_row(int found)
{
    for (int i = 0; i < ROWS; i++)
        if (found == 256 + i || found == rows[i].letter)
            return &rows[i];
    return NULL;
}

static enum err take(const struct row *row, const char *argument, struct options *ret)
{
    char *at = (char *)ret + row->offset;

    switch (row->kind) {
    case FLAG:
        *(bool *)(void *)at = true;
        return ERR_OK;
    case TEXT:
        *(const char **)(void *)at = argument;
        return ERR_OK;
    case NUMBER:
        return err_while(text_read_u32(argument, (uint32_t *)(void *)at), "--%s", row->name);
    }
    return ERR_OK;
}

static enum err read_target(struct options *options)
{
    char host[INET_ADDRSTRLEN] = "";
    const char *colon = options->target ? strchr(options->target, ':') : NULL;
    uint32_t port;

    if (colon == NULL || (size_t)(colon - options->target) >= sizeof(host))
        return err_set(ERR_INVALID, "--target 127.0.0.1:7547 is needed");
    memcpy(host, options->target, (size_t)(colon - options->target));
    TRY(err_while(text_read_u32(colon + 1, &port), "--target"));
    options->address.sin_family = AF_INET;
    options->address.sin_port = htons((uint16_t)port);
    if (port == 0 || port > UINT16_MAX || inet_pton(AF_INET, host, &options->address.sin_addr) != 1)
        return err_set(ERR_INVALID, "--target: '%s' is not an IPv4 address and a port", options->target);
    return ERR_OK;
}

uint32_t options_slots(const struct options *options)
{
    return options->idle ? options->idle : options->connections;
}

static enum err need(bool kept, const char *message)
{
    return kept ? ERR_OK : err_set(ERR_INVALID, "%s", message);
}

static enum err check(const struct options *options)
{
    bool ends = options->sessions || options->seconds || options->once || options->idle;
    bool known = strcmp(options->cwmp, "1.0") == 0 || strcmp(options->cwmp, "1.2") == 0;
    uint32_t slots = options_slots(options);

    TRY(need(ends, "--sessions, --seconds, --once, --register or --idle is needed"));
    TRY(need(options->threads > 0 && options->threads <= slots,
             "--threads: 1 to the number of --connections"));
    TRY(need(options->devices >= slots, "--devices: a device has one session at a time, give more"));
    TRY(need(options->devices <= MESSAGE_DEVICES_MAX, "--devices: 10000000 at most"));
    TRY(need(options->path[0] == '/', "--path starts with /"));
    TRY(need(known, "--cwmp is 1.0 or 1.2"));
    TRY(need(options->values > 0 && options->values <= ANSWER_VALUES_MAX, "--values: 1 to 100000"));
    return need(options->timeout > 0, "--timeout: 1 second at least");
}

enum err options_read(int argc, char **argv, struct options *ret)
{
    struct options options = {.path = "/",
                              .cwmp = "1.0",
                              .threads = 1,
                              .connections = 64,
                              .devices = 10000,
                              .seed = 1,
                              .values = 10,
                              .timeout = 30};
    struct getopt_tables tables;
    int found;

    fill_tables(&tables);
    while ((found = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1) {
        const struct row *row = find_row(found);

        if (row == NULL)
            return err_set(ERR_INVALID, "see --help");
        TRY(take(row, optarg, &options));
    }
    if (optind < argc)
        return err_set(ERR_INVALID, "'%s' is not an option", argv[optind]);
    options.once = options.once || options.registering;
    options.digest = options.digest || options.forgetful;
    if (!options.help) {
        TRY(read_target(&options));
        TRY(check(&options));
    }
    *ret = options;
    return ERR_OK;
}

void options_explain(void (*line)(const char *option, const char *argument, const char *help))
{
    for (int i = 0; i < ROWS; i++)
        line(rows[i].name, text_or_empty(rows[i].argument), rows[i].help);
}
