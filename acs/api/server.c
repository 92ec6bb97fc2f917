/* The server itself: this API, what its problems mean, is it well. */
#include <string.h>

#include "acs/api/hub.h"
#include "acs/api/routes.h"
#include "acs/base/metrics.h"
#include "db/health.h"

enum { CHECKS_MAX = 16 };

enum err api_openapi_show(struct call *call)
{
    text_add(&call->text, api_document, api_document_len);
    return ERR_OK;
}

enum err api_problem_show(struct call *call)
{
    enum problem problem;

    if (!problem_by_code(call->captures[0], &problem))
        return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
    problem_describe(problem, call->language, &call->text);
    return ERR_OK;
}

enum err api_metrics_show(struct call *call)
{
    call->content_type = "text/plain; version=0.0.4; charset=utf-8";
    metrics_write(&call->text);
    return ERR_OK;
}

enum err api_health_show(struct call *call)
{
    const struct api_config *config = call->config;
    bool alive = hub_is_alive(config->hub) && (config->is_alive == NULL || config->is_alive(config->ctx));

    call->status = alive ? 200 : 503;
    json_open_object(&call->json);
    json_field_bool(&call->json, "alive", alive);
    json_field_string(&call->json, "version", config->version);
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- ready ---- */

static struct api_check check_database(struct call *call)
{
    AUTO_DB db = NULL;
    enum err err = db_borrow(call->config->pool, &db);

    if (err == ERR_OK)
        err = health_check(db, call->arena);
    return (struct api_check){
        .name = "database",
        .ok = err == ERR_OK,
        .detail = err == ERR_OK ? NULL : arena_strdup(call->arena, err_message()),
    };
}

static void write_checks(struct call *call, const struct api_check *checks, unsigned count, bool ready)
{
    struct json_writer *json = &call->json;

    json_open_object(json);
    json_field_bool(json, "ready", ready);
    json_field_string(json, "version", call->config->version);
    json_key(json, "checks");
    json_open_array(json);
    for (unsigned i = 0; i < count; i++) {
        json_open_object(json);
        json_field_string(json, "name", checks[i].name);
        json_field_bool(json, "ok", checks[i].ok);
        json_field_string(json, "detail", checks[i].detail);
        json_close_object(json);
    }
    json_close_array(json);
    json_close_object(json);
}

enum err api_ready_show(struct call *call)
{
    const struct api_config *config = call->config;
    struct api_check checks[CHECKS_MAX] = {check_database(call)};
    unsigned count = 1;
    bool ready = true;

    if (config->is_ready != NULL)
        count += config->is_ready(checks + count, CHECKS_MAX - count, config->ctx);
    for (unsigned i = 0; i < count; i++)
        ready = ready && checks[i].ok;
    call->status = ready ? 200 : 503;
    write_checks(call, checks, count, ready);
    return ERR_OK;
}
