#include "acs/api/call.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "acs/api/hub.h"
#include "acs/api/url.h"
#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/http/body.h"

/* ---- what was asked ---- */

const char *call_query(const struct call *call, const char *name)
{
    const char *value = query_get(&call->query, name);

    for (size_t i = 0; value == NULL && i < call->route->query_count; i++)
        if (strcmp(call->route->query[i].name, name) == 0)
            value = call->route->query[i].otherwise;
    return value;
}

unsigned call_query_number(const struct call *call, const char *name)
{
    uint32_t number = 0;

    if (text_read_u32(text_or_empty(call_query(call, name)), &number) != ERR_OK)
        return 0; /* the schema has let nothing else through */
    return number;
}

bool call_query_flag(const struct call *call, const char *name)
{
    return strcmp(text_or_empty(call_query(call, name)), "true") == 0;
}

int64_t call_query_time(const struct call *call, const char *name)
{
    int64_t us = 0;

    if (text_read_time(text_or_empty(call_query(call, name)), &us) != ERR_OK)
        return 0;
    return us;
}

const char *call_header(const struct call *call, const char *name)
{
    return http_header(call->exchange, name);
}

const char *call_say(const struct call *call, const char *pt, const char *en)
{
    return call->language == LANGUAGE_PT ? pt : en;
}

enum err call_device_id(struct call *call, int64_t *ret)
{
    if (crypto_read_number_id("dev_", call->captures[0], ret))
        return ERR_OK;
    return call_refuse(
        call, PROBLEM_NOT_FOUND,
        call_say(call, "Não existe um aparelho com este identificador.", "No device has this id."));
}

const char *call_write_device_id(struct call *call, int64_t id)
{
    char text[NUMBER_ID_MAX];

    crypto_write_number_id("dev_", id, text);
    return arena_strdup(call->arena, text);
}

/* ---- refusing ---- */

enum err call_refuse(struct call *call, enum problem problem, const char *detail)
{
    call->refused = true;
    call->problem = problem;
    call->detail = detail;
    return err_set(problem_row(problem)->err, "%s", detail != NULL ? detail : problem_row(problem)->code);
}

enum err call_refuse_counted(struct call *call, enum problem problem, const char *detail)
{
    call->counts = true;
    return call_refuse(call, problem, detail);
}

struct complaints *call_complaints(struct call *call)
{
    if (call->complaints == NULL) {
        call->complaints = ARENA_NEW(call->arena, struct complaints);
        call->complaints->arena = call->arena;
        call->complaints->language = call->language;
    }
    return call->complaints;
}

enum err call_refuse_body(struct call *call, const char *pointer, const char *code, const char *detail)
{
    complain(call_complaints(call), &(struct complaint){.pointer = pointer, .code = code, .detail = detail});
    return call_refuse(call, PROBLEM_INVALID, NULL);
}

enum err call_refuse_query(struct call *call, const char *parameter, const char *code, const char *detail)
{
    complain(call_complaints(call),
             &(struct complaint){.parameter = parameter, .code = code, .detail = detail});
    return call_refuse(call, PROBLEM_INVALID, NULL);
}

enum err call_refuse_cursor(struct call *call)
{
    return call_refuse_query(call, "after", "format",
                             call_say(call, "não é o next de uma página", "is not the next of a page"));
}

enum err call_refuse_capability(struct call *call, enum capability missing)
{
    return call_refuse(call, PROBLEM_FORBIDDEN,
                       arena_printf(call->arena, "%s: %s",
                                    call_say(call, "Falta a permissão", "The capability is missing"),
                                    capability_name(missing)));
}

enum err call_query_device(struct call *call, const char *name, int64_t *ret)
{
    const char *id = call_query(call, name);

    *ret = 0;
    if (id == NULL || crypto_read_number_id("dev_", id, ret))
        return ERR_OK;
    return call_refuse_query(call, name, "format",
                             call_say(call, "não é um identificador", "is no device's id"));
}

enum err call_query_after(struct call *call, const char *prefix, int64_t *ret)
{
    const char *cursor = call_query(call, "after");

    *ret = 0;
    if (cursor == NULL || crypto_read_number_id(prefix, cursor, ret))
        return ERR_OK;
    return call_refuse_cursor(call);
}

/* ---- answering ---- */

void call_add_header(struct call *call, const char *name, const char *value)
{
    if (call->header_count < CALL_HEADERS_MAX)
        call->headers[call->header_count++] = (struct http_header_field){name, value};
}

static const char *write_etag(struct call *call, int64_t revision)
{
    return arena_printf(call->arena, "\"%" PRId64 "\"", revision);
}

void call_add_etag(struct call *call, int64_t revision)
{
    call_add_header(call, "ETag", write_etag(call, revision));
}

enum err call_check_match(struct call *call, int64_t revision)
{
    const char *given = call_header(call, "If-Match");

    if (given == NULL || strcmp(given, "*") == 0 || strcmp(given, write_etag(call, revision)) == 0)
        return ERR_OK;
    return call_refuse(call, PROBLEM_PRECONDITION, NULL);
}

const char *call_cookie_name(bool secure)
{
    return secure ? "__Host-farol_session" : "farol_session";
}

void call_set_cookie(struct call *call, const char *key)
{
    bool secure = call->origin.secure;

    call_add_header(call, "Set-Cookie",
                    arena_printf(call->arena, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
                                 call_cookie_name(secure), key, secure ? "; Secure" : "",
                                 *key == '\0' ? "; Max-Age=0" : ""));
}

