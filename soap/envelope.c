#include "soap/envelope.h"

#include <string.h>

#include "soap/field_list.h"
#include "soap/fields_read.h"
#include "soap/fields_write.h"
#include "soap/rpc.h"
#include "soap/rules.h"
#include "soap/value.h"

struct soap_reader {
    struct xml_reader *xml;
    struct fields_reader fields;
};

enum place {
    AT_START,
    IN_ENVELOPE,
    IN_HEADER,
    IN_HEADER_ENTRY,
    IN_BODY,
    IN_METHOD,
    IN_UNKNOWN_PART, /* a child of Envelope that is neither Header nor Body */
};

struct decoder {
    struct fields_reader *fields;
    struct arena *arena;
    struct cwmp_message *message;
    enum place place;
    bool header_seen;
    bool body_seen;
    bool method_seen;
    bool version_known;
    uint32_t fault; /* to answer, if it was us and not the XML reader who refused */
};

static const struct {
    const char *suffix;
    enum cwmp_version version;
} namespaces[] = {
    {"1-0", CWMP_1_0},
    {"1-1", CWMP_1_1},
    {"1-2", CWMP_1_2},
};

const char *envelope_namespace(enum cwmp_version version)
{
    return namespaces[version < CWMP_1_2 ? version : CWMP_1_2].suffix;
}

static bool is_cwmp(const char *ns)
{
    return ns != NULL && text_starts_with(ns, CWMP_NS);
}

static bool is_soap(const char *ns)
{
    return ns != NULL && strcmp(ns, SOAP_ENVELOPE_NS) == 0;
}

/* ---- reading: version ---- */

/* False: a major version that we do not speak; we answer in our highest (V-09). */
static bool read_version(const char *ns, enum cwmp_version *ret)
{
    const char *suffix = ns + strlen(CWMP_NS);

    for (size_t i = 0; i < sizeof(namespaces) / sizeof(*namespaces); i++) {
        if (strcmp(suffix, namespaces[i].suffix) == 0) {
            *ret = namespaces[i].version;
            return true;
        }
    }
    *ret = text_starts_with(suffix, "1-") ? CWMP_1_2 : CWMP_1_4;
    return *ret == CWMP_1_2;
}

static enum err note_version(struct decoder *decoder, const char *ns)
{
    if (!is_cwmp(ns))
        return ERR_OK;
    decoder->version_known = true;
    if (read_version(ns, &decoder->message->version))
        return ERR_OK;
    decoder->fault = CWMP_FAULT_VERSION;
    return err_set(ERR_INVALID, "namespace %.64s is of another protocol version", ns);
}

/* Is it one of "1.0, 1.1,1.4"? In any order, with or without spaces (V-04). */
static bool lists_version(const char *list, enum cwmp_version version)
{
    const char *name = cwmp_version_name(version);

    while (*list != '\0') {
        size_t space = strspn(list, ", \t\r\n");
        size_t len = strcspn(list + space, ", \t\r\n");

        if (len == strlen(name) && memcmp(list + space, name, len) == 0)
            return true;
        list += space + len;
    }
    return false;
}

/* The highest version of the list that we speak, but none of a later namespace than the device's own (V-03,
 * V-05). */
static enum err choose_version(struct cwmp_message *message)
{
    enum cwmp_version highest = message->version == CWMP_1_2 ? CWMP_1_4 : message->version;
    bool any = false;

    for (int version = CWMP_1_4; version >= CWMP_1_0; version--) {
        if (!lists_version(message->header.supported_versions, (enum cwmp_version)version))
            continue;
        any = true;
        if ((enum cwmp_version)version <= highest) {
            message->version = (enum cwmp_version)version;
            return ERR_OK;
        }
    }
    if (any) /* only later ones: the device speaks that of its own namespace all the same */
        return ERR_OK;
    return err_set(ERR_INVALID, "no version of '%.64s' is spoken here", message->header.supported_versions);
}

/* Namespace 1-2 stands for three versions; the headers tell them apart (V-07). */
static enum err refine_version(struct decoder *decoder)
{
    struct cwmp_message *message = decoder->message;

    if (message->header.supported_versions != NULL) {
        decoder->fault = CWMP_FAULT_VERSION;
        return choose_version(message);
    }
    if (message->version == CWMP_1_2 && message->header.session_timeout > 0)
        message->version = CWMP_1_3;
    return ERR_OK;
}

/* ---- reading: one function per place for what may begin there ---- */

static const struct field header_fields[] = {
    FLAGGED_TEXT(header, id, "ID", 32, FIELD_KEEP_SPACE),
    TEXT(header, supported_versions, "SupportedCWMPVersions", 64),
    TEXT(header, use_version, "UseCWMPVersion", 16),
    UNSIGNED(header, session_timeout, "SessionTimeout"),
    FIELDS_END,
};

