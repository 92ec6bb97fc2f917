/* What is done to a device: params get, params set, objects add and delete, refresh, reboot, factory-reset;
 * and actions list, show, cancel. */
#include <string.h>

#include "acs/api/url.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/follow.h"
#include "acs/ctl/options.h"
#include "acs/ctl/pages.h"
#include "acs/ctl/rest.h"

enum { WAIT_READ_S = 30, WAIT_SET_S = 60, WAIT_LONG_S = 180, STORED_PAGE = 1000 };

/* ---- parameters ---- */

static const struct output_column stored_columns[] = {
    {"NAME",     "name",     OUTPUT_AS_IS},
    {"VALUE",    "value",    OUTPUT_AS_IS},
    {"TYPE",     "type",     OUTPUT_AS_IS},
    {"WRITABLE", "writable", OUTPUT_AS_IS},
    {"READ",     "read_at",  OUTPUT_AGE  },
};

/* What an action has just read has neither age nor writable. */
enum { READ_COLUMNS = 3 };

static void print_values(struct ctl *ctl, const struct json *action)
{
    const struct json *values = json_get(json_get(action, "result"), "values");
    struct output_list list = {.ctl = ctl,
                               .arena = ctl->arena,
                               .columns = stored_columns,
                               .column_count = READ_COLUMNS,
                               .name_member = "name"};

    output_open(&list);
    for (size_t i = 0; i < json_count(values); i++)
        output_row(&list, json_at(values, i));
    output_close(&list);
}

/* All stored parameters below one name or path. */
static enum ctl_exit add_stored(struct ctl *ctl, const char *path, const char *name, struct output_list *list)
{
    const char *after = "";

    while (after != NULL) {
        const char *cursor =
            *after == '\0' ? "" : arena_printf(ctl->arena, "&after=%s", url_encode(after, ctl->arena));
        const struct json *page = NULL;
        enum ctl_exit code = rest_get(ctl,
                                      arena_printf(ctl->arena, "%s?limit=%d&path=%s%s", path, STORED_PAGE,
                                                   url_encode(name, ctl->arena), cursor),
                                      &page);

        if (code != CTL_OK)
            return code;
        for (size_t i = 0; i < json_count(json_get(page, "data")); i++)
            output_row(list, json_at(json_get(page, "data"), i));
        after = json_string(json_get(page, "next"), NULL);
    }
    return CTL_OK;
}

static enum ctl_exit print_stored(struct ctl *ctl)
{
    struct output_list list = {.ctl = ctl,
                               .arena = ctl->arena,
                               .columns = stored_columns,
                               .column_count = sizeof(stored_columns) / sizeof(*stored_columns),
                               .name_member = "name"};
    const char *id = NULL;
    enum ctl_exit code = follow_device(ctl, ctl->arguments[0], &id);

    if (code != CTL_OK)
        return code;
    output_open(&list);
    for (int i = 1; code == CTL_OK && i < ctl->argument_count; i++)
        code = add_stored(ctl, rest_path(ctl, OPERATION_PARAMETER_LIST, id), ctl->arguments[i], &list);
    if (code == CTL_OK)
        output_close(&list);
    return code;
}

enum ctl_exit command_params_get(struct ctl *ctl)
{
    struct follow_order order = {.type = "params.get", .print = print_values};
    struct text params = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&params);
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, WAIT_READ_S, WAIT_READ_S, &order.wait_s);

    if (code != CTL_OK)
        return code;
    if (ctl_has(ctl, OPTION_STORED))
        return print_stored(ctl);
    json_open_object(&json);
    json_key(&json, "names");
    json_open_array(&json);
    for (int i = 1; i < ctl->argument_count; i++)
        json_put_string(&json, ctl->arguments[i]);
    json_close_array(&json);
    json_close_object(&json);
    order.params = text_string(&params);
    return follow_run(ctl, &order);
}

static enum ctl_exit write_assignment(struct ctl *ctl, const char *assignment, struct json_writer *json)
{
    size_t name_len = strcspn(assignment, "=");

    if (name_len == 0 || assignment[name_len] == '\0')
        return ctl_fail(CTL_USAGE, "'%s' is not NAME=VALUE", assignment);
    json_open_object(json);
    json_field_string(json, "name", arena_memdup(ctl->arena, assignment, name_len));
    json_field_string(json, "value", assignment + name_len + 1);
    if (ctl_has(ctl, OPTION_TYPE))
        json_field_string(json, "type", ctl->values[OPTION_TYPE]);
    json_close_object(json);
    return CTL_OK;
}

