/*
 * CWMP messages: bytes to structs and back. Pure: no I/O, no clock, no globals but constant tables.
 *
 * soap_decode() is the only way in. It takes every byte as hostile: encoding allow-list, a linear pre-scan,
 * then libxml2's SAX2 push parser with a structured error callback, into bounded structs (xml.h).
 * soap_encode() is the only way out and refuses what the schema would not allow, so nothing invalid leaves.
 */
#pragma once

#include "acs/base/arena.h"
#include "acs/base/text.h"
#include "soap/types.h"

/* TR-069 3.7.4. The namespace is cwmp-1-0, cwmp-1-1 or, for 1.2 to 1.4, cwmp-1-2 (V-01). */
enum cwmp_version { CWMP_1_0, CWMP_1_1, CWMP_1_2, CWMP_1_3, CWMP_1_4 };
const char *cwmp_version_name(enum cwmp_version version); /* "1.4" */

enum cwmp_method {
    CWMP_UNKNOWN_METHOD, /* a method element whose name is in no row: answer Fault 8000 */
#define RPC(id, name, member, sender, since, clause) CWMP_##id,
#include "soap/rpc.def"
#undef RPC
    CWMP_METHOD_COUNT
};
const char *cwmp_method_name(enum cwmp_method method);
enum cwmp_method cwmp_method_by_name(const char *name); /* CWMP_UNKNOWN_METHOD: in no row */
bool cwmp_is_response(enum cwmp_method method);         /* a Fault is none */
/* "Reboot" → RebootResponse (E-20); CWMP_UNKNOWN_METHOD: it is no request. */
enum cwmp_method cwmp_response_to(enum cwmp_method request);
bool cwmp_may_come_from_device(enum cwmp_method method);
enum cwmp_version cwmp_method_since(enum cwmp_method method); /* the first version that has it (V-10) */

/* ACS fault codes (TR-069 A.5.2). */
enum {
    CWMP_FAULT_METHOD_NOT_SUPPORTED = 8000,
    CWMP_FAULT_REQUEST_DENIED = 8001,
    CWMP_FAULT_INTERNAL = 8002,
    CWMP_FAULT_INVALID_ARGUMENTS = 8003,
    CWMP_FAULT_RESOURCES = 8004,
    CWMP_FAULT_RETRY = 8005,
    CWMP_FAULT_VERSION = 8006
};

struct cwmp_header {
    const char *id;                 /* NULL: the message has no ID header, and so will the answer (E-09) */
    const char *supported_versions; /* SupportedCWMPVersions of a 1.4 Inform, else NULL */
    const char *use_version;        /* UseCWMPVersion of our InformResponse, else NULL */
    uint32_t session_timeout;       /* SessionTimeout of a 1.3 Inform in seconds, else 0 */
};

struct cwmp_message {
    enum cwmp_version version; /* by namespace and headers; if it lists several, our highest (V-05, V-07) */
    struct cwmp_header header;
    enum cwmp_method method;
    const char *method_name; /* as on the wire, also when unknown */
    union cwmp_body body;    /* the member that the row of the method names */
};

/* ---- reading ---- */

struct soap_reader; /* a parser context, reused from message to message; one per thread */
struct soap_reader *soap_reader_new(void) MUST_CHECK;
void soap_reader_free(struct soap_reader *reader);

struct soap_input {
    const char *bytes;
    size_t len;
    const char *charset; /* of the Content-Type header, NULL: it names none; it wins over the declaration */
};

/* What to answer when decoding fails. 0: not CWMP at all, answer 400 and close; else a Fault, status 200. */
struct soap_refusal {
    uint32_t fault;
};

/*
 * On success ret is complete and lives in arena. On an error refusal says what to answer, and ret's version,
 * header and method are filled as far as they were read, so that a Fault can echo the ID; its body is
 * not to be read. ERR_INVALID, ERR_TOO_LARGE: the message is refused. ERR_UNAVAILABLE: libxml2 got no memory.
 * The rules are in envelope.h.
 */
enum err soap_decode(struct soap_reader *reader, const struct soap_input *input, struct arena *arena,
                     struct cwmp_message *ret, struct soap_refusal *refusal) MUST_CHECK;

/* ---- writing ---- */

/* How a device wants its XML; zero is what every stack tried accepts (design 3). */
struct soap_dialect {
    bool declaration;         /* <?xml …?> in front */
    bool boolean_words;       /* true and false in place of 1 and 0 */
    bool small_prefix;        /* soap-env in place of SOAP-ENV */
    bool no_set_key;          /* SetParameterValues without its ParameterKey, against the schema */
    bool operations_in_array; /* ChangeDUState with one array of InstallOpStruct … in place of typed elements
                                 (D-02) */
};

/*
 * Appends to out. ERR_INVALID: the version has no such method, or a field is not what the schema allows (a
 * text too long, a list too short, a value that is not of its type, a character that XML has not); the
 * message names it, out is as before.
 */
enum err soap_encode(const struct cwmp_message *message, const struct soap_dialect *dialect,
                     struct text *out) MUST_CHECK;

/* A Fault of ours that answers a request with this header (X-01 … X-08). */
struct cwmp_message cwmp_fault_message(const struct cwmp_message *request, uint32_t code, const char *text);

/* ---- small knowledge ---- */

const char *cwmp_type_name(enum cwmp_type type);     /* "xsd:string" */
enum cwmp_type cwmp_type_by_name(const char *local); /* "string", "unsignedInt", … */
const char *cwmp_fault_meaning(uint32_t code); /* plain words for 8000…8006, 9000…9032; NULL if unknown */
/* By number or M name, tolerant (I-07). */
bool cwmp_has_event(const struct cwmp_inform *inform, const char *code);
/* command_key NULL: any. */
const struct cwmp_event *cwmp_find_event(const struct cwmp_inform *inform, const char *code,
                                         const char *command_key);
/* The value of this name; NULL: absent. */
const struct cwmp_parameter_value *cwmp_value_of(const struct cwmp_parameter_values *values,
                                                 const char *name);
/* The value whose name ends in this suffix, e.g. "DeviceInfo.UpTime", below either root; NULL: absent. */
const struct cwmp_parameter_value *cwmp_find_value(const struct cwmp_parameter_values *values,
                                                   const char *suffix);
