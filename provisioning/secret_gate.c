#include "provisioning/secret_gate.h"

#include <string.h>

#include "acs/base/text.h"
#include "provisioning/parameter.h"

static bool text_is_empty(const char *text)
{
    return *text_or_empty(text) == '\0';
}

static bool is_own(const struct cwmp_parameter_value *value, const char *name, struct secret own)
{
    return own.hidden != NULL && text_ends_with(value->name, name) && strcmp(value->value, own.hidden) == 0;
}

static bool is_own_credential(const struct cwmp_parameter_value *value, const struct action_credentials *own)
{
    return own != NULL && (is_own(value, ".ManagementServer.Password", own->password) ||
                           is_own(value, ".ManagementServer.ConnectionRequestPassword", own->call_password));
}

static bool may_be_told(const struct cwmp_parameter_values *values, const struct action_facts *facts)
{
    for (size_t i = 0; i < values->count; i++)
        if (parameter_is_secret(values->items[i].name) &&
            !is_own_credential(&values->items[i], facts->credentials))
            return false;
    return true;
}

/* What opens a file server is a secret. Not so what a link of ours asks for, which is named after the action:
 * it opens nothing but the address beside it, and that is the authority. */
static bool may_log_in(const char *username, const char *password, const char *action_id)
{
    return text_is_empty(password) ||
           (!text_is_empty(action_id) && strcmp(text_or_empty(username), action_id) == 0);
}

/* A configuration file is full of secrets. */
static bool is_configuration(const char *file_type)
{
    return text_starts_with(text_or_empty(file_type), "3");
}

static bool may_download(const struct cwmp_download *download)
{
    return may_log_in(download->username, download->password, download->command_key) &&
           !is_configuration(download->file_type);
}

static bool may_schedule(const struct cwmp_schedule_download *download)
{
    return may_log_in(download->username, download->password, download->command_key) &&
           !is_configuration(download->file_type);
}

/* Where software comes from is no secret; what opens that place is. */
static bool may_change(const struct cwmp_operations *operations)
{
    for (size_t i = 0; i < operations->count; i++)
        if (!text_is_empty(operations->items[i].password))
            return false;
    return true;
}

static bool may_upload(const struct cwmp_upload *upload)
{
    return may_log_in(upload->username, upload->password, upload->command_key);
}

/* Requests that hold names, keys and numbers only. What is not here, and not looked into below, is refused: a
 * method that is added later is, until somebody has thought about it. */
static const enum cwmp_method harmless[] = {
    CWMP_GET_RPC_METHODS,
    CWMP_GET_PARAMETER_VALUES,
    CWMP_GET_PARAMETER_NAMES,
    CWMP_GET_PARAMETER_ATTRIBUTES,
    CWMP_SET_PARAMETER_ATTRIBUTES,
    CWMP_ADD_OBJECT,
    CWMP_DELETE_OBJECT,
    CWMP_REBOOT,
    CWMP_FACTORY_RESET,
    CWMP_SCHEDULE_INFORM,
    CWMP_GET_QUEUED_TRANSFERS,
    CWMP_GET_ALL_QUEUED_TRANSFERS,
    CWMP_CANCEL_TRANSFER,
};

static bool is_harmless(enum cwmp_method method)
{
    for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
        if (harmless[i] == method)
            return true;
    return false;
}

bool secret_gate_opens(const struct cwmp_message *request, const struct action_facts *facts)
{
    if (facts->trusted || is_harmless(request->method))
        return true;
    if (request->method == CWMP_SET_PARAMETER_VALUES)
        return may_be_told(&request->body.set_parameter_values.parameters, facts);
    if (request->method == CWMP_DOWNLOAD)
        return may_download(&request->body.download);
    if (request->method == CWMP_UPLOAD)
        return may_upload(&request->body.upload);
    if (request->method == CWMP_SCHEDULE_DOWNLOAD)
        return may_schedule(&request->body.schedule_download);
    if (request->method == CWMP_CHANGE_DU_STATE)
        return may_change(&request->body.change_du_state.operations);
    return false;
}
