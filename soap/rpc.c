#include "soap/rpc.h"

#include <string.h>

#include "soap/field_list.h"

enum {
    EVENTS_MAX = 64,
    EVENTS_READ = 256,
    TRANSFERS_MAX = 16,
    TRANSFERS_READ = 256,
    ARGUMENTS_MAX = 16,
    ARGUMENTS_READ = 256,
    WINDOWS_MAX = 2,
    WINDOWS_READ = 16,
    OPERATIONS_READ = 256, /* operations, and their results */
    NOTIFICATION_LAST = 6,
    FAULT_FIRST = 8000,
    FAULT_FIRST_OF_CPE = 9000,
    FAULT_LAST = 9899,
};

/* ---- structs and members of lists ---- */

STRINGS(method_name, .max = 64);
STRINGS(parameter_name, .max = 256);
STRINGS(access, .max = 64, .check = value_check_access);
BARE(voucher, "base64", "SOAP-ENC:base64", .max = 0, .check = value_check_base64);

static const struct field device_id_fields[] = {
    TEXT(device_id, manufacturer, "Manufacturer", 64),
    OUI(device_id, oui, "OUI"),
    TEXT(device_id, product_class, "ProductClass", 64),
    REQUIRED_TEXT(device_id, serial_number, "SerialNumber", 64),
    FIELDS_END,
};
RECORD(device_id, device_id, "DeviceIdStruct");

static const struct field event_fields[] = {
    TEXT(event, code, "EventCode", 64),
    TEXT(event, command_key, "CommandKey", 32),
    FIELDS_END,
};
RECORD(event, event, "EventStruct");

static const struct field parameter_value_fields[] = {
    TEXT(parameter_value, name, "Name", 256),
    VALUE(parameter_value, value, type, "Value", 0),
    FIELDS_END,
};
RECORD(parameter_value, parameter_value, "ParameterValueStruct");

/* What we set has a type (E-25). */
static const struct field typed_value_fields[] = {
    CHECKED_TEXT(parameter_value, name, "Name", 256, value_check_parameter, 0),
    VALUE(parameter_value, value, type, "Value", FIELD_TYPED),
    FIELDS_END,
};
RECORD(typed_value, parameter_value, "ParameterValueStruct");

static const struct field parameter_info_fields[] = {
    TEXT(parameter_info, name, "Name", 256),
    BOOL(parameter_info, writable, "Writable"),
    FIELDS_END,
};
RECORD(parameter_info, parameter_info, "ParameterInfoStruct");

static const struct field fault_struct_fields[] = {
    RANGE(fault_struct, code, "FaultCode", 0, FAULT_LAST),
    TEXT(fault_struct, text, "FaultString", 256),
    FIELDS_END,
};
RECORD(fault_struct, fault_struct, "FaultStruct");

static const struct field parameter_fault_fields[] = {
    TEXT(parameter_fault, name, "ParameterName", 0),
    RANGE(parameter_fault, code, "FaultCode", FAULT_FIRST_OF_CPE, FAULT_LAST),
    FLAGGED_TEXT(parameter_fault, text, "FaultString", 0, FIELD_PROSE),
    FIELDS_END,
};
RECORD(parameter_fault, parameter_fault, "SetParameterValuesFault");

static const struct field attribute_change_fields[] = {
    SOME_TEXT(attribute_change, name, "Name", 256),
    BOOL(attribute_change, notification_change, "NotificationChange"),
    RANGE(attribute_change, notification, "Notification", 0, NOTIFICATION_LAST),
    BOOL(attribute_change, access_list_change, "AccessListChange"),
    LIST(attribute_change, access_list, "AccessList", access, strings, 0),
    FIELDS_END,
};
RECORD(attribute_change, attribute_change, "SetParameterAttributesStruct");

static const struct field parameter_attribute_fields[] = {
    TEXT(parameter_attribute, name, "Name", 256),
    RANGE(parameter_attribute, notification, "Notification", 0, NOTIFICATION_LAST),
    LIST(parameter_attribute, access_list, "AccessList", access, strings, 0),
    FIELDS_END,
};
RECORD(parameter_attribute, parameter_attribute, "ParameterAttributeStruct");

static const struct field queued_transfer_fields[] = {
    TEXT(queued_transfer, command_key, "CommandKey", 32),
    RANGE(queued_transfer, state, "State", CWMP_TRANSFER_WAITING, CWMP_TRANSFER_FINISHED),
    FIELDS_END,
};
RECORD(queued_transfer, queued_transfer, "QueuedTransferStruct");

