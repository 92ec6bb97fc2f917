/* search; subscribers list, show, bind, unbind. */
#include <string.h>

#include "acs/api/url.h"
#include "acs/ctl/change.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/follow.h"
#include "acs/ctl/output.h"
#include "acs/ctl/pages.h"
#include "acs/ctl/rest.h"

/* ---- search ---- */

static void print_group(struct ctl *ctl, const struct json *rows, const struct output_column *columns,
                        size_t count)
{
    struct output_list list = {
        .ctl = ctl, .arena = ctl->arena, .columns = columns, .column_count = count, .name_member = "id"};

    if (json_count(rows) == 0)
        return;
    output_open(&list);
    for (size_t i = 0; i < json_count(rows); i++)
        output_row(&list, json_at(rows, i));
    output_close(&list);
}

static enum ctl_exit print_found(struct ctl *ctl, const struct json *found)
{
    static const struct output_column people[] = {
        {"ID",       "id",              OUTPUT_AS_IS},
        {"NAME",     "name",            OUTPUT_AS_IS},
        {"LOGIN",    "login",           OUTPUT_AS_IS},
        {"PHONE",    "phone_masked",    OUTPUT_AS_IS},
        {"DOCUMENT", "document_masked", OUTPUT_AS_IS},
        {"CITY",     "city",            OUTPUT_AS_IS},
        {"BY",       "how",             OUTPUT_AS_IS},
    };
    static const struct output_column things[] = {
        {"ID",     "id",           OUTPUT_AS_IS},
        {"SERIAL", "serial",       OUTPUT_AS_IS},
        {"MAC",    "mac",          OUTPUT_AS_IS},
        {"MODEL",  "model",        OUTPUT_AS_IS},
        {"ONLINE", "online",       OUTPUT_AS_IS},
        {"SEEN",   "last_contact", OUTPUT_AGE  },
    };
    const struct json *subscribers = json_get(found, "subscribers"), *devices = json_get(found, "devices");

    if (json_count(subscribers) + json_count(devices) == 0)
        return ctl_fail(CTL_NOT_FOUND, "nothing was found by '%s'", ctl->arguments[0]);
    print_group(ctl, subscribers, people, sizeof(people) / sizeof(*people));
    print_group(ctl, devices, things, sizeof(things) / sizeof(*things));
    return CTL_OK;
}

enum ctl_exit command_search(struct ctl *ctl)
{
    const struct json *found = NULL;
    enum ctl_exit code = rest_get(ctl,
                                  arena_printf(ctl->arena, "%s?q=%s", rest_path(ctl, OPERATION_SEARCH, NULL),
                                               url_encode(ctl->arguments[0], ctl->arena)),
                                  &found);

    if (code != CTL_OK)
        return code;
    if (ctl->format == OUTPUT_JSON) {
        output_object(ctl, found, "kind");
        return CTL_OK;
    }
    if (json_kind(json_get(found, "filter")) == JSON_OBJECT)
        return ctl_fail(CTL_USAGE, "this is a filter of the fleet: acsctl devices list '%s'",
                        ctl->arguments[0]);
    return print_found(ctl, found);
}

/* ---- subscribers ---- */

enum ctl_exit command_subscriber_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"ID",          "id",              OUTPUT_AS_IS},
        {"EXTERNAL ID", "external_id",     OUTPUT_AS_IS},
        {"NAME",        "name",            OUTPUT_AS_IS},
        {"LOGIN",       "login",           OUTPUT_AS_IS},
        {"DOCUMENT",    "document_masked", OUTPUT_AS_IS},
        {"CHANGED",     "changed_at",      OUTPUT_AGE  },
    };
    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, OPERATION_SUBSCRIBER_LIST, NULL),
                                .query = "",
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "id",
                            });
}

/* "sub_…" as it is; anything else is the id of the provider's own system. */
static enum ctl_exit find(struct ctl *ctl, const char *text, const char **ret_id)
{
    const struct json *page = NULL;
    enum ctl_exit code;

    *ret_id = text;
    if (text_starts_with(text, "sub_"))
        return CTL_OK;
    code =
        rest_get(ctl,
                 arena_printf(ctl->arena, "%s?external_id=%s",
                              rest_path(ctl, OPERATION_SUBSCRIBER_LIST, NULL), url_encode(text, ctl->arena)),
                 &page);
    if (code != CTL_OK)
        return code;
    *ret_id = json_string(json_get(json_at(json_get(page, "data"), 0), "id"), NULL);
    return *ret_id != NULL ? CTL_OK : ctl_fail(CTL_NOT_FOUND, "no subscriber has the external id '%s'", text);
}

enum ctl_exit command_subscriber_show(struct ctl *ctl)
{
    const struct json *subscriber = NULL;
    const char *id = NULL;
    enum ctl_exit code = find(ctl, ctl->arguments[0], &id);

    if (code == CTL_OK)
        code = rest_get(ctl, rest_path(ctl, OPERATION_SUBSCRIBER_SHOW, id), &subscriber);
    if (code == CTL_OK)
        output_object(ctl, subscriber, "id");
    return code;
}

/* The device, and the one that it replaces. */
static enum ctl_exit write_binding(struct ctl *ctl, struct json_writer *json)
{
    enum { BOUND_MOST = 2 };
    static const char *const members[BOUND_MOST] = {"device", "replaces"};
    enum ctl_exit code = CTL_OK;

    json_open_object(json);
    for (int i = 1; code == CTL_OK && i <= BOUND_MOST && i < ctl->argument_count; i++) {
        const char *device = NULL;

        code = follow_device(ctl, ctl->arguments[i], &device);
        if (code == CTL_OK)
            json_field_string(json, members[i - 1], device);
    }
    json_close_object(json);
    return code;
}

enum ctl_exit command_subscriber_bind(struct ctl *ctl)
{
    struct rest_request request = {.method = "POST"};
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    const char *id = NULL;
    enum ctl_exit code = find(ctl, ctl->arguments[0], &id);

    if (code == CTL_OK)
        code = write_binding(ctl, &json);
    if (code != CTL_OK)
        return code;
    request.path = rest_path(ctl, OPERATION_BINDING_MAKE, id);
    return change_send(ctl, &request, &body);
}

enum ctl_exit command_subscriber_unbind(struct ctl *ctl)
{
    struct rest_request request = {.method = "DELETE"};
    const char *id = NULL, *device = NULL;
    enum ctl_exit code = find(ctl, ctl->arguments[0], &id);

    if (code == CTL_OK)
        code = follow_device(ctl, ctl->arguments[1], &device);
    if (code != CTL_OK)
        return code;
    request.path = arena_printf(ctl->arena, "%s/%s", rest_path(ctl, OPERATION_BINDING_LIST, id), device);
    return change_send(ctl, &request, NULL);
}
