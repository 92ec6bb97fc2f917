/* acsd: options, configuration, and then the server (server.c). */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acs/auth/keyring.h"
#include "acs/auth/token.h"
#include "acs/base/log.h"
#include "acs/server.h"
#include "db/migrate.h"
#include "db/pool.h"

enum { EXIT_USAGE = 2 };

enum task {
    TASK_RUN,
    TASK_CHECK_CONFIG,
    TASK_PRINT_CONFIG,
    TASK_MIGRATE,
    TASK_NEW_TOKEN,
    TASK_NEW_KEY,
    TASK_VERSION,
    TASK_HELP
};

struct option_row {
    const char *name;
    const char *argument; /* NULL: takes none */
    enum task task;
    const char *help;
};

static const struct option_row rows[] = {
    {"config",       "FILE", TASK_RUN,
     "settings; see --print-config (default: built-in values and FAROL_… variables)"                         },
    {"check-config", NULL,   TASK_CHECK_CONFIG, "says whether the settings are right, and exits"               },
    {"print-config", NULL,   TASK_PRINT_CONFIG, "prints every setting in force with its meaning, and exits"    },
    {"migrate",      NULL,   TASK_MIGRATE,      "brings the database schema up to date, and exits"             },
    {"new-token",    "NAME", TASK_NEW_TOKEN,    "makes an API token with all rights, prints it once, and exits"},
    {"new-key",      "FILE", TASK_NEW_KEY,
     "makes a key file for secrets.key_file that only its owner may read, and exits"                           },
    {"version",      NULL,   TASK_VERSION,      "prints the version, and exits"                                },
    {"help",         NULL,   TASK_HELP,         "prints this, and exits"                                       },
};

enum { ROW_COUNT = sizeof(rows) / sizeof(*rows) };

struct command {
    enum task task;
    const char *config;
    const char *token_name;
    const char *key_file;
};

static void print_help(FILE *to)
{
    fprintf(to, "Usage: acsd [OPTION]…\nThe Farol auto-configuration server (TR-069).\n\n");
    for (size_t i = 0; i < ROW_COUNT; i++)
        fprintf(to, "  --%-13s%-5s %s\n", rows[i].name, rows[i].argument ? rows[i].argument : "",
                rows[i].help);
    fprintf(to, "\nExit: 0 stopped when asked, 1 could not start, 2 wrong usage or settings.\n");
}

static bool read_command(int argc, char **argv, struct command *ret)
{
    struct option options[ROW_COUNT + 1] = {0};
    int index;

    for (size_t i = 0; i < ROW_COUNT; i++)
        options[i] =
            (struct option){rows[i].name, rows[i].argument ? required_argument : no_argument, NULL, 'x'};
    while ((index = -1, getopt_long(argc, argv, "", options, &index)) ==
           'x') { /* NOLINT(concurrency-mt-unsafe) */
        if (rows[index].task == TASK_RUN)
            ret->config = optarg;
        else
            ret->task = rows[index].task;
        if (rows[index].task == TASK_NEW_TOKEN)
            ret->token_name = optarg;
        if (rows[index].task == TASK_NEW_KEY)
            ret->key_file = optarg;
    }
    return index == -1 && optind == argc;
}

static int fail(const char *doing)
{
    fprintf(stderr, "acsd: %s: %s\n", doing, err_message());
    return EXIT_FAILURE;
}

static int migrate(const struct config *config)
{
    unsigned applied;

    if (migrate_run(config->database_url, &applied) != ERR_OK)
        return fail("the schema could not be brought up to date");
    printf("%u migrations applied\n", applied);
    return EXIT_SUCCESS;
}

static enum err make_token(const struct config *config, const char *name, char ret[TOKEN_MAX])
{
    struct token_wish wish = {.name = name, .environment = TOKEN_ENVIRONMENT};
    struct db_pool *pool = db_pool_new(config->database_url, 1);
    struct db *db = NULL;
    enum err err = migrate_run(config->database_url, NULL);

    if (err == ERR_OK)
        err = db_borrow(pool, &db);
    if (err == ERR_OK)
        err = token_create(db, &wish, ret, NULL);
    db_return(db);
    db_pool_free(pool);
    return err;
}

static int new_token(const struct config *config, const char *name)
{
    char token[TOKEN_MAX];

    if (make_token(config, name, token) != ERR_OK)
        return fail("no token was made");
    puts(token);
    return EXIT_SUCCESS;
}

static int new_key(const char *path)
{
    if (keyring_make(path) != ERR_OK)
        return fail("no key was made");
    printf(
        "%s: name it in secrets.key_file of every server of this database, and keep a copy apart from it\n",
        path);
    return EXIT_SUCCESS;
}

static void set_up_log(const struct config *config)
{
    static const struct {
        const char *name;
        int value;
    } names[] = {
        {"debug",   LOG_DEBUG  },
        {"info",    LOG_INFO   },
        {"warn",    LOG_WARN   },
        {"error",   LOG_ERROR  },
        {"text",    LOG_TEXT   },
        {"journal", LOG_JOURNAL},
        {"json",    LOG_JSON   },
    };
    /* systemd connects stderr to the journal and says so; NOLINTNEXTLINE(concurrency-mt-unsafe) */
    int format = getenv("JOURNAL_STREAM") != NULL ? LOG_JOURNAL : LOG_TEXT;
    int level = LOG_INFO;

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (strcmp(names[i].name, config->log_level) == 0)
            level = names[i].value;
        if (strcmp(names[i].name, config->log_format) == 0)
            format = names[i].value;
    }
    log_setup((enum log_level)level, (enum log_format)format);
}

static int run(const struct command *command, const struct config *config)
{
    switch (command->task) {
    case TASK_CHECK_CONFIG:
        puts("the settings are right");
        return EXIT_SUCCESS;
    case TASK_PRINT_CONFIG:
        config_print(config, stdout);
        return EXIT_SUCCESS;
    case TASK_MIGRATE:
        return migrate(config);
    case TASK_NEW_TOKEN:
        return new_token(config, command->token_name);
    case TASK_NEW_KEY:
        return new_key(command->key_file);
    case TASK_RUN:
        return server_run(config);
    case TASK_VERSION:
        puts("acsd " FAROL_VERSION);
        return EXIT_SUCCESS;
    case TASK_HELP:
        print_help(stdout);
        return EXIT_SUCCESS;
    }
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    AUTO_ARENA arena = arena_new(4096);
    struct command command = {0};
    struct config config = {0};

    if (!read_command(argc, argv, &command)) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (command.task != TASK_HELP && command.task != TASK_VERSION && command.task != TASK_NEW_KEY &&
        config_load(command.config, arena, &config) != ERR_OK) {
        fail("wrong settings");
        return EXIT_USAGE;
    }
    if (config.log_level != NULL)
        set_up_log(&config);
    return run(&command, &config);
}
