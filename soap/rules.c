#include "soap/rules.h"

#include <stdlib.h>

enum { NOTIFICATION_ACTIVE = 2 };

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* P-05: a device must refuse a list that has a parameter twice. */
static enum err check_values(const struct cwmp_message *message, struct arena *arena)
{
    const struct cwmp_parameter_values *values = &message->body.set_parameter_values.parameters;
    const char **names = ARENA_ARRAY(arena, const char *, values->count);

    for (size_t i = 0; i < values->count; i++)
        names[i] = text_or_empty(values->items[i].name);
    qsort(names, values->count, sizeof(*names), compare_names);
    for (size_t i = 1; i < values->count; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            return err_set(ERR_INVALID, "ParameterList has %.256s twice (P-05)", names[i]);
    return ERR_OK;
}

/* P-23: the level below a parameter does not exist. */
static enum err check_names(const struct cwmp_message *message, struct arena *arena)
{
    const struct cwmp_get_parameter_names *names = &message->body.get_parameter_names;
    const char *path = text_or_empty(names->path);

    (void)arena;
    if (names->next_level && *path != '\0' && !text_ends_with(path, "."))
        return err_set(ERR_INVALID, "NextLevel asks for what is below %.256s, which is no object (P-23)",
                       path);
    return ERR_OK;
}

/* P-29 */
static enum err check_attributes(const struct cwmp_message *message, struct arena *arena)
{
    const struct cwmp_attribute_changes *changes = &message->body.set_parameter_attributes.parameters;

    (void)arena;
    for (size_t i = 0; i < changes->count; i++)
        if (changes->items[i].notification > NOTIFICATION_ACTIVE && message->version < CWMP_1_4)
            return err_set(ERR_INVALID, "ParameterList[%zu].Notification: %u is known since CWMP 1.4 (P-29)",
                           i, changes->items[i].notification);
    return ERR_OK;
}

/* F-32 */
static enum err check_windows(const struct cwmp_message *message, struct arena *arena)
{
    const struct cwmp_time_windows *windows = &message->body.schedule_download.windows;

    (void)arena;
    for (size_t i = 0; i < windows->count; i++) {
        const struct cwmp_time_window *window = &windows->items[i];

        if (window->end <= window->start)
            return err_set(ERR_INVALID, "TimeWindowList[%zu].WindowEnd is not behind its WindowStart (F-32)",
                           i);
        if (i > 0 && window->start < windows->items[i - 1].end)
            return err_set(ERR_INVALID,
                           "TimeWindowList[%zu].WindowStart is before the end of the window before (F-32)",
                           i);
    }
    return ERR_OK;
}

static const struct {
    enum cwmp_method method;
    enum err (*check)(const struct cwmp_message *message, struct arena *arena);
} rules[] = {
    {CWMP_SET_PARAMETER_VALUES,     check_values    },
    {CWMP_GET_PARAMETER_NAMES,      check_names     },
    {CWMP_SET_PARAMETER_ATTRIBUTES, check_attributes},
    {CWMP_SCHEDULE_DOWNLOAD,        check_windows   },
};

enum err rules_check(const struct cwmp_message *message, struct arena *arena)
{
    for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
        if (rules[i].method == message->method)
            return rules[i].check(message, arena);
    return ERR_OK;
}
