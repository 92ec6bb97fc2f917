#include "soap/rpc.h"

#include <string.h>

enum {
    PARAMETERS_CAP = 50 * 1000, /* members of a list on input */
    EVENTS_MAX = 64,
    EVENTS_CAP = 256,
    FAULT_MIN = 8000,
    FAULT_MAX = 9899,
    CPE_FAULT_MIN = 9000,
};

/* The offset of a member; does not compile if the member is of another type. */
#define AT(type, member, wanted)                                                                      \
    (offsetof(struct type, member) +                                                                  \
     0 * sizeof(struct {                                                                              \
         _Static_assert(__builtin_types_compatible_p(__typeof__(((struct type *)0)->member), wanted), \
                        "member " #member " is not a " #wanted);                                      \
         char unused;                                                                                 \
     }))

#define TEXT(type, member, name, length)                                                             \
    {                                                                                                \
        .element = name, .kind = FIELD_TEXT, .offset = AT(type, member, const char *), .max = length \
    }
#define REQUIRED_TEXT(type, member, name, length)                     \
    {                                                                 \
        .element = name, .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, \
        .offset = AT(type, member, const char *), .max = length       \
    }
#define OUI(type, member, name)                                                                \
    {                                                                                          \
        .element = name, .kind = FIELD_OUI, .offset = AT(type, member, const char *), .max = 6 \
    }
#define TIME(type, member, name)                                                      \
    {                                                                                 \
        .element = name, .kind = FIELD_TIME, .offset = AT(type, member, const char *) \
    }
#define BOOL(type, member, name)                                              \
    {                                                                         \
        .element = name, .kind = FIELD_BOOL, .offset = AT(type, member, bool) \
    }
#define STATUS(type, member, name)                                                                        \
    {                                                                                                     \
        .element = name, .kind = FIELD_INT, .flags = FIELD_REQUIRED, .offset = AT(type, member, int32_t), \
        .min = 0, .max = 1                                                                                \
    }
#define RANGE(type, member, name, low, high)                                                       \
    {                                                                                              \
        .element = name, .kind = FIELD_UNSIGNED, .offset = AT(type, member, uint32_t), .min = low, \
        .max = high                                                                                \
    }
#define UNSIGNED(type, member, name) RANGE(type, member, name, 0, UINT32_MAX)
#define VALUE(type, member, type_member, name, flag)                                                   \
    {                                                                                                  \
        .element = name, .kind = FIELD_VALUE, .flags = flag, .offset = AT(type, member, const char *), \
        .type_offset = AT(type, type_member, enum cwmp_type)                                           \
    }
#define STRUCT(type, member, name, of, flag)                                                         \
    {                                                                                                \
        .element = name, .kind = FIELD_STRUCT, .flags = flag, .offset = AT(type, member, struct of), \
        .record = &of##_record                                                                       \
    }
#define LIST(type, member, name, of, of_list, least)                                                   \
    {                                                                                                  \
        .element = name, .kind = FIELD_LIST, .offset = AT(type, member, struct of_list), .min = least, \
        .cap = PARAMETERS_CAP, .record = &of##_record                                                  \
    }
#define WRAP(name, of, flag)                                                       \
    {                                                                              \
        .element = name, .kind = FIELD_WRAP, .flags = flag, .record = &of##_record \
    }

/* ---- structs and list members ---- */

static const struct field method_name_fields[] = {
    {.element = "string", .kind = FIELD_TEXT, .max = 64},
    FIELDS_END,
};
static const struct record method_name_record = {"string", "xsd:string", sizeof(char *), method_name_fields,
                                                 true};

static const struct field parameter_name_fields[] = {
    {.element = "string", .kind = FIELD_TEXT, .max = 256},
    FIELDS_END,
};
static const struct record parameter_name_record = {"string", "xsd:string", sizeof(char *),
                                                    parameter_name_fields, true};

static const struct field cwmp_device_id_fields[] = {
    TEXT(cwmp_device_id, manufacturer, "Manufacturer", 64),
    OUI(cwmp_device_id, oui, "OUI"),
    TEXT(cwmp_device_id, product_class, "ProductClass", 64),
    REQUIRED_TEXT(cwmp_device_id, serial_number, "SerialNumber", 64),
    FIELDS_END,
};
static const struct record cwmp_device_id_record = {
    .size = sizeof(struct cwmp_device_id),
    .fields = cwmp_device_id_fields,
};

static const struct field event_fields[] = {
    TEXT(cwmp_event, code, "EventCode", 64),
    TEXT(cwmp_event, command_key, "CommandKey", 32),
    FIELDS_END,
};
static const struct record event_record = {"EventStruct", "cwmp:EventStruct", sizeof(struct cwmp_event),
                                           event_fields, false};

static const struct field parameter_value_fields[] = {
    TEXT(cwmp_parameter_value, name, "Name", 256),
    VALUE(cwmp_parameter_value, value, type, "Value", 0),
    FIELDS_END,
};
static const struct record parameter_value_record = {"ParameterValueStruct", "cwmp:ParameterValueStruct",
                                                     sizeof(struct cwmp_parameter_value),
                                                     parameter_value_fields, false};

/* A value that we set has a type. */
static const struct field typed_value_fields[] = {
    TEXT(cwmp_parameter_value, name, "Name", 256),
    VALUE(cwmp_parameter_value, value, type, "Value", FIELD_TYPED),
    FIELDS_END,
};
static const struct record typed_value_record = {"ParameterValueStruct", "cwmp:ParameterValueStruct",
                                                 sizeof(struct cwmp_parameter_value), typed_value_fields,
                                                 false};

static const struct field parameter_info_fields[] = {
    TEXT(cwmp_parameter_info, name, "Name", 256),
    BOOL(cwmp_parameter_info, writable, "Writable"),
    FIELDS_END,
};
static const struct record parameter_info_record = {"ParameterInfoStruct", "cwmp:ParameterInfoStruct",
                                                    sizeof(struct cwmp_parameter_info), parameter_info_fields,
                                                    false};

static const struct field cwmp_fault_struct_fields[] = {
    UNSIGNED(cwmp_fault_struct, code, "FaultCode"),
    TEXT(cwmp_fault_struct, text, "FaultString", 256),
    FIELDS_END,
};
static const struct record cwmp_fault_struct_record = {
    .size = sizeof(struct cwmp_fault_struct),
    .fields = cwmp_fault_struct_fields,
};

static const struct field parameter_fault_fields[] = {
    TEXT(cwmp_parameter_fault, name, "ParameterName", 0),
    RANGE(cwmp_parameter_fault, code, "FaultCode", CPE_FAULT_MIN, FAULT_MAX),
    TEXT(cwmp_parameter_fault, text, "FaultString", 0),
    FIELDS_END,
};
static const struct record parameter_fault_record = {
    .element = "SetParameterValuesFault",
    .size = sizeof(struct cwmp_parameter_fault),
    .fields = parameter_fault_fields,
};

/* ---- messages, in the order of rpc.def ---- */

static const struct field empty_fields[] = {FIELDS_END};

static const struct field get_rpc_methods_response_fields[] = {
    LIST(cwmp_get_rpc_methods_response, methods, "MethodList", method_name, cwmp_strings, 1),
    FIELDS_END,
};

static const struct field set_parameter_values_fields[] = {
    LIST(cwmp_set_parameter_values, parameters, "ParameterList", typed_value, cwmp_parameter_values, 0),
    TEXT(cwmp_set_parameter_values, parameter_key, "ParameterKey", 32),
    FIELDS_END,
};

static const struct field set_parameter_values_response_fields[] = {
    STATUS(cwmp_set_parameter_values_response, status, "Status"),
    FIELDS_END,
};

static const struct field get_parameter_values_fields[] = {
    LIST(cwmp_get_parameter_values, names, "ParameterNames", parameter_name, cwmp_strings, 1),
    FIELDS_END,
};

static const struct field get_parameter_values_response_fields[] = {
    LIST(cwmp_get_parameter_values_response, parameters, "ParameterList", parameter_value,
         cwmp_parameter_values, 0),
    FIELDS_END,
};

static const struct field get_parameter_names_fields[] = {
    TEXT(cwmp_get_parameter_names, path, "ParameterPath", 256),
    BOOL(cwmp_get_parameter_names, next_level, "NextLevel"),
    FIELDS_END,
};

static const struct field get_parameter_names_response_fields[] = {
    LIST(cwmp_get_parameter_names_response, parameters, "ParameterList", parameter_info, cwmp_parameter_infos,
         0),
    FIELDS_END,
};

static const struct field reboot_fields[] = {
    TEXT(cwmp_reboot, command_key, "CommandKey", 32),
    FIELDS_END,
};

static const struct field inform_fields[] = {
    STRUCT(cwmp_inform, device, "DeviceId", cwmp_device_id, FIELD_REQUIRED),
    {.element = "Event",
                                                                       .kind = FIELD_LIST,
                                                                       .offset = AT(cwmp_inform, events, struct cwmp_events),
                                                                       .max = EVENTS_MAX,
                                                                       .cap = EVENTS_CAP,
                                                                       .record = &event_record},
    UNSIGNED(cwmp_inform, max_envelopes, "MaxEnvelopes"),
    TIME(cwmp_inform, current_time, "CurrentTime"),
    UNSIGNED(cwmp_inform, retry_count, "RetryCount"),
    LIST(cwmp_inform, parameters, "ParameterList", parameter_value, cwmp_parameter_values, 0),
    FIELDS_END,
};

static const struct field inform_response_fields[] = {
    UNSIGNED(cwmp_inform_response, max_envelopes, "MaxEnvelopes"),
    FIELDS_END,
};

static const struct field transfer_complete_fields[] = {
    TEXT(cwmp_transfer_complete, command_key, "CommandKey", 32),
    STRUCT(cwmp_transfer_complete, fault, "FaultStruct", cwmp_fault_struct, 0),
    TIME(cwmp_transfer_complete, start_time, "StartTime"),
    TIME(cwmp_transfer_complete, complete_time, "CompleteTime"),
    FIELDS_END,
};

/* soap:Fault; reading finds these fields wherever they are below it. */
static const struct field fault_code_fields[] = {
    RANGE(cwmp_fault, code, "FaultCode", FAULT_MIN, FAULT_MAX),
    TEXT(cwmp_fault, text, "FaultString", 0),
    {.element = "SetParameterValuesFault",
                                          .kind = FIELD_REPEATED,
                                          .offset = AT(cwmp_fault, parameters, struct cwmp_parameter_faults),
                                          .cap = PARAMETERS_CAP,
                                          .record = &parameter_fault_record},
    FIELDS_END,
};
static const struct record fault_code_record = {.fields = fault_code_fields};

static const struct field fault_detail_fields[] = {
    WRAP("Fault", fault_code, FIELD_QUALIFIED),
    FIELDS_END,
};
static const struct record fault_detail_record = {.fields = fault_detail_fields};

static const struct field fault_fields[] = {
    TEXT(cwmp_fault, soap_code, "faultcode", 0),
    TEXT(cwmp_fault, soap_string, "faultstring", 0),
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
