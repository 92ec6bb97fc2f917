/* files add, list, show, get, delete; and what is done with them: firmware, config, log. */
#include <string.h>

#include "acs/ctl/commands.h"
#include "acs/ctl/follow.h"
#include "acs/ctl/options.h"
#include "acs/ctl/pages.h"
#include "acs/ctl/pieces.h"
#include "acs/ctl/send.h"

enum { WAIT_TRANSFER_S = 900 };

static void write_query(struct ctl *ctl, struct text *query)
{
    static const struct send_option options[] = {
        {OPTION_KIND,        "kind"         },
        {OPTION_NAME,        "name"         },
        {OPTION_FOR_VERSION, "version"      },
        {OPTION_MAKER,       "manufacturer" },
        {OPTION_MODEL,       "product_class"},
    };

    send_write_query(ctl, options, sizeof(options) / sizeof(*options), query);
}

/* ---- add ---- */

static enum ctl_exit send_at_once(struct ctl *ctl, FILE *file, int64_t size, struct rest_answer *ret)
{
    struct text query = TEXT_IN(ctl->arena);
    struct rest_request request = {.method = "POST", .file = file, .file_size = size};

    write_query(ctl, &query);
    request.path =
        arena_printf(ctl->arena, "%s?%s", rest_path(ctl, OPERATION_FILE_ADD, NULL), text_string(&query) + 1);
    return rest_send(ctl, &request, ret);
}

static enum ctl_exit send_file(struct ctl *ctl, FILE *file, int64_t size)
{
    const struct pieces pieces = {.name = ctl->values[OPTION_NAME],
                                  .kind = ctl->values[OPTION_KIND],
                                  .version = ctl->values[OPTION_FOR_VERSION],
                                  .manufacturer = ctl->values[OPTION_MAKER],
                                  .product_class = ctl->values[OPTION_MODEL],
                                  .size = size};
    struct rest_answer answer = {0};
    enum ctl_exit code = size < PIECES_FROM ? send_at_once(ctl, file, size, &answer)
                                            : pieces_send(ctl, &pieces, file, &answer);

    if (code == CTL_OK)
        output_object(ctl, answer.json, "id");
    return code;
}

enum ctl_exit command_file_add(struct ctl *ctl)
{
    if (!ctl_has(ctl, OPTION_KIND))
        return ctl_fail(CTL_USAGE, "--kind is needed: firmware, config, log or other");
    return send_argument(ctl, send_file);
}

/* ---- list, show, get, delete ---- */

enum ctl_exit command_file_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"ID",      "id",            OUTPUT_AS_IS},
        {"KIND",    "kind",          OUTPUT_AS_IS},
        {"NAME",    "name",          OUTPUT_AS_IS},
        {"VERSION", "version",       OUTPUT_AS_IS},
        {"MODEL",   "product_class", OUTPUT_AS_IS},
        {"SIZE",    "size",          OUTPUT_AS_IS},
        {"DEVICE",  "device",        OUTPUT_AS_IS},
        {"ADDED",   "created_at",    OUTPUT_AGE  },
    };
    struct text query = TEXT_IN(ctl->arena);

    write_query(ctl, &query);
    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, OPERATION_FILE_LIST, NULL),
                                .query = text_string(&query),
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "id",
                            });
}

enum ctl_exit command_file_show(struct ctl *ctl)
{
    const struct json *file = NULL;
    enum ctl_exit code = rest_get(ctl, rest_path(ctl, OPERATION_FILE_SHOW, ctl->arguments[0]), &file);

    if (code == CTL_OK)
        output_object(ctl, file, "id");
    return code;
}

enum ctl_exit command_file_get(struct ctl *ctl)
{
    struct rest_request request = {.method = "GET",
                                   .path = rest_path(ctl, OPERATION_FILE_CONTENT, ctl->arguments[0])};
    struct rest_answer answer = {0};
    enum ctl_exit code = rest_send(ctl, &request, &answer);

    if (code == CTL_OK)
        fwrite(answer.body, 1, answer.len, ctl->out);
    return code;
}

