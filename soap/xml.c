#include "soap/xml.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <string.h>

#include "soap/xml_encoding.h"
#include "soap/xml_scan.h"

enum {
    WHOLE_MAX = 32 * 1024, /* a message up to this size is fed at once */
    CHUNK = 8 * 1024,      /* a larger one in pieces; either way libxml2 holds less than 64 kB */
    REPAIR_CHUNK = 4 * 1024,
    NAMES_MAX = 1024,    /* different names and namespaces in a message */
    NAMES_KEPT = 256,    /* … that a reader may carry over to the next message */
    NAMESPACES_MAX = 64, /* in scope at one place */
    NAMESPACE_LENGTH_MAX = 256,
    ATTRIBUTES_FREE = 4, /* per tag; what a tag has beyond is counted against the message's */
    ATTRIBUTES_EXTRA_MAX = 2000,
    PIECES_MAX = 50 * 1000,  /* of text: a reference or a CDATA section makes one … */
    PIECES_PER_ELEMENT = 8,  /* … and every element allows for a few more */
    REPAIRS_MAX = 10 * 1000, /* characters that had to be replaced */
    PROBLEM_MAX = 160,
};

struct xml_reader {
    xmlParserCtxt *parser; /* NULL: to be made at the next message */
    const struct xml_sink *sink;
    enum err result; /* of the sink or of our own limits: the first that was not OK */
    bool out_of_memory;
    unsigned extra_attributes;
    unsigned pieces_left;
    char problem[PROBLEM_MAX];    /* the first that libxml2 reported, "": none */
    char undeclared[PROBLEM_MAX]; /* the first prefix without a namespace in the tag that comes next, "": none
                                   */
};

static void note_problem(struct xml_reader *reader, const char *text)
{
    if (*reader->problem == '\0')
        snprintf(reader->problem, sizeof(reader->problem), "%s", text);
}

/* libxml2 calls this for everything it finds, out of memory included. Warnings change nothing in what is
 * read. */
static void on_error(void *ctx, xmlError *error)
{
    struct xml_reader *reader = ctx;
    const char *message = error->message == NULL ? "no message" : error->message;
    char text[PROBLEM_MAX];

    if (error->code == XML_ERR_NO_MEMORY)
        reader->out_of_memory = true;
    if (error->level == XML_ERR_WARNING)
        return;
    snprintf(text, sizeof(text), "line %d: %.*s", error->line, (int)strcspn(message, "\r\n"), message);
    if (error->code != XML_NS_ERR_UNDEFINED_NAMESPACE)
        note_problem(reader, text);
    else if (*reader->undeclared == '\0')
        snprintf(reader->undeclared, sizeof(reader->undeclared), "%s", text);
}

static void stop(struct xml_reader *reader, enum err result)
{
    reader->result = result;
    xmlStopParser(reader->parser);
}

/* What the pre-scan cannot know since it does not resolve namespaces. */
static enum err check_limits(struct xml_reader *reader, int namespaces, const xmlChar **uris, int attributes)
{
    if (reader->parser->nsNr / 2 > NAMESPACES_MAX)
        return err_set(ERR_TOO_LARGE, "more than %d namespaces in scope", NAMESPACES_MAX);
    if (xmlDictSize(reader->parser->dict) > NAMES_MAX)
        return err_set(ERR_TOO_LARGE, "more than %d different names", NAMES_MAX);
    for (int i = 0; i < namespaces; i++)
        if (uris[2 * i + 1] != NULL && strlen((const char *)uris[2 * i + 1]) > NAMESPACE_LENGTH_MAX)
            return err_set(ERR_TOO_LARGE, "namespace of more than %d characters", NAMESPACE_LENGTH_MAX);
    if (namespaces + attributes > ATTRIBUTES_FREE)
        reader->extra_attributes += (unsigned)(namespaces + attributes - ATTRIBUTES_FREE);
    if (reader->extra_attributes > ATTRIBUTES_EXTRA_MAX)
        return err_set(ERR_TOO_LARGE, "too many attributes");
    return ERR_OK;
}

