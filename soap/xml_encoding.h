/*
 * The bytes of a message before libxml2 sees them: which encoding they are in, and what to repair.
 *
 * Farol decides the encoding, never the parser. UTF-8, US-ASCII and ISO-8859-1 are read; anything else is
 * refused, since an encoding in which "<!DOCTYPE" does not look like "<!DOCTYPE" would slip through the
 * pre-scan (xml_scan.h). In all three every byte below 0x80 is itself, so the pre-scan may read the bytes as
 * they came.
 */
#pragma once

#include <stdbool.h>

#include "soap/cwmp.h"

struct xml_source {
    const char *bytes; /* behind byte order mark, leading white space and XML declaration */
    size_t len;
    bool latin1;      /* ISO-8859-1; else UTF-8 */
    unsigned repairs; /* characters that xml_repair() replaced so far */
};

/* The order of E-43: byte order mark, charset of the HTTP header, declaration, UTF-8. ERR_INVALID: refused.
 */
enum err xml_source_open(const struct soap_input *input, struct xml_source *ret) MUST_CHECK;

/* True: the bytes are well-formed UTF-8 without control characters, and libxml2 may read them where they are.
 */
bool xml_is_clean(const struct xml_source *source, const char *bytes, size_t len);

/*
 * Copies bytes as UTF-8 that XML allows: ISO-8859-1 is transcoded; a byte that starts no character, a control
 * character and a reference to one become U+FFFD (E-44). No byte below 0x80 is made or taken away, but for
 * those control characters and references. Returns the length written to out, which holds at least
 * XML_REPAIR_GROWTH * len bytes.
 */
enum { XML_REPAIR_GROWTH = 3 };
size_t xml_repair(struct xml_source *source, const char *bytes, size_t len, char *out);

/* The largest length up to len that ends neither inside a character nor inside a reference. */
size_t xml_safe_cut(const char *bytes, size_t len);
