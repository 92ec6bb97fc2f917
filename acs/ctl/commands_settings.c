/* thresholds list, thresholds set, thresholds reset; texts list, texts set, texts reset. */
#include <stdlib.h>
#include <string.h>

#include "acs/api/url.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/output.h"
#include "acs/ctl/rest.h"

/* "?technology=…" of the argument at this place, if it is there; and --reason behind it if `why`. */
static const char *write_query(struct ctl *ctl, const char *name, int place, bool why)
{
    struct text out = TEXT_IN(ctl->arena);

    if (place < ctl->argument_count)
        text_printf(&out, "?%s=%s", name, url_encode(ctl->arguments[place], ctl->arena));
    if (why && ctl_has(ctl, OPTION_REASON))
        text_printf(&out, "%sreason=%s", out.len > 0 ? "&" : "?",
                    url_encode(ctl->values[OPTION_REASON], ctl->arena));
    return text_string(&out);
}

static enum ctl_exit print_all(struct ctl *ctl, const char *path, const struct output_list *shape)
{
    struct output_list list = *shape;
    const struct json *answer = NULL;
    enum ctl_exit code = rest_get(ctl, path, &answer);
    const struct json *rows = json_get(answer, "data");

    if (code != CTL_OK)
        return code;
    output_open(&list);
    for (size_t i = 0; i < json_count(rows); i++)
        output_row(&list, json_at(rows, i));
    output_close(&list);
    return CTL_OK;
}

static enum ctl_exit send_body(struct ctl *ctl, const char *path, struct text *body, const char *name_member)
{
    struct rest_request request = {.method = "PUT", .path = path, .body = text_string(body)};
    struct rest_answer answer = {0};
    enum ctl_exit code = rest_send(ctl, &request, &answer);

    if (code == CTL_OK)
        output_object(ctl, answer.json, name_member);
    return code;
}

static enum ctl_exit send_reset(struct ctl *ctl, const char *path)
{
    struct rest_request request = {.method = "DELETE", .path = path};
    struct rest_answer answer = {0};

    return rest_send(ctl, &request, &answer);
}

static void put_reason(struct ctl *ctl, struct json_writer *json)
{
    if (ctl_has(ctl, OPTION_REASON))
        json_field_string(json, "reason", ctl->values[OPTION_REASON]);
}

/* ---- thresholds ---- */

enum ctl_exit command_threshold_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"NAME",    "name",       OUTPUT_AS_IS},
        {"VALUE",   "value",      OUTPUT_AS_IS},
        {"UNIT",    "unit",       OUTPUT_AS_IS},
        {"FROM",    "layer",      OUTPUT_AS_IS},
        {"DEFAULT", "default",    OUTPUT_AS_IS},
        {"BY",      "changed_by", OUTPUT_AS_IS},
        {"REASON",  "reason",     OUTPUT_AS_IS},
    };
    const char *path = arena_printf(ctl->arena, "%s%s", rest_path(ctl, OPERATION_THRESHOLD_LIST, NULL),
                                    write_query(ctl, "technology", 0, false));

    return print_all(ctl, path,
                     &(struct output_list){.ctl = ctl,
                                           .arena = ctl->arena,
                                           .columns = columns,
                                           .column_count = sizeof(columns) / sizeof(*columns),
                                           .name_member = "name"});
}

enum ctl_exit command_threshold_set(struct ctl *ctl)
{
    const char *path =
        arena_printf(ctl->arena, "%s%s", rest_path(ctl, OPERATION_THRESHOLD_SET, ctl->arguments[0]),
                     write_query(ctl, "technology", 2, false));
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    char *end;
    double value = strtod(ctl->arguments[1], &end);

    if (*end != '\0' || end == ctl->arguments[1])
        return ctl_fail(CTL_USAGE, "'%s' is no number", ctl->arguments[1]);
    json_open_object(&json);
    json_key(&json, "value");
    json_put_real(&json, value);
    put_reason(ctl, &json);
    json_close_object(&json);
    return send_body(ctl, path, &body, "name");
}

enum ctl_exit command_threshold_reset(struct ctl *ctl)
{
    return send_reset(ctl, arena_printf(ctl->arena, "%s%s",
                                        rest_path(ctl, OPERATION_THRESHOLD_RESET, ctl->arguments[0]),
                                        write_query(ctl, "technology", 1, true)));
}

/* ---- texts ---- */

enum ctl_exit command_text_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"ID",   "id",         OUTPUT_AS_IS},
        {"FROM", "layer",      OUTPUT_AS_IS},
        {"BY",   "changed_by", OUTPUT_AS_IS},
        {"TEXT", "value",      OUTPUT_AS_IS},
    };
    const char *path = arena_printf(ctl->arena, "%s%s", rest_path(ctl, OPERATION_TEXT_LIST, NULL),
                                    write_query(ctl, "group", 0, false));

    return print_all(ctl, path,
                     &(struct output_list){.ctl = ctl,
                                           .arena = ctl->arena,
                                           .columns = columns,
                                           .column_count = sizeof(columns) / sizeof(*columns),
                                           .name_member = "id"});
}

enum ctl_exit command_text_set(struct ctl *ctl)
{
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);

    json_open_object(&json);
    json_field_string(&json, "pt-BR", ctl->arguments[1]);
    json_field_string(&json, "en", ctl->arguments[2]);
    put_reason(ctl, &json);
    json_close_object(&json);
    return send_body(ctl, rest_path(ctl, OPERATION_TEXT_SET, ctl->arguments[0]), &body, "id");
}

enum ctl_exit command_text_reset(struct ctl *ctl)
{
    return send_reset(ctl, arena_printf(ctl->arena, "%s%s",
                                        rest_path(ctl, OPERATION_TEXT_RESET, ctl->arguments[0]),
                                        write_query(ctl, "", ctl->argument_count, true)));
}
