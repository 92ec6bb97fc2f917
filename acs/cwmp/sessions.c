#include "acs/cwmp/sessions.h"

#include <ctype.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"

enum {
    GRACE_MS = 10 * MS_PER_S,        /* an ended session is kept this long for a trailing POST (N-14) */
    BETWEEN_POSTS_MS = 5 * MS_PER_S, /* without a connection a device counts as being here this long */
};

const char cookie_name[] = "farol";

/* ---- the cookie ---- */

static char *put_hex(char *to, unsigned digits, uint64_t number)
{
    for (unsigned i = digits; i > 0; i--, number >>= 4)
        to[i - 1] = "0123456789abcdef"[number & 0xf];
    return to + digits;
}

void cookie_write(const struct session *session, char ret[COOKIE_TEXT_MAX])
{
    char *at = put_hex(ret, 2, session->worker->number);

    *at++ = '-';
    at = put_hex(at, 16, session->cookie.high);
    at = put_hex(at, 16, session->cookie.low);
    *at = '\0';
}

static bool read_hex(const char *text, size_t digits, uint64_t *ret)
{
    uint64_t number = 0;

    for (size_t i = 0; i < digits; i++) {
        int c = tolower((unsigned char)text[i]);

        if (!isxdigit(c))
            return false;
        number = number << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    *ret = number;
    return true;
}

static bool read_value(const char *text, struct cookie *cookie)
{
    uint64_t worker;

    if (!read_hex(text, 2, &worker) || text[2] != '-')
        return false;
    if (!read_hex(text + 3, 16, &cookie->value.high) || !read_hex(text + 19, 16, &cookie->value.low))
        return false;
    cookie->worker = (unsigned)worker;
    return true;
}

/* $Version=1; farol="…"; $Path=/ and a=1, farol=… are as good as farol=… */
void cookie_read(const char *header, struct cookie *cookie)
{
    const size_t name_len = sizeof(cookie_name) - 1;

    for (const char *at = header; !cookie->found && (at = strstr(at, cookie_name)) != NULL; at += name_len) {
        bool starts = at == header || strchr("; ,\t", at[-1]) != NULL;
        const char *value = at + name_len + strspn(at + name_len, " ");

        if (!starts || *value != '=')
            continue;
        value++;
        value += strspn(value, " \"");
        cookie->found = read_value(value, cookie);
    }
}

/* ---- birth ---- */

static struct hash128 device_key(int64_t device_id)
{
    return (struct hash128){.high = 0, .low = (uint64_t)device_id * 0x9e3779b97f4a7c15u};
}

struct session *session_new(struct worker *worker)
{
    struct session *session = HEAP_NEW(struct session);

    session->worker = worker;
    crypto_random(&session->cookie, sizeof(session->cookie));
    session->uptime_s = -1;
    session->started_us = clock_now_us();
    session->timeout_ms = (uint32_t)worker->config->session_timeout_ms;
    session->left_ms = clock_mono_ms();
    session_touch(session);
    map_put(worker->by_cookie, session->cookie, (union map_value){.pointer = session});
    list_append(&worker->sessions, &session->link);
    metric_add(METRIC_CWMP_SESSIONS_ACTIVE, 1);
    return session;
}

struct session *session_by_cookie(struct worker *worker, const struct cookie *cookie)
{
    union map_value found = {.pointer = NULL};

    map_get(worker->by_cookie, cookie->value, &found);
    return found.pointer;
}

struct session *session_by_device(const struct worker *worker, int64_t device_id)
{
    union map_value found = {.pointer = NULL};

    map_get(worker->by_device, device_key(device_id), &found);
    return found.pointer;
}

bool session_is_here(struct worker *worker, int64_t device_id)
{
    const struct session *session;
    bool here;

    pthread_mutex_lock(&worker->here);
    session = session_by_device(worker, device_id);
    here = session != NULL &&
           (session->connection != NULL || clock_mono_ms() < session->left_ms + BETWEEN_POSTS_MS);
    pthread_mutex_unlock(&worker->here);
    return here;
}

void session_touch(struct session *session)
{
    uint32_t patience = session->state == SESSION_OVER ? GRACE_MS : session->timeout_ms;

    session->deadline_ms = clock_mono_ms() + patience;
}

void session_bind_device(struct session *session, int64_t device_id)
{
    struct session *older = session_by_device(session->worker, device_id);

    if (older != NULL && older != session)
        session_finish(older, SESSION_SUPERSEDED, "the device began a new session");
    session->device_id = device_id;
    pthread_mutex_lock(&session->worker->here);
    map_put(session->worker->by_device, device_key(device_id), (union map_value){.pointer = session});
    pthread_mutex_unlock(&session->worker->here);
}

static void set_connection(struct session *session, struct http_connection *connection)
{
    pthread_mutex_lock(&session->worker->here);
    session->connection = connection;
    session->left_ms = clock_mono_ms();
    pthread_mutex_unlock(&session->worker->here);
}

static void connection_closed(void *user)
{
    struct session *session = user;

    set_connection(session, NULL);
    if (session->state == SESSION_OVER && !session->busy)
        session_drop(session); /* nobody will say anything more */
}

void session_bind_connection(struct session *session, struct http_connection *connection)
{
    if (session->connection == connection)
        return;
    if (session->connection != NULL)
        http_connection_set_user(session->connection, NULL, NULL);
    set_connection(session, connection);
    http_connection_set_user(connection, session, connection_closed);
    http_connection_set_idle(connection, session->timeout_ms);
}

/* ---- end ---- */

struct ending {
    struct store_unit unit;
    struct store_session row;
    struct arena *arena;
};

static void ending_done(struct store_unit *unit, enum err outcome, void *ctx)
{
    struct ending *ending = ctx;

    (void)unit;
    if (outcome != ERR_OK)
        log_warn("a session's history row was lost", log_s("why", err_message()));
    arena_free(ending->arena);
    heap_free(ending);
}

static void write_history(const struct session *session, const char *result, const char *detail)
{
    struct ending *ending = HEAP_NEW(struct ending);

    ending->arena = arena_new(256);
    ending->row = (struct store_session){
        .started_us = session->started_us,
        .ended_us = clock_now_us(),
        .result = result,
        .detail = arena_strdup(ending->arena, detail),
        .rpc_count = session->rpc_count,
        .event_bits = session->event_bits,
    };
    ending->unit = (struct store_unit){
        .arena = ending->arena,
        .device_id = session->device_id,
        .session_no = session->session_no,
        .session = &ending->row,
        .done = ending_done,
        .ctx = ending,
    };
    store_submit(session->worker->store, &ending->unit);
}

static const struct {
    const char *name;
    enum metric metric;
} ends[] = {
    [SESSION_COMPLETED] = {"completed",  METRIC_CWMP_SESSIONS_COMPLETED },
    [SESSION_ABANDONED] = {"abandoned",  METRIC_CWMP_SESSIONS_ABANDONED },
    [SESSION_SUPERSEDED] = {"superseded", METRIC_CWMP_SESSIONS_SUPERSEDED},
    [SESSION_FAILED] = {"failed",     METRIC_CWMP_SESSIONS_FAILED    },
};

/* A device that said "2 PERIODIC", had nothing to do and left leaves no row: its hot row tells that already.
 */
static bool is_worth_a_row(const struct session *session, enum session_end end)
{
    enum { PERIODIC = 1u << 2 };

    return session->session_no != 0 && (end != SESSION_COMPLETED || session->rpc_count > 0 ||
                                        (session->event_bits & ~(uint32_t)PERIODIC) != 0);
}

static void forget_device(const struct session *session)
{
    if (session->device_id == 0 || session_by_device(session->worker, session->device_id) != session)
        return;
    pthread_mutex_lock(&session->worker->here);
    map_remove(session->worker->by_device, device_key(session->device_id));
    pthread_mutex_unlock(&session->worker->here);
}

static void record_end(const struct session *session, enum session_end end, const char *detail)
{
    bool told = is_worth_a_row(session, end);

    metric_count(ends[end].metric);
    metric_observe_us(METRIC_CWMP_SESSION_SECONDS, clock_now_us() - session->started_us);
    if (told)
        write_history(session, ends[end].name, detail);
    LOG_AT(told ? LOG_INFO : LOG_DEBUG, "session ended", log_i("device", session->device_id),
           log_s("result", ends[end].name), log_s("detail", detail), log_i("rpcs", session->rpc_count),
           log_i("ms", (clock_now_us() - session->started_us) / US_PER_MS));
}

void session_finish(struct session *session, enum session_end end, const char *detail)
{
    bool was_over = session->state == SESSION_OVER;

    if (!was_over)
        record_end(session, end, detail);
    forget_device(session);
    turn_clear(&session->turn);
    session->state = SESSION_OVER;
    session_touch(session);
    if (end == SESSION_COMPLETED || was_over)
        return;
    session->doomed = true; /* no grace for a session that went wrong */
    if (!session->busy)
        session_drop(session);
}

void session_drop(struct session *session)
{
    struct http_connection *connection = session->connection;

    forget_device(session);
    map_remove(session->worker->by_cookie, session->cookie);
    list_remove(&session->link);
    session->connection = NULL;
    session->state = SESSION_NEW; /* so that letting go of the connection does not come back here */
    if (connection != NULL)
        http_connection_set_user(connection, NULL, NULL);
    turn_clear(&session->turn);
    model_release(session->model);
    heap_free(session);
    metric_add(METRIC_CWMP_SESSIONS_ACTIVE, -1);
}

static void expire(struct session *session)
{
    if (session->state == SESSION_OVER)
        session_drop(session);
    else
        session_finish(session, SESSION_ABANDONED, session_state_name(session->state));
}

void sessions_sweep(struct worker *worker)
{
    int64_t now = clock_mono_ms();

    LIST_EACH (item, &worker->sessions) {
        struct session *session = container_of(item, struct session, link);

        if (!session->busy && session->deadline_ms < now)
            expire(session);
    }
}

void sessions_end_all(struct worker *worker)
{
    LIST_EACH (item, &worker->sessions)
        session_drop(container_of(item, struct session, link));
}
