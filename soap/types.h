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

struct cwmp_parameter_attribute {
    const char *name;
    uint32_t notification; /* 0 off, 1 passive, 2 active; 3 … 6 with lightweight ones, since 1.4 (P-29) */
    struct cwmp_strings access_list; /* "Subscriber"; empty: only the server may write (P-30) */
};

struct cwmp_parameter_attributes {
    struct cwmp_parameter_attribute *items;
    size_t count;
};

/* What is not changed is sent all the same, with a value that is allowed (P-27, P-28). */
struct cwmp_attribute_change {
    const char *name; /* of a parameter, or of an object: then all below it (P-31) */
    bool notification_change;
    uint32_t notification;
    bool access_list_change;
    struct cwmp_strings access_list;
};

struct cwmp_attribute_changes {
    struct cwmp_attribute_change *items;
    size_t count;
};

/* How far a queued transfer has come. */
enum cwmp_transfer_state { CWMP_TRANSFER_WAITING = 1, CWMP_TRANSFER_RUNNING, CWMP_TRANSFER_FINISHED };

struct cwmp_queued_transfer {
    const char *command_key;
    uint32_t state; /* enum cwmp_transfer_state */
};

struct cwmp_queued_transfers {
    struct cwmp_queued_transfer *items;
    size_t count;
};

struct cwmp_known_transfer { /* AllQueuedTransferStruct: also those that nobody asked for */
    const char *command_key;
    uint32_t state; /* enum cwmp_transfer_state */
    bool is_download;
    const char *file_type; /* numbered otherwise than in Download and Upload: see is_download (F-26) */
    uint32_t file_size;
    const char *target_file_name;
};

struct cwmp_known_transfers {
    struct cwmp_known_transfer *items;
    size_t count;
};

struct cwmp_time_window {
    uint32_t start; /* seconds from when the device gets the request (F-30) */
    uint32_t end;
    const char *mode; /* "1 At Any Time", "2 Immediately", "3 When Idle", "4 Confirmation Needed", "X …" */
    const char *user_message;
    int32_t max_retries; /* -1: as the device likes (F-33) */
};

struct cwmp_time_windows {
    struct cwmp_time_window *items;
    size_t count;
};

/* Which of its arguments an operation has: D-03 … D-05. */
enum cwmp_operation_kind { CWMP_NO_OPERATION, CWMP_INSTALL, CWMP_UPDATE, CWMP_UNINSTALL };

struct cwmp_operation {
    enum cwmp_operation_kind kind;
    const char *url;
    const char *uuid;
    const char *version;
    const char *username;
    const char *password;
    const char *execution_env_ref;
};

struct cwmp_operations {
    struct cwmp_operation *items;
    size_t count;
};

struct cwmp_du_result {
    const char *uuid;
    const char *deployment_unit_ref;
    const char *version;
    const char *current_state; /* "Installed", "Uninstalled", "Failed" */
    bool resolved;
    const char *execution_unit_refs; /* comma-separated paths */
    const char *start_time;
    const char *complete_time;
    struct cwmp_fault_struct fault;
    const char *operation; /* "Install", "Update", "Uninstall"; only in AutonomousDUStateChangeComplete */
};

struct cwmp_du_results {
    struct cwmp_du_result *items;
    size_t count;
};

struct cwmp_option {
    const char *name;
    uint32_t voucher_sn;
    uint32_t state;
    uint32_t mode;
    const char *start_date;
    const char *expiration_date; /* "": it has none */
    uint32_t is_transferable;
};

struct cwmp_options {
    struct cwmp_option *items;
    size_t count;
};

struct cwmp_argument {
    const char *name;
    const char *value;
};

