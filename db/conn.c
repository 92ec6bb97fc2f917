#include "db/conn.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/clock.h"

enum { CONNECT_MS = 2000, WAIT_MS = 2000 };

/*
 * The server gives up a little before its client does, so that the client hears why. A worker's plans are
 * made once and go by index: what unnest() brings is small, but the planner cannot know that. Those of the
 * pool are made for each call: a filter that is not asked for then costs nothing.
 *
 * Nobody thinks for ten seconds between two statements of a transaction: a program that does has been
 * stopped, or its machine sleeps, and what it holds (the end of the audit trail, which every change needs) is
 * let go.
 */
#define ALWAYS "-c TimeZone=UTC -c DateStyle=ISO -c jit=off -c idle_in_transaction_session_timeout=10000 "
const struct conn_use conn_use_pool = {
    "farol", ALWAYS "-c statement_timeout=1800 -c plan_cache_mode=force_custom_plan", WAIT_MS};
const struct conn_use conn_use_migrate = {"farol migrate", ALWAYS "-c statement_timeout=0", -1};
const struct conn_use conn_use_listen = {"farol listen", ALWAYS, WAIT_MS};
const struct conn_use conn_use_store = {
    "farol worker",
    ALWAYS "-c statement_timeout=4000 -c synchronous_commit=on -c plan_cache_mode=force_generic_plan "
           "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off",
    WAIT_MS};

/* Notices are for people at a terminal. */
static void ignore_notice(void *ctx, const char *message)
{
    (void)ctx;
    (void)message;
}

PGconn *conn_start(const char *url, const struct conn_use *use)
{
    /* The url stands where dbname would; what follows it wins over what it says. */
    const char *const names[] = {
        "dbname",           "fallback_application_name", "options", "client_encoding", "keepalives_idle",
        "tcp_user_timeout", "target_session_attrs",      NULL};
    const char *const values[] = {url ? url : "", use->name, use->options, "UTF8",
                                  "30",           "10000",   "read-write", NULL};
    PGconn *conn = PQconnectStartParams(names, values, 1);

    if (conn == NULL)
        abort(); /* no memory */
    PQsetNoticeProcessor(conn, ignore_notice, NULL);
    return conn;
}

/* The longest beginning that fits counts. */
static const struct {
    const char *sqlstate;
    enum err code;
} meanings[] = {
    {"08",    ERR_UNAVAILABLE}, /* connection */
    {"22",    ERR_INVALID    }, /* data */
    {"23",    ERR_INVALID    }, /* constraint */
    {"23505", ERR_CONFLICT   }, /* unique */
    {"25006", ERR_UNAVAILABLE}, /* read only: a standby */
    {"40",    ERR_UNAVAILABLE}, /* rolled back: deadlock, serialisation */
    {"53",    ERR_UNAVAILABLE}, /* disk, memory, connections */
    {"54",    ERR_TOO_LARGE  }, /* a limit of PostgreSQL's */
    {"55P03", ERR_UNAVAILABLE}, /* lock */
    {"57",    ERR_UNAVAILABLE}, /* cancelled, shutting down */
    {"58",    ERR_UNAVAILABLE}, /* input, output */
};

enum err conn_error_code(const char *sqlstate)
{
    size_t longest = 0;
    enum err code = ERR_INTERNAL;

    if (sqlstate == NULL || *sqlstate == '\0')
        return ERR_UNAVAILABLE;
    for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++) {
        size_t len = strlen(meanings[i].sqlstate);

        if (len > longest && strncmp(sqlstate, meanings[i].sqlstate, len) == 0) {
            longest = len;
            code = meanings[i].code;
        }
    }
    return code;
}

/* libpq's messages have lines; the first says it. */
enum err conn_error(const PGconn *conn, const PGresult *result)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    if (text == NULL)
        text = PQerrorMessage(conn);
    return err_set(conn_error_code(sqlstate), "database: %.*s%s%s", (int)strcspn(text, "\n"), text,
                   sqlstate ? ", SQLSTATE " : "", sqlstate ? sqlstate : "");
}

bool db_is_lost(const struct db *db)
{
    return db->conn == NULL || PQstatus(db->conn) == CONNECTION_BAD;
}

void db_close(struct db *db)
{
    PQfinish(db->conn);
    db->conn = NULL;
    memset(db->prepared, 0, sizeof(db->prepared));
}

static int time_left(int64_t deadline_ms)
{
    int64_t left = deadline_ms - clock_mono_ms();

    return left > 0 ? (int)left : 0;
}

/* deadline_ms < 0: none. A connection that let the deadline pass is of no more use: its answer would come
 * later. */
static enum err wait_for_socket(struct db *db, short events, int64_t deadline_ms)
{
    struct pollfd socket = {.fd = PQsocket(db->conn), .events = events};

    if (poll(&socket, 1, deadline_ms < 0 ? -1 : time_left(deadline_ms)) != 0)
        return ERR_OK;
    db_close(db);
    return err_set(ERR_UNAVAILABLE, "database: no answer in time");
}

static enum err connect_on(struct db *db, int64_t deadline_ms)
{
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;

    while (state != PGRES_POLLING_OK) {
        if (state == PGRES_POLLING_FAILED || PQstatus(db->conn) == CONNECTION_BAD)
            return conn_error(db->conn, NULL);
        TRY(wait_for_socket(db, state == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline_ms));
        state = PQconnectPoll(db->conn);
    }
    return ERR_OK;
}

enum err db_open(struct db *db, const char *url, const struct conn_use *use)
{
    enum err err;

    db->conn = conn_start(url, use);
    db->wait_ms = use->wait_ms;
    err = connect_on(db, clock_mono_ms() + CONNECT_MS);
    if (err != ERR_OK)
        db_close(db);
    else
        PQsetnonblocking(db->conn, 1);
    return err;
}

/* Until what was asked is sent and a result can be had without waiting. */
static enum err await_result(struct db *db, int64_t deadline_ms)
{
    for (;;) {
        int unsent = PQflush(db->conn);

        if (unsent < 0)
            return conn_error(db->conn, NULL);
        if (unsent == 0 && PQisBusy(db->conn) == 0)
            return ERR_OK;
        TRY(wait_for_socket(db, (short)(unsent ? POLLIN | POLLOUT : POLLIN), deadline_ms));
        if (PQconsumeInput(db->conn) == 0)
            return conn_error(db->conn, NULL);
    }
}

/* The last result counts, or the first that failed. */
static void keep_result(PGresult **kept, PGresult *result)
{
    if (*kept != NULL && PQresultStatus(*kept) == PGRES_FATAL_ERROR) {
        PQclear(result);
        return;
    }
    PQclear(*kept);
    *kept = result;
}

enum err db_await(struct db *db, PGresult **ret)
{
    int64_t deadline_ms = db->wait_ms < 0 ? -1 : clock_mono_ms() + db->wait_ms;
    AUTO_RESULT kept = NULL;
    PGresult *result = NULL;

    do {
        TRY(await_result(db, deadline_ms));
        result = PQgetResult(db->conn);
        if (result != NULL)
            keep_result(&kept, result);
    } while (result != NULL);
    if (kept == NULL || PQresultStatus(kept) == PGRES_FATAL_ERROR)
        return conn_error(db->conn, kept);
    *ret = kept;
    kept = NULL;
    return ERR_OK;
}
