/* campaign …: written, looked at, moved; and what stops all of them. To approve is for people, in the
 * console.
 */
#include <string.h>
#include <unistd.h>

#include "acs/ctl/campaign.h"
#include "acs/ctl/campaign_file.h"
#include "acs/ctl/campaign_yaml.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/output.h"
#include "acs/ctl/pages.h"
#include "acs/ctl/send.h"

enum { ANSWER_LEN = 40 };

/* ---- looked at ---- */

static enum ctl_exit print_pages(struct ctl *ctl, const char *path, const struct send_option *options,
                                 size_t option_count, const struct output_column *columns,
                                 size_t column_count)
{
    struct text query = TEXT_IN(ctl->arena);

    send_write_query(ctl, options, option_count, &query);
    return pages_print(ctl, &(struct pages){.path = path,
                                            .query = text_string(&query),
                                            .columns = columns,
                                            .column_count = column_count,
                                            .name_member = columns[0].member});
}

enum ctl_exit command_campaign_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"ID",      "id",         OUTPUT_AS_IS},
        {"STATE",   "state",      OUTPUT_AS_IS},
        {"NAME",    "name",       OUTPUT_AS_IS},
        {"TYPE",    "type",       OUTPUT_AS_IS},
        {"DEVICES", "total",      OUTPUT_AS_IS},
        {"WAVE",    "wave",       OUTPUT_AS_IS},
        {"WHY",     "why",        OUTPUT_AS_IS},
        {"BY",      "created_by", OUTPUT_AS_IS},
        {"WRITTEN", "created_at", OUTPUT_AGE  },
    };
    static const struct send_option options[] = {
        {OPTION_STATE, "state"},
    };

    return print_pages(ctl, rest_path(ctl, OPERATION_CAMPAIGN_LIST, NULL), options, 1, columns,
                       sizeof(columns) / sizeof(*columns));
}

enum ctl_exit command_campaign_targets(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"DEVICE",  "device",           OUTPUT_AS_IS},
        {"SERIAL",  "serial",           OUTPUT_AS_IS},
        {"VERSION", "software_version", OUTPUT_AS_IS},
        {"STATE",   "state",            OUTPUT_AS_IS},
        {"WAVE",    "wave",             OUTPUT_AS_IS},
        {"CAUSE",   "cause",            OUTPUT_AS_IS},
        {"ACTION",  "action",           OUTPUT_AS_IS},
        {"JUDGED",  "judged_at",        OUTPUT_AGE  },
    };
    static const struct send_option options[] = {
        {OPTION_STATE, "state"},
        {OPTION_CAUSE, "cause"},
        {OPTION_WAVE,  "wave" },
    };

    return print_pages(ctl, rest_path(ctl, OPERATION_CAMPAIGN_TARGETS, ctl->arguments[0]), options,
                       sizeof(options) / sizeof(*options), columns, sizeof(columns) / sizeof(*columns));
}

enum ctl_exit command_campaign_events(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"AT",   "at",   OUTPUT_AS_IS},
        {"KIND", "kind", OUTPUT_AS_IS},
        {"BY",   "by",   OUTPUT_AS_IS},
        {"WHAT", "data", OUTPUT_AS_IS},
    };

    return print_pages(ctl, rest_path(ctl, OPERATION_CAMPAIGN_EVENTS, ctl->arguments[0]), NULL, 0, columns,
                       sizeof(columns) / sizeof(*columns));
}

enum ctl_exit command_campaign_repeat_failures(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"DEVICE",    "device",           OUTPUT_AS_IS},
        {"SERIAL",    "serial",           OUTPUT_AS_IS},
        {"MODEL",     "model",            OUTPUT_AS_IS},
        {"VERSION",   "software_version", OUTPUT_AS_IS},
        {"CAMPAIGNS", "campaigns",        OUTPUT_AS_IS},
        {"LAST",      "last_campaign",    OUTPUT_AS_IS},
        {"CAUSE",     "last_cause",       OUTPUT_AS_IS},
        {"WHEN",      "last_at",          OUTPUT_AGE  },
    };

    return print_pages(ctl, rest_path(ctl, OPERATION_CAMPAIGN_REPEAT_FAILURES, NULL), NULL, 0, columns,
                       sizeof(columns) / sizeof(*columns));
}

enum ctl_exit command_campaign_show(struct ctl *ctl)
{
    const struct json *campaign = NULL;
    enum ctl_exit code = campaign_get(ctl, ctl->arguments[0], &campaign);

    if (code == CTL_OK)
        campaign_print(ctl, campaign);
    return code;
}

enum ctl_exit command_campaign_watch(struct ctl *ctl)
{
    return campaign_watch(ctl, ctl->arguments[0]);
}

/* ---- written ---- */

static enum ctl_exit post(struct ctl *ctl, enum operation operation, const char *id, const char *body,
                          const struct json **ret)
{
    struct rest_request request = {
        .method = "POST", .path = rest_path(ctl, operation, id), .body = body, .key = rest_new_key(ctl)};
    struct rest_answer answer = {0};
    enum ctl_exit code = rest_send(ctl, &request, &answer);

    *ret = answer.json;
    return code;
}

static enum ctl_exit list_it(struct ctl *ctl, const char *given)
{
    const char *id = arena_strdup(ctl->arena, given);
    const struct json *campaign = NULL;
    enum ctl_exit code = post(ctl, OPERATION_CAMPAIGN_DRY_RUN, id, NULL, &campaign);

    ctl_catch_interrupts();
    return code == CTL_OK ? campaign_wait_for_list(ctl, id, &campaign) : code;
}

enum ctl_exit command_campaign_create(struct ctl *ctl)
{
    const char *body = NULL;
    const struct json *campaign = NULL;
    enum ctl_exit code;