static const struct field known_transfer_fields[] = {
    TEXT(known_transfer, command_key, "CommandKey", 32),
    RANGE(known_transfer, state, "State", CWMP_TRANSFER_WAITING, CWMP_TRANSFER_FINISHED),
    BOOL(known_transfer, is_download, "IsDownload"),
    CHECKED_TEXT(known_transfer, file_type, "FileType", 64, value_check_numbered, 0),
    UNSIGNED(known_transfer, file_size, "FileSize"),
    TEXT(known_transfer, target_file_name, "TargetFileName", 256),
    FIELDS_END,
};
RECORD(known_transfer, known_transfer, "AllQueuedTransferStruct");

static const struct field time_window_fields[] = {
    UNSIGNED(time_window, start, "WindowStart"),
    UNSIGNED(time_window, end, "WindowEnd"),
    CHECKED_TEXT(time_window, mode, "WindowMode", 64, value_check_numbered, 0),
    TEXT(time_window, user_message, "UserMessage", 256),
    INTEGER(time_window, max_retries, "MaxRetries", -1, INT32_MAX),
    FIELDS_END,
};
RECORD(time_window, time_window, "TimeWindowStruct");

static const struct field option_fields[] = {
    TEXT(option, name, "OptionName", 64),
    UNSIGNED(option, voucher_sn, "VoucherSN"),
    RANGE(option, state, "State", 0, 3),
    RANGE(option, mode, "Mode", 0, 2),
    TIME(option, start_date, "StartDate"),
    FLAGGED_TIME(option, expiration_date, "ExpirationDate", FIELD_OPTIONAL),
    RANGE(option, is_transferable, "IsTransferable", 0, 1),
    FIELDS_END,
};
RECORD(option, option, "OptionStruct");

static const struct field argument_fields[] = {
    TEXT(argument, name, "Name", 64),
    TEXT(argument, value, "Value", 256),
    FIELDS_END,
};
RECORD(argument, argument, "ArgStruct");

/* ---- operations on deployment units, and what became of them ---- */

static const struct field operation_fields[] = {FIELDS_END};

static const struct field install_fields[] = {
    CHECKED_TEXT(operation, url, "URL", 1024, value_check_url, 0),
    CHECKED_TEXT(operation, uuid, "UUID", 36, value_check_uuid, FIELD_OPTIONAL),
    OPTIONAL_TEXT(operation, username, "Username", 256),
    FLAGGED_TEXT(operation, password, "Password", 256, FIELD_OPTIONAL | FIELD_SECRET),
    OPTIONAL_TEXT(operation, execution_env_ref, "ExecutionEnvRef", 256),
    FIELDS_END,
};

static const struct field update_fields[] = {
    CHECKED_TEXT(operation, uuid, "UUID", 36, value_check_uuid, FIELD_OPTIONAL),
    OPTIONAL_TEXT(operation, version, "Version", 32),
    CHECKED_TEXT(operation, url, "URL", 1024, value_check_url, FIELD_OPTIONAL),
    OPTIONAL_TEXT(operation, username, "Username", 256),
    FLAGGED_TEXT(operation, password, "Password", 256, FIELD_OPTIONAL | FIELD_SECRET),
    FIELDS_END,
};

static const struct field uninstall_fields[] = {
    CHECKED_TEXT(operation, uuid, "UUID", 36, value_check_uuid, 0),
    OPTIONAL_TEXT(operation, version, "Version", 32),
    OPTIONAL_TEXT(operation, execution_env_ref, "ExecutionEnvRef", 256),
    FIELDS_END,
};

static const struct variant operation_variants[] = {
    [CWMP_NO_OPERATION] = {"OperationStruct",   operation_fields},
    [CWMP_INSTALL] = {"InstallOpStruct",   install_fields  },
    [CWMP_UPDATE] = {"UpdateOpStruct",    update_fields   },
    [CWMP_UNINSTALL] = {"UninstallOpStruct", uninstall_fields},
    {NULL,                NULL            },
};
VARIANTS(operation, operation, "OperationStruct", kind, enum cwmp_operation_kind);

static const struct field du_fault_fields[] = {
    RANGE(fault_struct, code, "FaultCode", 0, FAULT_LAST),
    FLAGGED_TEXT(fault_struct, text, "FaultString", 0, FIELD_OPTIONAL),
    FIELDS_END,
};
RECORD(du_fault, fault_struct, "FaultStruct");

