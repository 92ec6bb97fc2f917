/*
 * How one value is written in CWMP: the types of TR-106 3.2, their lexical forms, and the escapes of XML.
 *
 * Reading is lenient (E-30, E-31, E-45): white space around a number or a boolean, a '+', zeros in front.
 * Writing has one form: booleans 0 and 1, everything outside printable ASCII as a character reference (E-39 …
 * E-41), times in UTC (E-32).
 */
#pragma once

#include "acs/base/text.h"
#include "soap/cwmp.h"

/* "xsd:string(64)" → CWMP_STRING; by local name, in whatever namespace: some stacks still bind the one of
 * 1999. */
enum cwmp_type value_type(const char *qname, size_t len);

/* An empty text is false or 0: stacks leave out what they do not know. */
enum err value_read_bool(const char *text, bool *ret) MUST_CHECK;
enum err value_read_number(const char *text, int64_t min, int64_t max, int64_t *ret) MUST_CHECK;

/* "00:25:6d" → "00256D", in place; what is no OUI stays as it is. */
void value_normalise_oui(char *text);

/* Writes text escaped. ERR_INVALID: not UTF-8, or it holds a character that XML does not allow. */
enum err value_write_text(const char *text, struct text *out) MUST_CHECK;

/* The same for words that only people read: what XML cannot carry becomes U+FFFD. */
void value_write_prose(const char *text, struct text *out);

void value_write_bool(bool value, const struct soap_dialect *dialect, struct text *out);

/* ERR_INVALID: text is no value of this type. */
enum err value_check_typed(enum cwmp_type type, const char *text) MUST_CHECK;
/* Writes text as a value of this type, in the form every device takes. ERR_INVALID: it is none. */
enum err value_write_typed(enum cwmp_type type, const char *text, const struct soap_dialect *dialect,
                           struct text *out) MUST_CHECK;