/* False: the tag has a prefix that was not declared, and that is not forgiven. */
static bool check_prefixes(struct xml_reader *reader, const struct xml_element *element)
{
    if (*reader->undeclared == '\0')
        return true;
    if (!reader->sink->forgives(reader->sink->ctx, element))
        note_problem(reader, reader->undeclared);
    *reader->undeclared = '\0';
    return *reader->problem == '\0';
}

/* NOLINTNEXTLINE(readability-function-size): the parameters are libxml2's */
static void on_open(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces,
                    const xmlChar **uris, int attributes, int defaulted, const xmlChar **values)
{
    struct xml_reader *reader = ctx;
    struct xml_element element = {
        .name = (const char *)name,
        .ns = (const char *)uri,
        .attributes = values,
        .attribute_count = (unsigned)attributes,
    };
    enum err result;

    (void)prefix;
    (void)defaulted;
    if (reader->result != ERR_OK || *reader->problem != '\0' || !check_prefixes(reader, &element))
        return;
    reader->pieces_left += PIECES_PER_ELEMENT;
    result = check_limits(reader, namespaces, uris, attributes);
    if (result == ERR_OK)
        result = reader->sink->open(reader->sink->ctx, &element);
    if (result != ERR_OK)
        stop(reader, result);
}

static void on_close(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct xml_reader *reader = ctx;
    enum err result;

    (void)name;
    (void)prefix;
    (void)uri;
    if (reader->result != ERR_OK || *reader->problem != '\0')
        return;
    result = reader->sink->close(reader->sink->ctx);
    if (result != ERR_OK)
        stop(reader, result);
}

static enum err take_text(struct xml_reader *reader, const char *bytes, size_t len)
{
    if (reader->pieces_left-- == 0)
        return err_set(ERR_TOO_LARGE, "more than %d pieces of text", PIECES_MAX);
    return reader->sink->text(reader->sink->ctx, bytes, len);
}

static void on_text(void *ctx, const xmlChar *bytes, int len)
{
    struct xml_reader *reader = ctx;
    enum err result;

    if (reader->result != ERR_OK || *reader->problem != '\0')
        return;
    result = take_text(reader, (const char *)bytes, (size_t)len);
    if (result != ERR_OK)
        stop(reader, result);
}

/* The second layer behind the pre-scan: no document type, whatever it is written in. */
static void on_document_type(void *ctx, const xmlChar *name, const xmlChar *public_id,
                             const xmlChar *system_id)
{
    struct xml_reader *reader = ctx;

    (void)name;
    (void)public_id;
    (void)system_id;
    stop(reader, err_set(ERR_INVALID, "document type declaration"));
}

bool xml_attribute(const struct xml_element *element, const char *ns, const char *name, struct xml_slice *ret)
{
    for (unsigned i = 0; i < element->attribute_count; i++) {
        const unsigned char *const *attribute =
            element->attributes + 5 * i; /* name, prefix, URI, value, its end */
        const char *uri = (const char *)attribute[2];

        if (strcmp((const char *)attribute[0], name) == 0 &&
            (ns == NULL || (uri != NULL && strcmp(uri, ns) == 0))) {
            ret->bytes = (const char *)attribute[3];
            ret->len = (size_t)(attribute[4] - attribute[3]);
            return true;
        }
    }
    return false;
}

static xmlParserCtxt *parser_new(struct xml_reader *reader)
{
    xmlSAXHandler handlers = {
        .initialized = XML_SAX2_MAGIC,
        .internalSubset = on_document_type,
        .startElementNs = on_open,
        .endElementNs = on_close,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_text,
    };
    xmlParserCtxt *parser = xmlCreatePushParserCtxt(&handlers, reader, NULL, 0, NULL);

    if (parser == NULL)
        return NULL;
    xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    parser->charset = XML_CHAR_ENCODING_UTF8; /* and never what the bytes look like */
    return parser;
}

struct xml_reader *xml_reader_new(void)
{
    xmlInitParser();
    return HEAP_NEW(struct xml_reader);
}

static void drop_parser(struct xml_reader *reader)
{
    xmlFreeParserCtxt(reader->parser);
    reader->parser = NULL;
}

