/* system: how the installation is. */
#include <string.h>

#include "acs/ctl/commands.h"
#include "acs/ctl/output.h"
#include "acs/ctl/rest.h"

/* "schema  ok  number 41  needed 41" */
static void print_part(struct ctl *ctl, const char *name, const struct json *part)
{
    const char *member;

    fprintf(ctl->out, "%-10s %-5s", name, output_text(ctl->arena, json_get(part, "state")));
    for (size_t i = 0; i < json_count(part); i++) {
        const struct json *value = json_member(part, i, &member);

        if (strcmp(member, "state") != 0)
            fprintf(ctl->out, " %s %s", member,
                    json_kind(value) == JSON_NULL ? "-" : output_text(ctl->arena, value));
    }
    fputc('\n', ctl->out);
}

static void print_parts(struct ctl *ctl, const struct json *system)
{
    for (size_t i = 0; i < json_count(system); i++) {
        const char *name;
        const struct json *part = json_member(system, i, &name);

        if (json_kind(part) == JSON_OBJECT)
            print_part(ctl, name, part);
        else
            fprintf(ctl->out, "%-10s %s\n", name, output_text(ctl->arena, part));
    }
}

static bool is_well(const struct json *system)
{
    for (size_t i = 0; i < json_count(system); i++) {
        const char *name;
        const struct json *part = json_member(system, i, &name);

        if (json_kind(part) == JSON_OBJECT && strcmp(json_string(json_get(part, "state"), ""), "ok") != 0)
            return false;
    }
    return true;
}

/* What is not well is the exit code's business, too, so that a watch can be made of it. */
enum ctl_exit command_system(struct ctl *ctl)
{
    const struct json *system = NULL;
    enum ctl_exit code = rest_get(ctl, rest_path(ctl, OPERATION_SYSTEM_SHOW, NULL), &system);

    if (code != CTL_OK)
        return code;
    if (ctl->format == OUTPUT_TABLE)
        print_parts(ctl, system);
    else
        output_object(ctl, system, "version");
    return is_well(system) ? CTL_OK : ctl_fail(CTL_PARTLY, "not all is well: see what says warn or bad");
}
