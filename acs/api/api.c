#include "acs/api/api.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "acs/api/porter.h"
#include "acs/api/repeat.h"
#include "acs/api/scope.h"
#include "acs/api/trail.h"
#include "acs/api/upload.h"
#include "acs/audit/audit.h"
#include "acs/auth/key.h"
#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/console/serve.h"
#include "acs/http/body.h"

struct api {
    struct api_config config;
    struct porter *porter;
    struct porter *askers; /* for whom somebody else must be asked; NULL: there is nobody to ask */
};

void api_drain(const struct http_listener *listener)
{
    enum { TRIES = 50, PAUSE_US = 20000 };

    for (int i = 0; i < TRIES && http_listener_open_connections(listener) > 0; i++)
        usleep(PAUSE_US);
}

/* ---- a call begins ---- */

enum { REQUEST_ID_MAX = 64 };

/* The caller's own id of the request, if it can stand in a log as it is; else a new one. */
static const char *choose_id(const struct http_exchange *exchange, struct arena *arena)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    const char *given = text_or_empty(http_header(exchange, "X-Request-Id"));
    size_t len = strlen(given);
    char id[ID_MAX];

    if (len > 0 && len <= REQUEST_ID_MAX && strspn(given, plain) == len)
        return arena_strdup(arena, given);
    crypto_new_id("req_", id);
    return arena_strdup(arena, id);
}

struct cookie_search {
    struct arena *arena;
    const char *name;
    const char *value;
    unsigned count;
};

static void take_cookies(const char *header, void *ctx)
{
    struct cookie_search *search = ctx;
    const char *value = cookie_find(header, search->name, search->arena);

    if (value == NULL)
        return;
    search->value = value;
    search->count++;
}

/* Over TLS only the one that no other site of the domain can have set. One of two would be a guess. */
static const char *find_cookie(const struct http_exchange *exchange, bool secure, struct arena *arena)
{
    struct cookie_search search = {.arena = arena, .name = call_cookie_name(secure)};

    http_each_header(exchange, "Cookie", take_cookies, &search);
    return search.count == 1 ? search.value : NULL;
}

static struct call *new_call(struct api *api, struct http_exchange *exchange)
{
    struct arena *arena = http_request(exchange)->arena;
    struct call *call = ARENA_NEW(arena, struct call);

    call->config = &api->config;
    call->exchange = exchange;
    call->arena = arena;
    call->started_us = clock_mono_us();
    call->id = choose_id(exchange, arena);
    call->language = language_choose(http_header(exchange, "Accept-Language"));
    call->origin = origin_of(exchange, api->config.people.proxies);
    call->cookie = find_cookie(exchange, call->origin.secure, arena);
    call->status = 200;
    call->content_type = "application/json";
    call->text = TEXT_IN(arena);
    call->json = JSON_WRITER(&call->text);
    return call;
}

/* ---- its stations ---- */

static enum err find_route(struct call *call)
{
    const struct http_request *request = http_request(call->exchange);
    struct route_match match;

    switch (route_find(api_routes, api_route_count, request->method, request->path, call->arena, &match)) {
    case ROUTE_FOUND:
        call->route = match.route;
        memcpy(call->captures, match.captures, sizeof(match.captures));
        return ERR_OK;
    case ROUTE_NO_METHOD:
        call->allow = match.allow;
        return call_refuse(call, PROBLEM_METHOD_NOT_ALLOWED, NULL);
    case ROUTE_NO_PATH:
        return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
    }
    return ERR_INTERNAL;
}

static enum err admit(struct call *call)
{
    struct guard_question question = {
        .authorization = call_header(call, "Authorization"),
        .cookie = call->cookie,
        .capability = call->route->capability,
        .hold = route_changes(call->route),
        .alone = call->route->alone,
    };
    enum guard_verdict verdict;

    if (call->route->capability == CAPABILITY_PUBLIC)
        return ERR_OK;
    TRY(guard_ask(call->db, &question, call->arena, &verdict, &call->caller));
    if (verdict == GUARD_ADMITS)
        return scope_open(call);
    if (verdict == GUARD_LACKS)
        return call_refuse_capability(call, call->route->capability);
    return call_refuse(call, PROBLEM_UNAUTHORIZED, NULL);
}

static enum err read_query(struct call *call)
{
    struct complaints *complaints = call_complaints(call);

    if (query_read(http_request(call->exchange)->query, call->arena, &call->query) != ERR_OK)
        return call_refuse(call, PROBLEM_MALFORMED, arena_strdup(call->arena, err_message()));
    schema_check_query(call->route->query, call->route->query_count, &call->query, complaints);
    return complaints->count == 0 ? ERR_OK : call_refuse(call, PROBLEM_INVALID, NULL);
}