struct cwmp_arguments {
    struct cwmp_argument *items;
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

struct cwmp_set_parameter_attributes {
    struct cwmp_attribute_changes parameters;
};

struct cwmp_get_parameter_attributes {
    struct cwmp_strings names;
};

struct cwmp_get_parameter_attributes_response {
    struct cwmp_parameter_attributes parameters;
};

struct cwmp_add_object {
    const char *object_name; /* "Device.X." or, to name the alias, "Device.X.[a]." (O-09) */
    const char *parameter_key;
};

struct cwmp_add_object_response {
    uint32_t instance_number; /* 0: the device gave none, which breaks the protocol (O-11) */
    int32_t status;
};

struct cwmp_delete_object {
    const char *object_name; /* of the instance: "Device.X.3." (O-14) */
    const char *parameter_key;
};

struct cwmp_delete_object_response {
    int32_t status;
};

struct cwmp_download {
    const char *command_key;
    const char *file_type; /* "1 Firmware Upgrade Image" … (F-02) */
    const char *url;
    const char *username;
    const char *password;
    uint32_t file_size; /* bytes, 0: not known */
    const char *target_file_name;
    uint32_t delay_s;
    const char *success_url;
    const char *failure_url;
};

/* Of Download and of Upload. */
struct cwmp_transfer_response {
    int32_t status; /* 0: done, and no TransferComplete follows; 1: that one tells (F-06, F-07) */
    const char *start_time;
    const char *complete_time;
};

struct cwmp_reboot {
    const char *command_key;
};

struct cwmp_get_queued_transfers_response {
    struct cwmp_queued_transfers transfers;
};

struct cwmp_schedule_inform {
    uint32_t delay_s; /* never 0 (O-22) */
    const char *command_key;
};

struct cwmp_set_vouchers {
    struct cwmp_strings vouchers; /* base64 */
};

struct cwmp_get_options {
    const char *option_name; /* "": all */
};

struct cwmp_get_options_response {
    struct cwmp_options options;
};

struct cwmp_upload {
    const char *command_key;
    const char
        *file_type; /* "1 Vendor Configuration File", "2 Vendor Log File", "3 … <i>", "4 … <i>" (F-20) */
    const char *url;
    const char *username;
    const char *password;
    uint32_t delay_s;
};

struct cwmp_get_all_queued_transfers_response {
    struct cwmp_known_transfers transfers;
};

struct cwmp_schedule_download {
    const char *command_key;
    const char *file_type;
    const char *url;
    const char *username;
    const char *password;
    uint32_t file_size;
    const char *target_file_name;
    struct cwmp_time_windows windows; /* 1 or 2, in order, without overlap (F-29, F-32) */
};

struct cwmp_cancel_transfer {
    const char *command_key;
};

struct cwmp_change_du_state {
    struct cwmp_operations operations;
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

struct cwmp_autonomous_transfer_complete {
    const char *announce_url;
    const char *transfer_url;
    bool is_download;
    const char *file_type; /* numbered otherwise than in Download and Upload (F-26) */
    uint32_t file_size;
    const char *target_file_name;
    struct cwmp_fault_struct fault;
    const char *start_time;
    const char *complete_time;
};

struct cwmp_kicked {
    const char *command;
    const char *referer;
    const char *arg;
    const char *next;
};

struct cwmp_kicked_response {
    const char *next_url;
};

struct cwmp_request_download {
    const char *file_type;
    struct cwmp_arguments arguments;
};

struct cwmp_du_state_change_complete {
    struct cwmp_du_results results; /* in the order of the operations (D-08) */
    const char *command_key;
};

struct cwmp_autonomous_du_state_change_complete {
    struct cwmp_du_results results;
};

struct cwmp_fault {
    const char *soap_code;   /* local part of faultcode: "Client" or "Server" (3.5) */
    const char *soap_string; /* "CWMP fault" */
    uint32_t code;           /* CWMP FaultCode; 0: the peer gave no cwmp detail */
    const char *text;
    struct cwmp_parameter_faults parameters; /* SetParameterValuesFault, all of them (P-08) */
};

/* By the member that the method's row of rpc.def names. */
union cwmp_body {
    struct cwmp_empty empty;
    struct cwmp_get_rpc_methods_response get_rpc_methods_response;
    struct cwmp_set_parameter_values set_parameter_values;
    struct cwmp_set_parameter_values_response set_parameter_values_response;
    struct cwmp_get_parameter_values get_parameter_values;
    struct cwmp_get_parameter_values_response get_parameter_values_response;
    struct cwmp_get_parameter_names get_parameter_names;
    struct cwmp_get_parameter_names_response get_parameter_names_response;
    struct cwmp_set_parameter_attributes set_parameter_attributes;
    struct cwmp_get_parameter_attributes get_parameter_attributes;
    struct cwmp_get_parameter_attributes_response get_parameter_attributes_response;
    struct cwmp_add_object add_object;
    struct cwmp_add_object_response add_object_response;
    struct cwmp_delete_object delete_object;
    struct cwmp_delete_object_response delete_object_response;
    struct cwmp_download download;
    struct cwmp_transfer_response transfer_response;
    struct cwmp_reboot reboot;
    struct cwmp_get_queued_transfers_response get_queued_transfers_response;
    struct cwmp_schedule_inform schedule_inform;
    struct cwmp_set_vouchers set_vouchers;
    struct cwmp_get_options get_options;
    struct cwmp_get_options_response get_options_response;
    struct cwmp_upload upload;
    struct cwmp_get_all_queued_transfers_response get_all_queued_transfers_response;
    struct cwmp_schedule_download schedule_download;
    struct cwmp_cancel_transfer cancel_transfer;
    struct cwmp_change_du_state change_du_state;
    struct cwmp_inform inform;
    struct cwmp_inform_response inform_response;
    struct cwmp_transfer_complete transfer_complete;
    struct cwmp_autonomous_transfer_complete autonomous_transfer_complete;
    struct cwmp_kicked kicked;
    struct cwmp_kicked_response kicked_response;
    struct cwmp_request_download request_download;
    struct cwmp_du_state_change_complete du_state_change_complete;
    struct cwmp_autonomous_du_state_change_complete autonomous_du_state_change_complete;
    struct cwmp_fault fault;
};
