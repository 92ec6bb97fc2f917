#include "db/link.h"

#include <sys/epoll.h>

#include "acs/base/clock.h"
#include "acs/base/crypto.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"

enum { ANSWER_AS_BINARY = 1, PAUSE_FIRST_MS = 100, PAUSE_MAX_MS = 2000, CONNECT_MS = 5000, ANSWER_MS = 6000 };

struct link {
    struct link_config config;
    enum { LINK_DOWN, LINK_CONNECTING, LINK_PREPARING, LINK_READY } state;
    PGconn *conn;   /* NULL while down */
    int fd;         /* that is watched; -1: none */
    unsigned syncs; /* sent and not yet answered */
    int64_t pause_ms;
    bool told;               /* the log knows that it is down */
    bool broken;             /* found while sending; the timer tells */
    struct loop_timer timer; /* the next attempt, or the end of patience */
    loop_fd_fn *on_socket;
    loop_fn *on_timer;
};

static void set_timer(struct link *link, int64_t in_ms)
{
    loop_timer_set(link->config.loop, &link->timer, clock_mono_us() + in_ms * US_PER_MS, link->on_timer,
                   link);
}

static void watch(struct link *link, uint32_t events)
{
    link->fd = PQsocket(link->conn);
    if (link->fd >= 0)
        loop_watch(link->config.loop, link->fd, events, link->on_socket, link);
}

/* ---- the end ---- */

static void hang_up(struct link *link)
{
    loop_unwatch(link->config.loop, link->fd);
    loop_timer_clear(link->config.loop, &link->timer);
    PQfinish(link->conn);
    link->conn = NULL;
    link->fd = -1;
    link->syncs = 0;
    link->broken = false;
    link->state = LINK_DOWN;
}

static void tell_lost(struct link *link)
{
    if (link->told)
        return;
    link->told = true;
    log_warn("no connection to the database", log_s("for", link->config.use->name),
             log_s("reason", err_message()));
}

/* err_message() says why. */
static void lose(struct link *link)
{
    bool was_ready = link->state == LINK_READY;
    int64_t half = link->pause_ms / 2;

    metric_count(METRIC_DB_ERRORS);
    tell_lost(link);
    hang_up(link);
    set_timer(link, half + (int64_t)(crypto_random_u64() % (uint64_t)(half + 1)));
    link->pause_ms = link->pause_ms * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : link->pause_ms * 2;
    if (was_ready)
        link->config.on_lost(link->config.ctx);
}

/* ---- sending ---- */

/* Whoever is sending must not be called back: the loss is told by the timer. */
static void break_off(struct link *link)
{
    link->broken = true;
    set_timer(link, 0);
}

