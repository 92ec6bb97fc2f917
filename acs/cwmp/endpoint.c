#include "acs/cwmp/endpoint.h"

#include <string.h>

#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/cwmp/admission.h"
#include "acs/cwmp/request.h"

enum { TRAILING_MAX = 5 /* empty POSTs that are answered after the 204 (N-14) */ };

/* ---- replies ---- */

/* A session that was superseded while its POST was worked on can go now. */
static void let_go(struct post *post)
{
    struct session *session = post->session;

    post->session = NULL;
    if (session == NULL)
        return;
    session->busy = false;
    session_touch(session);
    if (session->doomed)
        session_drop(session);
}

static void send_reply(void *ctx)
{
    struct post *post = ctx;

    http_reply(post->exchange, &post->reply);
}

static void reply(struct post *post)
{
    let_go(post);
    if (post->worker == post->arrived)
        send_reply(post);
    else
        loop_post(post->arrived->loop, send_reply, post);
}

void post_reply_text(struct post *post, unsigned status, const char *text)
{
    post->reply.status = status;
    post->reply.content_type = "text/plain; charset=utf-8";
    post->reply.body = text;
    post->reply.len = strlen(text);
    reply(post);
}

const char *post_from(const struct post *post)
{
    return post->from != NULL ? post->from : http_peer_text(post->exchange);
}

void post_refuse(struct post *post, const char *why)
{
    metric_count(METRIC_CWMP_REFUSED);
    log_warn("request of a device refused", log_s("why", why), log_s("from", post_from(post)),
             log_i("device", post->session ? post->session->device_id : 0));
    if (post->session != NULL)
        session_finish(post->session, SESSION_FAILED, why);
    post->reply.close = true;
    post_reply_text(post, 400, arena_strdup(post->arena, why));
}

void post_reply_later(struct post *post, const char *text, const char *seconds)
{
    struct http_header_field *later = ARENA_NEW(post->arena, struct http_header_field);

    later->name = "Retry-After";
    later->value = seconds;
    post->reply.headers = later;
    post->reply.header_count = 1;
    post->reply.close = true;
    post_reply_text(post, 503, text);
}

void post_reply_unavailable(struct post *post)
{
    if (post->session != NULL)
        session_finish(post->session, SESSION_FAILED, "the database is away");
    post_reply_later(post, "The server cannot store anything right now. Try again later.\n", "60");
}

void post_reply_empty(struct post *post)
{
    post->reply.status = 204;
    reply(post);
}

static void add_cookie(struct post *post)
{
    struct http_header_field *field = ARENA_NEW(post->arena, struct http_header_field);
    struct text value = TEXT_IN(post->arena);
    char cookie[COOKIE_TEXT_MAX];

    cookie_write(post->session, cookie);
    text_puts(&value, cookie_name);
    text_putc(&value, '=');
    text_puts(&value, cookie);
    text_puts(&value, "; Path=/; HttpOnly");
    field->name = "Set-Cookie";
    field->value = text_string(&value);
    post->reply.headers = field;
    post->reply.header_count = 1;
}

static void fail_internally(struct post *post)
{
    if (post->session != NULL)
        session_finish(post->session, SESSION_FAILED, "internal error");
    post->reply.close = true;
    post_reply_text(post, 500, "internal error\n");
}

/* A message that belongs to no session is written as every device takes it. */
static struct soap_dialect dialect_for(const struct post *post)
{
    return post->session != NULL ? session_dialect(post->session) : (struct soap_dialect){0};
}

void post_reply_message(struct post *post, const struct cwmp_message *message)
{
    const struct soap_dialect dialect = dialect_for(post);
    struct text out = TEXT_IN(post->arena);

    text_room(&out, 1024);
    if (soap_encode(message, &dialect, &out) != ERR_OK) {
        log_error("message could not be written", log_s("method", cwmp_method_name(message->method)),
                  log_s("why", err_message()));
        fail_internally(post);
        return;
    }
    if (message->method == CWMP_INFORM_RESPONSE)
        add_cookie(post);
    post->reply.status = 200;
    post->reply.content_type = "text/xml; charset=utf-8";
    post->reply.body = out.data;
    post->reply.len = out.len;
    reply(post);
}