enum ctl_exit command_params_set(struct ctl *ctl)
{
    struct follow_order order = {.type = "params.set"};
    struct text params = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&params);
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, WAIT_SET_S, WAIT_SET_S, &order.wait_s);

    json_open_object(&json);
    json_key(&json, "values");
    json_open_array(&json);
    for (int i = 1; code == CTL_OK && i < ctl->argument_count; i++)
        code = write_assignment(ctl, ctl->arguments[i], &json);
    json_close_array(&json);
    json_close_object(&json);
    order.params = text_string(&params);
    return code == CTL_OK ? follow_run(ctl, &order) : code;
}

/* ---- objects ---- */

enum ctl_exit command_object_add(struct ctl *ctl)
{
    struct follow_order order = {.type = "object.add"};
    struct text params = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&params);
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, WAIT_SET_S, WAIT_SET_S, &order.wait_s);

    json_open_object(&json);
    json_field_string(&json, "object", ctl->arguments[1]);
    if (ctl->argument_count > 2) {
        json_key(&json, "values");
        json_open_array(&json);
        for (int i = 2; code == CTL_OK && i < ctl->argument_count; i++)
            code = write_assignment(ctl, ctl->arguments[i], &json);
        json_close_array(&json);
    }
    json_close_object(&json);
    order.params = text_string(&params);
    return code == CTL_OK ? follow_run(ctl, &order) : code;
}

enum ctl_exit command_object_delete(struct ctl *ctl)
{
    struct follow_order order = {.type = "object.delete"};
    struct text params = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&params);
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, WAIT_SET_S, WAIT_SET_S, &order.wait_s);

    json_open_object(&json);
    json_field_string(&json, "object", ctl->arguments[1]);
    json_close_object(&json);
    order.params = text_string(&params);
    return code == CTL_OK ? follow_run(ctl, &order) : code;
}

/* ---- the others ---- */

enum ctl_exit command_factory_reset(struct ctl *ctl)
{
    struct follow_order order = {.type = "factory_reset", .params = "{}"};
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, 0, WAIT_LONG_S, &order.wait_s);

    return code == CTL_OK ? follow_run(ctl, &order) : code;
}

enum ctl_exit command_inform_schedule(struct ctl *ctl)
{
    struct follow_order order = {.type = "inform.schedule"};
    uint32_t seconds;
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, 0, WAIT_LONG_S, &order.wait_s);

    if (code == CTL_OK && text_read_u32(ctl->arguments[1], &seconds) != ERR_OK)
        code = ctl_fail(CTL_USAGE, "'%s' is not a number of seconds", ctl->arguments[1]);
    if (code != CTL_OK)
        return code;
    order.params = arena_printf(ctl->arena, "{\"delay_s\":%u}", seconds);
    return follow_run(ctl, &order);
}

enum ctl_exit command_refresh(struct ctl *ctl)
{
    struct follow_order order = {.type = "refresh", .params = "{}"};
    struct text params = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&params);
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, 0, WAIT_LONG_S, &order.wait_s);

    if (ctl->argument_count > 1) {
        json_open_object(&json);
        json_field_string(&json, "path", ctl->arguments[1]);
        json_close_object(&json);
        order.params = text_string(&params);
    }
    return code == CTL_OK ? follow_run(ctl, &order) : code;
}

enum ctl_exit command_reboot(struct ctl *ctl)
{
    struct follow_order order = {.type = "reboot", .params = "{}"};
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, 0, WAIT_LONG_S, &order.wait_s);

    return code == CTL_OK ? follow_run(ctl, &order) : code;
}

/* An order with one text as its only parameter; key NULL: with none. */
static enum ctl_exit order_with(struct ctl *ctl, const char *type, const char *key)
{
    struct follow_order order = {.type = type};
    struct text params = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&params);
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, WAIT_READ_S, WAIT_READ_S, &order.wait_s);

    json_open_object(&json);
    if (key != NULL)
        json_field_string(&json, key, ctl->arguments[1]);
    json_close_object(&json);
    order.params = text_string(&params);
    return code == CTL_OK ? follow_run(ctl, &order) : code;
}

enum ctl_exit command_transfers_list(struct ctl *ctl)
{
    return order_with(ctl, "transfers.list", NULL);
}

enum ctl_exit command_transfer_cancel(struct ctl *ctl)
{
    return order_with(ctl, "transfer.cancel", "command_key");
}

enum ctl_exit command_attributes_get(struct ctl *ctl)
{
    struct follow_order order = {.type = "attributes.get"};
    struct text params = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&params);
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, WAIT_READ_S, WAIT_READ_S, &order.wait_s);

    json_open_object(&json);
    json_key(&json, "names");
    json_open_array(&json);
    for (int i = 1; i < ctl->argument_count; i++)
        json_put_string(&json, ctl->arguments[i]);
    json_close_array(&json);
    json_close_object(&json);
    order.params = text_string(&params);
    return code == CTL_OK ? follow_run(ctl, &order) : code;
}

