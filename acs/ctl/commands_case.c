/* case list, show, open, note, escalate, close. */
#include <string.h>

#include "acs/api/url.h"
#include "acs/ctl/change.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/follow.h"
#include "acs/ctl/output.h"
#include "acs/ctl/pages.h"

/* What the first argument names: "sub_…", or else a device. */
static enum ctl_exit find_home(struct ctl *ctl, const char **ret_member, const char **ret_id)
{
    bool is_subscriber = text_starts_with(ctl->arguments[0], "sub_");

    *ret_member = is_subscriber ? "subscriber" : "device";
    *ret_id = ctl->arguments[0];
    return is_subscriber ? CTL_OK : follow_device(ctl, ctl->arguments[0], ret_id);
}

/* ---- list ---- */

enum ctl_exit command_case_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"ID",       "id",        OUTPUT_AS_IS},
        {"PROTOCOL", "protocol",  OUTPUT_AS_IS},
        {"STATE",    "state",     OUTPUT_AS_IS},
        {"SERIAL",   "serial",    OUTPUT_AS_IS},
        {"AGENT",    "agent",     OUTPUT_AS_IS},
        {"OPENED",   "opened_at", OUTPUT_AGE  },
        {"VERDICT",  "verdict",   OUTPUT_AS_IS},
        {"QUEUE",    "queue",     OUTPUT_AS_IS},
        {"OUTCOME",  "outcome",   OUTPUT_AS_IS},
    };
    struct text query = TEXT_IN(ctl->arena);
    const char *member = NULL, *id = NULL;
    enum ctl_exit code = ctl->argument_count == 0 ? CTL_OK : find_home(ctl, &member, &id);

    if (code != CTL_OK)
        return code;
    if (id != NULL)
        text_printf(&query, "&%s=%s", member, url_encode(id, ctl->arena));
    if (ctl_has(ctl, OPTION_QUEUE))
        text_printf(&query, "&queue=%s", url_encode(ctl->values[OPTION_QUEUE], ctl->arena));
    if (ctl_has(ctl, OPTION_CLOSED))
        text_puts(&query, "&state=any");
    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, OPERATION_CASE_LIST, NULL),
                                .query = text_string(&query),
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "id",
                            });
}

/* ---- show ---- */

static const char *text_of(struct ctl *ctl, const struct json *object, const char *name)
{
    return output_text(ctl->arena, json_get(object, name));
}

/* What is worth a line of an entry, beside its text. */
static void print_details(struct ctl *ctl, const struct json *data)
{
    static const char *const names[] = {"type",    "state",  "duration_s", "failure", "code",    "playbook",
                                        "outcome", "reason", "fix",        "queue",   "priority"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const char *text = text_of(ctl, data, names[i]);

        if (*text != '\0')
            fprintf(ctl->out, " %s=%s", names[i], text);
    }
}

static void print_changed(struct ctl *ctl, const struct json *changed)
{
    for (size_t i = 0; i < json_count(changed); i++) {
        const struct json *change = json_at(changed, i);

        fprintf(ctl->out, "      %s: %s → %s\n", text_of(ctl, change, "what"), text_of(ctl, change, "before"),
                text_of(ctl, change, "after"));
    }
}

static void print_entry(struct ctl *ctl, const struct json *entry)
{
    enum { CLOCK_AT = 11, CLOCK_LEN = 8 };
    const struct json *data = json_get(entry, "data");
    const char *at = text_of(ctl, entry, "at");
    const char *text = text_of(ctl, entry, "text");

    fprintf(ctl->out, "  %.*s  %-9s %s", CLOCK_LEN, strlen(at) > CLOCK_AT ? at + CLOCK_AT : at,
            text_of(ctl, entry, "kind"), text_of(ctl, entry, "by"));
    print_details(ctl, data);
    fprintf(ctl->out, "%s%s\n", *text == '\0' ? "" : "  ", text);
    print_changed(ctl, json_get(data, "changed"));
}

static void print_ticket(struct ctl *ctl, const struct json *ticket)
{
    const char *number = text_of(ctl, ticket, "number");
    const char *trouble = text_of(ctl, ticket, "trouble");

    fprintf(ctl->out, "%-12s%s %s %s%s%s\n", "ticket", text_of(ctl, ticket, "name"),
            *number == '\0' ? "-" : number, text_of(ctl, ticket, "state"), *trouble == '\0' ? "" : "▲ ",
            trouble);
}

