/* audit list, audit seen, audit verify, audit checkpoints. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "acs/api/url.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/output.h"
#include "acs/ctl/pages.h"
#include "acs/ctl/rest.h"
#include "acs/ctl/send.h"

enum { LINE_MAX_BYTES = 400, SIGNATURE_DIGITS = 128 };

static void write_times(struct ctl *ctl, struct text *query)
{
    static const struct send_option options[] = {
        {OPTION_FROM, "from"},
        {OPTION_TO,   "to"  },
    };

    send_write_query(ctl, options, sizeof(options) / sizeof(*options), query);
}

enum ctl_exit command_audit_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"SEQ",      "seq",         OUTPUT_AS_IS},
        {"AT",       "at",          OUTPUT_AS_IS},
        {"WHO",      "actor_name",  OUTPUT_AS_IS},
        {"FROM",     "source",      OUTPUT_AS_IS},
        {"ACTION",   "action",      OUTPUT_AS_IS},
        {"DECISION", "decision",    OUTPUT_AS_IS},
        {"HOMES",    "devices",     OUTPUT_FIRST},
        {"PEOPLE",   "subscribers", OUTPUT_FIRST},
        {"OBJECT",   "object",      OUTPUT_AS_IS},
        {"REASON",   "reason",      OUTPUT_AS_IS},
    };
    struct text query = TEXT_IN(ctl->arena);
    enum ctl_exit code = pages_filters(ctl, &query);

    if (code != CTL_OK)
        return code;
    write_times(ctl, &query);
    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, OPERATION_AUDIT_LIST, NULL),
                                .query = text_string(&query),
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "seq",
                            });
}

enum ctl_exit command_audit_checkpoints(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"SEQ",  "seq",  OUTPUT_AS_IS},
        {"AT",   "at",   OUTPUT_AS_IS},
        {"KEY",  "key",  OUTPUT_AS_IS},
        {"LINE", "line", OUTPUT_AS_IS},
    };

    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, OPERATION_AUDIT_CHECKPOINT_LIST, NULL),
                                .query = "",
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "line",
                            });
}

/* ---- seen ---- */

/* What an id is of; NULL: of nothing that can be asked for. */
static const char *question_of(const char *id)
{
    static const struct {
        const char *prefix, *name;
    } rows[] = {
        {"usr_", "actor"     },
        {"tok_", "actor"     },
        {"dev_", "device"    },
        {"sub_", "subscriber"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (text_starts_with(id, rows[i].prefix))
            return rows[i].name;
    return NULL;
}

enum ctl_exit command_audit_seen(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"WHO OR WHOSE", "whose",      OUTPUT_AS_IS},
        {"NAME",         "actor_name", OUTPUT_AS_IS},
        {"FIRST",        "first_at",   OUTPUT_AS_IS},
        {"LAST",         "last_at",    OUTPUT_AS_IS},
        {"ROWS",         "rows",       OUTPUT_AS_IS},
        {"ACTIONS",      "actions",    OUTPUT_AS_IS},
    };
    struct text query = TEXT_IN(ctl->arena);
    const char *id = ctl->arguments[0], *name = question_of(id);

    if (name == NULL)
        return ctl_fail(
            CTL_USAGE, "'%s' is no id of a user (usr_…), token (tok_…), device (dev_…) or subscriber (sub_…)",
            id);
    text_printf(&query, "&%s=%s", name, url_encode(id, ctl->arena));
    if (!ctl_has(ctl, OPTION_FROM))
        text_puts(&query, "&from=1970-01-02T00:00:00Z");
    write_times(ctl, &query);
    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, OPERATION_AUDIT_SEEN, NULL),
                                .query = text_string(&query),
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "whose",
                            });
}

/* ---- verify ---- */

/* What a crash has cut in two does not end with a whole signature. */
static bool is_whole(const char *line)
{
    const char *space = strrchr(line, ' ');

    return space != NULL && strlen(space + 1) == SIGNATURE_DIGITS;
}

/* The last line of a file of checkpoints that is whole. */
static enum ctl_exit read_anchor(struct ctl *ctl, const char **ret)
{
    const char *path = ctl->values[OPTION_ANCHOR];
    char line[LINE_MAX_BYTES], last[LINE_MAX_BYTES] = "";
    FILE *file;

