/* devices place, devices presence. */
#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"
#include "acs/ctl/change.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/follow.h"
#include "acs/ctl/output.h"

/* Rates are numbers, all else is text; nothing behind the "=" takes it away. */
static enum ctl_exit write_value(const char *name, const char *value, struct json_writer *json)
{
    char *end;
    double number = strtod(value, &end);
    bool is_rate = text_starts_with(name, "plan_") && *value != '\0';

    if (is_rate && *end != '\0')
        return ctl_fail(CTL_USAGE, "%s: '%s' is no number", name, value);
    json_key(json, name);
    if (is_rate)
        json_put_real(json, number);
    else
        json_put_string(json, *value != '\0' ? value : NULL);
    return CTL_OK;
}

static enum ctl_exit write_place(struct ctl *ctl, struct json_writer *json)
{
    enum ctl_exit code = CTL_OK;

    json_key(json, "place");
    json_open_object(json);
    for (int i = 1; code == CTL_OK && i < ctl->argument_count; i++) {
        const char *word = ctl->arguments[i];
        size_t len = strcspn(word, "=");

        if (len == 0 || word[len] == '\0')
            return ctl_fail(CTL_USAGE, "'%s' is not NAME=VALUE", word);
        code = write_value(arena_memdup(ctl->arena, word, len), word + len + 1, json);
    }
    json_close_object(json);
    return code;
}

enum ctl_exit command_device_place(struct ctl *ctl)
{
    return change_device(ctl, "PATCH", OPERATION_DEVICE_PATCH, write_place);
}

enum ctl_exit command_device_presence(struct ctl *ctl)
{
    const struct json *presence = NULL;
    const char *id = NULL;
    enum ctl_exit code = follow_device(ctl, ctl->arguments[0], &id);

    if (code == CTL_OK)
        code = rest_get(ctl, rest_path(ctl, OPERATION_PRESENCE_SHOW, id), &presence);
    if (code == CTL_OK)
        output_object(ctl, presence, "detail");
    return code;
}