static enum ctl_exit write_notification(struct ctl *ctl, const char *assignment, struct json_writer *json)
{
    size_t name_len = strcspn(assignment, "=");
    uint32_t number = 0;

    if (assignment[name_len] == '\0' || text_read_u32(assignment + name_len + 1, &number) != ERR_OK)
        return ctl_fail(CTL_USAGE, "'%s' is not NAME=NOTIFICATION, a number", assignment);
    json_open_object(json);
    json_field_string(json, "name", arena_memdup(ctl->arena, assignment, name_len));
    json_field_int(json, "notification", number);
    json_close_object(json);
    return CTL_OK;
}

enum ctl_exit command_attributes_set(struct ctl *ctl)
{
    struct follow_order order = {.type = "attributes.set"};
    struct text params = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&params);
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, WAIT_SET_S, WAIT_SET_S, &order.wait_s);

    json_open_object(&json);
    json_key(&json, "attributes");
    json_open_array(&json);
    for (int i = 1; code == CTL_OK && i < ctl->argument_count; i++)
        code = write_notification(ctl, ctl->arguments[i], &json);
    json_close_array(&json);
    json_close_object(&json);
    order.params = text_string(&params);
    return code == CTL_OK ? follow_run(ctl, &order) : code;
}

enum ctl_exit command_rpc(struct ctl *ctl)
{
    struct follow_order order = {.type = "rpc"};
    struct text params = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&params);
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, WAIT_READ_S, WAIT_READ_S, &order.wait_s);
    AUTO_JSON args = NULL;

    json_open_object(&json);
    json_field_string(&json, "method", ctl->arguments[1]);
    if (code == CTL_OK && ctl->argument_count > 2) {
        if (json_read(ctl->arguments[2], strlen(ctl->arguments[2]), &args) != ERR_OK)
            return ctl_fail(CTL_USAGE, "JSON: %s", err_message());
        json_key(&json, "args");
        json_put_value(&json, args);
    }
    json_close_object(&json);
    order.params = text_string(&params);
    return code == CTL_OK ? follow_run(ctl, &order) : code;
}

/* ---- actions themselves ---- */

enum ctl_exit command_action_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"ID",      "id",         OUTPUT_AS_IS},
        {"TYPE",    "type",       OUTPUT_AS_IS},
        {"STATE",   "state",      OUTPUT_AS_IS},
        {"CREATED", "created_at", OUTPUT_AGE  },
        {"BY",      "created_by", OUTPUT_AS_IS},
        {"REASON",  "reason",     OUTPUT_AS_IS},
    };
    const char *state = ctl->values[OPTION_STATE];
    const char *id = NULL;
    enum ctl_exit code = follow_device(ctl, ctl->arguments[0], &id);

    if (code != CTL_OK)
        return code;
    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, OPERATION_ACTION_LIST, id),
                                .query = state == NULL ? ""
                                                       : arena_printf(ctl->arena, "&state=%s",
                                                                      url_encode(state, ctl->arena)),
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "id",
                            });
}

enum ctl_exit command_action_show(struct ctl *ctl)
{
    const struct json *action = NULL;
    uint32_t wait_s;
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, 0, WAIT_LONG_S, &wait_s);

    if (code == CTL_OK)
        code = follow_to_end(ctl, ctl->arguments[0], wait_s, &action);
    if (code == CTL_OK && ctl_has(ctl, OPTION_WAIT))
        code = follow_judge(ctl, action);
    if (code == CTL_OK)
        output_object(ctl, action, "id");
    return code;
}

enum ctl_exit command_action_cancel(struct ctl *ctl)
{
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    struct rest_request request = {.method = "POST", .key = rest_new_key(ctl)};
    struct rest_answer answer = {0};
    enum ctl_exit code;

    json_open_object(&json);
    if (ctl_has(ctl, OPTION_REASON))
        json_field_string(&json, "reason", ctl->values[OPTION_REASON]);
    json_close_object(&json);
    request.path =
        arena_printf(ctl->arena, "%s%s", rest_path(ctl, OPERATION_ACTION_CANCEL, ctl->arguments[0]),
                     ctl_has(ctl, OPTION_DRY_RUN) ? "?dry_run=true" : "");
    request.body = text_string(&body);
    code = rest_send(ctl, &request, &answer);
    if (code == CTL_OK)
        output_object(ctl, answer.json, "id");
    return code;
}