enum ctl_exit command_file_delete(struct ctl *ctl)
{
    struct rest_request request = {.method = "DELETE",
                                   .path = rest_path(ctl, OPERATION_FILE_DELETE, ctl->arguments[0])};
    struct rest_answer answer = {0};

    return rest_send(ctl, &request, &answer);
}

/* ---- what is done with them ---- */

static enum ctl_exit fill(struct ctl *ctl, struct json_writer *params)
{
    if (ctl->argument_count > 1)
        json_field_string(params, "file", ctl->arguments[1]);
    if (ctl_has(ctl, OPTION_TARGET))
        json_field_string(params, "target_version", ctl->values[OPTION_TARGET]);
    return CTL_OK;
}

/* One window, from START to END. */
static enum ctl_exit fill_schedule(struct ctl *ctl, struct json_writer *params)
{
    uint32_t start = 0, end = 0;

    if (text_read_u32(ctl->arguments[2], &start) != ERR_OK ||
        text_read_u32(ctl->arguments[3], &end) != ERR_OK)
        return ctl_fail(CTL_USAGE, "'%s' and '%s' are not two numbers of seconds", ctl->arguments[2],
                        ctl->arguments[3]);
    json_key(params, "windows");
    json_open_array(params);
    json_open_object(params);
    json_field_int(params, "start_s", start);
    json_field_int(params, "end_s", end);
    json_close_object(params);
    json_close_array(params);
    return fill(ctl, params);
}

/* ---- software modules ---- */

/* The one operation of "operations", and which of its members the arguments behind the device are. */
struct module_order {
    const char *name, *first, *second;
};

static enum ctl_exit fill_operation(struct ctl *ctl, struct json_writer *params,
                                    const struct module_order *order)
{
    json_key(params, "operations");
    json_open_array(params);
    json_open_object(params);
    json_field_string(params, "operation", order->name);
    json_field_string(params, order->first, ctl->arguments[1]);
    if (ctl->argument_count > 2)
        json_field_string(params, order->second, ctl->arguments[2]);
    json_close_object(params);
    json_close_array(params);
    return CTL_OK;
}

static enum ctl_exit fill_install(struct ctl *ctl, struct json_writer *params)
{
    return fill_operation(ctl, params, &(struct module_order){"install", "url", "uuid"});
}

static enum ctl_exit fill_update(struct ctl *ctl, struct json_writer *params)
{
    if (strcmp(ctl->arguments[1], "all") != 0)
        return fill_operation(ctl, params, &(struct module_order){"update", "uuid", "url"});
    if (ctl->argument_count > 2)
        return ctl_fail(CTL_USAGE, "all of them have no URL in common");
    json_field_raw(params, "operations", "[{\"operation\":\"update\",\"all\":true}]");
    return CTL_OK;
}

static enum ctl_exit fill_uninstall(struct ctl *ctl, struct json_writer *params)
{
    return fill_operation(ctl, params, &(struct module_order){"uninstall", "uuid", "version"});
}

/* ---- orders ---- */

FOLLOW_ORDER(firmware, "firmware.install", 0, WAIT_TRANSFER_S, fill, NULL)
FOLLOW_ORDER(firmware_schedule, "download.schedule", 0, WAIT_TRANSFER_S, fill_schedule, NULL)
FOLLOW_ORDER(config_backup, "config.backup", 0, WAIT_TRANSFER_S, fill, NULL)
FOLLOW_ORDER(config_restore, "config.restore", 0, WAIT_TRANSFER_S, fill, NULL)
FOLLOW_ORDER(log_fetch, "log.fetch", 0, WAIT_TRANSFER_S, fill, NULL)
FOLLOW_ORDER(software_install, "software.change", 0, WAIT_TRANSFER_S, fill_install, NULL)
FOLLOW_ORDER(software_update, "software.change", 0, WAIT_TRANSFER_S, fill_update, NULL)
FOLLOW_ORDER(software_uninstall, "software.change", 0, WAIT_TRANSFER_S, fill_uninstall, NULL)
