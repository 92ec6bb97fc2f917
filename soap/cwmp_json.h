/*
 * Messages as JSON, over the same tables as XML: whoever offers a method over the API, or shows what a device
 * said, needs no code of its own for it.
 *
 *     {"ObjectName": "Device.NAT.PortMapping.", "ParameterKey": ""}
 *     {"ParameterList": [{"Name": "Device.Time.Enable", "Value": true, "Type": "boolean"}], "ParameterKey":
 * ""}
 *     {"Operations": [{"Type": "UninstallOpStruct", "UUID": "6ba7b810-9dad-51d1-80b4-00c04fd430c8"}]}
 *
 * Members are named as in the standard; "Type" is what XML says by xsi:type, with or without "xsd:". Lists
 * are arrays, structs are objects.
 */
#pragma once

#include "acs/base/json.h"
#include "soap/cwmp.h"

/*
 * What is absent or null is "", 0, false or empty, where the standard allows that. A Value may be a text, a
 * boolean or a whole number. ERR_INVALID: the message names the member and what it should be, as
 * "TimeWindowList[1].WindowStart: a number is expected"; a member nobody knows is refused too. What was read
 * is what soap_encode() takes in a version that has the method; it lives in the arena, not in the document.
 */
enum err cwmp_read_json(enum cwmp_method method, const struct json *arguments, struct arena *arena,
                        union cwmp_body *ret) MUST_CHECK;

/* The arguments of any message as one object. Secrets are null; optional members that are not there are left
 * out. The values of parameters are shown: which of them are secrets, is not known here. */
void cwmp_write_json(const struct cwmp_message *message, struct json_writer *w);