static void print_case(struct ctl *ctl, const struct json *found)
{
    static const char *const names[] = {"device",   "serial",  "agent",     "found_by",    "verdict",
                                        "reason",   "fix",     "outcome",   "callback_at", "queue",
                                        "priority", "summary", "opened_at", "closed_at"};
    const struct json *repeat = json_get(found, "repeat");
    const struct json *entries = json_get(found, "entries");

    const char *customer = text_of(ctl, json_get(found, "subscriber"), "name");

    fprintf(ctl->out, "%s  %s  [%s]\n", text_of(ctl, found, "protocol"), text_of(ctl, found, "state"),
            text_of(ctl, found, "id"));
    if (*customer != '\0')
        fprintf(ctl->out, "%-12s%s\n", "customer", customer);
    if (json_bool(json_get(repeat, "alarm"), false))
        fprintf(ctl->out, "▲ contact %s in %s days about the same trouble\n", text_of(ctl, repeat, "count"),
                text_of(ctl, repeat, "days"));
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const char *text = text_of(ctl, found, names[i]);

        if (*text != '\0')
            fprintf(ctl->out, "%-12s%s\n", names[i], text);
    }
    for (size_t i = 0; i < json_count(json_get(found, "tickets")); i++)
        print_ticket(ctl, json_at(json_get(found, "tickets"), i));
    fprintf(ctl->out, "log (UTC):\n");
    for (size_t i = 0; i < json_count(entries); i++)
        print_entry(ctl, json_at(entries, i));
}

enum ctl_exit command_case_show(struct ctl *ctl)
{
    const struct json *found = NULL;
    enum ctl_exit code = rest_get(ctl, rest_path(ctl, OPERATION_CASE_SHOW, ctl->arguments[0]), &found);

    if (code != CTL_OK)
        return code;
    if (ctl->format == OUTPUT_TABLE)
        print_case(ctl, found);
    else
        output_object(ctl, found, "id");
    return CTL_OK;
}

/* ---- change ---- */

/* Sends it, and shows the case that comes back. */
static enum ctl_exit send_change(struct ctl *ctl, enum operation operation, struct text *body)
{
    struct rest_request request = {.method = "POST",
                                   .path = rest_path(ctl, operation, ctl->arguments[0]),
                                   .body = text_string(body),
                                   .key = rest_new_key(ctl)};
    struct rest_answer answer = {0};
    enum ctl_exit code = rest_send(ctl, &request, &answer);

    if (code != CTL_OK)
        return code;
    if (ctl->format == OUTPUT_TABLE)
        print_case(ctl, answer.json);
    else
        output_object(ctl, answer.json, "id");
    return CTL_OK;
}

static void put_option(struct ctl *ctl, struct json_writer *json, const char *name, enum option option)
{
    if (ctl_has(ctl, option))
        json_field_string(json, name, ctl->values[option]);
}

enum ctl_exit command_case_open(struct ctl *ctl)
{
    struct rest_request request = {.method = "POST", .path = rest_path(ctl, OPERATION_CASE_CREATE, NULL)};
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    const char *member = NULL, *id = NULL;
    enum ctl_exit code = find_home(ctl, &member, &id);

    if (code != CTL_OK)
        return code;
    json_open_object(&json);
    json_field_string(&json, member, id);
    json_field_string(&json, "found_by", "command");
    json_close_object(&json);
    return change_send(ctl, &request, &body);
}

enum ctl_exit command_case_note(struct ctl *ctl)
{
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);

    json_open_object(&json);
    json_field_string(&json, "text", ctl->arguments[1]);
    json_close_object(&json);
    return send_change(ctl, OPERATION_CASE_NOTE, &body);
}

enum ctl_exit command_case_escalate(struct ctl *ctl)
{
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);

    json_open_object(&json);
    json_field_string(&json, "queue", ctl->arguments[1]);
    put_option(ctl, &json, "priority", OPTION_PRIORITY);
    put_option(ctl, &json, "summary", OPTION_TEXT);
    json_close_object(&json);
    return send_change(ctl, OPERATION_CASE_ESCALATE, &body);
}

enum ctl_exit command_case_close(struct ctl *ctl)
{
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);

    json_open_object(&json);
    json_field_string(&json, "outcome", ctl->arguments[1]);
    put_option(ctl, &json, "reason", OPTION_REASON);
    put_option(ctl, &json, "fix", OPTION_FIX);
    put_option(ctl, &json, "note", OPTION_TEXT);
    put_option(ctl, &json, "callback_at", OPTION_CALLBACK);
    json_close_object(&json);
    return send_change(ctl, OPERATION_CASE_CLOSE, &body);
}
