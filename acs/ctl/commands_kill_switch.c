/* stop; kill-switch list, on, release. */
#include <string.h>

#include "acs/ctl/campaign.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/output.h"

static void print(struct ctl *ctl, const struct json *page)
{
    static const struct output_column columns[] = {
        {"SCOPE",     "scope",      OUTPUT_AS_IS},
        {"BY",        "put_by",     OUTPUT_AS_IS},
        {"SINCE",     "put_at",     OUTPUT_AGE  },
        {"REASON",    "reason",     OUTPUT_AS_IS},
        {"OFF ASKED", "release_by", OUTPUT_AS_IS},
    };
    const struct json *rows = json_get(page, "data");
    struct output_list list = {.ctl = ctl,
                               .arena = ctl->arena,
                               .columns = columns,
                               .column_count = sizeof(columns) / sizeof(*columns),
                               .name_member = "scope"};

    output_open(&list);
    for (size_t i = 0; i < json_count(rows); i++)
        output_row(&list, json_at(rows, i));
    output_close(&list);
}

/* all, campaigns, or a type of action with or without "kind:" before it. */
static const char *scope_of(struct ctl *ctl, const char *word)
{
    if (strcmp(word, "all") == 0 || strcmp(word, "campaigns") == 0 || text_starts_with(word, "kind:"))
        return word;
    return arena_printf(ctl->arena, "kind:%s", word);
}

static enum ctl_exit send(struct ctl *ctl, enum operation operation, const char *scope, const char *reason)
{
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    struct rest_request request = {.method = "POST", .path = rest_path(ctl, operation, NULL)};
    struct rest_answer answer = {0};
    enum ctl_exit code;

    json_open_object(&json);
    json_field_string(&json, "scope", scope);
    if (reason != NULL)
        json_field_string(&json, "reason", reason);
    json_close_object(&json);
    request.body = text_string(&body);
    code = rest_send(ctl, &request, &answer);
    if (code == CTL_OK)
        print(ctl, answer.json);
    return code;
}

enum ctl_exit command_kill_switch_list(struct ctl *ctl)
{
    const struct json *page = NULL;
    enum ctl_exit code = rest_get(ctl, rest_path(ctl, OPERATION_KILL_SWITCH_LIST, NULL), &page);

    if (code == CTL_OK)
        print(ctl, page);
    return code;
}

enum ctl_exit command_kill_switch_on(struct ctl *ctl)
{
    if (!ctl_has(ctl, OPTION_REASON))
        return ctl_fail(CTL_USAGE, "--reason is needed: others will ask why nothing moves");
    return send(ctl, OPERATION_KILL_SWITCH_PUT, scope_of(ctl, ctl->arguments[0]), ctl->values[OPTION_REASON]);
}

enum ctl_exit command_kill_switch_release(struct ctl *ctl)
{
    enum ctl_exit code = send(ctl, OPERATION_KILL_SWITCH_RELEASE, scope_of(ctl, ctl->arguments[0]), NULL);

    if (code == CTL_NOT_ALLOWED)
        ctl_fail(code, "two people put a kill switch off, in the console; programs only put it on");
    return code;
}

/* The one word for when there is no time: a campaign is halted, all else is a kill switch. */
enum ctl_exit command_stop(struct ctl *ctl)
{
    const char *what = ctl->argument_count > 0 ? ctl->arguments[0] : "all";
    const char *reason = ctl_has(ctl, OPTION_REASON) ? ctl->values[OPTION_REASON] : "acsctl stop";

    if (text_starts_with(what, "cmp_"))
        return command_campaign_halt(ctl);
    return send(ctl, OPERATION_KILL_SWITCH_PUT, scope_of(ctl, what), reason);
}
