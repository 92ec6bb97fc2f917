/* devices list, devices show; events list; attributes list. */
#include <inttypes.h>
#include <string.h>

#include "acs/api/url.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/follow.h"
#include "acs/ctl/home.h"
#include "acs/ctl/output.h"
#include "acs/ctl/pages.h"
#include "acs/ctl/rest.h"

static enum ctl_exit print_count(struct ctl *ctl, const char *filters)
{
    const char *list = rest_path(ctl, OPERATION_DEVICE_LIST, NULL);
    const struct json *page = NULL;
    enum ctl_exit code =
        rest_get(ctl, arena_printf(ctl->arena, "%s?limit=1&fields=id&count=exact%s", list, filters), &page);

    if (code == CTL_OK)
        fprintf(ctl->out, "%" PRId64 "\n", json_int(json_get(json_get(page, "total"), "value"), 0));
    return code;
}

enum ctl_exit command_device_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"ID",       "id",               OUTPUT_AS_IS},
        {"SERIAL",   "serial",           OUTPUT_AS_IS},
        {"MODEL",    "product_class",    OUTPUT_AS_IS},
        {"SOFTWARE", "software_version", OUTPUT_AS_IS},
        {"ONLINE",   "online",           OUTPUT_AS_IS},
        {"SEEN",     "last_contact",     OUTPUT_AGE  },
        {"ACTIONS",  "open_actions",     OUTPUT_AS_IS},
    };
    struct text filters = TEXT_IN(ctl->arena);
    enum ctl_exit code = pages_filters(ctl, &filters);

    if (code != CTL_OK)
        return code;
    if (ctl->argument_count > 0)
        text_printf(&filters, "&q=%s", url_encode(ctl->arguments[0], ctl->arena));
    if (ctl_has(ctl, OPTION_COUNT))
        return print_count(ctl, text_string(&filters));
    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, OPERATION_DEVICE_LIST, NULL),
                                .query = text_string(&filters),
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "id",
                            });
}

enum ctl_exit command_device_show(struct ctl *ctl)
{
    const struct json *device = NULL;
    const char *id = NULL;
    enum ctl_exit code = follow_device(ctl, ctl->arguments[0], &id);

    if (code == CTL_OK)
        code = rest_get(ctl, rest_path(ctl, OPERATION_DEVICE_SHOW, id), &device);
    if (code == CTL_OK && ctl->format == OUTPUT_TABLE) {
        code = home_print(ctl, id);
        fputc('\n', ctl->out);
    }
    if (code == CTL_OK)
        output_object(ctl, device, "id");
    return code;
}

/* pages: all but the path. */
static enum ctl_exit print_list_of_device(struct ctl *ctl, enum operation operation, struct pages *pages)
{
    const char *id = NULL;
    enum ctl_exit code = follow_device(ctl, ctl->arguments[0], &id);

    if (code != CTL_OK)
        return code;
    pages->path = rest_path(ctl, operation, id);
    return pages_print(ctl, pages);
}

enum ctl_exit command_attributes_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"PATH",         "path",         OUTPUT_AS_IS},
        {"NOTIFICATION", "notification", OUTPUT_AS_IS},
        {"ACCESS",       "access_list",  OUTPUT_AS_IS},
        {"SINCE",        "since",        OUTPUT_AGE  },
        {"ACTION",       "action",       OUTPUT_AS_IS},
    };
    return print_list_of_device(ctl, OPERATION_ATTRIBUTE_LIST,
                                &(struct pages){
                                    .query = "",
                                    .columns = columns,
                                    .column_count = sizeof(columns) / sizeof(*columns),
                                    .name_member = "path",
                                });
}

enum ctl_exit command_event_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"AT",     "at",          OUTPUT_AGE  },
        {"CODE",   "code",        OUTPUT_AS_IS},
        {"KEY",    "command_key", OUTPUT_AS_IS},
        {"DETAIL", "detail",      OUTPUT_AS_IS},
    };
    return print_list_of_device(ctl, OPERATION_EVENT_LIST,
                                &(struct pages){
                                    .query = "",
                                    .columns = columns,
                                    .column_count = sizeof(columns) / sizeof(*columns),
                                    .name_member = "code",
                                });
}