/* "application/json; charset=utf-8" too. */
static bool has_type(const char *content_type, const char *type)
{
    size_t len = strlen(type);

    return strncasecmp(content_type, type, len) == 0 &&
           (content_type[len] == '\0' || strchr("; \t", content_type[len]) != NULL);
}

static bool is_json(const struct call *call)
{
    const char *given = text_or_empty(call_header(call, "Content-Type"));

    return has_type(given, "application/json") ||
           (strcmp(call->route->method, "PATCH") == 0 && has_type(given, "application/merge-patch+json"));
}

/* What changes something must not have been sent by a browser on another page's behalf. */
static enum err check_page(struct call *call)
{
    bool by_cookie = call_header(call, "Authorization") == NULL && call->cookie != NULL;
    bool is_public = call->route->capability == CAPABILITY_PUBLIC;
    enum origin_page page;

    if (!route_changes(call->route) || !(by_cookie || is_public))
        return ERR_OK;
    page = origin_page(call_header(call, "Sec-Fetch-Site"), call_header(call, "Origin"),
                       call_header(call, "Host"), call->origin.secure);
    if (page == ORIGIN_SAME || (page == ORIGIN_UNSAID && (!by_cookie || call->route->moves)))
        return ERR_OK;
    return call_refuse(call, PROBLEM_CROSS_ORIGIN, NULL);
}

static enum err read_body(struct call *call, struct json **ret)
{
    const struct http_request *request = http_request(call->exchange);
    struct complaints *complaints = call_complaints(call);

    if (call->route->body == NULL || (request->len == 0 && !call->route->body_required))
        return ERR_OK;
    if (request->len > API_BODY_MAX)
        return call_refuse(call, PROBLEM_TOO_LARGE, NULL);
    if (request->len > 0 && !is_json(call))
        return call_refuse(call, PROBLEM_MEDIA_TYPE, NULL);
    if (json_read(request->body, request->len, ret) != ERR_OK)
        return call_refuse(call, PROBLEM_MALFORMED, arena_strdup(call->arena, err_message()));
    call->body = *ret;
    schema_check(call->route->body, *ret, complaints);
    return complaints->count == 0 ? ERR_OK : call_refuse(call, PROBLEM_INVALID, NULL);
}

/* From the token to the answer and the row that tells of the effect. */
static enum err serve(struct call *call, struct json **body)
{
    TRY(admit(call));
    TRY(read_query(call));
    TRY(read_body(call, body));
    TRY(scope_check_request(call));
    if (call->upload != NULL)
        TRY(call->upload->way->finish(call));
    TRY(repeat_or_handle(call));
    if (call->ask != NULL)
        return ERR_OK; /* there is nothing to tell of yet */
    TRY(scope_check_answer(call));
    return trail_change(call);
}

/* In one transaction. */
static enum err serve_change(struct call *call, struct json **body)
{
    enum err err;

    TRY(db_begin(call->db));
    err = serve(call, body);
    if (err != ERR_OK && !call->counts)
        return err;
    TRY(db_commit(call->db));
    return err;
}

/* That a token or a session is used is noted once a minute, or more often if it soon ends without use;
 * whether that works is nobody's concern here. */
static void note_use(struct call *call)
{
    const struct token_row *token = call->caller.token;
    const struct user_session_row *session = call->caller.session;
    int64_t idle_ms = call->config->people.idle_ms;
    int64_t every_us = idle_ms < 10 * MS_PER_S * 60 ? idle_ms * US_PER_MS / 10 : 60 * US_PER_S;
    int64_t now_us = clock_now_us();
    enum err err = ERR_OK;

    if (token != NULL && token->last_used_at_us + 60 * US_PER_S < now_us)
        err = token_touch(call->db, token->id, call->arena);
    if (session != NULL && session->used_at_us + every_us < now_us)
        err = user_session_touch(call->db, session->id, idle_ms, call->arena);
    if (err != ERR_OK)
        log_warn("use not noted", log_s("error", err_message()));
}

/* Nothing is shown, changed or refused without a word in the audit trail. */
static enum err serve_audited(struct call *call)
{
    AUTO_JSON body = NULL;
    enum err err = route_changes(call->route) ? serve_change(call, &body) : serve(call, &body);

    if (err == ERR_OK)
        err = trail_view(call);