#define RESULT_FIELDS                                                                             \
    CHECKED_TEXT(du_result, uuid, "UUID", 36, value_check_uuid, 0),                               \
        TEXT(du_result, deployment_unit_ref, "DeploymentUnitRef", 0),                             \
        TEXT(du_result, version, "Version", 32),                                                  \
        CHECKED_TEXT(du_result, current_state, "CurrentState", 0, value_check_du_state, 0),       \
        BOOL(du_result, resolved, "Resolved"),                                                    \
        TEXT(du_result, execution_unit_refs, "ExecutionUnitRefList", 0),                          \
        TIME(du_result, start_time, "StartTime"), TIME(du_result, complete_time, "CompleteTime"), \
        STRUCT_OF(du_result, fault, "Fault", du_fault, fault_struct, 0)

static const struct field du_result_fields[] = {RESULT_FIELDS, FIELDS_END};
RECORD(du_result, du_result, "OpResultStruct");

static const struct field autonomous_du_result_fields[] = {
    RESULT_FIELDS,
    TEXT(du_result, operation, "OperationPerformed", 0),
    FIELDS_END,
};
RECORD(autonomous_du_result, du_result, "AutonOpResultStruct");

/* ---- messages, in the order of rpc.def ---- */

static const struct field empty_fields[] = {FIELDS_END};

static const struct field get_rpc_methods_response_fields[] = {
    LIST(get_rpc_methods_response, methods, "MethodList", method_name, strings, 1),
    FIELDS_END,
};

static const struct field set_parameter_values_fields[] = {
    LIST(set_parameter_values, parameters, "ParameterList", typed_value, parameter_values, 0),
    FLAGGED_TEXT(set_parameter_values, parameter_key, "ParameterKey", 32, FIELD_KEY),
    FIELDS_END,
};

static const struct field set_parameter_values_response_fields[] = {
    STATUS(set_parameter_values_response, status, "Status"),
    FIELDS_END,
};

static const struct field get_parameter_values_fields[] = {
    LIST(get_parameter_values, names, "ParameterNames", parameter_name, strings, 1),
    FIELDS_END,
};

static const struct field get_parameter_values_response_fields[] = {
    LIST(get_parameter_values_response, parameters, "ParameterList", parameter_value, parameter_values, 0),
    FIELDS_END,
};

static const struct field get_parameter_names_fields[] = {
    TEXT(get_parameter_names, path, "ParameterPath", 256),
    BOOL(get_parameter_names, next_level, "NextLevel"),
    FIELDS_END,
};

static const struct field get_parameter_names_response_fields[] = {
    LIST(get_parameter_names_response, parameters, "ParameterList", parameter_info, parameter_infos, 0),
    FIELDS_END,
};

static const struct field set_parameter_attributes_fields[] = {
    LIST(set_parameter_attributes, parameters, "ParameterList", attribute_change, attribute_changes, 1),
    FIELDS_END,
};

static const struct field get_parameter_attributes_fields[] = {
    LIST(get_parameter_attributes, names, "ParameterNames", parameter_name, strings, 1),
    FIELDS_END,
};

static const struct field get_parameter_attributes_response_fields[] = {
    LIST(get_parameter_attributes_response, parameters, "ParameterList", parameter_attribute,
         parameter_attributes, 0),
    FIELDS_END,
};

static const struct field add_object_fields[] = {
    CHECKED_TEXT(add_object, object_name, "ObjectName", 256, value_check_table, 0),
    TEXT(add_object, parameter_key, "ParameterKey", 32),
    FIELDS_END,
};

static const struct field add_object_response_fields[] = {
    RANGE(add_object_response, instance_number, "InstanceNumber", 1, UINT32_MAX),
    STATUS(add_object_response, status, "Status"),
    FIELDS_END,
};

static const struct field delete_object_fields[] = {
    CHECKED_TEXT(delete_object, object_name, "ObjectName", 256, value_check_instance, 0),
    TEXT(delete_object, parameter_key, "ParameterKey", 32),
    FIELDS_END,
};

static const struct field delete_object_response_fields[] = {
    STATUS(delete_object_response, status, "Status"),
    FIELDS_END,
};