static void flush(struct link *link)
{
    int unsent = PQflush(link->conn);

    if (unsent < 0)
        break_off(link);
    else
        watch(link, unsent ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void link_sync(struct link *link)
{
    link->syncs++;
    if (!link->broken)
        set_timer(link, ANSWER_MS);
    if (PQpipelineSync(link->conn) == 0)
        break_off(link);
    else
        flush(link);
}

void link_send(struct link *link, enum sql statement, struct binds binds, struct arena *arena)
{
    const struct sql_statement *sql = &sql_statements[statement];
    struct parameters parameters;

    if (parameters_fill(sql, binds, arena, &parameters) != ERR_OK ||
        PQsendQueryPrepared(link->conn, sql->name, (int)sql->parameter_count, parameters.values,
                            parameters.lengths, parameters.formats, ANSWER_AS_BINARY) == 0)
        break_off(link);
}

/* ---- becoming ready ---- */

static bool prepare_all(struct link *link)
{
    bool ok = PQsetnonblocking(link->conn, 1) == 0 && PQenterPipelineMode(link->conn) == 1;

    for (size_t i = 0; i < link->config.statement_count && ok; i++) {
        const struct sql_statement *sql = &sql_statements[link->config.statements[i]];

        ok = PQsendPrepare(link->conn, sql->name, sql->text, 0, NULL) == 1;
    }
    return ok;
}

static void begin_preparing(struct link *link)
{
    link->state = LINK_PREPARING;
    if (!prepare_all(link)) {
        conn_error(link->conn, NULL);
        lose(link);
        return;
    }
    link_sync(link);
}

/* libpq may close its socket and open another, of the same number even: the watch must not outlive the first.
 */
static void go_on_connecting(struct link *link)
{
    loop_unwatch(link->config.loop, link->fd);
    switch (PQconnectPoll(link->conn)) {
    case PGRES_POLLING_READING:
        watch(link, EPOLLIN);
        break;
    case PGRES_POLLING_WRITING:
        watch(link, EPOLLOUT);
        break;
    case PGRES_POLLING_OK:
        begin_preparing(link);
        break;
    case PGRES_POLLING_FAILED:
    case PGRES_POLLING_ACTIVE:
        conn_error(link->conn, NULL);
        lose(link);
        break;
    }
}

static void begin_connecting(struct link *link)
{
    link->state = LINK_CONNECTING;
    link->conn = conn_start(link->config.url, link->config.use);
    set_timer(link, CONNECT_MS);
    if (PQstatus(link->conn) == CONNECTION_BAD) {
        conn_error(link->conn, NULL);
        lose(link);
        return;
    }
    watch(link, EPOLLOUT);
}

static void become_ready(struct link *link)
{
    link->state = LINK_READY;
    link->pause_ms = PAUSE_FIRST_MS;
    if (link->told)
        log_info("connected to the database again", log_s("for", link->config.use->name));
    link->told = false;
    link->config.on_ready(link->config.ctx);
}

/* ---- receiving ---- */

static void take_prepared(struct link *link, PGresult *result)
{
    AUTO_RESULT owned = result;

    if (PQresultStatus(owned) == PGRES_PIPELINE_SYNC) {
        become_ready(link);
    } else if (PQresultStatus(owned) == PGRES_FATAL_ERROR) {
        conn_error(link->conn, owned);
        lose(link);
    }
}

static void take_result(struct link *link, PGresult *result)
{
    if (PQresultStatus(result) == PGRES_PIPELINE_SYNC && --link->syncs == 0 && !link->broken)
        loop_timer_clear(link->config.loop, &link->timer);
    if (link->state == LINK_PREPARING)
        take_prepared(link, result);
    else
        link->config.on_result(result, link->config.ctx);
}

/* Between the answers to two statements of a pipeline libpq returns NULL. */
static void take_results(struct link *link)
{
    while (link->state >= LINK_PREPARING && link->syncs > 0 && PQisBusy(link->conn) == 0) {
        PGresult *result = PQgetResult(link->conn);

        if (result != NULL)
            take_result(link, result);
        else if (PQstatus(link->conn) == CONNECTION_BAD)
            return;
    }
}

static void take_notifications(struct link *link)
{
    while (link->state == LINK_READY && link->config.on_notify != NULL) {
        PGnotify *notify = PQnotifies(link->conn);

        if (notify == NULL)
            return;
        link->config.on_notify(notify, link->config.ctx);
        PQfreemem(notify);
    }
}

static void receive(struct link *link)
{
    bool alive = PQconsumeInput(link->conn) == 1;

    take_results(link);
    take_notifications(link);
    if (link->state == LINK_DOWN)
        return;
    if (!alive || PQstatus(link->conn) == CONNECTION_BAD) {
        conn_error(link->conn, NULL);
        lose(link);
        return;
    }
    flush(link);
}

static void on_socket(uint32_t events, void *ctx)
{
    struct link *link = ctx;

    (void)events;
    if (link->state == LINK_CONNECTING)
        go_on_connecting(link);
    else
        receive(link);
}

static void on_timer(void *ctx)
{
    struct link *link = ctx;

    if (link->state == LINK_DOWN) {
        begin_connecting(link);
        return;
    }
    if (link->broken)
        conn_error(link->conn, NULL);
    else
        err_set(ERR_UNAVAILABLE, "database: no answer in time");
    lose(link);
}

/* ---- life ---- */

struct link *link_new(const struct link_config *config)
{
    struct link *link = HEAP_NEW(struct link);

    link->config = *config;
    link->fd = -1;
    link->pause_ms = PAUSE_FIRST_MS;
    link->on_socket = on_socket;
    link->on_timer = on_timer;
    set_timer(link, 0);
    return link;
}

void link_free(struct link *link)
{
    if (link == NULL)
        return;
    hang_up(link);
    heap_free(link);
}

bool link_is_ready(const struct link *link)
{
    return link->state == LINK_READY;
}
