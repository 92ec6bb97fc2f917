/* Port forwards: which ports of the internet lead into a home. */
#include <string.h>

#include "acs/base/text.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/follow.h"
#include "acs/ctl/options.h"
#include "acs/ctl/output.h"
#include "acs/ctl/rest.h"

enum { CHANGE_S = 60 };

/* ---- what is printed ---- */

/* In a table the sentence and a row for each; in the others the whole action. */
static void print_forwards(struct ctl *ctl, const struct json *action)
{
    static const struct output_column columns[] = {
        {"NUMBER",      "number",            OUTPUT_AS_IS},
        {"ON",          "enabled",           OUTPUT_AS_IS},
        {"PROTOCOL",    "protocol",          OUTPUT_AS_IS},
        {"FROM",        "external_port",     OUTPUT_AS_IS},
        {"TO",          "external_port_end", OUTPUT_AS_IS},
        {"CLIENT",      "internal_client",   OUTPUT_AS_IS},
        {"PORT",        "internal_port",     OUTPUT_AS_IS},
        {"WHOSE",       "whose",             OUTPUT_AS_IS},
        {"DESCRIPTION", "description",       OUTPUT_AS_IS},
    };
    const struct json *result = json_get(action, "result"), *forwards = json_get(result, "forwards");
    const char *language = rest_speaks_portuguese() ? "pt" : "en";
    struct output_list list = {.ctl = ctl,
                               .arena = ctl->arena,
                               .columns = columns,
                               .column_count = sizeof(columns) / sizeof(*columns),
                               .name_member = "number"};

    if (ctl->format != OUTPUT_TABLE) {
        output_object(ctl, action, "id");
        return;
    }
    fprintf(ctl->out, "%s\n", output_text(ctl->arena, json_get(json_get(result, "sentence"), language)));
    if (json_count(forwards) == 0)
        return;
    output_open(&list);
    for (size_t i = 0; i < json_count(forwards); i++)
        output_row(&list, json_at(forwards, i));
    output_close(&list);
}

/* ---- what is asked ---- */

static enum ctl_exit fill_port(const char *text, const char *name, struct json_writer *params)
{
    uint32_t port;

    if (text_read_u32(text, &port) != ERR_OK)
        return ctl_fail(CTL_USAGE, "'%s' is no port", text);
    json_field_int(params, name, port);
    return CTL_OK;
}

/* "8080", or "8000-8010" */
static enum ctl_exit fill_ports(struct ctl *ctl, const char *text, struct json_writer *params)
{
    const char *dash = strchr(text, '-');

    if (dash == NULL)
        return fill_port(text, "external_port", params);
    if (fill_port(dash + 1, "external_port_end", params) != CTL_OK)
        return CTL_USAGE;
    return fill_port(arena_memdup(ctl->arena, text, (size_t)(dash - text)), "external_port", params);
}

static enum ctl_exit fill_add(struct ctl *ctl, struct json_writer *params)
{
    enum ctl_exit code;

    json_field_string(params, "protocol", ctl->arguments[1]);
    code = fill_ports(ctl, ctl->arguments[2], params);
    json_field_string(params, "internal_client", ctl->arguments[3]);
    if (code == CTL_OK && ctl->argument_count > 4)
        code = fill_port(ctl->arguments[4], "internal_port", params);
    if (ctl_has(ctl, OPTION_TEXT))
        json_field_string(params, "description", ctl->values[OPTION_TEXT]);
    return code;
}

static enum ctl_exit fill_remove(struct ctl *ctl, struct json_writer *params)
{
    if (ctl->argument_count == 2)
        return fill_port(ctl->arguments[1], "number", params);
    json_field_string(params, "protocol", ctl->arguments[1]);
    return fill_port(ctl->arguments[2], "external_port", params);
}

FOLLOW_ORDER(lan_forwards, "port_forward.list", CHANGE_S, CHANGE_S, NULL, print_forwards)
FOLLOW_ORDER(lan_forward_add, "port_forward.add", CHANGE_S, CHANGE_S, fill_add, print_forwards)
FOLLOW_ORDER(lan_forward_remove, "port_forward.remove", CHANGE_S, CHANGE_S, fill_remove, print_forwards)
