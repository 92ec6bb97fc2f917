/* firmware list, show, add, test, retire: the library. To approve is for people, in the console. */
#include <string.h>

#include "acs/base/text_file.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/pages.h"
#include "acs/ctl/send.h"

enum { MANIFEST_MAX_BYTES = 65536, SIGNATURES_MAX_BYTES = 4096 };

/* ---- list and show ---- */

enum ctl_exit command_firmware_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"ID",       "id",          OUTPUT_AS_IS},
        {"STATE",    "state",       OUTPUT_AS_IS},
        {"NAME",     "name",        OUTPUT_AS_IS},
        {"VERSION",  "version",     OUTPUT_AS_IS},
        {"COUNTER",  "counter",     OUTPUT_AS_IS},
        {"FILE",     "file",        OUTPUT_AS_IS},
        {"BY",       "created_by",  OUTPUT_AS_IS},
        {"APPROVED", "approved_by", OUTPUT_AS_IS},
        {"SINCE",    "state_since", OUTPUT_AGE  },
    };
    static const struct send_option options[] = {
        {OPTION_STATE, "state"},
    };
    struct text query = TEXT_IN(ctl->arena);

    send_write_query(ctl, options, sizeof(options) / sizeof(*options), &query);
    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, OPERATION_FIRMWARE_LIST, NULL),
                                .query = text_string(&query),
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "id",
                            });
}

enum ctl_exit command_firmware_show(struct ctl *ctl)
{
    const struct json *firmware = NULL;
    enum ctl_exit code = rest_get(ctl, rest_path(ctl, OPERATION_FIRMWARE_SHOW, ctl->arguments[0]), &firmware);

    if (code == CTL_OK)
        output_object(ctl, firmware, "id");
    return code;
}

/* ---- add: the file first, then what it is ---- */

static enum ctl_exit read_file(struct ctl *ctl, enum option option, size_t most, const char **ret)
{
    if (text_file_read(ctl->values[option], most, ctl->arena, ret) != ERR_OK)
        return ctl_fail(CTL_USAGE, "%s", err_message());
    return CTL_OK;
}

/* A signature a line. */
static void put_lines(struct json_writer *json, const char *text, struct arena *arena)
{
    static const char between[] = " \t\r\n";

    json_open_array(json);
    while (*(text += strspn(text, between)) != '\0') {
        size_t len = strcspn(text, between);

        json_put_string(json, arena_memdup(arena, text, len));
        text += len;
    }
    json_close_array(json);
}

static enum ctl_exit put_manifest(struct ctl *ctl, struct json_writer *json)
{
    const char *manifest = "", *signatures = "";
    enum ctl_exit code = read_file(ctl, OPTION_MANIFEST, MANIFEST_MAX_BYTES, &manifest);

    if (code == CTL_OK && ctl_has(ctl, OPTION_SIGNATURES))
        code = read_file(ctl, OPTION_SIGNATURES, SIGNATURES_MAX_BYTES, &signatures);
    if (code != CTL_OK)
        return code;
    json_field_string(json, "manifest", manifest);
    json_key(json, "signatures");
    put_lines(json, signatures, ctl->arena);
    return CTL_OK;
}

/* "2.1.6,2.1.0..2.1.4" */
static void put_versions(struct json_writer *json, const char *list, struct arena *arena)
{
    json_open_array(json);
    for (;;) {
        size_t len = strcspn(list, ",");

        json_put_string(json, arena_memdup(arena, list, len));
        if (list[len] == '\0')
            break;
        list += len + 1;
    }
    json_close_array(json);
}

static void put_rule(struct ctl *ctl, struct json_writer *json)
{
    json_key(json, "rules");
    json_open_array(json);
    json_open_object(json);
    json_field_string(json, "product_class", ctl->values[OPTION_MODEL]);
    if (ctl_has(ctl, OPTION_MAKER))
        json_field_string(json, "manufacturer", ctl->values[OPTION_MAKER]);
    if (ctl_has(ctl, OPTION_HARDWARE))
        json_field_string(json, "hardware_version", ctl->values[OPTION_HARDWARE]);
    if (ctl_has(ctl, OPTION_FROM_VERSIONS)) {
        json_key(json, "from_versions");
        put_versions(json, ctl->values[OPTION_FROM_VERSIONS], ctl->arena);
    }
    json_close_object(json);
    json_close_array(json);
}