void call_open_list(struct call *call)
{
    json_open_object(&call->json);
    json_key(&call->json, "data");
    json_open_array(&call->json);
}

/* The same request with another cursor. */
static void add_next_link(struct call *call, const char *next)
{
    struct text link = TEXT_IN(call->arena);

    text_printf(&link, "<%s?", http_request(call->exchange)->path);
    for (size_t i = 0; i < call->query.count; i++) {
        const struct query_item *item = &call->query.items[i];

        if (strcmp(item->name, "after") != 0)
            text_printf(&link, "%s=%s&", item->name, url_encode(item->value, call->arena));
    }
    text_printf(&link, "after=%s>; rel=\"next\"", url_encode(next, call->arena));
    call_add_header(call, "Link", text_string(&link));
}

void call_close_list(struct call *call, const char *next)
{
    json_close_array(&call->json);
    json_field_string(&call->json, "next", next);
    if (next != NULL)
        add_next_link(call, next);
}

void call_write_page(struct call *call, const char *prefix, const struct shown_rows *rows)
{
    unsigned limit = call_query_number(call, "limit");
    char next[NUMBER_ID_MAX];
    bool more = rows->count > limit;

    call_open_list(call);
    for (size_t i = 0; i < (more ? limit : rows->count); i++)
        json_put_raw(&call->json, rows->items[i].shown);
    if (more)
        crypto_write_number_id(prefix, rows->items[limit - 1].id, next);
    call_close_list(call, more ? next : NULL);
    json_close_object(&call->json);
}

void call_write_rows(struct call *call, const struct shown_rows *rows)
{
    call_open_list(call);
    for (size_t i = 0; i < rows->count; i++)
        json_put_raw(&call->json, rows->items[i].shown);
    json_close_array(&call->json);
    json_close_object(&call->json);
}

void call_put_members(struct call *call, const char *raw)
{
    size_t len = strlen(raw);

    assert(len > 2 && raw[0] == '{' && raw[len - 1] == '}');
    if (call->json.need_comma)
        text_putc(&call->text, ',');
    text_add(&call->text, raw + 1, len - 2);
    call->json.need_comma = true;
}

void call_log(const struct call *call)
{
    int64_t us = clock_mono_us() - call->started_us;

    metric_count(METRIC_API_REQUESTS);
    metric_observe_us(METRIC_API_SECONDS, us);
    log_info("api request", log_s("request", call->id), log_s("method", http_request(call->exchange)->method),
             log_s("route", call->route == NULL ? "none" : call->route->operation),
             log_i("status", call->status), log_i("ms", us / US_PER_MS),
             log_s("by", text_or_empty(call->caller.name)), log_s("peer", call->origin.address));
}

static struct http_reply prepare_reply(struct call *call)
{
    call_log(call);
    call_add_header(call, "X-Request-Id", call->id);
    call_add_header(call, "Cache-Control", "no-store");
    call_add_header(call, "X-Content-Type-Options", "nosniff");
    return (struct http_reply){
        .status = call->status,
        .content_type = call->content_type,
        .headers = call->headers,
        .header_count = call->header_count,
        /* we stop: nobody shall ask on this connection again */
        .close = call->close || hub_is_closed(call->config->hub),
    };
}

void call_reply(struct call *call)
{
    struct http_reply reply = prepare_reply(call);

    reply.body = text_string(&call->text);
    reply.len = call->text.len;
    http_reply(call->exchange, &reply);
}

void call_reply_file(struct call *call, const struct http_file *file)
{
    struct http_reply reply = prepare_reply(call);

    http_reply_file(call->exchange, &reply, file);
}

void call_reply_source(struct call *call, const struct http_source *source)
{
    struct http_reply reply = prepare_reply(call);

    http_reply_source(call->exchange, &reply, source);
}

/* Where everything goes on that could not be named: to the log in full, to the caller in general. */
static void name_problem(struct call *call, enum err err)
{
    if (call->refused)
        return;
    call->problem = problem_of_err(err);
    if (call->problem == PROBLEM_INTERNAL || call->problem == PROBLEM_UNAVAILABLE)
        log_error("api request failed", log_s("request", call->id), log_s("error", err_message()));
}

void call_fail(struct call *call, enum err err)
{
    struct problem_report report = {
        .instance = call->id, .detail = call->detail, .complaints = call->complaints};

    name_problem(call, err);
    report.problem = call->problem;
    call->status = problem_row(call->problem)->status;
    call->content_type = "application/problem+json";
    call->text = TEXT_IN(call->arena);
    call->header_count = 0;
    problem_write(&report, call->language, &call->text);
    if (call->problem == PROBLEM_UNAUTHORIZED)
        call_add_header(call, "WWW-Authenticate", "Bearer realm=\"farol\"");
    if (call->problem == PROBLEM_UNAVAILABLE || call->problem == PROBLEM_KEY_IN_USE)
        call_add_header(call, "Retry-After", "1");
    if (call->retry_after_s > 0)
        call_add_header(call, "Retry-After", arena_printf(call->arena, "%" PRId64, call->retry_after_s));
    if (call->allow != NULL)
        call_add_header(call, "Allow", call->allow);
    call_add_header(call, "Content-Language", language_tag(call->language));
    call_reply(call);
}
