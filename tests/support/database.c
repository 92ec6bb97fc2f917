#include "tests/support/database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "db/migrate.h"
#include "tests/support/check.h"

enum { VALUE_MAX = 1 << 16, SQL_MAX = 8192, TRIES = 100, PAUSE_US = 100000 };

static char name[64];
static char url[96];
static PGconn *conn; /* to the database of the test */

static void print_notice(void *ctx, const char *message)
{
    (void)ctx;
    (void)message;
}

static PGconn *connect_to(const char *conninfo)
{
    PGconn *made = PQconnectdb(conninfo);

    if (PQstatus(made) != CONNECTION_OK)
        fprintf(stderr, "%sRun the tests below: contrib/with-postgres DIR --throwaway -- …\n",
                PQerrorMessage(made));
    PQsetNoticeProcessor(made, print_notice, NULL);
    return made;
}

/* A worker of autovacuum is a superuser's, whom nobody else may send away: it goes by itself. */
static bool waits_for_autovacuum(const PGconn *outside)
{
    return strstr(PQerrorMessage(outside), "must be a member of the role whose process") != NULL;
}

/* On the database that the environment names. */
static int run_outside(const char *before, const char *after)
{
    PGconn *outside = connect_to("");
    char sql[SQL_MAX];
    PGresult *result;
    int status = -1;

    snprintf(sql, sizeof(sql), "%s %s %s", before, name, after);
    result = PQexec(outside, sql);
    for (int i = 0; i < TRIES && waits_for_autovacuum(outside); i++) {
        PQclear(result);
        usleep(PAUSE_US);
        result = PQexec(outside, sql);
    }
    if (PQresultStatus(result) == PGRES_COMMAND_OK)
        status = 0;
    else
        fprintf(stderr, "%s: %s", sql, PQerrorMessage(outside));
    PQclear(result);
    PQfinish(outside);
    return status;
}

int database_create(void **state)
{
    (void)state;
    snprintf(name, sizeof(name), "farol_test_%d", getpid());
    snprintf(url, sizeof(url), "dbname=%s", name);
    if (run_outside("DROP DATABASE IF EXISTS", "") != 0 ||
        run_outside("CREATE DATABASE", "STRATEGY wal_log") != 0)
        return -1;
    conn = connect_to(url);
    return PQstatus(conn) == CONNECTION_OK ? 0 : -1;
}

int database_create_migrated(void **state)
{
    unsigned applied;

    if (database_create(state) != 0)
        return -1;
    if (migrate_run(url, &applied) == ERR_OK)
        return 0;
    fprintf(stderr, "%s\n", err_message());
    return -1;
}

int database_drop(void **state)
{
    (void)state;
    PQfinish(conn);
    conn = NULL;
    return run_outside("DROP DATABASE", "WITH (FORCE)");
}

const char *database_url(void)
{
    return url;
}

const char *database_name(void)
{
    return name;
}

PRINTF_LIKE(1, 0)
static const char *value(const char *format, va_list args)
{
    static char text[VALUE_MAX];
    char sql[SQL_MAX];
    PGresult *result;

    vsnprintf(sql, sizeof(sql), format, args);
    result = PQexec(conn, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    snprintf(text, sizeof(text), "%s", PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    return text;
}

const char *database_value(const char *format, ...)
{
    const char *text;
    va_list args;

    va_start(args, format);
    text = value(format, args);
    va_end(args);
    return text;
}

long long database_number(const char *format, ...)
{
    const char *text;
    va_list args;

    va_start(args, format);
    text = value(format, args);
    va_end(args);
    return strtoll(text, NULL, 10);
}

void database_cut_connections(void)
{
    database_value("SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
                   "WHERE datname = current_database() AND pid <> pg_backend_pid()");
}
