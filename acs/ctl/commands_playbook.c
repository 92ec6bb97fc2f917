/* playbooks list, show, check, add; playbook run: guided from question to question. */
#include <errno.h>
#include <string.h>

#include "acs/ctl/commands.h"
#include "acs/ctl/guide.h"
#include "acs/ctl/output.h"
#include "acs/ctl/rest.h"

enum { SOURCE_MAX = 256 * 1024 };

/* ---- list and show ---- */

enum ctl_exit command_playbook_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"ID",       "id",         OUTPUT_AS_IS},
        {"VERSION",  "version",    OUTPUT_AS_IS},
        {"TITLE",    "title",      OUTPUT_AS_IS},
        {"STEPS",    "steps",      OUTPUT_AS_IS},
        {"VERDICTS", "verdicts",   OUTPUT_AS_IS},
        {"BY",       "created_by", OUTPUT_AS_IS},
    };
    const struct json *page = NULL;
    enum ctl_exit code = rest_get(ctl, rest_path(ctl, OPERATION_PLAYBOOK_LIST, NULL), &page);
    struct output_list list = {.ctl = ctl,
                               .arena = ctl->arena,
                               .columns = columns,
                               .column_count = sizeof(columns) / sizeof(*columns),
                               .name_member = "id"};

    if (code != CTL_OK)
        return code;
    output_open(&list);
    for (size_t i = 0; i < json_count(json_get(page, "data")); i++)
        output_row(&list, json_at(json_get(page, "data"), i));
    output_close(&list);
    return CTL_OK;
}

/* For people the document itself, so that it can be kept, changed and added again. */
enum ctl_exit command_playbook_show(struct ctl *ctl)
{
    const struct json *playbook = NULL;
    enum ctl_exit code = rest_get(ctl, rest_path(ctl, OPERATION_PLAYBOOK_SHOW, ctl->arguments[0]), &playbook);

    if (code != CTL_OK)
        return code;
    if (ctl->format == OUTPUT_TABLE)
        fputs(json_string(json_get(playbook, "source"), ""), ctl->out);
    else
        output_object(ctl, playbook, "id");
    return CTL_OK;
}

/* ---- check and add ---- */

static enum ctl_exit read_source(struct ctl *ctl, const char **ret)
{
    const char *path = ctl->arguments[0];
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    struct text text = TEXT_IN(ctl->arena);
    size_t len = 1;

    if (file == NULL)
        return ctl_fail(CTL_USAGE, "%s: %s", path, strerror(errno)); /* NOLINT(concurrency-mt-unsafe) */
    while (len > 0 && text.len <= SOURCE_MAX) {
        len = fread(text_room(&text, 4096), 1, 4096, file);
        text.len += len;
    }
    if (file != stdin)
        fclose(file);
    if (text.len > SOURCE_MAX || !text_is_utf8(text_string(&text), text.len))
        return ctl_fail(CTL_USAGE, "%s: not a text of at most %d bytes", path, SOURCE_MAX);
    text_room(&text, 1)[0] = '\0';
    *ret = text.data;
    return CTL_OK;
}

/* What could be better, as compilers say it: "FILE:12:7: the translation en is missing …". */
static void say_warnings(struct ctl *ctl, const struct json *faults)
{
    for (size_t i = 0; i < json_count(faults); i++) {
        const struct json *fault = json_at(faults, i);

        fprintf(stderr, "%s:%d:%d: %s\n", ctl->arguments[0], (int)json_int(json_get(fault, "line"), 0),
                (int)json_int(json_get(fault, "column"), 0),
                output_text(ctl->arena, json_get(fault, "detail")));
    }
}

static enum ctl_exit send_source(struct ctl *ctl, bool dry_run, const struct json **ret)
{
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    struct rest_request request = {
        .method = "POST", .path = rest_path(ctl, OPERATION_PLAYBOOK_ADD, NULL), .key = rest_new_key(ctl)};
    struct rest_answer answer = {0};
    const char *source = NULL;
    enum ctl_exit code = read_source(ctl, &source);

    if (code != CTL_OK)
        return code;
    json_open_object(&json);
    json_field_string(&json, "source", source);
    json_close_object(&json);
    request.body = text_string(&body);
    if (dry_run)
        request.path = arena_printf(ctl->arena, "%s?dry_run=true", request.path);
    code = rest_send(ctl, &request, &answer);
    *ret = answer.json;
    return code;
}

static enum ctl_exit send_and_say(struct ctl *ctl, bool dry_run)
{
    const struct json *playbook = NULL;
    enum ctl_exit code = send_source(ctl, dry_run, &playbook);

    if (code != CTL_OK)
        return code;
    say_warnings(ctl, json_get(playbook, "faults"));
    if (ctl->format == OUTPUT_TABLE)
        fprintf(ctl->out, "%s %d\n", output_text(ctl->arena, json_get(playbook, "id")),
                (int)json_int(json_get(playbook, "version"), 0));
    else
        output_object(ctl, playbook, "id");
    return CTL_OK;
}

enum ctl_exit command_playbook_check(struct ctl *ctl)
{
    return send_and_say(ctl, true);
}

enum ctl_exit command_playbook_add(struct ctl *ctl)
{
    return send_and_say(ctl, ctl_has(ctl, OPTION_DRY_RUN));
}

enum ctl_exit command_playbook_run(struct ctl *ctl)
{
    return guide_run(ctl);
}
