/*
 * XML as other stacks write it: the same message in single quotes and with prefixes of its own.
 */
#pragma once

#include "acs/base/text.h"

/* Our encoder's output in other clothes: soapenv, soapenc and c for SOAP-ENV, SOAP-ENC and cwmp, ' for ". */
void disguise(const char *xml, size_t len, struct text *out);