static const struct field download_fields[] = {
    TEXT(download, command_key, "CommandKey", 32),
    CHECKED_TEXT(download, file_type, "FileType", 64, value_check_numbered, 0),
    CHECKED_TEXT(download, url, "URL", 256, value_check_url, 0),
    TEXT(download, username, "Username", 256),
    FLAGGED_TEXT(download, password, "Password", 256, FIELD_SECRET),
    UNSIGNED(download, file_size, "FileSize"),
    TEXT(download, target_file_name, "TargetFileName", 256),
    UNSIGNED(download, delay_s, "DelaySeconds"),
    TEXT(download, success_url, "SuccessURL", 256),
    TEXT(download, failure_url, "FailureURL", 256),
    FIELDS_END,
};

static const struct field transfer_response_fields[] = {
    STATUS(transfer_response, status, "Status"),
    TIME(transfer_response, start_time, "StartTime"),
    TIME(transfer_response, complete_time, "CompleteTime"),
    FIELDS_END,
};

static const struct field reboot_fields[] = {
    TEXT(reboot, command_key, "CommandKey", 32),
    FIELDS_END,
};

static const struct field get_queued_transfers_response_fields[] = {
    BOUNDED_LIST(get_queued_transfers_response, transfers, "TransferList", queued_transfer, queued_transfers,
                 0, TRANSFERS_MAX, TRANSFERS_READ),
    FIELDS_END,
};

static const struct field schedule_inform_fields[] = {
    RANGE(schedule_inform, delay_s, "DelaySeconds", 1, UINT32_MAX),
    TEXT(schedule_inform, command_key, "CommandKey", 32),
    FIELDS_END,
};

static const struct field set_vouchers_fields[] = {
    LIST(set_vouchers, vouchers, "VoucherList", voucher, strings, 1),
    FIELDS_END,
};

static const struct field get_options_fields[] = {
    TEXT(get_options, option_name, "OptionName", 64),
    FIELDS_END,
};

static const struct field get_options_response_fields[] = {
    LIST(get_options_response, options, "OptionList", option, options, 0),
    FIELDS_END,
};

static const struct field upload_fields[] = {
    TEXT(upload, command_key, "CommandKey", 32),
    CHECKED_TEXT(upload, file_type, "FileType", 64, value_check_numbered, 0),
    CHECKED_TEXT(upload, url, "URL", 256, value_check_url, 0),
    TEXT(upload, username, "Username", 256),
    FLAGGED_TEXT(upload, password, "Password", 256, FIELD_SECRET),
    UNSIGNED(upload, delay_s, "DelaySeconds"),
    FIELDS_END,
};

static const struct field get_all_queued_transfers_response_fields[] = {
    BOUNDED_LIST(get_all_queued_transfers_response, transfers, "TransferList", known_transfer,
                 known_transfers, 0, TRANSFERS_MAX, TRANSFERS_READ),
    FIELDS_END,
};

static const struct field schedule_download_fields[] = {
    TEXT(schedule_download, command_key, "CommandKey", 32),
    CHECKED_TEXT(schedule_download, file_type, "FileType", 64, value_check_numbered, 0),
    CHECKED_TEXT(schedule_download, url, "URL", 256, value_check_url, 0),
    TEXT(schedule_download, username, "Username", 256),
    FLAGGED_TEXT(schedule_download, password, "Password", 256, FIELD_SECRET),
    UNSIGNED(schedule_download, file_size, "FileSize"),
    TEXT(schedule_download, target_file_name, "TargetFileName", 256),
    BOUNDED_LIST(schedule_download, windows, "TimeWindowList", time_window, time_windows, 1, WINDOWS_MAX,
                 WINDOWS_READ),
    FIELDS_END,
};

static const struct field cancel_transfer_fields[] = {
    TEXT(cancel_transfer, command_key, "CommandKey", 32),
    FIELDS_END,
};

static const struct field change_du_state_fields[] = {
    REPEATED(change_du_state, operations, "Operations", operation, operations, 1, OPERATIONS_READ),
    OPTIONAL_TEXT(change_du_state, command_key, "CommandKey", 32),
    FIELDS_END,
};

static const struct field inform_fields[] = {
    STRUCT(inform, device, "DeviceId", device_id, FIELD_REQUIRED),
    BOUNDED_LIST(inform, events, "Event", event, events, 0, EVENTS_MAX, EVENTS_READ),
    UNSIGNED(inform, max_envelopes, "MaxEnvelopes"),
    TIME(inform, current_time, "CurrentTime"),
    UNSIGNED(inform, retry_count, "RetryCount"),
    LIST(inform, parameters, "ParameterList", parameter_value, parameter_values, 0),
    FIELDS_END,
};

