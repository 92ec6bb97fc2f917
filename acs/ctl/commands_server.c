/* The server and this program: login, contexts, health, token, api, completion, version. */
#include <string.h>

#include "acs/ctl/commands.h"
#include "acs/ctl/context.h"
#include "acs/ctl/options.h"
#include "acs/ctl/output.h"
#include "acs/ctl/rest.h"

/* "https://acs.example.net:8080" -> "acs.example.net:8080" */
static const char *host_of(struct ctl *ctl, const char *url)
{
    const char *host = strstr(url, "://");

    host = host == NULL ? url : host + 3;
    return arena_memdup(ctl->arena, host, strcspn(host, "/"));
}

enum ctl_exit command_login(struct ctl *ctl)
{
    const char *name = ctl->values[OPTION_CONTEXT];
    const struct json *me = NULL;
    enum ctl_exit code;

    if (!text_starts_with(ctl->arguments[0], "http://") && !text_starts_with(ctl->arguments[0], "https://"))
        return ctl_fail(CTL_USAGE, "'%s' is no URL: http:// or https:// is missing", ctl->arguments[0]);
    ctl->url = arena_memdup(ctl->arena, ctl->arguments[0],
                            strlen(ctl->arguments[0]) - text_ends_with(ctl->arguments[0], "/"));
    code = context_read_token(ctl, &ctl->token);
    if (code == CTL_OK)
        code = rest_get(ctl, rest_path(ctl, OPERATION_ME_SHOW, NULL), &me);
    if (code != CTL_OK)
        return code;
    if (name == NULL)
        name = host_of(ctl, ctl->url);
    code = context_store(ctl, name, ctl->url, ctl->token);
    if (code == CTL_OK)
        fprintf(stderr, "Context %s: %s as %s\n", name, ctl->url,
                output_text(ctl->arena, json_get(me, "name")));
    return code;
}

enum ctl_exit command_context_list(struct ctl *ctl)
{
    return context_print(ctl);
}

enum ctl_exit command_context_use(struct ctl *ctl)
{
    return context_make_current(ctl, ctl->arguments[0]);
}

enum ctl_exit command_token(struct ctl *ctl)
{
    const struct json *me = NULL;
    enum ctl_exit code = rest_get(ctl, rest_path(ctl, OPERATION_ME_SHOW, NULL), &me);

    if (code == CTL_OK)
        output_object(ctl, me, "name");
    return code;
}

enum ctl_exit command_health(struct ctl *ctl)
{
    struct rest_request request = {
        .method = "GET", .path = rest_path(ctl, OPERATION_READY_SHOW, NULL), .any_status = true};
    const struct json *checks;
    struct rest_answer answer = {0};
    enum ctl_exit code = rest_send(ctl, &request, &answer);

    if (code != CTL_OK)
        return code;
    if (answer.status == 200) {
        output_object(ctl, answer.json, "version");
        return CTL_OK;
    }
    checks = json_get(answer.json, "checks");
    ctl_fail(CTL_ERROR, "%s is not ready (%u)", ctl->url, answer.status);
    for (size_t i = 0; i < json_count(checks); i++)
        if (!json_bool(json_get(json_at(checks, i), "ok"), false))
            fprintf(stderr, "  %s: %s\n", output_text(ctl->arena, json_get(json_at(checks, i), "name")),
                    output_text(ctl->arena, json_get(json_at(checks, i), "detail")));
    return CTL_ERROR;
}

/* "/devices" is below the API's root; "/api/…" and the pages of health stand for themselves. */
static const char *whole_path(struct ctl *ctl, const char *path)
{
    static const char *const roots[] = {"/api/", "/healthz", "/readyz", "/metrics"};

    for (unsigned i = 0; i < sizeof(roots) / sizeof(*roots); i++)
        if (text_starts_with(path, roots[i]))
            return path;
    return arena_printf(ctl->arena, "/api/v1%s%s", path[0] == '/' ? "" : "/", path);
}

enum ctl_exit command_api(struct ctl *ctl)
{
    struct rest_request request = {
        .method = ctl->arguments[0],
        .path = whole_path(ctl, ctl->arguments[1]),
        .body = ctl->argument_count > 2 ? ctl->arguments[2] : NULL,
        .key = strcmp(ctl->arguments[0], "POST") == 0 ? rest_new_key(ctl) : NULL,
    };
    struct rest_answer answer = {0};
    enum ctl_exit code = rest_send(ctl, &request, &answer);

    if (code == CTL_OK)
        fprintf(ctl->out, "%s%s", answer.body, text_ends_with(answer.body, "\n") ? "" : "\n");
    return code;
}

enum ctl_exit command_completion(struct ctl *ctl)
{
    return options_print_completion(ctl->arguments[0], ctl->out);
}

enum ctl_exit command_version(struct ctl *ctl)
{
    fputs("acsctl " FAROL_VERSION "\n", ctl->out);
    return CTL_OK;
}
