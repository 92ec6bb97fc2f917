/*
 * The SOAP 1.1 envelope around a CWMP message: Header, Body, version, and what makes a message no CWMP
 * message. Its functions, soap_decode() and soap_encode(), are declared in cwmp.h.
 *
 * Refusals that soap_decode() reports in struct soap_refusal, besides what xml.h and fields.h refuse:
 *
 *   not well-formed, hostile, another encoding, no Envelope of SOAP 1.1        0     HTTP 400
 *   a header we do not know with mustUnderstand="1"                            8003  (E-13)
 *   two method elements, none, or one that is in no CWMP namespace             8003  (E-19)
 *   a CWMP namespace of another major version than 1                           8006  (V-09)
 *   a SupportedCWMPVersions without any version of ours                        8006  (V-08)
 *   a field that is not of its kind, missing, twice, or beyond its cap         8003
 *   no memory                                                                  8004  (ERR_UNAVAILABLE)
 *
 * A minor version nobody knows, such as cwmp-1-5, is read as cwmp-1-2 and answered in it (V-09).
 */
#pragma once

#include "soap/cwmp.h"

#define SOAP_ENVELOPE_NS "http://schemas.xmlsoap.org/soap/envelope/"
#define SOAP_ENCODING_NS "http://schemas.xmlsoap.org/soap/encoding/"
#define XSD_NS           "http://www.w3.org/2001/XMLSchema"
#define XSI_NS           "http://www.w3.org/2001/XMLSchema-instance"
#define CWMP_NS          "urn:dslforum-org:cwmp-" /* 1-0, 1-1, 1-2 */

/* The part of the namespace behind CWMP_NS: "1-2" (V-01). */
const char *envelope_namespace(enum cwmp_version version);
