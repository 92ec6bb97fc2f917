#include "acs/ctl/follow.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acs/api/url.h"
#include "acs/base/clock.h"
#include "acs/ctl/options.h"
#include "acs/ctl/output.h"
#include "acs/ctl/rest.h"

enum { WAIT_AT_ONCE_S = 50, WAIT_WITH_STAGES_S = 1 };

enum ctl_exit follow_device(struct ctl *ctl, const char *text, const char **ret_id)
{
    struct rest_request request = {.method = "GET", .path = rest_path(ctl, OPERATION_DEVICE_BY_SERIAL, text)};
    struct rest_answer answer = {0};
    enum ctl_exit code;

    if (text_starts_with(text, "dev_")) {
        *ret_id = text;
        return CTL_OK;
    }
    code = rest_send(ctl, &request, &answer);
    if (code != CTL_OK)
        return code;
    if (answer.location == NULL || strrchr(answer.location, '/') == NULL)
        return ctl_fail(CTL_ERROR, "%s%s did not say where the device is", ctl->url, request.path);
    *ret_id = strrchr(answer.location, '/') + 1;
    return CTL_OK;
}

enum ctl_exit follow_device_query(struct ctl *ctl, struct text *query)
{
    const char *id = NULL;
    enum ctl_exit code;

    if (ctl->argument_count == 0)
        return CTL_OK;
    code = follow_device(ctl, ctl->arguments[0], &id);
    if (code == CTL_OK)
        text_printf(query, "&device=%s", url_encode(id, ctl->arena));
    return code;
}

/* ---- asking ---- */

static enum ctl_exit write_params(struct ctl *ctl, const struct follow_order *order, struct json_writer *json)
{
    enum ctl_exit code = CTL_OK;

    json_key(json, "params");
    json_open_object(json);
    if (order->fill != NULL)
        code = order->fill(ctl, json);
    json_close_object(json);
    return code;
}

static enum ctl_exit write_order(struct ctl *ctl, const struct follow_order *order, struct text *out)
{
    struct json_writer json = JSON_WRITER(out);
    uint32_t expires_s = 0;
    enum ctl_exit code;

    json_open_object(&json);
    json_field_string(&json, "type", order->type);
    code = write_params(ctl, order, &json);
    if (code == CTL_OK)
        code = options_seconds(ctl, OPTION_EXPIRES, 0, 0, &expires_s);
    if (ctl_has(ctl, OPTION_FAIL_OFFLINE))
        json_field_string(&json, "on_offline", "fail");
    if (ctl_has(ctl, OPTION_REASON))
        json_field_string(&json, "reason", ctl->values[OPTION_REASON]);
    if (expires_s > 0)
        json_field_string(&json, "expires_in", arena_printf(ctl->arena, "PT%uS", expires_s));
    json_close_object(&json);
    return code;
}

static enum ctl_exit post(struct ctl *ctl, const struct follow_order *order, const struct json **ret)
{
    struct text body = TEXT_IN(ctl->arena);
    struct rest_request request = {.method = "POST", .key = rest_new_key(ctl)};
    struct rest_answer answer = {0};
    const char *device = NULL;
    enum ctl_exit code = write_order(ctl, order, &body);

    if (code == CTL_OK)
        code = follow_device(ctl, ctl->arguments[0], &device);
    if (code != CTL_OK)
        return code;
    request.path = rest_path(ctl, OPERATION_ACTION_CREATE, device);
    if (ctl_has(ctl, OPTION_DRY_RUN))
        request.path = arena_printf(ctl->arena, "%s?dry_run=true", request.path);
    request.body = text_string(&body);
    code = rest_send(ctl, &request, &answer);
    if (code == CTL_OK && answer.json == NULL)
        return ctl_fail(CTL_ERROR, "%s did not answer with JSON", ctl->url);
    *ret = answer.json;
    return code;
}

/* ---- following ---- */

static bool has_ended(const struct json *action)
{
    return json_kind(json_get(action, "ended_at")) == JSON_STRING;
}

static void show_stage(const struct json *action, char *last, size_t size)
{
    const char *state = json_string(json_get(action, "state"), "");
    const char *detail = json_string(json_get(json_get(action, "wake"), "detail"), NULL);
    bool colour = getenv("NO_COLOR") == NULL;

    if (!isatty(STDERR_FILENO) || strcmp(last, state) == 0)
        return;
    snprintf(last, size, "%s", state);
    fprintf(stderr, "%s%s%s", colour ? "\033[36m" : "", state, colour ? "\033[0m" : "");
    if (detail != NULL && strcmp(state, "waking") == 0)
        fprintf(stderr, " (%s)", detail);
    fputc('\n', stderr);
}

