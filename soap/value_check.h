/*
 * What a text must look like before it is written: the patterns of the CWMP schemas, and what the standard
 * says in words. Each returns ERR_INVALID with what is wanted; they are the `check` of a field (fields.h).
 */
#pragma once

#include "acs/base/err.h"

enum err value_check_time(const char *text) MUST_CHECK;   /* xsd:dateTime */
enum err value_check_base64(const char *text) MUST_CHECK; /* line breaks are allowed (E-38) */
enum err value_check_uuid(const char *text) MUST_CHECK;   /* 8-4-4-4-12 hexadecimal digits (D-06) */

/*
 * A file type or the mode of a time window: "1 Firmware Upgrade Image", "X 00256D Logo". The pattern is that
 * of 1.2 in every version: 1.0 and 1.1 listed a few types, and devices that speak them take others all the
 * same (F-02, F-31).
 */
enum err value_check_numbered(const char *text) MUST_CHECK;

/* Of a file: a scheme and only characters of RFC 3986, so without spaces; no user in it (F-05). */
enum err value_check_url(const char *text) MUST_CHECK;
enum err value_check_parameter(const char *text) MUST_CHECK; /* the full name of a parameter (P-07) */
enum err value_check_table(const char *text)
    MUST_CHECK; /* "Device.X." or "Device.X.[a].": AddObject (O-09, A-02) */
enum err value_check_instance(const char *text) MUST_CHECK; /* "Device.X.3.": DeleteObject (O-14) */
enum err value_check_access(const char *text) MUST_CHECK;   /* "Subscriber", or a vendor's "X_…" (P-30) */
enum err value_check_du_state(const char *text) MUST_CHECK; /* "Installed", "Uninstalled", "Failed" (D-08) */