    *ret = NULL;
    if (path == NULL)
        return CTL_OK;
    file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (file == NULL)
        return ctl_fail(CTL_ERROR, "%s: %s", path, strerror(errno));
    while (fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        if (is_whole(line))
            memcpy(last, line, sizeof(last));
    }
    if (file != stdin)
        fclose(file);
    if (*last == '\0')
        return ctl_fail(CTL_ERROR, "%s holds no checkpoint", path);
    *ret = url_encode(last, ctl->arena);
    return CTL_OK;
}

struct verified {
    int64_t rows, without_key;
    const struct json *report; /* the last one */
};

static enum ctl_exit ask_page(struct ctl *ctl, const char *anchor, int64_t after, struct verified *verified)
{
    const char *path =
        arena_printf(ctl->arena, "%s?after=%" PRId64 "%s%s", rest_path(ctl, OPERATION_AUDIT_VERIFY, NULL),
                     after, anchor == NULL ? "" : "&anchor=", text_or_empty(anchor));
    enum ctl_exit code = rest_get(ctl, path, &verified->report);

    if (code != CTL_OK)
        return code;
    verified->rows += json_int(json_get(verified->report, "rows"), 0);
    verified->without_key += json_int(json_get(verified->report, "without_key"), 0);
    return CTL_OK;
}

/* The last report, of all pages together. */
static void write_report(const struct verified *verified, struct text *out)
{
    static const char *const kept[] = {"in_order", "last", "head", "checkpoint", "finding"};
    struct json_writer json = JSON_WRITER(out);

    json_open_object(&json);
    json_field_int(&json, "rows", verified->rows);
    json_field_int(&json, "without_key", verified->without_key);
    for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
        json_key(&json, kept[i]);
        json_put_value(&json, json_get(verified->report, kept[i]));
    }
    json_close_object(&json);
}

static enum ctl_exit say_damage(struct ctl *ctl, const struct verified *verified, const char *report)
{
    const struct json *finding = json_get(verified->report, "finding");

    if (ctl->format == OUTPUT_JSON || ctl->format == OUTPUT_NDJSON) {
        fprintf(stderr, "%s\n", report);
        return CTL_DAMAGED;
    }
    return ctl_fail(CTL_DAMAGED, "row %" PRId64 ": %s: %s", json_int(json_get(finding, "seq"), 0),
                    json_string(json_get(finding, "wrong"), ""),
                    json_string(json_get(finding, "detail"), ""));
}

static enum ctl_exit say_order(struct ctl *ctl, const struct verified *verified, const char *report)
{
    int64_t signed_to = json_int(json_get(json_get(verified->report, "checkpoint"), "seq"), 0);

    if (ctl->format == OUTPUT_JSON || ctl->format == OUTPUT_NDJSON) {
        fprintf(ctl->out, "%s\n", report);
        return CTL_OK;
    }
    fprintf(ctl->out, "%" PRId64 " rows are as they were written", verified->rows);
    if (signed_to > 0)
        fprintf(ctl->out, "; the end was signed at row %" PRId64, signed_to);
    fputs(".\n", ctl->out);
    if (verified->without_key > 0)
        fprintf(ctl->out,
                "%" PRId64 " of them were made without a key file: anybody could have made these.\n",
                verified->without_key);
    return CTL_OK;
}

enum ctl_exit command_audit_verify(struct ctl *ctl)
{
    struct text report = TEXT_IN(ctl->arena);
    struct verified verified = {0};
    const char *anchor;
    int64_t after = 0;
    enum ctl_exit code = read_anchor(ctl, &anchor);

    while (code == CTL_OK) {
        code = ask_page(ctl, anchor, after, &verified);
        if (code != CTL_OK)
            return code;
        after = json_int(json_get(verified.report, "next"), 0);
        if (after == 0)
            break;
    }
    if (code != CTL_OK)
        return code;
    write_report(&verified, &report);
    if (json_bool(json_get(verified.report, "in_order"), false))
        return say_order(ctl, &verified, text_string(&report));
    return say_damage(ctl, &verified, text_string(&report));
}