void xml_reader_free(struct xml_reader *reader)
{
    if (reader == NULL)
        return;
    drop_parser(reader);
    heap_free(reader);
}

static bool parser_ready(struct xml_reader *reader)
{
    if (reader->parser != NULL && xmlCtxtResetPush(reader->parser, NULL, 0, NULL, NULL) != 0)
        drop_parser(reader);
    if (reader->parser == NULL)
        reader->parser = parser_new(reader);
    return reader->parser != NULL;
}

/* The first thing that went wrong, whoever found it. */
static enum err verdict(const struct xml_reader *reader)
{
    if (reader->out_of_memory)
        return err_set(ERR_UNAVAILABLE, "no memory to read XML");
    if (reader->result != ERR_OK)
        return reader->result;
    if (*reader->problem != '\0')
        return err_set(ERR_INVALID, "XML %s", reader->problem);
    return ERR_OK;
}

static enum err feed(struct xml_reader *reader, const char *bytes, size_t len, bool last)
{
    int code = xmlParseChunk(reader->parser, bytes, (int)len, last);

    if (code != XML_ERR_OK && code != XML_NS_ERR_UNDEFINED_NAMESPACE && reader->result == ERR_OK)
        note_problem(reader, "is not well-formed");
    return verdict(reader);
}

static enum err feed_pieces(struct xml_reader *reader, struct xml_source *source, const char *bytes,
                            size_t len, char *repaired)
{
    while (len > 0) {
        size_t piece = len > REPAIR_CHUNK ? xml_safe_cut(bytes, REPAIR_CHUNK) : len;

        TRY(feed(reader, repaired, xml_repair(source, bytes, piece, repaired), false));
        if (source->repairs > REPAIRS_MAX)
            return err_set(ERR_TOO_LARGE, "more than %d bytes that are no text", REPAIRS_MAX);
        bytes += piece;
        len -= piece;
    }
    return ERR_OK;
}

/* What was repaired may hold a secret, which is not left on the stack. */
static enum err feed_repaired(struct xml_reader *reader, struct xml_source *source, const char *bytes,
                              size_t len)
{
    char repaired[REPAIR_CHUNK * XML_REPAIR_GROWTH];
    enum err err = feed_pieces(reader, source, bytes, len, repaired);

    explicit_bzero(repaired, sizeof(repaired));
    return err;
}

static enum err read_source(struct xml_reader *reader, struct xml_source *source)
{
    struct xml_scan scan = {.bytes = source->bytes, .len = source->len};
    size_t chunk = source->len <= WHOLE_MAX ? WHOLE_MAX : CHUNK;
    size_t fed = 0;

    while (fed < source->len) {
        const char *bytes = source->bytes + fed;
        size_t len;

        TRY(xml_scan_to(&scan, fed + chunk));
        len = scan.pos - fed;
        if (scan.pos < source->len)
            len = xml_safe_cut(bytes, len);
        if (xml_is_clean(source, bytes, len))
            TRY(feed(reader, bytes, len, false));
        else
            TRY(feed_repaired(reader, source, bytes, len));
        fed += len;
    }
    return feed(reader, "", 0, true);
}

enum err xml_read(struct xml_reader *reader, const struct soap_input *input, const struct xml_sink *sink)
{
    struct xml_source source;
    enum err result;

    TRY(xml_source_open(input, &source));
    reader->sink = sink;
    reader->result = ERR_OK;
    reader->out_of_memory = false;
    reader->extra_attributes = 0;
    reader->pieces_left = PIECES_MAX;
    *reader->problem = '\0';
    *reader->undeclared = '\0';

    xmlSetStructuredErrorFunc(reader, on_error);
    if (parser_ready(reader))
        result = read_source(reader, &source);
    else
        result = err_set(ERR_UNAVAILABLE, "no memory to read XML");
    if (result != ERR_OK || (reader->parser != NULL && xmlDictSize(reader->parser->dict) > NAMES_KEPT))
        drop_parser(reader);
    xmlSetStructuredErrorFunc(NULL, NULL);
    xmlResetLastError(); /* libxml2 keeps a copy per thread, with text of the message in it */
    return result;
}
