#include "acs/api/api.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "acs/api/call.h"
#include "acs/api/repeat.h"
#include "acs/api/upload.h"
#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/console/serve.h"
#include "acs/http/body.h"

struct api {
    struct api_config config;
};

struct api *api_new(const struct api_config *config)
{
    struct api *api = HEAP_NEW(struct api);

    api->config = *config;
    return api;
}

void api_free(struct api *api)
{
    heap_free(api);
}

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
        .capability = call->route->capability,
        .hold = route_changes(call->route),
    };
    enum guard_verdict verdict;

    TRY(guard_ask(call->db, &question, call->arena, &verdict, &call->caller));
    if (verdict == GUARD_ADMITS)
        return ERR_OK;
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

/* From the token to the answer, in one transaction if anything is changed. */
static enum err serve(struct call *call)
{
    AUTO_JSON body = NULL;
    bool changes = route_changes(call->route);

    if (changes)
        TRY(db_begin(call->db));
    TRY(admit(call));
    TRY(read_query(call));
    TRY(read_body(call, &body));
    if (call->upload != NULL)
        TRY(upload_finish(call));
    TRY(repeat_or_handle(call));
    call->body = NULL; /* goes with this function */
    return changes ? db_commit(call->db) : ERR_OK;
}

/* That a token is used is noted once a minute; whether that works is nobody's concern here. */
static void note_use(struct call *call)
{
    const struct token_row *token = call->caller.token;

    if (token->last_used_at_us + 60 * US_PER_S < clock_now_us() &&
        token_touch(call->db, token->id, call->arena) != ERR_OK)
        log_warn("use of a token not noted", log_s("error", err_message()));
}

static enum err run(struct call *call)
{
    AUTO_DB db = NULL;

    TRY(find_route(call));
    if (call->route->capability == CAPABILITY_PUBLIC)
        return call->route->handle(call);
    TRY(db_borrow(call->config->pool, &db));
    call->db = db;
    TRY(serve(call));
    note_use(call);
    call->db = NULL;
    return ERR_OK;
}

/* Before a file is taken: as much as can be known without it is checked again when it is there. */
static enum err ask_for_file(struct call *call)
{
    AUTO_DB db = NULL;
    enum err err;

    TRY(db_borrow(call->config->pool, &db));
    call->db = db;
    err = db_begin(db);
    if (err == ERR_OK)
        err = admit(call);
    if (err == ERR_OK)
        err = read_query(call);
    call->db = NULL;
    TRY(err);
    return upload_begin(call);
}

void api_admit(struct http_exchange *exchange, void *ctx)
{
    struct call *call;
    enum err err;

    if (!upload_is_meant(exchange))
        return;
    call = new_call(ctx, exchange);
    if (find_route(call) != ERR_OK || !call->route->takes_file)
        return; /* the handler says so */
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
    struct call *call;
    enum err err;

    if (is_for_console(exchange) && console_answer(exchange))
        return;
    call = new_call(ctx, exchange);
    call->upload = http_body_taken(exchange);
    err = run(call);
    upload_end(call->upload);
    if (err != ERR_OK)
        call_fail(call, err);
    else if (call->later != NULL)
        call->later(call);
    else
        call_reply(call);
}