    if (err != ERR_OK)
        trail_refusal(call, err);
    call->body = NULL; /* goes with this function */
    return err;
}

static enum err run(struct call *call)
{
    bool changes = route_changes(call->route);
    AUTO_DB db = NULL;

    TRY(check_page(call));
    if (call->route->capability == CAPABILITY_PUBLIC && !changes)
        return call->route->handle(call);
    TRY(db_borrow(call->config->pool, &db));
    call->db = db;
    TRY(serve_audited(call));
    note_use(call);
    call->db = NULL;
    return ERR_OK;
}

static void answer(struct call *call, enum err err)
{
    upload_end(call->upload);
    if (err != ERR_OK)
        call_fail(call, err);
    else if (call->later != NULL)
        call->later(call);
    else
        call_reply(call);
}

/* The second turn, after ask() or instead of it. */
static void run_again(struct call *call)
{
    call->ask = NULL;
    answer(call, run(call));
}

static void ask_and_run(struct call *call, void *ctx)
{
    (void)ctx;
    call->ask(call);
    run_again(call);
}

static void run_slowly(struct call *call, void *ctx)
{
    struct api *api = ctx;
    enum err err = run(call);

    if (err != ERR_OK || call->ask == NULL)
        answer(call, err);
    else if (!porter_take(api->askers, call))
        run_again(call);
}

/* Before a file is taken: as much as can be known without it is checked again when it is there. */
static enum err ask_for_file(struct call *call)
{
    AUTO_DB db = NULL;
    enum err err;

    TRY(db_borrow(call->config->pool, &db));
    call->db = db;
    err = check_page(call);
    if (err == ERR_OK)
        err = db_begin(db);
    if (err == ERR_OK)
        err = admit(call);
    if (err == ERR_OK)
        err = read_query(call);
    if (err != ERR_OK)
        trail_refusal(call, err);
    call->db = NULL;
    TRY(err);
    return call->route->upload->begin(call);
}

static bool may_bring_upload(struct http_exchange *exchange)
{
    const struct http_request *request = http_request(exchange);
    struct route_match match;

    return route_find(api_routes, api_route_count, request->method, request->path, request->arena, &match) ==
               ROUTE_FOUND &&
           match.route->upload != NULL;
}

void api_admit(struct http_exchange *exchange, void *ctx)
{
    struct call *call;
    enum err err;

    if (!may_bring_upload(exchange))
        return; /* also if there is no such route: the handler says so */
    call = new_call(ctx, exchange);
    err = find_route(call);
    if (err == ERR_OK)
        err = ask_for_file(call);
    if (err == ERR_OK)
        return;
    call->close = true;
    call_fail(call, err);
}

/* What is not the API's own is the console's; /healthz and its like are routes. */
static bool is_for_console(struct http_exchange *exchange)
{
    const struct http_request *request = http_request(exchange);
    struct route_match match;

    return !text_starts_with(request->path, "/api/") &&
           route_find(api_routes, api_route_count, request->method, request->path, request->arena, &match) ==
               ROUTE_NO_PATH;
}

void api_handle(struct http_exchange *exchange, void *ctx)
{
    struct api *api = ctx;
    struct call *call;
    enum err err;

    if (is_for_console(exchange) && console_answer(exchange))
        return;
    call = new_call(api, exchange);
    call->upload = http_body_taken(exchange);
    err = find_route(call);
    if (err == ERR_OK && call->route->slow) {
        if (porter_take(api->porter, call))
            return;
        err = call_refuse(call, PROBLEM_UNAVAILABLE, NULL);
    }
    answer(call, err == ERR_OK ? run(call) : err);
}

/* ---- life ---- */

enum err api_new(const struct api_config *config, struct api **ret)
{
    struct api *api = HEAP_NEW(struct api);
    enum err err = ERR_OK;

    api->config = *config;
    api->config.audit = audit_new(config->keyring);
    api->config.started_us = clock_now_us();
    if (config->people.askers > 0)
        err = porter_new(config->people.askers, ask_and_run, api, &api->askers);
    if (err == ERR_OK)
        err = porter_new(1, run_slowly, api, &api->porter);
    if (err == ERR_OK)
        *ret = api;
    else
        api_free(api);
    return err;
}

/* The porter first: it hands over to the askers. */
void api_close(struct api *api)
{
    porter_close(api->porter);
    if (api->askers == NULL)
        return;
    people_stop(&api->config.people);
    porter_close(api->askers);
}

void api_free(struct api *api)
{
    porter_free(api->porter);
    porter_free(api->askers);
    audit_free(api->config.audit);
    heap_free(api);
}