void post_reply_fault(struct post *post, uint32_t code, const char *text)
{
    struct cwmp_message fault = cwmp_fault_message(&post->message, code, text);
    const struct soap_dialect dialect = dialect_for(post);
    struct text out = TEXT_IN(post->arena);

    if (soap_encode(&fault, &dialect, &out) != ERR_OK) {
        fail_internally(post);
        return;
    }
    post->reply.status = 200;
    post->reply.content_type = "text/xml; charset=utf-8";
    post->reply.body = out.data;
    post->reply.len = out.len;
    reply(post);
}

/* ---- committing a step ---- */

void post_submit(struct post *post, store_fn *done)
{
    post->unit.arena = post->arena;
    post->unit.device_id = post->session->device_id;
    post->unit.session_no = post->session->session_no;
    post->unit.done = done;
    post->unit.ctx = post;
    store_submit(post->worker->store, &post->unit);
}

bool post_failed(struct post *post, enum err outcome)
{
    if (post->session->doomed) {
        post_refuse(post, "the device began a new session");
        return true;
    }
    if (outcome == ERR_OK)
        return false;
    /* nothing more is sent; what became of the last request, the next Inform will tell */
    log_error("a step of a session could not be stored", log_i("device", post->session->device_id),
              log_s("why", err_message()));
    if (outcome == ERR_UNAVAILABLE)
        post_reply_unavailable(post);
    else
        fail_internally(post);
    return true;
}

/* ---- which step ---- */

static void answer_unsupported(struct post *post)
{
    post_reply_fault(post, CWMP_FAULT_METHOD_NOT_SUPPORTED, "Method not supported");
}

static void refuse_step(struct post *post, enum session_input input)
{
    post_refuse(post, arena_printf(post->arena, "%s is not allowed in a session that is in state '%s'",
                                   session_input_name(input), session_state_name(post->session->state)));
}

/* One device took our 204 for "go on" and sent 2,000 empty POSTs a second: the grace has an end. */
static void say_over(struct post *post, enum session_input input)
{
    if (++post->session->trailing > TRAILING_MAX)
        refuse_step(post, input);
    else
        post_reply_empty(post);
}

static void run_step(struct post *post)
{
    enum session_input input = session_classify(post->empty ? NULL : &post->message);

    switch (session_step(post->session->state, input)) {
    case SESSION_REFUSE:
        refuse_step(post, input);
        break;
    case SESSION_WELCOME:
        welcome(post);
        break;
    case SESSION_ANSWER_REQUEST:
        request_answer(post);
        break;
    case SESSION_ANSWER_UNSUPPORTED:
        answer_unsupported(post);
        break;
    case SESSION_OUR_TURN:
        turn_take(post);
        break;
    case SESSION_TAKE_ANSWER:
        turn_answer(post);
        break;
    case SESSION_SAY_OVER:
        say_over(post, input);
        break;
    }
}

/* ---- which session ---- */

static struct session *find_session(struct post *post)
{
    if (post->cookie.found)
        return session_by_cookie(post->worker, &post->cookie);
    if (post->worker == post->arrived)
        return http_connection_user(http_connection(post->exchange));
    return NULL;
}

/* A Fault answers a request only: what cannot be read while our own request is outstanding is its
 * answer. */
static void refuse_undecoded(struct post *post, const struct soap_refusal *refusal)
{
    const char *why = arena_strdup(post->arena, err_message());
    bool is_answer = post->session != NULL && post->session->state == SESSION_WAITING;

    if (refusal->fault == 0 || is_answer) {
        post_refuse(post, why);
        return;
    }
    metric_count(METRIC_CWMP_REFUSED);
    log_warn("message of a device refused", log_s("why", why), log_i("fault", refusal->fault),
             log_s("from", post_from(post)));
    post_reply_fault(post, refusal->fault, why);
}

static enum err decode(struct post *post, struct soap_refusal *refusal)
{
    const struct http_request *request = http_request(post->exchange);
    struct soap_input input = {request->body, request->len, post->charset};

    return soap_decode(post->worker->reader, &input, post->arena, &post->message, refusal);
}

static void refuse_stranger(struct post *post)
{
    if (admission_is_pestered(post))
        return;
    post_refuse(post, post->cookie.found
                          ? "the session of this cookie has ended; a session begins with an Inform"
                          : "a session begins with an Inform");
}

/* ---- the way in ---- */