/* Headers without a meaning here: a device may not hold us, and it ends its turn by an empty POST (E-14,
 * E-15). */
static const char *const ignored_headers[] = {"HoldRequests", "NoMoreRequests"};

static enum err open_envelope(struct decoder *decoder, const struct xml_element *element)
{
    if (strcmp(element->name, "Envelope") != 0 || !is_soap(element->ns))
        return err_set(ERR_INVALID, "<%.64s> in namespace '%.64s' is not an envelope of SOAP 1.1",
                       element->name, text_or_empty(element->ns));
    decoder->place = IN_ENVELOPE;
    return ERR_OK;
}

static enum err open_once(const struct xml_element *element, bool *seen)
{
    if (*seen)
        return err_set(ERR_INVALID, "%s comes twice", element->name);
    *seen = true;
    return ERR_OK;
}

static enum err open_part(struct decoder *decoder, const struct xml_element *element)
{
    if (is_soap(element->ns) && strcmp(element->name, "Header") == 0) {
        TRY(open_once(element, &decoder->header_seen));
        fields_begin(decoder->fields, decoder->arena, header_fields, &decoder->message->header);
        decoder->place = IN_HEADER;
        return ERR_OK;
    }
    if (is_soap(element->ns) && strcmp(element->name, "Body") == 0) {
        TRY(open_once(element, &decoder->body_seen));
        decoder->place = IN_BODY;
        return ERR_OK;
    }
    fields_begin(decoder->fields, decoder->arena, rpcs[CWMP_UNKNOWN_METHOD].fields, NULL);
    decoder->place = IN_UNKNOWN_PART;
    return fields_ignore(decoder->fields);
}

static bool is_known_header(const struct xml_element *element)
{
    if (element->ns != NULL && !is_cwmp(element->ns))
        return false;
    for (const struct field *field = header_fields; field->element != NULL; field++)
        if (strcmp(field->element, element->name) == 0)
            return true;
    for (size_t i = 0; i < sizeof(ignored_headers) / sizeof(*ignored_headers); i++)
        if (strcmp(ignored_headers[i], element->name) == 0)
            return true;
    return false;
}

static bool must_be_understood(const struct xml_element *element)
{
    struct xml_slice value;

    return xml_attribute(element, SOAP_ENVELOPE_NS, "mustUnderstand", &value) && value.len == 1 &&
           *value.bytes == '1';
}

static enum err open_header_entry(struct decoder *decoder, const struct xml_element *element)
{
    decoder->place = IN_HEADER_ENTRY;
    if (is_known_header(element)) {
        TRY(note_version(decoder, element->ns));
        return fields_open(decoder->fields, element);
    }
    if (must_be_understood(element))
        return err_set(ERR_INVALID, "header %.64s must be understood, and is not", element->name);
    return fields_skip(decoder->fields);
}

/* Also one in no namespace at all: there is a stack whose Faults have a prefix that it never declares. */
static bool is_fault(const struct xml_element *element)
{
    return (element->ns == NULL || is_soap(element->ns)) && strcmp(element->name, "Fault") == 0;
}

static enum cwmp_method method_of(const struct xml_element *element)
{
    return is_soap(element->ns) && !is_fault(element) ? CWMP_UNKNOWN_METHOD : rpc_find(element->name);
}

static enum err open_method(struct decoder *decoder, const struct xml_element *element)
{
    struct cwmp_message *message = decoder->message;

    if (decoder->method_seen)
        return err_set(ERR_INVALID, "second method element %.64s in one Body", element->name);
    if (!is_cwmp(element->ns) && !is_soap(element->ns) && !is_fault(element))
        return err_set(ERR_INVALID, "%.64s is in no CWMP namespace but in '%.64s'", element->name,
                       text_or_empty(element->ns));
    decoder->method_seen = true;
    TRY(note_version(decoder, element->ns));
    message->method = method_of(element);
    message->method_name = message->method == CWMP_UNKNOWN_METHOD
                               ? arena_strdup(decoder->arena, element->name)
                               : rpcs[message->method].name;
    fields_init(rpcs[message->method].fields, &message->body);
    fields_begin(decoder->fields, decoder->arena, rpcs[message->method].fields, &message->body);
    decoder->place = IN_METHOD;
    return ERR_OK;
}

/* The detail of a soap:Fault is the first to tell the version, if the message has no ID. */
static enum err open_in_method(struct decoder *decoder, const struct xml_element *element)
{
    if (!decoder->version_known)
        TRY(note_version(decoder, element->ns));
    return fields_open(decoder->fields, element);
}

