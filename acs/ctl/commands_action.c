/* What is done to a device: params get, params set, objects add and delete, refresh, reboot; and
 * actions list, show, cancel. */
#include <string.h>

#include "acs/api/url.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/follow.h"
#include "acs/ctl/options.h"
#include "acs/ctl/pages.h"
#include "acs/ctl/rest.h"

enum { STORED_PAGE = 1000 };

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

/* ---- what orders are filled with ---- */

static enum ctl_exit fill_names(struct ctl *ctl, struct json_writer *params)
{
    json_key(params, "names");
    json_open_array(params);
    for (int i = 1; i < ctl->argument_count; i++)
        json_put_string(params, ctl->arguments[i]);
    json_close_array(params);
    return CTL_OK;
}

typedef enum ctl_exit item_fn(struct ctl *ctl, const char *argument, struct json_writer *json);

/* The arguments from `first` on, each an object of a list. */
static enum ctl_exit fill_list(struct ctl *ctl, const char *key, int first, item_fn *write,
                               struct json_writer *params)
{
    enum ctl_exit code = CTL_OK;

    json_key(params, key);
    json_open_array(params);
    for (int i = first; code == CTL_OK && i < ctl->argument_count; i++)
        code = write(ctl, ctl->arguments[i], params);
    json_close_array(params);
    return code;
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

static enum ctl_exit fill_values(struct ctl *ctl, struct json_writer *params)
{
    return fill_list(ctl, "values", 1, write_assignment, params);
}

static enum ctl_exit fill_attributes(struct ctl *ctl, struct json_writer *params)
{
    return fill_list(ctl, "attributes", 1, write_notification, params);
}

static enum ctl_exit fill_object(struct ctl *ctl, struct json_writer *params)
{
    json_field_string(params, "object", ctl->arguments[1]);
    return ctl->argument_count > 2 ? fill_list(ctl, "values", 2, write_assignment, params) : CTL_OK;
}

static enum ctl_exit fill_path(struct ctl *ctl, struct json_writer *params)
{
    if (ctl->argument_count > 1)
        json_field_string(params, "path", ctl->arguments[1]);
    return CTL_OK;
}

static enum ctl_exit fill_command_key(struct ctl *ctl, struct json_writer *params)
{
    json_field_string(params, "command_key", ctl->arguments[1]);
    return CTL_OK;
}

static enum ctl_exit fill_delay(struct ctl *ctl, struct json_writer *params)
{
    uint32_t seconds;

    if (text_read_u32(ctl->arguments[1], &seconds) != ERR_OK)
        return ctl_fail(CTL_USAGE, "'%s' is not a number of seconds", ctl->arguments[1]);
    json_field_int(params, "delay_s", seconds);
    return CTL_OK;
}

static enum ctl_exit fill_rpc(struct ctl *ctl, struct json_writer *params)
{
    AUTO_JSON args = NULL;

    json_field_string(params, "method", ctl->arguments[1]);
    if (ctl->argument_count <= 2)
        return CTL_OK;
    if (json_read(ctl->arguments[2], strlen(ctl->arguments[2]), &args) != ERR_OK)
        return ctl_fail(CTL_USAGE, "JSON: %s", err_message());
    json_key(params, "args");
    json_put_value(params, args);
    return CTL_OK;
}

/* ---- orders ---- */

enum { READ_S = 30, SET_S = 60, LONG_S = 180 };

enum ctl_exit command_params_get(struct ctl *ctl)
{
    static const struct follow_order order = {"params.get", READ_S, READ_S, fill_names, print_values};

    uint32_t unused;
    enum ctl_exit code;

    if (!ctl_has(ctl, OPTION_STORED))
        return follow_run(ctl, &order);
    code = options_seconds(ctl, OPTION_WAIT, 0, READ_S, &unused); /* a wrong one is wrong here, too */
    return code == CTL_OK ? print_stored(ctl) : code;
}

FOLLOW_ORDER(params_set, "params.set", SET_S, SET_S, fill_values, NULL)
FOLLOW_ORDER(object_add, "object.add", SET_S, SET_S, fill_object, NULL)
FOLLOW_ORDER(object_delete, "object.delete", SET_S, SET_S, fill_object, NULL)
FOLLOW_ORDER(attributes_get, "attributes.get", READ_S, READ_S, fill_names, NULL)
FOLLOW_ORDER(attributes_set, "attributes.set", SET_S, SET_S, fill_attributes, NULL)
FOLLOW_ORDER(transfers_list, "transfers.list", READ_S, READ_S, NULL, NULL)
FOLLOW_ORDER(transfer_cancel, "transfer.cancel", READ_S, READ_S, fill_command_key, NULL)
FOLLOW_ORDER(rpc, "rpc", READ_S, READ_S, fill_rpc, NULL)
FOLLOW_ORDER(refresh, "refresh", 0, LONG_S, fill_path, NULL)
FOLLOW_ORDER(reboot, "reboot", 0, LONG_S, NULL, NULL)
FOLLOW_ORDER(inform_schedule, "inform.schedule", 0, LONG_S, fill_delay, NULL)

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
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, 0, LONG_S, &wait_s);

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