static void take_session(struct post *post, struct session *session)
{
    post->session = session;
    session->busy = true;
    if (post->worker == post->arrived)
        session_bind_connection(session, http_connection(post->exchange));
}

/* An Inform, of a device that has proved who it is, if it must. Whatever was before: it has begun anew (N-23
 * … N-25). */
static void begin(struct post *post)
{
    take_session(post, session_new(post->worker));
    run_step(post);
}

/* Everything but an Inform needs a session, of which one step is done at a time (N-09). */
static void carry_on(struct post *post, struct session *session)
{
    if (session == NULL || session->busy) {
        refuse_stranger(post);
        return;
    }
    if (post->worker->all->door != NULL && door_is_stranger(post, session)) {
        log_warn("a session's cookie came with another user", log_i("device", session->device_id),
                 log_s("from", post_from(post)));
        post->reply.close = true;
        post_reply_text(post, 403, "The cookie is that of another device.\n");
        return;
    }
    take_session(post, session);
    run_step(post);
}

/* Known by its session, or by what it has proved. */
static void examine(struct post *post)
{
    struct session *session = find_session(post);
    struct soap_refusal refusal = {0};

    if (!post->empty && decode(post, &refusal) != ERR_OK) {
        if (session != NULL && !session->busy)
            take_session(post, session);
        refuse_undecoded(post, &refusal);
    } else if (post->empty || post->message.method != CWMP_INFORM) {
        carry_on(post, session);
    } else if (admission_leads_away(post)) {
        return;
    } else if (post->worker->all->door != NULL && post->pass.kind == PASS_NONE) {
        door_ask(post, begin);
    } else {
        begin(post);
    }
}

/* An Inform that is sent to another server proves there who it is from, not here. */
static bool is_led_away(struct post *post)
{
    struct soap_refusal unused;

    return post->worker->config->redirect_to[0] != '\0' && !post->empty && decode(post, &unused) == ERR_OK &&
           post->message.method == CWMP_INFORM && admission_leads_away(post);
}

/* In the thread of the worker that owns the session, if there is one. */
static void work_on(void *ctx)
{
    struct post *post = ctx;
    bool is_unknown = post->worker->all->door != NULL && find_session(post) == NULL;

    if (!is_unknown)
        examine(post);
    else if (!is_led_away(post))
        door_ask(post, examine);
}

/* "charset=…" of the Content-Type, without quotes; NULL: none */
static const char *find_charset(const struct post *post)
{
    const char *type = http_header(post->exchange, "Content-Type");
    const char *at = type ? strcasestr(type, "charset=") : NULL;
    size_t len;

    if (at == NULL)
        return NULL;
    at += strlen("charset=");
    if (*at == '"')
        at++;
    len = strcspn(at, "\"; \t");
    return arena_memdup(post->arena, at, len);
}

static void take_cookie(const char *value, void *ctx)
{
    cookie_read(value, ctx);
}

void endpoint_handle(struct http_exchange *exchange, void *ctx)
{
    const struct http_request *request = http_request(exchange);
    struct worker *worker = ctx;
    struct post *post = ARENA_NEW(request->arena, struct post);

    post->exchange = exchange;
    post->arena = request->arena;
    post->arrived = worker;
    post->worker = worker;
    post->empty = text_is_blank(request->body, request->len);
    if (strcmp(request->method, "POST") != 0 && transfer_is_elsewhere(post)) {
        reply(post);
        return;
    }
    if (strcmp(request->method, "POST") != 0) { /* T-02 */
        static const struct http_header_field allow[] = {
            {"Allow", "POST"}
        };

        post->reply.headers = allow;
        post->reply.header_count = 1;
        post_reply_text(post, 405, "Devices POST here (TR-069).\n");
        return;
    }
    post->charset = find_charset(post); /* headers are read here: another worker's thread may not */
    if (worker->all->door != NULL)
        door_read(worker->all->door, post);
    http_each_header(exchange, "Cookie", take_cookie, &post->cookie);
    if (admission_is_full(post))
        return;
    if (post->cookie.found && post->cookie.worker < worker->all->count &&
        post->cookie.worker != worker->number) {
        post->worker = &worker->all->items[post->cookie.worker];
        loop_post(post->worker->loop, work_on, post);
    } else {
        work_on(post);
    }
}
