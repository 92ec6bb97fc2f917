/* webhook add, list, deliveries, replay, rotate, remove. */
#include "acs/ctl/change.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/deliveries.h"
#include "acs/ctl/output.h"
#include "acs/ctl/pages.h"

enum ctl_exit command_webhook_add(struct ctl *ctl)
{
    struct rest_request request = {.method = "POST", .path = rest_path(ctl, OPERATION_WEBHOOK_CREATE, NULL)};
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);

    json_open_object(&json);
    json_field_string(&json, "name", ctl->arguments[0]);
    json_field_string(&json, "url", ctl->arguments[1]);
    json_key(&json, "events");
    json_open_array(&json);
    for (int i = 2; i < ctl->argument_count; i++)
        json_put_string(&json, ctl->arguments[i]);
    json_close_array(&json);
    json_close_object(&json);
    return change_send(ctl, &request, &body);
}

enum ctl_exit command_webhook_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"ID",      "id",            OUTPUT_AS_IS},
        {"NAME",    "name",          OUTPUT_AS_IS},
        {"EVENTS",  "events",        OUTPUT_AS_IS},
        {"ENABLED", "enabled",       OUTPUT_AS_IS},
        {"WAITING", "waiting",       OUTPUT_AS_IS},
        {"FAILING", "failing_since", OUTPUT_AGE  },
        {"URL",     "url",           OUTPUT_AS_IS},
    };
    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, OPERATION_WEBHOOK_LIST, NULL),
                                .query = "",
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "id",
                            });
}

enum ctl_exit command_webhook_deliveries(struct ctl *ctl)
{
    return deliveries_print(ctl, OPERATION_DELIVERY_LIST);
}

enum ctl_exit command_webhook_replay(struct ctl *ctl)
{
    return deliveries_replay(ctl, OPERATION_WEBHOOK_REDELIVER);
}

enum ctl_exit command_webhook_rotate(struct ctl *ctl)
{
    struct rest_request request = {.method = "POST",
                                   .path = rest_path(ctl, OPERATION_WEBHOOK_ROTATE, ctl->arguments[0])};

    return change_send(ctl, &request, NULL);
}

enum ctl_exit command_webhook_remove(struct ctl *ctl)
{
    struct rest_request request = {.method = "DELETE",
                                   .path = rest_path(ctl, OPERATION_WEBHOOK_DELETE, ctl->arguments[0])};
    struct rest_answer answer = {0};

    return rest_send(ctl, &request, &answer);
}
