#include "soap/rpc.h"

#include <string.h>

#include "soap/field_list.h"

enum {
    EVENTS_MAX = 64,
    EVENTS_READ = 256,
    FAULT_FIRST = 8000,
    FAULT_FIRST_OF_CPE = 9000,
    FAULT_LAST = 9899,
};

/* ---- structs and members of lists ---- */

STRINGS(method_name, 64);
STRINGS(parameter_name, 256);

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
    TEXT(parameter_value, name, "Name", 256),
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

/* ---- messages, in the order of rpc.def ---- */

static const struct field empty_fields[] = {FIELDS_END};

static const struct field get_rpc_methods_response_fields[] = {
    LIST(get_rpc_methods_response, methods, "MethodList", method_name, strings, 1),
    FIELDS_END,
};

static const struct field set_parameter_values_fields[] = {
    LIST(set_parameter_values, parameters, "ParameterList", typed_value, parameter_values, 0),
    TEXT(set_parameter_values, parameter_key, "ParameterKey", 32),
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

static const struct field reboot_fields[] = {
    TEXT(reboot, command_key, "CommandKey", 32),
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

/* soap:Fault; reading finds these fields wherever they are below it. */
static const struct field fault_body_fields[] = {
    RANGE(fault, code, "FaultCode", FAULT_FIRST, FAULT_LAST),
    FLAGGED_TEXT(fault, text, "FaultString", 0, FIELD_PROSE),
    REPEATED(fault, parameters, "SetParameterValuesFault", parameter_fault, parameter_faults),
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
        if (strcmp(rpcs[method].name, name) == 0)
            return method;
    return CWMP_UNKNOWN_METHOD;
}