static enum err open_element(struct decoder *decoder, const struct xml_element *element)
{
    switch (decoder->place) {
    case AT_START:
        return open_envelope(decoder, element);
    case IN_ENVELOPE:
        return open_part(decoder, element);
    case IN_HEADER:
        return open_header_entry(decoder, element);
    case IN_BODY:
        return open_method(decoder, element);
    case IN_METHOD:
        return open_in_method(decoder, element);
    case IN_HEADER_ENTRY:
    case IN_UNKNOWN_PART:
        break;
    }
    return fields_open(decoder->fields, element);
}

static enum err take_text(struct decoder *decoder, const char *bytes, size_t len)
{
    switch (decoder->place) {
    case IN_HEADER:
    case IN_HEADER_ENTRY:
    case IN_METHOD:
    case IN_UNKNOWN_PART:
        return fields_text(decoder->fields, bytes, len);
    case AT_START:
    case IN_ENVELOPE:
    case IN_BODY:
        break;
    }
    return text_is_blank(bytes, len) ? ERR_OK : fields_ignore(decoder->fields);
}

/* Leaves a place that the field walker fills, when the walker is back where it was when the place was
 * entered. */
static enum err close_fields(struct decoder *decoder, unsigned depth_left, enum place outside)
{
    TRY(fields_close(decoder->fields));
    if (decoder->fields->depth == depth_left)
        decoder->place = outside;
    return ERR_OK;
}

static enum err close_element(struct decoder *decoder)
{
    switch (decoder->place) {
    case IN_METHOD:
        return close_fields(decoder, 0, IN_BODY);
    case IN_UNKNOWN_PART:
        return close_fields(decoder, 0, IN_ENVELOPE);
    case IN_HEADER_ENTRY:
        return close_fields(decoder, 1, IN_HEADER);
    case IN_HEADER:
    case IN_BODY:
        decoder->place = IN_ENVELOPE;
        return ERR_OK;
    case AT_START:
    case IN_ENVELOPE:
        decoder->place = AT_START;
    }
    return ERR_OK;
}

/* What does not even begin as an envelope of SOAP 1.1 gets no Fault. */
static enum err noted(struct decoder *decoder, enum err result)
{
    if (result != ERR_OK && decoder->fault == 0 && decoder->place != AT_START)
        decoder->fault = CWMP_FAULT_INVALID_ARGUMENTS;
    return result;
}

static enum err on_open(void *ctx, const struct xml_element *element)
{
    return noted(ctx, open_element(ctx, element));
}

static enum err on_text(void *ctx, const char *bytes, size_t len)
{
    return noted(ctx, take_text(ctx, bytes, len));
}

static enum err on_close(void *ctx)
{
    return noted(ctx, close_element(ctx));
}

static bool forgives(void *ctx, const struct xml_element *element)
{
    const struct decoder *decoder = ctx;

    return decoder->place == IN_BODY && is_fault(element);
}

/* "SOAP-ENV:Client" → "Client" */
static void strip_prefix(struct cwmp_message *message)
{
    const char *colon;

    if (message->method != CWMP_FAULT)
        return;
    colon = strrchr(message->body.fault.soap_code, ':');
    if (colon != NULL)
        message->body.fault.soap_code = colon + 1;
}

struct soap_reader *soap_reader_new(void)
{
    struct soap_reader *reader = HEAP_NEW(struct soap_reader);

    reader->xml = xml_reader_new();
    return reader;
}

void soap_reader_free(struct soap_reader *reader)
{
    if (reader == NULL)
        return;
    xml_reader_free(reader->xml);
    heap_free(reader);
}

static enum err decode(struct soap_reader *reader, const struct soap_input *input, struct decoder *decoder)
{
    const struct xml_sink sink = {on_open, on_text, on_close, forgives, decoder};

    TRY(xml_read(reader->xml, input, &sink));
    if (!decoder->method_seen) {
        decoder->fault = CWMP_FAULT_INVALID_ARGUMENTS;
        return err_set(ERR_INVALID, "envelope without a method");
    }
    strip_prefix(decoder->message);
    return refine_version(decoder);
}

enum err soap_decode(struct soap_reader *reader, const struct soap_input *input, struct arena *arena,
                     struct cwmp_message *ret, struct soap_refusal *refusal)
{
    struct decoder decoder = {.fields = &reader->fields, .arena = arena, .message = ret};
    enum err result;

    *ret = (struct cwmp_message){.method_name = ""};
    *refusal = (struct soap_refusal){0};
    fields_reset(&reader->fields);
    result = decode(reader, input, &decoder);
    if (result != ERR_OK)
        refusal->fault = result == ERR_UNAVAILABLE ? CWMP_FAULT_RESOURCES : decoder.fault;
    return result;
}

