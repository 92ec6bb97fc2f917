/* What comes to a home from outside the protocol: values by hand, and the journal of an older run. */
#include <string.h>

#include "acs/base/text.h"
#include "tests/cpesim/household.h"
#include "tests/cpesim/rpc_work.h"
#include "tests/cpesim/wan.h"

enum err home_set(struct home *home, const char *name, const char *value)
{
    AUTO_ARENA arena = arena_new(256);
    uint32_t row = tree_find(&home->tree, name);
    const struct parameter *parameter;
    struct cwmp_parameter_value item = {.name = name};
    struct cwmp_parameter_values values = {&item, 1};
    struct journal_line line = {.did = "set", .values = &values};

    if (row == NO_ROW)
        return err_set(ERR_NOT_FOUND, "this home has no parameter %s", name);
    parameter = &home->tree.model->parameters[row];
    TRY(err_while(check_value(parameter->type, parameter->check, value, arena, &item.value), "%s", name));
    home_journal(home, &line);
    household_written(&home->tree, row, item.value);
    tree_put(&home->tree, row, item.value);
    home_value_changed(home, row);
    home_arm_periodic(home);
    if (parameter->flags & PARAMETER_LINK && home->on)
        wan_dial(home);
    return ERR_OK;
}

/* ---- an older run ---- */

static void recall_value(struct home *home, const char *name, const char *value, struct arena *arena)
{
    uint32_t row = tree_find(&home->tree, name);
    const struct parameter *parameter;
    const char *kept;

    if (row == NO_ROW)
        return;
    parameter = &home->tree.model->parameters[row];
    if (check_value(parameter->type, parameter->check, value, arena, &kept) != ERR_OK)
        return;
    if (text_ends_with(name, ".ManagementServer.URL") &&
        strcmp(tree_value(&home->tree, row, arena), kept) != 0)
        home->known = false;
    tree_put(&home->tree, row, kept);
}

static void recall_values(struct home *home, const struct json *line)
{
    AUTO_ARENA arena = arena_new(1024);
    const struct json *values = json_get(line, "values");
    const char *key = json_string(json_get(line, "parameter_key"), NULL);

    for (size_t i = 0; i < json_count(values); i++) {
        const char *name;
        const struct json *value = json_member(values, i, &name);

        recall_value(home, name, json_string(value, ""), arena);
    }
    if (key != NULL)
        tree_put_text(&home->tree, "ManagementServer.ParameterKey", key);
}

static void recall_attributes(struct home *home, const struct json *line)
{
    const struct json *values = json_get(line, "values");

    for (size_t i = 0; i < json_count(values); i++) {
        const char *name;
        const struct json *value = json_member(values, i, &name);

        rpc_recall_attribute(home, name, json_string(value, "-"));
    }
}

static void recall_reboot(struct home *home, const struct json *line)
{
    home_note_reboot(home, json_string(json_get(line, "command_key"), ""));
}

static void recall_told(struct home *home, const struct json *line)
{
    const char *event = json_string(json_get(line, "event"), "");

    const char *key = json_string(json_get(line, "command_key"), "");

    if (strcmp(event, event_name(EVENT_BOOTSTRAP)) == 0)
        home->known = true;
    else if (strcmp(event, event_name(EVENT_M_DOWNLOAD)) == 0)
        transfer_recall_told(home, EVENT_M_DOWNLOAD, key);
    else if (strcmp(event, event_name(EVENT_M_UPLOAD)) == 0)
        transfer_recall_told(home, EVENT_M_UPLOAD, key);
    else
        events_remove(&home->events, EVENT_M_REBOOT, key);
}

static void recall_key(struct home *home, const struct json *line)
{
    tree_put_text(&home->tree, "ManagementServer.ParameterKey",
                  json_string(json_get(line, "parameter_key"), ""));
}

static void recall_added(struct home *home, const struct json *line)
{
    tree_remake(&home->tree, json_string(json_get(line, "object"), ""));
    recall_key(home, line);
}

static void recall_deleted(struct home *home, const struct json *line)
{
    tree_unmake(&home->tree, json_string(json_get(line, "object"), ""));
    recall_key(home, line);
}

static void recall_reset(struct home *home, const struct json *line)
{
    (void)line;
    home_forget(home);
}

static const struct {
    const char *did;
    void (*recall)(struct home *home, const struct json *line);
} recollections[] = {
    {"SetParameterValues",     recall_values     },
    {"set",                    recall_values     },
    {"SetParameterAttributes", recall_attributes },
    {"Reboot",                 recall_reboot     },
    {"AddObject",              recall_added      },
    {"DeleteObject",           recall_deleted    },
    {"FactoryReset",           recall_reset      },
    {"Download",               transfer_recall   },
    {"Upload",                 transfer_recall   },
    {"bricked",                running_recall_end},
    {"lost",                   running_recall_end},
    {"told",                   recall_told       },
};

void home_recall(struct home *home, const struct json *line)
{
    const char *did = json_string(json_get(line, "did"), "");

    for (size_t i = 0; i < sizeof(recollections) / sizeof(*recollections); i++)
        if (strcmp(recollections[i].did, did) == 0)
            recollections[i].recall(home, line);
}