static const struct field inform_response_fields[] = {
    UNSIGNED(inform_response, max_envelopes, "MaxEnvelopes"),
    FIELDS_END,
};

static const struct field transfer_complete_fields[] = {
    TEXT(transfer_complete, command_key, "CommandKey", 32),
    STRUCT(transfer_complete, fault, "FaultStruct", fault_struct, 0),
    TIME(transfer_complete, start_time, "StartTime"),
    TIME(transfer_complete, complete_time, "CompleteTime"),
    FIELDS_END,
};

static const struct field autonomous_transfer_complete_fields[] = {
    TEXT(autonomous_transfer_complete, announce_url, "AnnounceURL", 1024),
    TEXT(autonomous_transfer_complete, transfer_url, "TransferURL", 1024),
    BOOL(autonomous_transfer_complete, is_download, "IsDownload"),
    CHECKED_TEXT(autonomous_transfer_complete, file_type, "FileType", 64, value_check_numbered, 0),
    UNSIGNED(autonomous_transfer_complete, file_size, "FileSize"),
    TEXT(autonomous_transfer_complete, target_file_name, "TargetFileName", 256),
    STRUCT(autonomous_transfer_complete, fault, "FaultStruct", fault_struct, 0),
    TIME(autonomous_transfer_complete, start_time, "StartTime"),
    TIME(autonomous_transfer_complete, complete_time, "CompleteTime"),
    FIELDS_END,
};

static const struct field kicked_fields[] = {
    TEXT(kicked, command, "Command", 32),
    TEXT(kicked, referer, "Referer", 64),
    TEXT(kicked, arg, "Arg", 256),
    TEXT(kicked, next, "Next", 1024),
    FIELDS_END,
};

static const struct field kicked_response_fields[] = {
    TEXT(kicked_response, next_url, "NextURL", 1024),
    FIELDS_END,
};

static const struct field request_download_fields[] = {
    CHECKED_TEXT(request_download, file_type, "FileType", 64, value_check_numbered, 0),
    BOUNDED_LIST(request_download, arguments, "FileTypeArg", argument, arguments, 0, ARGUMENTS_MAX,
                 ARGUMENTS_READ),
    FIELDS_END,
};

static const struct field du_state_change_complete_fields[] = {
    REPEATED(du_state_change_complete, results, "Results", du_result, du_results, 1, OPERATIONS_READ),
    OPTIONAL_TEXT(du_state_change_complete, command_key, "CommandKey", 32),
    FIELDS_END,
};

static const struct field autonomous_du_state_change_complete_fields[] = {
    REPEATED(autonomous_du_state_change_complete, results, "Results", autonomous_du_result, du_results, 1,
             OPERATIONS_READ),
    FIELDS_END,
};

/* soap:Fault; reading finds these fields wherever they are below it. */
static const struct field fault_body_fields[] = {
    RANGE(fault, code, "FaultCode", FAULT_FIRST, FAULT_LAST),
    FLAGGED_TEXT(fault, text, "FaultString", 0, FIELD_PROSE),
    REPEATED(fault, parameters, "SetParameterValuesFault", parameter_fault, parameter_faults, 0, LIST_CAP),
    FIELDS_END,
};
WRAPPED(fault_body);

static const struct field fault_detail_fields[] = {
    WRAP("Fault", fault_body, FIELD_QUALIFIED),
    FIELDS_END,
};
WRAPPED(fault_detail);

static const struct field fault_fields[] = {
    TEXT(fault, soap_code, "faultcode", 0),
    TEXT(fault, soap_string, "faultstring", 0),
    WRAP("detail", fault_detail, 0),
    FIELDS_END,
};

#define RPC(id, wire, member, who, from, where)          \
    [CWMP_##id] = {.name = wire,                         \
                   .fields = member##_fields,            \
                   .size = sizeof(struct cwmp_##member), \
                   .sender = RPC_##who,                  \
                   .since = from,                        \
                   .clause = where},
const struct rpc rpcs[CWMP_METHOD_COUNT] = {
    [CWMP_UNKNOWN_METHOD] = {.fields = empty_fields},
#include "soap/rpc.def"
};
#undef RPC

enum cwmp_method rpc_find(const char *name)
{
    for (enum cwmp_method method = CWMP_UNKNOWN_METHOD + 1; method < CWMP_METHOD_COUNT; method++)
        if (rpcs[method].name[0] == name[0] && strcmp(rpcs[method].name, name) == 0)
            return method;
    return CWMP_UNKNOWN_METHOD;
}