/* ---- writing ---- */

/* All that is written with the prefix of SOAP, which some compare with a word of their own. */
#define WORDS(soap)                                                                       \
    {                                                                                     \
        soap,                                                                             \
            "<" soap ":Envelope"                                                          \
            " xmlns:" soap "=\"" SOAP_ENVELOPE_NS "\""                                    \
            " xmlns:SOAP-ENC=\"" SOAP_ENCODING_NS "\""                                    \
            " xmlns:xsd=\"" XSD_NS "\""                                                   \
            " xmlns:xsi=\"" XSI_NS "\""                                                   \
            " xmlns:cwmp=\"" CWMP_NS,                                                     \
            "<" soap ":Header>", "</" soap ":Header>", " " soap ":mustUnderstand=\"1\">", \
            "<" soap ":Body><", "</" soap ":Body></" soap ":Envelope>"                    \
    }

struct words {
    const char *prefix, *begin, *open_header, *close_header, *must_understand, *open_body, *end;
};

static const struct words usual_words = WORDS("SOAP-ENV");
static const struct words small_words = WORDS("soap-env");

/* In pieces: the printf family would be a tenth of what an answer costs. */
static void write_end(const char *prefix, const char *name, struct text *out)
{
    text_puts(out, "</");
    text_puts(out, prefix);
    text_putc(out, ':');
    text_puts(out, name);
    text_putc(out, '>');
}

/* attribute: all that stands behind the name; text NULL: no such header. */
static enum err write_header(const char *name, const char *attribute, const char *text, struct text *out)
{
    if (text == NULL)
        return ERR_OK;
    text_puts(out, "<cwmp:");
    text_puts(out, name);
    text_puts(out, attribute);
    TRY(err_while(value_write_text(text, out), "header %s", name));
    write_end("cwmp", name, out);
    return ERR_OK;
}

static enum err write_headers(const struct cwmp_header *header, const struct words *words, struct text *out)
{
    size_t before = out->len;
    size_t begin;

    text_puts(out, words->open_header);
    begin = out->len;
    TRY(write_header("ID", words->must_understand, header->id, out));
    TRY(write_header("UseCWMPVersion", words->must_understand, header->use_version, out));
    TRY(write_header("SupportedCWMPVersions", ">", header->supported_versions, out));
    if (header->session_timeout > 0)
        text_printf(out, "<cwmp:SessionTimeout>%u</cwmp:SessionTimeout>", header->session_timeout);
    if (out->len == begin)
        out->len = before; /* nothing to say: no Header at all */
    else
        text_puts(out, words->close_header);
    return ERR_OK;
}

static enum err write_message(const struct cwmp_message *message, const struct soap_dialect *dialect,
                              struct text *out)
{
    const struct rpc *rpc = &rpcs[message->method];
    const struct words *words = dialect->small_prefix ? &small_words : &usual_words;
    const char *prefix = message->method == CWMP_FAULT ? words->prefix : "cwmp";

    text_puts(out, words->begin);
    text_puts(out, envelope_namespace(message->version));
    text_puts(out, "\">");
    TRY(write_headers(&message->header, words, out));
    text_puts(out, words->open_body);
    text_puts(out, prefix);
    text_putc(out, ':');
    text_puts(out, rpc->name);
    text_putc(out, '>');
    TRY(err_while(fields_write(rpc->fields, &message->body, dialect, out), "%s", rpc->name));
    write_end(prefix, rpc->name, out);
    text_puts(out, words->end);
    return ERR_OK;
}

static enum err check_message(const struct cwmp_message *message)
{
    if (message->method == CWMP_UNKNOWN_METHOD || message->method >= CWMP_METHOD_COUNT)
        return err_set(ERR_INVALID, "no such method");
    /* A device that asks in an older version than the method is of gets its answer (V-10 is about our
     * requests). */
    if (message->version < rpcs[message->method].since && !cwmp_is_response(message->method))
        return err_set(ERR_INVALID, "CWMP %s has no %s", cwmp_version_name(message->version),
                       rpcs[message->method].name);
    if (message->header.use_version != NULL && message->method != CWMP_INFORM_RESPONSE)
        return err_set(ERR_INVALID, "only an InformResponse carries UseCWMPVersion");
    return ERR_OK;
}

enum err soap_encode(const struct cwmp_message *message, const struct soap_dialect *dialect, struct text *out)
{
    size_t before = out->len;
    enum err result;

    TRY(check_message(message));
    TRY(err_while(rules_check(message, out->arena), "%s", rpcs[message->method].name));
    if (dialect->declaration)
        text_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    result = write_message(message, dialect, out);
    if (result != ERR_OK)
        out->len = before;
    return result;
}