static enum ctl_exit put_words(struct ctl *ctl, struct json_writer *json)
{
    int64_t counter = 0;

    json_field_string(json, "version", ctl->values[OPTION_FOR_VERSION]);
    put_rule(ctl, json);
    if (ctl_has(ctl, OPTION_UNTIL))
        json_field_string(json, "expires_at", ctl->values[OPTION_UNTIL]);
    if (!ctl_has(ctl, OPTION_COUNTER))
        return CTL_OK;
    if (text_read_i64(ctl->values[OPTION_COUNTER], &counter) != ERR_OK)
        return ctl_fail(CTL_USAGE, "'%s' is no number", ctl->values[OPTION_COUNTER]);
    json_field_int(json, "counter", counter);
    return CTL_OK;
}

static enum ctl_exit write_order(struct ctl *ctl, const char *file, const char **ret)
{
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    enum ctl_exit code;

    json_open_object(&json);
    json_field_string(&json, "file", file);
    json_field_string(&json, "name", ctl->values[OPTION_NAME]);
    if (ctl_has(ctl, OPTION_TEXT))
        json_field_string(&json, "notes", ctl->values[OPTION_TEXT]);
    code = ctl_has(ctl, OPTION_MANIFEST) ? put_manifest(ctl, &json) : put_words(ctl, &json);
    json_close_object(&json);
    *ret = text_string(&body);
    return code;
}

static enum ctl_exit upload(struct ctl *ctl, FILE *file, int64_t size, const char **ret_id)
{
    static const struct send_option options[] = {
        {OPTION_NAME, "name"},
    };
    struct text query = TEXT_IN(ctl->arena);
    struct rest_request request = {.method = "POST", .file = file, .file_size = size};
    struct rest_answer answer = {0};
    enum ctl_exit code;

    send_write_query(ctl, options, sizeof(options) / sizeof(*options), &query);
    request.path = arena_printf(ctl->arena, "%s?kind=firmware%s", rest_path(ctl, OPERATION_FILE_ADD, NULL),
                                text_string(&query));
    code = rest_send(ctl, &request, &answer);
    if (code == CTL_OK)
        *ret_id = json_string(json_get(answer.json, "id"), "");
    return code;
}

static enum ctl_exit send_firmware(struct ctl *ctl, FILE *file, int64_t size)
{
    struct rest_request request = {
        .method = "POST", .path = rest_path(ctl, OPERATION_FIRMWARE_ADD, NULL), .key = rest_new_key(ctl)};
    struct rest_answer answer = {0};
    const char *id = NULL;
    enum ctl_exit code = write_order(ctl, "", &request.body); /* what is wrong with it is said at once */

    if (code == CTL_OK)
        code = upload(ctl, file, size, &id);
    if (code == CTL_OK)
        code = write_order(ctl, id, &request.body);
    if (code == CTL_OK)
        code = rest_send(ctl, &request, &answer);
    if (code == CTL_OK)
        output_object(ctl, answer.json, "id");
    return code;
}

enum ctl_exit command_firmware_add(struct ctl *ctl)
{
    if (!ctl_has(ctl, OPTION_MANIFEST) && (!ctl_has(ctl, OPTION_FOR_VERSION) || !ctl_has(ctl, OPTION_MODEL)))
        return ctl_fail(CTL_USAGE, "--version and --model are needed, or --manifest");
    return send_argument(ctl, send_firmware);
}

/* ---- move ---- */

static enum ctl_exit move_to(struct ctl *ctl, const char *state)
{
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    struct rest_request request = {.method = "PUT",
                                   .path = rest_path(ctl, OPERATION_FIRMWARE_STATE, ctl->arguments[0])};
    struct rest_answer answer = {0};
    enum ctl_exit code;

    json_open_object(&json);
    json_field_string(&json, "state", state);
    if (ctl_has(ctl, OPTION_REASON))
        json_field_string(&json, "reason", ctl->values[OPTION_REASON]);
    json_close_object(&json);
    request.body = text_string(&body);
    code = rest_send(ctl, &request, &answer);
    if (code == CTL_OK)
        output_object(ctl, answer.json, "id");
    return code;
}

enum ctl_exit command_firmware_test(struct ctl *ctl)
{
    return move_to(ctl, "testing");
}

enum ctl_exit command_firmware_retire(struct ctl *ctl)
{
    return move_to(ctl, "retired");
}
