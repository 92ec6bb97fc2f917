/*
 * The hardened XML reader, and the only user of libxml2.
 *
 * bytes → encoding allow-list (xml_encoding.h) → pre-scan (xml_scan.h) → SAX2 push parser → three functions
 * of the caller. No tree, no entities but the five of XML, no document type, no network, no file. Whatever
 * libxml2 reports, however small, refuses the message: without that rule it returns silently different
 * documents when memory runs out. One thing may be forgiven by the caller: a prefix that nobody declared.
 *
 * A reader keeps its parser from message to message and throws it away after one that failed or that taught
 * it too many names. Not thread-safe; one per thread.
 */
#pragma once

#include <stdbool.h>

#include "soap/cwmp.h"

struct xml_reader;
struct xml_reader *xml_reader_new(void) MUST_CHECK;
void xml_reader_free(struct xml_reader *reader); /* NULL is allowed */

/* Valid during the call of xml_open_fn only. */
struct xml_element {
    const char *name; /* local part */
    const char *ns;   /* namespace, NULL: none */
    const unsigned char *const *attributes;
    unsigned attribute_count;
};

struct xml_slice {
    const char *bytes; /* not NUL-terminated */
    size_t len;
};

/* ns NULL: in whatever namespace. False: no such attribute. */
bool xml_attribute(const struct xml_element *element, const char *ns, const char *name,
                   struct xml_slice *ret);

typedef enum err xml_open_fn(void *ctx, const struct xml_element *element);
typedef enum err xml_text_fn(void *ctx, const char *bytes, size_t len); /* a run of text may come in pieces */
typedef enum err xml_close_fn(void *ctx);
/* The element, or an attribute of it, has a prefix that is not declared (its ns is NULL). True: read on. */
typedef bool xml_forgive_fn(void *ctx, const struct xml_element *element);

/* An error from one of these ends the reading and is what xml_read() returns. */
struct xml_sink {
    xml_open_fn *open;
    xml_text_fn *text;
    xml_close_fn *close;
    xml_forgive_fn *forgives;
    void *ctx;
};

/*
 * ERR_INVALID, ERR_TOO_LARGE: the message is refused; the sink may have seen its beginning.
 * ERR_UNAVAILABLE: libxml2 got no memory.
 */
enum err xml_read(struct xml_reader *reader, const struct soap_input *input,
                  const struct xml_sink *sink) MUST_CHECK;
