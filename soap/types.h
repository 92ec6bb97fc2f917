/*
 * One struct per CWMP method and response: what soap_decode() fills and soap_encode() reads.
 *
 * Text points into the arena of the message and is never NULL after decoding; absent optional text is "".
 * Lists are {items, count}. A member's line here, in the order of the schema, has its line in the method's
 * field list (rpc.c).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* xsi:type of a value (TR-106 3.2). UNKNOWN: the device named none, or one of its own; kept as text. */
enum cwmp_type {
    CWMP_UNKNOWN_TYPE,
    CWMP_STRING,
    CWMP_INT,
    CWMP_UNSIGNED_INT,
    CWMP_LONG,
    CWMP_UNSIGNED_LONG,
    CWMP_BOOLEAN,
    CWMP_DATE_TIME,
    CWMP_BASE64,
    CWMP_HEX_BINARY,
    CWMP_TYPE_COUNT
};

struct cwmp_device_id {
    const char *manufacturer;
    const char *oui; /* six upper-case hex digits, whatever the spelling (I-03); else as sent: "" was seen */
    const char *product_class;
    const char *serial_number;
};

struct cwmp_event {
    const char *code; /* as sent, white space trimmed: "2 PERIODIC", "M Reboot", "X 00256D Foo" */
    const char *command_key;
};

struct cwmp_events {
    struct cwmp_event *items;
    size_t count;
};

struct cwmp_parameter_value {
    const char *name;
    const char *value;
    enum cwmp_type type;
};

struct cwmp_parameter_values {
    struct cwmp_parameter_value *items;
    size_t count;
};

struct cwmp_parameter_info {
    const char *name; /* an object's name ends in "." */
    bool writable;
};

struct cwmp_parameter_infos {
    struct cwmp_parameter_info *items;
    size_t count;
};

struct cwmp_strings {
    const char **items;
    size_t count;
};

struct cwmp_fault_struct {
    uint32_t code; /* 0: no fault */
    const char *text;
};

struct cwmp_parameter_fault {
    const char *name;
    uint32_t code;
    const char *text;
};

struct cwmp_parameter_faults {
    struct cwmp_parameter_fault *items;
    size_t count;
};

/* ---- methods and responses, in the order of TR-069 Annex A ---- */

struct cwmp_empty { /* a method without arguments */
    char nothing;
};

struct cwmp_get_rpc_methods_response {
    struct cwmp_strings methods;
};

struct cwmp_set_parameter_values {
    struct cwmp_parameter_values parameters;
    const char *parameter_key;
};

struct cwmp_set_parameter_values_response {
    int32_t status; /* 0 applied, 1 applied after a restart (A.3.2.1) */
};

struct cwmp_get_parameter_values {
    struct cwmp_strings names;
};

struct cwmp_get_parameter_values_response {
    struct cwmp_parameter_values parameters;
};

struct cwmp_get_parameter_names {
    const char *path;
    bool next_level;
};

struct cwmp_get_parameter_names_response {
    struct cwmp_parameter_infos parameters;
};

struct cwmp_reboot {
    const char *command_key;
};

struct cwmp_inform {
    struct cwmp_device_id device;
    struct cwmp_events events;
    uint32_t max_envelopes;
    const char *current_time;
    uint32_t retry_count;
    struct cwmp_parameter_values parameters;
};

struct cwmp_inform_response {
    uint32_t max_envelopes; /* always 1 */
};

struct cwmp_transfer_complete {
    const char *command_key;
    struct cwmp_fault_struct fault;
    const char *start_time;
    const char *complete_time;
};

struct cwmp_fault {
    const char *soap_code;   /* local part of faultcode: "Client" or "Server" (3.5) */
    const char *soap_string; /* "CWMP fault" */
    uint32_t code;           /* CWMP FaultCode; 0: the peer gave no cwmp detail */
    const char *text;
    struct cwmp_parameter_faults parameters; /* SetParameterValuesFault, all of them (P-08) */
};
