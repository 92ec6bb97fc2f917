/* connector add, list, show, deliveries, replay, password, enable, disable, remove. */
#include <string.h>

#include "acs/ctl/change.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/context.h"
#include "acs/ctl/deliveries.h"
#include "acs/ctl/output.h"
#include "acs/ctl/pages.h"

static enum ctl_exit put_secret(struct ctl *ctl, struct json_writer *json)
{
    const char *secret = NULL;
    enum ctl_exit code;

    if (!ctl_has(ctl, OPTION_PASSWORD_FILE))
        return ctl_fail(CTL_USAGE, "--password-file is needed: its first line is the password, or the token");
    code = context_read_secret(ctl, ctl->values[OPTION_PASSWORD_FILE], "\r\n", &secret);
    if (code == CTL_OK)
        json_field_string(json, "secret", secret);
    return code;
}

/* "N2=Redes" */
static enum ctl_exit put_queue(struct ctl *ctl, struct json_writer *json, const char *argument)
{
    const char *equals = strchr(argument, '=');

    if (equals == NULL)
        return ctl_fail(CTL_USAGE,
                        "'%s': a queue is given as OURS=THEIRS, for example N2=Redes or '*=General'",
                        argument);
    json_open_object(json);
    json_field_string(json, "queue", arena_memdup(ctl->arena, argument, (size_t)(equals - argument)));
    json_field_string(json, "to", equals + 1);
    json_close_object(json);
    return CTL_OK;
}

static bool argument_is(const struct ctl *ctl, int number, const char *value)
{
    return strcmp(ctl->arguments[number], value) == 0;
}

/* KIND NAME URL LOGIN OURS=THEIRS… */
enum ctl_exit command_connector_add(struct ctl *ctl)
{
    enum { KIND, NAME, URL, LOGIN, QUEUES };
    struct rest_request request = {.method = "POST",
                                   .path = rest_path(ctl, OPERATION_CONNECTOR_CREATE, NULL)};
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    enum ctl_exit code = CTL_OK;

    json_open_object(&json);
    json_field_string(&json, "kind", ctl->arguments[KIND]);
    json_field_string(&json, "name", ctl->arguments[NAME]);
    json_field_string(&json, "url", ctl->arguments[URL]);
    if (!argument_is(ctl, LOGIN, "-"))
        json_field_string(&json, "login", ctl->arguments[LOGIN]);
    if (ctl_has(ctl, OPTION_SENDER))
        json_field_string(&json, "from", ctl->values[OPTION_SENDER]);
    json_key(&json, "queues");
    json_open_array(&json);
    for (int i = QUEUES; i < ctl->argument_count && code == CTL_OK; i++)
        code = put_queue(ctl, &json, ctl->arguments[i]);
    json_close_array(&json);
    if (code == CTL_OK && !(argument_is(ctl, KIND, "mail") && argument_is(ctl, LOGIN, "-")))
        code = put_secret(ctl, &json);
    json_close_object(&json);
    return code == CTL_OK ? change_send(ctl, &request, &body) : code;
}

enum ctl_exit command_connector_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"ID",      "id",            OUTPUT_AS_IS},
        {"NAME",    "name",          OUTPUT_AS_IS},
        {"KIND",    "kind",          OUTPUT_AS_IS},
        {"ENABLED", "enabled",       OUTPUT_AS_IS},
        {"WAITING", "waiting",       OUTPUT_AS_IS},
        {"REFUSED", "failed",        OUTPUT_AS_IS},
        {"FAILING", "failing_since", OUTPUT_AGE  },
        {"URL",     "url",           OUTPUT_AS_IS},
        {"TROUBLE", "trouble",       OUTPUT_AS_IS},
    };
    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, OPERATION_CONNECTOR_LIST, NULL),
                                .query = "",
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "id",
                            });
}

enum ctl_exit command_connector_show(struct ctl *ctl)
{
    const struct json *found = NULL;
    enum ctl_exit code = rest_get(ctl, rest_path(ctl, OPERATION_CONNECTOR_SHOW, ctl->arguments[0]), &found);

    if (code == CTL_OK)
        output_object(ctl, found, "id");
    return code;
}

enum ctl_exit command_connector_deliveries(struct ctl *ctl)
{
    return deliveries_print(ctl, OPERATION_CONNECTOR_DELIVERIES);
}

enum ctl_exit command_connector_replay(struct ctl *ctl)
{
    return deliveries_replay(ctl, OPERATION_CONNECTOR_REDELIVER);
}

enum ctl_exit command_connector_password(struct ctl *ctl)
{
    struct rest_request request = {.method = "PATCH",
                                   .path = rest_path(ctl, OPERATION_CONNECTOR_PATCH, ctl->arguments[0])};
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    enum ctl_exit code;

    json_open_object(&json);
    code = put_secret(ctl, &json);
    json_close_object(&json);
    return code == CTL_OK ? change_send(ctl, &request, &body) : code;
}

static enum ctl_exit switch_to(struct ctl *ctl, bool enabled)
{
    struct rest_request request = {.method = "PATCH",
                                   .path = rest_path(ctl, OPERATION_CONNECTOR_PATCH, ctl->arguments[0])};
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);

    json_open_object(&json);
    json_field_bool(&json, "enabled", enabled);
    json_close_object(&json);
    return change_send(ctl, &request, &body);
}

enum ctl_exit command_connector_enable(struct ctl *ctl)
{
    return switch_to(ctl, true);
}

enum ctl_exit command_connector_disable(struct ctl *ctl)
{
    return switch_to(ctl, false);
}

enum ctl_exit command_connector_remove(struct ctl *ctl)
{
    struct rest_request request = {.method = "DELETE",
                                   .path = rest_path(ctl, OPERATION_CONNECTOR_DELETE, ctl->arguments[0])};
    struct rest_answer answer = {0};

    return rest_send(ctl, &request, &answer);
}