    if (!ctl_has(ctl, OPTION_FILE))
        return ctl_fail(CTL_USAGE, "-f PLAN is needed: a file like contrib/examples/campaign.yaml");
    code = campaign_file_read(ctl, ctl->values[OPTION_FILE], &body);
    if (code == CTL_OK)
        code = post(ctl, OPERATION_CAMPAIGN_CREATE, NULL, body, &campaign);
    if (code != CTL_OK)
        return code;
    if (ctl_has(ctl, OPTION_DRY_RUN))
        return list_it(ctl, json_string(json_get(campaign, "id"), ""));
    campaign_print(ctl, campaign);
    return CTL_OK;
}

enum ctl_exit command_campaign_dry_run(struct ctl *ctl)
{
    return list_it(ctl, ctl->arguments[0]);
}

/* ---- after another ---- */

/* The plan that the server proposes, to go on writing at: nothing is kept there. */
static enum ctl_exit propose(struct ctl *ctl, enum operation operation, const char *what)
{
    const struct json *answer = NULL;
    enum ctl_exit code = rest_get(ctl, rest_path(ctl, operation, ctl->arguments[0]), &answer);
    const struct json *campaign = json_get(answer, "campaign");
    struct text out = TEXT_IN(ctl->arena);

    if (code != CTL_OK)
        return code;
    if (ctl->format != OUTPUT_TABLE) {
        output_object(ctl, campaign, "after");
        return CTL_OK;
    }
    text_printf(&out,
                "# %s %s. Look at it, add a reason, and then: acsctl campaign create -f FILE --dry-run\n",
                what, json_string(json_get(campaign, "after"), ""));
    campaign_yaml_write(campaign, &out);
    fputs(text_string(&out), ctl->out);
    return CTL_OK;
}

enum ctl_exit command_campaign_rollback(struct ctl *ctl)
{
    return propose(ctl, OPERATION_CAMPAIGN_ROLLBACK, "Undoes");
}

enum ctl_exit command_campaign_retry(struct ctl *ctl)
{
    return propose(ctl, OPERATION_CAMPAIGN_RETRY, "Tries again what failed in");
}

/* ---- moved ---- */

static enum ctl_exit move(struct ctl *ctl, enum operation operation)
{
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    const struct json *campaign = NULL;
    enum ctl_exit code;

    json_open_object(&json);
    if (ctl_has(ctl, OPTION_REASON))
        json_field_string(&json, "reason", ctl->values[OPTION_REASON]);
    json_close_object(&json);
    code = post(ctl, operation, ctl->arguments[0], text_string(&body), &campaign);
    if (code == CTL_OK)
        campaign_print(ctl, campaign);
    return code;
}

enum ctl_exit command_campaign_pause(struct ctl *ctl)
{
    return move(ctl, OPERATION_CAMPAIGN_PAUSE);
}

enum ctl_exit command_campaign_resume(struct ctl *ctl)
{
    return move(ctl, OPERATION_CAMPAIGN_RESUME);
}

enum ctl_exit command_campaign_promote(struct ctl *ctl)
{
    return move(ctl, OPERATION_CAMPAIGN_PROMOTE);
}

enum ctl_exit command_campaign_halt(struct ctl *ctl)
{
    return move(ctl, OPERATION_CAMPAIGN_HALT);
}

enum ctl_exit command_campaign_cancel(struct ctl *ctl)
{
    return move(ctl, OPERATION_CAMPAIGN_CANCEL);
}

/* There is no such thing, and whoever looks for it is told why. */
enum ctl_exit command_campaign_approve(struct ctl *ctl)
{
    return ctl_fail(
        CTL_NOT_ALLOWED,
        "programs do not approve: a person who has not written or changed %s does, in the console",
        ctl->arguments[0]);
}

/* ---- started ---- */

/* How many devices, typed by whoever starts it: by --devices, or now. */
static enum ctl_exit read_count(struct ctl *ctl, const struct json *campaign, int64_t *ret)
{
    char typed[ANSWER_LEN] = "";
    const char *text = ctl->values[OPTION_DEVICES];

    if (text == NULL && isatty(STDIN_FILENO) == 0)
        return ctl_fail(CTL_USAGE, "--devices N is needed where nobody can be asked: how many the list has");
    if (text == NULL) {
        fprintf(stderr, "%s\nType how many devices that are: ", campaign_sentence(ctl, campaign));
        text = fgets(typed, sizeof(typed), stdin) != NULL ? typed : "";
        typed[strcspn(typed, "\r\n")] = '\0';
    }
    if (text_read_i64(text, ret) != ERR_OK)
        return ctl_fail(CTL_USAGE, "'%s' is no number of devices; nothing was started", text);
    return CTL_OK;
}

enum ctl_exit command_campaign_start(struct ctl *ctl)
{
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    const struct json *campaign = NULL;
    enum ctl_exit code = campaign_get(ctl, ctl->arguments[0], &campaign);
    int64_t devices = 0;

    if (code == CTL_OK && json_string(json_get(campaign, "list_hash"), NULL) == NULL)
        code = ctl_fail(CTL_CONFLICT, "it has no list yet: acsctl campaign dry-run %s", ctl->arguments[0]);
    if (code == CTL_OK)
        code = read_count(ctl, campaign, &devices);
    if (code != CTL_OK)
        return code;
    json_open_object(&json);
    json_field_string(&json, "list_hash", json_string(json_get(campaign, "list_hash"), ""));
    json_field_int(&json, "devices", devices);
    json_close_object(&json);
    code = post(ctl, OPERATION_CAMPAIGN_START, ctl->arguments[0], text_string(&body), &campaign);
    if (code == CTL_OK)
        campaign_print(ctl, campaign);
    return code;
}
