/* incidents list, open, edit, close. */
#include <string.h>

#include "acs/ctl/change.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/output.h"
#include "acs/ctl/pages.h"

enum ctl_exit command_incident_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"ID",       "id",       OUTPUT_AS_IS},
        {"KIND",     "kind",     OUTPUT_AS_IS},
        {"PLACE",    "place",    OUTPUT_AS_IS},
        {"SINCE",    "since",    OUTPUT_AGE  },
        {"SILENT",   "silent",   OUTPUT_AS_IS},
        {"BACK",     "back",     OUTPUT_AS_IS},
        {"HOMES",    "homes",    OUTPUT_AS_IS},
        {"FORECAST", "forecast", OUTPUT_AS_IS},
        {"TEXT",     "text",     OUTPUT_AS_IS},
    };
    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, OPERATION_INCIDENT_LIST, NULL),
                                .query = ctl_has(ctl, OPTION_CLOSED) ? "&open=false" : "",
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "id",
                            });
}

static void write_words(struct ctl *ctl, struct json_writer *json)
{
    if (ctl_has(ctl, OPTION_TEXT))
        json_field_string(json, "text", ctl->values[OPTION_TEXT]);
    if (ctl_has(ctl, OPTION_FORECAST))
        json_field_string(json, "forecast", ctl->values[OPTION_FORECAST]);
}

enum ctl_exit command_incident_open(struct ctl *ctl)
{
    struct rest_request request = {.method = "POST", .path = rest_path(ctl, OPERATION_INCIDENT_OPEN, NULL)};
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    const char *group = ctl->arguments[0];
    size_t len = strcspn(group, "=");

    if (len == 0 || group[len] == '\0' || group[len + 1] == '\0')
        return ctl_fail(CTL_USAGE, "'%s' is not KIND=PLACE, like cto=CTO-17", group);
    json_open_object(&json);
    json_field_string(&json, "kind", arena_memdup(ctl->arena, group, len));
    json_field_string(&json, "place", group + len + 1);
    write_words(ctl, &json);
    json_close_object(&json);
    return change_send(ctl, &request, &body);
}

enum ctl_exit command_incident_edit(struct ctl *ctl)
{
    struct rest_request request = {.method = "PATCH",
                                   .path = rest_path(ctl, OPERATION_INCIDENT_PATCH, ctl->arguments[0])};
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);

    json_open_object(&json);
    write_words(ctl, &json);
    json_close_object(&json);
    return change_send(ctl, &request, &body);
}

enum ctl_exit command_incident_close(struct ctl *ctl)
{
    struct rest_request request = {.method = "POST",
                                   .path = rest_path(ctl, OPERATION_INCIDENT_CLOSE, ctl->arguments[0])};

    return change_send(ctl, &request, NULL);
}
