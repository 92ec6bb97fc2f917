/* fleet: its figures. */
#include <inttypes.h>

#include "acs/ctl/commands.h"
#include "acs/ctl/output.h"
#include "acs/ctl/rest.h"

enum { LABEL_WIDTH = 40 };

static void print_count(struct ctl *ctl, const char *label, const struct json *count)
{
    size_t len = text_utf8_length(label);

    fprintf(ctl->out, "%s%*s %" PRId64 "\n", label, len < LABEL_WIDTH ? (int)(LABEL_WIDTH - len) : 0, "",
            json_int(count, 0));
}

/* Of each the members that say of which kind it is, and how many. */
static void print_list(struct ctl *ctl, const char *title, const struct json *list, const char *kind,
                       const char *more)
{
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *row = json_at(list, i);
        const char *word = output_text(ctl->arena, json_get(row, kind));
        const char *words = more == NULL ? "" : output_text(ctl->arena, json_get(row, more));

        print_count(ctl, arena_printf(ctl->arena, "%s %s %s", title, word, words), json_get(row, "count"));
    }
}

static void print_figures(struct ctl *ctl, const struct json *figures, const char *at)
{
    const struct json *cases = json_get(figures, "cases");

    fprintf(ctl->out, "counted at %s\n", at);
    print_count(ctl, "homes", json_get(figures, "homes"));
    print_count(ctl, "online", json_get(figures, "online"));
    print_count(ctl, "in an incident", json_get(figures, "in_incident"));
    if (json_kind(cases) == JSON_OBJECT)
        print_count(ctl, "open cases", json_get(cases, "open"));
    print_list(ctl, "open action", json_get(figures, "open_actions"), "code", NULL);
    print_list(ctl, "verdict", json_get(figures, "verdicts"), "code", NULL);
    print_list(ctl, "light (dBm) from", json_get(figures, "light"), "from_dbm", NULL);
    print_list(ctl, "firmware", json_get(figures, "firmware"), "model", "version");
    print_list(ctl, "reason", json_get(cases, "reasons"), "code", NULL);
}

enum ctl_exit command_fleet(struct ctl *ctl)
{
    const struct json *overview = NULL;
    enum ctl_exit code = rest_get(ctl, rest_path(ctl, OPERATION_FLEET_OVERVIEW, NULL), &overview);

    if (code != CTL_OK)
        return code;
    if (ctl->format != OUTPUT_TABLE)
        output_object(ctl, overview, "at");
    else if (json_kind(json_get(overview, "figures")) != JSON_OBJECT)
        return ctl_fail(CTL_PENDING, "the fleet has not been counted yet: ask again in a minute");
    else
        print_figures(ctl, json_get(overview, "figures"), json_string(json_get(overview, "at"), ""));
    return CTL_OK;
}