enum ctl_exit follow_to_end(struct ctl *ctl, const char *action_id, uint32_t wait_s, const struct json **ret)
{
    int64_t deadline_ms = clock_mono_ms() + (int64_t)wait_s * MS_PER_S;
    unsigned at_once_s = isatty(STDERR_FILENO) ? WAIT_WITH_STAGES_S : WAIT_AT_ONCE_S;
    char stage[16] = "";

    for (;;) {
        struct rest_request request = {.method = "GET",
                                       .path = rest_path(ctl, OPERATION_ACTION_SHOW, action_id)};
        int64_t left_s = (deadline_ms - clock_mono_ms() + MS_PER_S - 1) / MS_PER_S;
        struct rest_answer answer = {0};
        enum ctl_exit code;

        request.wait_s = left_s <= 0 ? 0 : left_s < at_once_s ? (unsigned)left_s : at_once_s;
        code = rest_send(ctl, &request, &answer);
        if (code != CTL_OK)
            return code;
        *ret = answer.json;
        show_stage(answer.json, stage, sizeof(stage));
        if (has_ended(answer.json) || left_s <= 0)
            return CTL_OK;
    }
}

/* ---- judging ---- */

/* "acsctl:   Device.X: the parameter is read-only (fault 9008: …)", a line for each that was refused. */
static void say_parameters(struct ctl *ctl, const struct json *parameters)
{
    for (size_t i = 0; i < json_count(parameters); i++) {
        const struct json *parameter = json_at(parameters, i);

        ctl_fail(CTL_DEVICE_REFUSED, "  %s: %s", output_text(ctl->arena, json_get(parameter, "name")),
                 output_text(ctl->arena, json_get(parameter, "detail")));
    }
}

static void say_failure(struct ctl *ctl, const struct json *action)
{
    const struct json *failure = json_get(action, "failure");
    struct text out = TEXT_IN(ctl->arena);

    if (ctl->format == OUTPUT_JSON || ctl->format == OUTPUT_NDJSON) {
        json_print(action, &out);
        fprintf(stderr, "%s\n", text_string(&out));
        return;
    }
    ctl_fail(CTL_DEVICE_REFUSED, "%s failed: %s", output_text(ctl->arena, json_get(action, "type")),
             output_text(ctl->arena, json_get(failure, "detail")));
    say_parameters(ctl, json_get(failure, "parameters"));
}

enum ctl_exit follow_judge(struct ctl *ctl, const struct json *action)
{
    const char *state = json_string(json_get(action, "state"), "");
    const char *id = json_string(json_get(action, "id"), "");

    if (strcmp(state, "succeeded") == 0)
        return CTL_OK;
    if (strcmp(state, "failed") == 0) {
        say_failure(ctl, action);
        return CTL_DEVICE_REFUSED;
    }
    if (strcmp(state, "cancelled") == 0)
        return ctl_fail(CTL_CONFLICT, "%s was cancelled", id);
    if (strcmp(state, "expired") == 0)
        return ctl_fail(CTL_PENDING, "%s has expired: the device did not come in time", id);
    return ctl_fail(CTL_PENDING, "%s is still %s; it goes on: acsctl actions show %s --wait", id, state, id);
}

enum ctl_exit follow_run(struct ctl *ctl, const struct follow_order *order)
{
    const struct json *action = NULL;
    const char *id = NULL;
    uint32_t wait_s;
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, order->wait_s, order->bare_s, &wait_s);

    if (code == CTL_OK)
        code = post(ctl, order, &action);
    if (code != CTL_OK)
        return code;
    if (ctl_has(ctl, OPTION_DRY_RUN) || wait_s == 0) {
        output_object(ctl, action, "id");
        return CTL_OK;
    }
    id = arena_strdup(ctl->arena, json_string(json_get(action, "id"), ""));
    code = follow_to_end(ctl, id, wait_s, &action);
    if (code == CTL_INTERRUPTED)
        return ctl_fail(code, "%s goes on without you: acsctl actions show %s", id, id);
    if (code == CTL_OK)
        code = follow_judge(ctl, action);
    if (code != CTL_OK)
        return code;
    if (order->print != NULL && ctl->format != OUTPUT_NAME)
        order->print(ctl, action);
    else
        output_object(ctl, action, "id");
    return CTL_OK;
}
