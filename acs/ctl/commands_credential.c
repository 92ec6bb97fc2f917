/* Who devices are: devices register and enrol, credentials set and rotate, alarms list and clear. */
#include <string.h>

#include "acs/ctl/change.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/context.h"
#include "acs/ctl/follow.h"
#include "acs/ctl/output.h"
#include "acs/ctl/pages.h"
#include "acs/ctl/rest.h"

enum { ROTATE_S = 180 };

/* ---- credentials ---- */

static enum ctl_exit write_credential(struct ctl *ctl, struct json_writer *json)
{
    static const struct {
        enum option name, password;
        const char *name_member, *password_member;
    } rows[] = {
        {OPTION_USERNAME,      OPTION_PASSWORD_FILE,      "username",      "password"     },
        {OPTION_CALL_USERNAME, OPTION_CALL_PASSWORD_FILE, "call_username", "call_password"},
    };
    const char *password;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (ctl_has(ctl, rows[i].name))
            json_field_string(json, rows[i].name_member, ctl->values[rows[i].name]);
        if (!ctl_has(ctl, rows[i].password))
            continue;
        if (context_read_secret(ctl, ctl->values[rows[i].password], "\r\n", &password) != CTL_OK)
            return CTL_ERROR;
        json_field_string(json, rows[i].password_member, password);
    }
    return CTL_OK;
}

FOLLOW_ORDER(credential_rotate, "credentials.rotate", 0, ROTATE_S, NULL, NULL)

enum ctl_exit command_credential_set(struct ctl *ctl)
{
    return change_device(ctl, "PUT", OPERATION_CREDENTIAL_SET, write_credential);
}

/* ---- devices ---- */

enum ctl_exit command_device_register(struct ctl *ctl)
{
    struct rest_request request = {.method = "POST", .path = rest_path(ctl, OPERATION_DEVICE_REGISTER, NULL)};
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    enum ctl_exit code;

    json_open_object(&json);
    json_field_string(&json, "oui", ctl->arguments[0]);
    json_field_string(&json, "product_class", ctl->arguments[1]);
    json_field_string(&json, "serial", ctl->arguments[2]);
    code = write_credential(ctl, &json);
    json_close_object(&json);
    return code == CTL_OK ? change_send(ctl, &request, &body) : code;
}

static enum ctl_exit write_enrolment(struct ctl *ctl, struct json_writer *json)
{
    json_field_string(json, "enrolment", ctl->arguments[1]);
    if (ctl_has(ctl, OPTION_REASON))
        json_field_string(json, "reason", ctl->values[OPTION_REASON]);
    return CTL_OK;
}

enum ctl_exit command_device_enrol(struct ctl *ctl)
{
    return change_device(ctl, "PUT", OPERATION_ENROLMENT_SET, write_enrolment);
}

/* ---- alarms ---- */

enum ctl_exit command_alarm_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"ID",     "id",             OUTPUT_AS_IS},
        {"KIND",   "kind",           OUTPUT_AS_IS},
        {"DEVICE", "device",         OUTPUT_AS_IS},
        {"ABOUT",  "about",          OUTPUT_AS_IS},
        {"COUNT",  "count",          OUTPUT_AS_IS},
        {"FROM",   "source_address", OUTPUT_AS_IS},
        {"LAST",   "last_at",        OUTPUT_AGE  },
    };
    struct text query = TEXT_IN(ctl->arena);
    enum ctl_exit code = follow_device_query(ctl, &query);

    if (code != CTL_OK)
        return code;
    if (ctl_has(ctl, OPTION_CLEARED))
        text_puts(&query, "&open=false");
    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, OPERATION_ALARM_LIST, NULL),
                                .query = text_string(&query),
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "id",
                            });
}

enum ctl_exit command_alarm_clear(struct ctl *ctl)
{
    struct rest_request request = {.method = "POST",
                                   .path = rest_path(ctl, OPERATION_ALARM_CLEAR, ctl->arguments[0])};

    return change_send(ctl, &request, NULL);
}
